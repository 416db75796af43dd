//! Imports among the files of a crate, read with `syn`.
//!
//! An import is a `use` of another file's item, or a path to it. A parent's `mod` and its `pub use`
//! of what its children define are none, and neither is anything under `#[cfg(test)]`; a path that
//! goes through a `pub use` leads to the file that defines the item.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta, UseTree, Visibility};

/// Names that a file takes from another, by both files.
pub(super) type Imports = BTreeMap<(PathBuf, PathBuf), BTreeSet<String>>;

/// Reads the crate whose first file is `root`, and adds its imports.
pub(super) fn read(root: &Path, imports: &mut Imports) -> Result<()> {
    let mut tree = Tree::default();
    let folder = root.parent().unwrap_or(Path::new(""));
    tree.load(root, folder, None)?;
    for (at, module) in tree.modules.iter().enumerate() {
        let mut reader = Reader {
            tree: &tree,
            at,
            imports,
        };
        for item in &module.source {
            reader.visit_item(item);
        }
    }
    Ok(())
}

#[derive(Default)]
struct Tree {
    modules: Vec<Module>,
}

#[derive(Default)]
struct Module {
    file: PathBuf,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    /// Names defined here, each with its file: an exported macro is defined at the crate's root.
    items: BTreeMap<String, PathBuf>,
    /// Paths that a name stands for.
    aliases: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    source: Vec<Item>,
}

/// Destination of a path.
#[derive(Clone, PartialEq)]
enum Target {
    Module(usize),
    Item(PathBuf),
}

impl Tree {
    /// Loads a file as a module; its children's files are in `folder`.
    fn load(&mut self, file: &Path, folder: &Path, parent: Option<usize>) -> Result<usize> {
        let text =
            fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let parsed = syn::parse_file(&text).with_context(|| format!("in {}", file.display()))?;
        self.module(file, folder, parent, parsed.items)
    }

    fn module(
        &mut self,
        file: &Path,
        folder: &Path,
        parent: Option<usize>,
        source: Vec<Item>,
    ) -> Result<usize> {
        let at = self.modules.len();
        self.modules.push(Module {
            file: file.into(),
            parent,
            ..Module::default()
        });
        for item in source.iter().filter(|item| !is_test(attributes(item))) {
            match item {
                Item::Mod(child) => {
                    let name = child.ident.unraw().to_string();
                    let inner = folder.join(&name);
                    let loaded = match &child.content {
                        Some((_, items)) => self.module(file, &inner, Some(at), items.clone())?,
                        None => {
                            let (file, folder) = file_of(&child.attrs, file, folder, &name);
                            self.load(&file, &folder, Some(at))?
                        }
                    };
                    self.modules[at].children.insert(name, loaded);
                }
                Item::Macro(made) if has(&made.attrs, "macro_export") => {
                    if let Some(name) = &made.ident {
                        self.modules[0].items.insert(name.to_string(), file.into());
                    }
                }
                Item::ForeignMod(foreign) => {
                    for item in &foreign.items {
                        if let syn::ForeignItem::Fn(function) = item {
                            let name = function.sig.ident.unraw().to_string();
                            self.modules[at].items.insert(name, file.into());
                        }
                    }
                }
                item => {
                    if let Some(name) = name_of(item) {
                        self.modules[at].items.insert(name, file.into());
                    }
                }
            }
        }
        let mut uses = Uses::default();
        source.iter().for_each(|item| uses.visit_item(item));
        let module = &mut self.modules[at];
        for used in uses.found.into_iter().flat_map(|(_, used)| used) {
            match used.name {
                Some(name) => {
                    module.aliases.entry(name).or_insert(used.path);
                }
                None => module.globs.push(used.path),
            }
        }
        module.source = source;
        Ok(at)
    }

