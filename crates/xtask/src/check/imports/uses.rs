//! Names that the `use` items of a module bring in.

use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Item, UseTree, Visibility};

use super::attributes::{attributes, is_test};

/// One name that a `use` brings in, or everything of a module.
pub(super) struct Used {
    pub(super) path: Vec<String>,
    pub(super) name: Option<String>,
}

/// Every `use` of a module, those within functions included, with its visibility.
#[derive(Default)]
pub(super) struct Uses {
    pub(super) found: Vec<(Visibility, Vec<Used>)>,
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
