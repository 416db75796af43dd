use std::fmt::Display;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::de::IgnoredAny;

use super::format::{Entry, FORMAT, Head, LastLine};
use crate::support::failure::{Failure, Outcome};

/// A recording that is read entry by entry.
pub(crate) struct Reader<'a> {
    path: &'a Path,
    file: BufReader<File>,
    pub(crate) head: Head,
    /// Lines read.
    line: u64,
    entries: u64,
    ended: bool,
    bytes: Vec<u8>,
}

impl<'a> Reader<'a> {
    /// Opens a recording.
    ///
    /// # Errors
    /// If it is none, or one that this program cannot repeat.
    pub(crate) fn open(path: &'a Path) -> Outcome<Self> {
        let file = File::open(path).map_err(|error| {
            Failure::Input(format!("{}: {error}; check the path", path.display()))
        })?;
        let (mut file, mut first) = (BufReader::new(file), Vec::new());
        let refuse = |why: &dyn Display| FORMAT.foreign(path, Some(1), why);
        let read = file.read_until(b'\n', &mut first);
        if read.map_err(|error| refuse(&error))? == 0 {
            return Err(refuse(&"it is empty"));
        }
        let ends = serde_json::from_slice::<IgnoredAny>(&first).is_err_and(|error| error.is_eof());
        if ends && !first.ends_with(b"\n") {
            return Err(refuse(&"its first line is cut off"));
        }
        let first = str::from_utf8(&first).map_err(|error| refuse(&error))?;
        Ok(Self {
            path,
            file,
            head: Head::parse(path, first.trim_end())?,
            line: 1,
            entries: 0,
            ended: false,
            bytes: Vec::new(),
        })
    }

    /// The next entry and its line, counted from 1.
    ///
    /// # Errors
    /// If a line is not as a recorder writes it, but for one at the end that was cut.
    pub(crate) fn next(&mut self) -> Outcome<Option<(u64, Entry)>> {
        self.bytes.clear();
        self.line += 1;
        let read = self.file.read_until(b'\n', &mut self.bytes);
        let refuse = |why: &dyn Display| FORMAT.foreign(self.path, Some(self.line), why);
        if read.map_err(|error| refuse(&error))? == 0 {
            return self.at_end();
        }
        if self.ended {
            return Err(refuse(&"it goes on behind its end mark"));
        }
        let text = match str::from_utf8(&self.bytes) {
            Ok(text) => text,
            Err(_) if self.is_torn() => return self.at_end(),
            Err(error) => return Err(refuse(&error)),
        };
        if let Ok(LastLine { end }) = serde_json::from_str(text) {
            if end.entries != self.entries {
                return Err(refuse(&format!(
                    "its end mark counts {} entries, and it has {}",
                    end.entries, self.entries
                )));
            }
            self.ended = true;
            return self.next();
        }
        let entry: Entry = match FORMAT.parse(self.path, text.trim_end(), Some(self.line)) {
            Ok(entry) => entry,
            Err(_) if self.is_torn() => return self.at_end(),
            Err(failure) => return Err(failure),
        };
        entry.check().map_err(|error| refuse(&error))?;
        self.entries += 1;
        Ok(Some((self.line, entry)))
    }

    /// Nothing more, unless there was nothing at all.
    fn at_end<T>(&self) -> Outcome<Option<T>> {
        match self.entries == 0 && self.is_cut() == Some(true) {
            true => {
                let why = "it was cut before the first command";
                Err(FORMAT.foreign(self.path, Some(self.line), &why))
            }
            false => Ok(None),
        }
    }

    /// Returns true where the line that was read last was cut: a recorder writes it and its end at
    /// once.
    fn is_torn(&self) -> bool {
        self.head.is_marked() && !self.bytes.ends_with(b"\n")
    }

    /// Returns true where the recording ended before the board's session did, once all of it has
    /// been read; `None` of version 1, which does not tell.
    pub(crate) fn is_cut(&self) -> Option<bool> {
        self.head.is_marked().then_some(!self.ended)
    }
}