    /// Follows a path from a module; `None` where it leaves the crate.
    fn resolve(
        &self,
        at: usize,
        path: &[String],
        seen: &mut Vec<(usize, String)>,
    ) -> Option<Target> {
        let (first, mut rest) = path.split_first()?;
        let mut current = match first.as_str() {
            "crate" => 0,
            "self" => at,
            "super" => self.modules[at].parent?,
            name => match self.member(at, name, seen)? {
                Target::Module(module) => module,
                item => return Some(item),
            },
        };
        while let Some((name, after)) = rest.split_first() {
            rest = after;
            current = match name.as_str() {
                "super" => self.modules[current].parent?,
                "self" => current,
                name => match self.member(current, name, seen) {
                    Some(Target::Module(module)) => module,
                    Some(item) => return Some(item),
                    // Made by a macro.
                    None => return Some(Target::Item(self.modules[current].file.clone())),
                },
            };
        }
        Some(Target::Module(current))
    }

    /// Finds a name of a module: a child, an item, or what a `use` brings in.
    fn member(&self, at: usize, name: &str, seen: &mut Vec<(usize, String)>) -> Option<Target> {
        let module = &self.modules[at];
        if let Some(child) = module.children.get(name) {
            return Some(Target::Module(*child));
        }
        if let Some(file) = module.items.get(name) {
            return Some(Target::Item(file.clone()));
        }
        let key = (at, name.to_owned());
        if seen.contains(&key) {
            return None;
        }
        seen.push(key);
        if let Some(path) = module.aliases.get(name) {
            return self.resolve(at, path, seen);
        }
        module
            .globs
            .iter()
            .find_map(|path| match self.resolve(at, path, seen)? {
                Target::Module(other) if other != at => self.member(other, name, seen),
                _ => None,
            })
    }

    fn is_below(&self, module: usize, above: usize) -> bool {
        let parent = self.modules[module].parent;
        parent.is_some_and(|parent| parent == above || self.is_below(parent, above))
    }
}

/// The file of a child module, and the folder of its own children.
fn file_of(
    attributes: &[Attribute],
    parent: &Path,
    folder: &Path,
    name: &str,
) -> (PathBuf, PathBuf) {
    let given = attributes.iter().find_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            syn::Expr::Lit(literal) if pair.path.is_ident("path") => match &literal.lit {
                syn::Lit::Str(path) => Some(path.value()),
                _ => None,
            },
            _ => None,
        }
    });
    if let Some(path) = given {
        let file = parent.parent().unwrap_or(Path::new("")).join(path);
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        return (file, folder);
    }
    let nested = folder.join(name);
    let alone = nested.with_extension("rs");
    match alone.exists() {
        true => (alone, nested),
        false => (nested.join("mod.rs"), nested),
    }
}

/// One name that a `use` brings in, or everything of a module.
struct Used {
    path: Vec<String>,
    name: Option<String>,
}

/// Every `use` of a module, those within functions included, with its visibility.
#[derive(Default)]
struct Uses {
    found: Vec<(Visibility, Vec<Used>)>,
}

impl<'a> Visit<'a> for Uses {
    fn visit_item(&mut self, item: &'a Item) {
        // Another module has its own names.
        if !is_test(attributes(item)) && !matches!(item, Item::Mod(_)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        if item.leading_colon.is_none() {
            let mut used = Vec::new();
            flatten(&item.tree, &mut Vec::new(), &mut used);
            self.found.push((item.vis.clone(), used));
        }
    }
}

fn flatten(tree: &UseTree, before: &mut Vec<String>, used: &mut Vec<Used>) {
    let mut add = |name: &syn::Ident, alias: &syn::Ident| {
        let mut path = before.clone();
        if name != "self" {
            path.push(name.unraw().to_string());
        }
        let name = match (alias == "self", path.last()) {
            (true, Some(last)) => last.clone(),
            _ => alias.unraw().to_string(),
        };
        let name = Some(name);
        used.push(Used { path, name });
    };
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.unraw().to_string());
            flatten(&path.tree, before, used);
            before.pop();
        }
        UseTree::Name(name) => add(&name.ident, &name.ident),
        UseTree::Rename(rename) => add(&rename.ident, &rename.rename),
        UseTree::Glob(_) => used.push(Used {
            path: before.clone(),
            name: None,
        }),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, before, used);
            }
        }
    }
}

