//! Files with the key of a board, which nobody but their owner may read.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use downhill_link::Role;
use downhill_link::seal::Key;

use crate::support::failure::{Failure, Outcome};

/// First line of the file.
const FORMAT: &str = "downhill key 1";
/// Permissions of the file: its owner reads and writes.
const OWNER: u32 = 0o600;

/// A key and its role.
#[derive(Debug)]
pub(crate) struct KeyFile {
    pub(crate) role: Role,
    pub(crate) key: Key,
}

impl KeyFile {
    /// A new key of the system's source of entropy.
    pub(crate) fn draw(role: Role) -> Outcome<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(Failure::input)?;
        let key = Key::new(bytes);
        Ok(Self { role, key })
    }

    /// Reads a file that [`write`](Self::write) made.
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let shown = path.display();
        let refuse = |error: io::Error| Failure::Input(format!("{shown}: {error}; check the path"));
        let mut file = File::open(path).map_err(refuse)?;
        let mode = file.metadata().map_err(refuse)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(Failure::Input(format!(
                "{shown}: others may read this key (mode {:o}); `chmod 600 {shown}`, and pair the \
                 board anew if somebody may have",
                mode & 0o777
            )));
        }
        let mut text = String::new();
        // A key has no more.
        let read = (&mut file).take(256).read_to_string(&mut text);
        read.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => no_key(path),
            _ => refuse(error),
        })?;
        Self::parse(&text).ok_or_else(|| no_key(path))
    }

    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(FORMAT)?.strip_prefix('\n')?;
        let (role, digits) = rest.trim_end().split_once(' ')?;
        let role = [Role::Read, Role::Write]
            .into_iter()
            .find(|known| name(*known) == role)?;
        let digits = digits.as_bytes();
        let mut bytes = [0; 32];
        let (pairs, rest) = digits.as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            let digit = |letter: u8| char::from(letter).to_digit(16);
            *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
        }
        let key = Key::new(bytes);
        Some(Self { role, key })
    }

    /// Writes it to a new file, which only its owner may read.
    pub(crate) fn write(&self, path: &Path) -> Outcome {
        let shown = path.display();
        let refuse = |error: io::Error| {
            Failure::Input(match error.kind() {
                io::ErrorKind::AlreadyExists => format!(
                    "{shown} is there already, and may be the only key of a board; choose another \
                     name, or move it away"
                ),
                _ => format!("{shown}: {error}; check the path"),
            })
        };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(OWNER);
        let mut file = options.open(path).map_err(refuse)?;
        let mut text = format!("{FORMAT}\n{} ", name(self.role));
        for byte in self.key.bytes() {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\n');
        let written = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all());
        written.map_err(|error| {
            let _ = fs::remove_file(path);
            refuse(error)
        })
    }
}

/// Name of a role, in files and messages.
pub(crate) const fn name(role: Role) -> &'static str {
    match role {
        Role::Read => "read",
        Role::Write => "write",
        Role::Pair => "pair",
    }
}

fn no_key(path: &Path) -> Failure {
    Failure::Input(format!(
        "{}: it is no key of a board; give a file that `downhill device pair` wrote",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_by_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        let drawn = KeyFile::draw(Role::Read).unwrap();
        drawn.write(&path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, OWNER);
        let read = KeyFile::read(&path).unwrap();
        assert!(read.key == drawn.key && read.role == drawn.role);
        let again = drawn.write(&path).unwrap_err().to_string();
        assert!(again.contains("is there already"), "{again}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = KeyFile::read(&path).unwrap_err().to_string();
        assert!(refused.contains("others may read this key (mode 640)"));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let good = format!("{FORMAT}\nwrite {}\n", "5f".repeat(32));
        assert!(KeyFile::parse(&good).is_some());
        for (from, to) in [
            ("key 1", "key 2"),
            ("write", "pair"),
            ("write ", "write"),
            ("5f", "5g"),
            ("5f\n", "5\n"),
            ("5f\n", "5f5f\n"),
        ] {
            assert!(KeyFile::parse(&good.replacen(from, to, 1)).is_none() || from == "5f\n");
        }
        let tail = format!("{FORMAT}\nwrite {}", "5f".repeat(33));
        assert!(KeyFile::parse(&tail).is_none());
        assert!(KeyFile::parse(&tail[..tail.len() - 3]).is_none());
    }
}
