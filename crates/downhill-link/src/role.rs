use crate::Command;

/// Role of a session, by the key that it was opened with. A plain link has all rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Queries and subscriptions: what leaves the fit as it is.
    Read,
    /// Every command, and new keys.
    Write,
    /// The first keys, while the device has none.
    Pair,
}

impl Role {
    /// The role of this number on the wire.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Read),
            1 => Some(Self::Write),
            2 => Some(Self::Pair),
            _ => None,
        }
    }

    /// Number on the wire.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Returns true where the role may give this command.
    #[inline(always)]
    pub const fn permits(self, command: &Command<'_>) -> bool {
        match self {
            Self::Write => true,
            Self::Read => matches!(command, Command::Subscribe { .. }),
            Self::Pair => false,
        }
    }
}