/// Collects the imports of one module.
struct Reader<'a> {
    tree: &'a Tree,
    at: usize,
    imports: &'a mut Imports,
}

impl Reader<'_> {
    fn follow(&mut self, path: &[String]) {
        if let Some(Target::Item(file)) = self.tree.resolve(self.at, path, &mut Vec::new()) {
            self.add(file, path.last().cloned().unwrap_or_default());
        }
    }

    fn add(&mut self, to: PathBuf, name: String) {
        let from = &self.tree.modules[self.at].file;
        if *from != to {
            let names = self.imports.entry((from.clone(), to)).or_default();
            names.insert(name);
        }
    }

    /// Takes the paths out of the tokens of a macro.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let punct = |at: Option<usize>, sign: char| {
            let token = at.and_then(|at| tokens.get(at));
            matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
        };
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(first) => {
                    let (before, second) = (at.checked_sub(1), at.checked_sub(2));
                    let is_method = punct(before, '.') && !punct(second, '.');
                    let is_variable = punct(before, '$') && first != "crate";
                    let goes_on = punct(before, ':') && punct(second, ':');
                    let mut path = vec![first.unraw().to_string()];
                    while punct(Some(at + 1), ':')
                        && punct(Some(at + 2), ':')
                        && let Some(TokenTree::Ident(next)) = tokens.get(at + 3)
                    {
                        path.push(next.unraw().to_string());
                        at += 3;
                    }
                    if !(is_method || is_variable || goes_on || punct(before, '\'')) {
                        self.follow(&path);
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }
}

impl<'a> Visit<'a> for Reader<'_> {
    fn visit_item(&mut self, item: &'a Item) {
        // Modules are read one by one.
        if !is_test(attributes(item)) && !matches!(item, Item::Mod(_)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'a syn::ImplItemFn) {
        if !is_test(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        let mut uses = Uses::default();
        uses.visit_item_use(item);
        for (visibility, used) in uses.found {
            for Used { path, name } in used {
                let target = self.tree.resolve(self.at, &path, &mut Vec::new());
                let is_public = !matches!(visibility, Visibility::Inherited);
                match target {
                    Some(Target::Item(file)) if !(is_public && self.is_of_a_child(&path)) => {
                        self.add(file, name.unwrap_or_else(|| "*".into()));
                    }
                    Some(Target::Module(module))
                        if name.is_none()
                            && !(is_public && self.tree.is_below(module, self.at)) =>
                    {
                        let module = &self.tree.modules[module];
                        if !module.items.is_empty() {
                            self.add(module.file.clone(), "*".into());
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        if path.leading_colon.is_none() {
            let names = path.segments.iter();
            let names: Vec<String> = names.map(|name| name.ident.unraw().to_string()).collect();
            self.follow(&names);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'a syn::Macro) {
        self.visit_path(&called.path);
        self.tokens(called.tokens.clone());
    }

    fn visit_visibility(&mut self, _: &'a Visibility) {}

    fn visit_attribute(&mut self, _: &'a Attribute) {}
}

impl Reader<'_> {
    /// Tells whether a path goes to a module below this one.
    fn is_of_a_child(&self, path: &[String]) -> bool {
        let module = &path[..path.len() - 1];
        match self.tree.resolve(self.at, module, &mut Vec::new()) {
            Some(Target::Module(module)) => self.tree.is_below(module, self.at),
            // An item of an item: a variant.
            _ => false,
        }
    }
}

fn has(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().any(|one| one.path().is_ident(name))
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<Meta>()
                .is_ok_and(|condition| needs_test(&condition))
    })
}

/// Tells whether a condition holds in tests only.
fn needs_test(condition: &Meta) -> bool {
    let Meta::List(list) = condition else {
        return condition.path().is_ident("test");
    };
    let parser = syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated;
    let Ok(parts) = list.parse_args_with(parser) else {
        return false;
    };
    match () {
        () if list.path.is_ident("all") => parts.iter().any(needs_test),
        () if list.path.is_ident("any") => parts.iter().all(needs_test),
        () => false,
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.unraw().to_string())
}
