use std::fmt;

use serde::Serialize;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Byte between cells.
    pub delimiter: u8,
    /// Byte in front of a fraction.
    pub decimal: u8,
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
    };

    /// Tells whether it is the usual one.
    pub fn is_usual(self) -> bool {
        self == Self::USUAL
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = DELIMITERS.iter().find(|known| known.0 == self.delimiter);
        match known {
            Some((_, name)) => write!(f, "separated by {name}")?,
            None => write!(f, "separated by `{}`", char::from(self.delimiter))?,
        }
        match self.decimal {
            b',' => f.write_str(", decimal commas"),
            _ => Ok(()),
        }
    }
}

impl Serialize for Dialect {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |byte: u8| char::from(byte).to_string();
        let pairs = [
            ("delimiter", text(self.delimiter)),
            ("decimal", text(self.decimal)),
        ];
        serializer.collect_map(pairs)
    }
}
