//! Imports among the files of a crate, read with `syn`.
//!
//! An import is a `use` of another file's item, or a path to it. A parent's `mod` and its `pub use`
//! of what its children define are none, and neither is anything under `#[cfg(test)]`; a path that
//! goes through a `pub use` leads to the file that defines the item.

mod attributes;
mod modules;
mod uses;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Visibility};

use attributes::{attributes, is_test};
use modules::{Target, Tree};
use uses::{Used, Uses};

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
