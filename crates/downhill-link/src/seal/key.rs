use core::fmt;

use crate::Role;

/// A key that host and device share. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// A key of these bytes, which come from a source of entropy.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key of [`Role::Pair`], which everybody knows: it hides new keys from those who only
    /// listen.
    pub const KNOWN: Self = Self([0; 32]);

    /// Its bytes, to be kept where nobody else reads them.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// The keys of a device, one a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Key of [`Role::Read`].
    pub read: Key,
    /// Key of [`Role::Write`].
    pub write: Key,
}

impl Keys {
    /// Bytes of both keys.
    pub const LEN: usize = 64;

    /// The keys of these bytes: that for reading first.
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Self {
        let (mut read, mut write) = ([0; 32], [0; 32]);
        let (first, second) = bytes.split_at(32);
        read.copy_from_slice(first);
        write.copy_from_slice(second);
        Self {
            read: Key(read),
            write: Key(write),
        }
    }

    /// Their bytes.
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        let (read, write) = bytes.split_at_mut(32);
        read.copy_from_slice(self.read.bytes());
        write.copy_from_slice(self.write.bytes());
        bytes
    }

    /// The key of a role; none of [`Role::Pair`].
    pub const fn of(&self, role: Role) -> Option<&Key> {
        match role {
            Role::Read => Some(&self.read),
            Role::Write => Some(&self.write),
            Role::Pair => None,
        }
    }
}
