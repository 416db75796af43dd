//! Names of the columns.

use std::collections::HashMap;
use std::path::Path;

use crate::error::{Place, TableError, shown};
use crate::reader::Reader;

/// Most characters of a column's name.
const LONGEST_NAME: usize = 1_000;

/// Rows that tell whether the last columns, if they have no name, hold anything.
const ROWS: usize = 100;

/// Names of the columns, some of them empty.
pub(crate) fn names(reader: &Reader<'_>) -> Result<Vec<String>, TableError> {
    let name = |at: usize| {
        let place = reader.place();
        let column = at + 1;
        let Ok(name) = reader.text(at) else {
            return Err(TableError::Encoding { place, column });
        };
        match name.char_indices().nth(LONGEST_NAME) {
            Some(_) => Err(TableError::LongName {
                place,
                column,
                name: shown(name),
                length: name.chars().count(),
                most: LONGEST_NAME,
            }),
            None => Ok(name.into()),
        }
    };
    (0..reader.len()).map(name).collect()
}

/// Puts a space in the place of ends of lines and tabs in a name.
pub(crate) fn keep_on_a_line(name: &mut String) {
    if name.contains(['\n', '\r', '\t']) {
        *name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    }
}

/// Forgets the last columns, if they have neither a name nor anything in the first rows.
pub(crate) fn drop_unnamed_end(
    names: &mut Vec<String>,
    reader: &mut Reader,
) -> Result<(), TableError> {
    let mut named = names
        .iter()
        .rposition(|name| !name.is_empty())
        .map_or(0, |at| at + 1);
    if named == names.len() || named == 0 {
        names.truncate(named);
        return Ok(());
    }
    let mut left = ROWS;
    while left > 0 && reader.next_row()? {
        let filled = (named..reader.len()).rfind(|&at| !reader.cell(at).is_empty());
        named = filled.map_or(named, |at| at + 1);
        left -= 1;
    }
    names.truncate(named);
    Ok(())
}

/// Names the columns without a name by their position; returns the position of each name.
pub(crate) fn name_all(
    names: &mut [String],
    path: &Path,
    line: Option<u64>,
) -> Result<HashMap<String, usize>, TableError> {
    let mut places = HashMap::with_capacity(names.len());
    for (at, name) in names
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty())
    {
        if let Some(first) = places.insert(name.clone(), at) {
            return Err(TableError::Duplicate {
                place: Place {
                    path: path.into(),
                    line: line.unwrap_or(1),
                    column: None,
                },
                name: name.clone(),
                first: first + 1,
                second: at + 1,
            });
        }
    }
    for (at, name) in names
        .iter_mut()
        .enumerate()
        .filter(|(_, name)| name.is_empty())
    {
        *name = format!("column_{}", at + 1);
        while places.contains_key(name) {
            name.push('_');
        }
        places.insert(name.clone(), at);
    }
    Ok(places)
}
