//! Keys of a section of `downhill.toml`: their values, and their lines.

use downhill_tables::suggest::nearest;
use toml::de::DeTable;
use toml::{Table, Value};

use crate::support::failure::{Failure, Outcome};

/// Name of the file.
pub(super) const FILE: &str = "downhill.toml";

/// The commands that the file is read for.
pub(super) const SECTIONS: [&str; 4] = ["fit", "compare", "inspect", "crosscheck"];

/// Keys and values of the section.
pub(super) fn values(text: &str, name: &str) -> Outcome<Table> {
    let refuse = |why: String| Failure::Input(format!("{FILE}: {why}"));
    let mut table: Table = text
        .parse()
        .map_err(|error: toml::de::Error| refuse(error.to_string().trim_end().into()))?;
    if let Some(foreign) = table.keys().find(|key| !SECTIONS.contains(&key.as_str())) {
        return Err(refuse(match (&table[foreign], hint(foreign, &SECTIONS)) {
            (Value::Table(_), hint) => {
                let sections = SECTIONS.map(|name| format!("[{name}]")).join(", ");
                format!("there is no section [{foreign}], only {sections}{hint}")
            }
            _ => format!("`{foreign}` stands above every section; put it below [{name}]"),
        }));
    }
    match table.remove(name) {
        Some(Value::Table(section)) => Ok(section),
        _ => Err(refuse(format!(
            "there is no section [{name}] with the `data` that the command line does not name"
        ))),
    }
}

/// Keys of the section, each with its line, counted from 1.
pub(super) fn lines(text: &str, name: &str) -> Vec<(String, usize)> {
    let Ok(table) = DeTable::parse(text) else {
        return Vec::new();
    };
    let mut sections = table.get_ref().iter();
    let section = sections.find(|(section, _)| section.get_ref() == name);
    let keys = section.and_then(|(_, section)| section.get_ref().as_table());
    let keys = keys.into_iter().flat_map(|keys| keys.keys());
    keys.map(|key| {
        let before = &text[..key.span().start];
        let line = before.matches('\n').count() + 1;
        (key.get_ref().to_string(), line)
    })
    .collect()
}

/// Suggestion of a name that may have been meant.
pub(super) fn hint(name: &str, known: &[impl AsRef<str>]) -> String {
    match nearest(name, known.iter().map(AsRef::as_ref)).as_slice() {
        [close, ..] => format!("; did you mean `{close}`?"),
        [] => String::new(),
    }
}
