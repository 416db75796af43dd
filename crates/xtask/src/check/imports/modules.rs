//! Modules of a crate, and what a path in one of them leads to.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use syn::ext::IdentExt;
use syn::visit::Visit;
use syn::{Attribute, Item, Meta};

use super::attributes::{attributes, has, is_test};
use super::uses::Uses;

#[derive(Default)]
pub(super) struct Tree {
    pub(super) modules: Vec<Module>,
}

#[derive(Default)]
pub(super) struct Module {
    pub(super) file: PathBuf,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    /// Names defined here, each with its file: an exported macro is defined at the crate's root.
    pub(super) items: BTreeMap<String, PathBuf>,
    /// Paths that a name stands for.
    aliases: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    pub(super) source: Vec<Item>,
}

/// Destination of a path.
#[derive(Clone, PartialEq)]
pub(super) enum Target {
    Module(usize),
    Item(PathBuf),
}

impl Tree {
    /// Loads a file as a module; its children's files are in `folder`.
    pub(super) fn load(
        &mut self,
        file: &Path,
        folder: &Path,
        parent: Option<usize>,
    ) -> Result<usize> {
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
    pub(super) fn resolve(
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

    pub(super) fn is_below(&self, module: usize, above: usize) -> bool {
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
