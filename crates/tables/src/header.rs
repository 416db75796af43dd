use std::path::PathBuf;

use crate::dialect::Dialect;
use crate::error::{Place, TableError};
use crate::missing::MissingMarkers;
use crate::reader::Reader;

/// Properties of all rows of a file.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) path: PathBuf,
    pub(crate) dialect: Dialect,
    /// Names of the columns, no two the same.
    pub(crate) names: Vec<String>,
    pub(crate) markers: MissingMarkers,
}

impl Header {
    /// Takes the names of the columns from the first row.
    pub(crate) fn read(mut reader: Reader, missing: &[String]) -> Result<Self, TableError> {
        let empty = TableError::Empty(reader.path.clone());
        if !reader.next_row()? {
            return Err(empty);
        }
        let mut names = Vec::<String>::new();
        for at in 0..reader.len() {
            let place = reader.place();
            let Ok(name) = reader.text(at) else {
                let column = at + 1;
                return Err(TableError::Encoding { place, column });
            };
            if let Some(first) = names.iter().position(|other| other == name) {
                return Err(TableError::Duplicate {
                    place: Place { line: 1, ..place },
                    name: name.into(),
                    first: first + 1,
                    second: at + 1,
                });
            }
            names.push(name.into());
        }
        match names.iter().all(String::is_empty) {
            true => Err(empty),
            false => Ok(Self {
                markers: MissingMarkers::new(missing, reader.dialect.decimal),
                dialect: reader.dialect,
                path: reader.path,
                names,
            }),
        }
    }

    /// Position of the column with this name.
    pub(crate) fn find(&self, name: &str) -> Result<usize, TableError> {
        let found = self.names.iter().position(|other| other == name);
        found.ok_or_else(|| TableError::unknown(&self.path, name, &self.names))
    }
}
