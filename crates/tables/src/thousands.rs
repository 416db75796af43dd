use std::fmt;

/// Separator of thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thousands {
    /// `1.234.567`
    Point,
    /// `1,234,567`
    Comma,
    /// `1'234'567`, with a straight or a curved apostrophe.
    Apostrophe,
    /// `1 234 567`, with a plain, a narrow or a no-break space.
    Space,
    /// No separator: whatever has one is no number.
    None,
}

impl Thousands {
    /// Separators, and how `--thousands` names them.
    pub const ALL: [(Self, &str); 5] = [
        (Self::Comma, ","),
        (Self::Point, "."),
        (Self::Apostrophe, "'"),
        (Self::Space, "space"),
        (Self::None, "none"),
    ];

    /// The separator that this byte is.
    pub(crate) fn of(mark: u8) -> Self {
        match mark {
            b'.' => Self::Point,
            b',' => Self::Comma,
            b'\'' => Self::Apostrophe,
            _ => Self::Space,
        }
    }

    /// Decimal mark that goes with it, where it leaves but one.
    pub(crate) fn decimal(self) -> Option<u8> {
        match self {
            Self::Point => Some(b','),
            Self::Comma => Some(b'.'),
            _ => None,
        }
    }
}

impl fmt::Display for Thousands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Self::ALL.iter().find(|known| known.0 == *self);
        f.write_str(known.map_or("", |known| known.1))
    }
}
