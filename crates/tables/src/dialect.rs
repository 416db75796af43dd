use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::error::TableError;
use crate::thousands::Thousands;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Byte between cells.
    pub delimiter: u8,
    /// Byte in front of a fraction.
    pub decimal: u8,
    /// The only separator of thousands; `None` where each is one that is no decimal mark.
    pub thousands: Option<Thousands>,
}

/// Bytes that are tried between cells, and their names.
pub(crate) const DELIMITERS: [(u8, &str); 4] = [
    (b',', "commas"),
    (b';', "semicolons"),
    (b'\t', "tabs"),
    (b'|', "bars"),
];

impl Dialect {
    /// Commas between cells, points in front of fractions.
    pub const USUAL: Self = Self {
        delimiter: b',',
        decimal: b'.',
        thousands: None,
    };

    /// Makes sure that no character has two meanings. Quoted cells may have commas in them.
    pub(crate) fn check(self, path: &Path) -> Result<(), TableError> {
        let thousands = self.thousands.map(|thousands| thousands.to_string());
        let decimal = char::from(self.decimal).to_string();
        let (both, options) = if thousands.as_ref() == Some(&decimal) {
            ("the separator of thousands and", "`--thousands`")
        } else if self.delimiter == self.decimal && self.decimal != b',' {
            ("the delimiter and", "`--delimiter`")
        } else {
            return Ok(());
        };
        Err(TableError::Dialect {
            path: path.into(),
            cause: format!("{both} the decimal mark are the same"),
            cure: format!("give {options} and `--decimal` two characters"),
        })
    }

    /// Tells whether it is the usual one.
    pub fn is_usual(self) -> bool {
        self == Self::USUAL
    }
}

impl Default for Dialect {
    fn default() -> Self {
        Self::USUAL
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = DELIMITERS.iter().find(|known| known.0 == self.delimiter);
        match known {
            Some((_, name)) => write!(f, "separated by {name}")?,
            None => write!(f, "separated by `{}`", char::from(self.delimiter))?,
        }
        if self.decimal == b',' {
            f.write_str(", decimal commas")?;
        }
        match self.thousands {
            Some(thousands) => write!(f, ", thousands by `{thousands}`"),
            None => Ok(()),
        }
    }
}

impl Serialize for Dialect {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |byte: u8| char::from(byte).to_string();
        let thousands = self.thousands.map(|thousands| thousands.to_string());
        let pairs = [
            ("delimiter", Some(text(self.delimiter))),
            ("decimal", Some(text(self.decimal))),
            ("thousands", thousands),
        ];
        let given = |(name, value): (_, Option<String>)| Some((name, value?));
        serializer.collect_map(pairs.into_iter().filter_map(given))
    }
}
