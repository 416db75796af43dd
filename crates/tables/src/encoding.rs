//! Encodings of texts other than UTF-8.

use std::fmt;
use std::io::Read;

use crate::utf16::{ByteOrder, Utf16};
use crate::windows1252::{self, Windows1252};

/// Encoding of a text that is not in UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf16(ByteOrder),
    Windows1252,
}

impl Encoding {
    /// Encoding that the front of a file tells; `None` of UTF-8.
    pub(crate) fn of(front: &[u8]) -> Option<Self> {
        match ByteOrder::of(front) {
            Some(order) => Some(Self::Utf16(order)),
            None => windows1252::is_such(front).then_some(Self::Windows1252),
        }
    }

    /// Reader that gives the text in UTF-8.
    pub(crate) fn decode<R: Read + 'static>(self, input: R) -> Box<dyn Read> {
        match self {
            Self::Utf16(order) => Box::new(Utf16::new(input, order)),
            Self::Windows1252 => Box::new(Windows1252::new(input)),
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf16(_) => "UTF-16",
            Self::Windows1252 => "Windows-1252",
        })
    }
}
