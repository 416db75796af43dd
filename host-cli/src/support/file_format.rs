//! Files with a format and a version at their head, which are refused where they are of another.

use std::fmt::Display;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::support::failure::{Failure, Outcome};
use crate::support::json;

/// A format of files that this program writes, and of which it reads the older versions too.
pub(crate) struct FileFormat {
    /// Kind of file, in a word.
    pub(crate) kind: &'static str,
    /// Version that is written.
    pub(crate) version: u32,
    /// Command that makes such a file.
    pub(crate) made_by: &'static str,
}

/// Fields that are read before the others.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

impl FileFormat {
    /// Value of the field `format`.
    pub(crate) fn name(&self) -> String {
        format!("downhill {}", self.kind)
    }

    /// Refuses another format than this one, and a version that this program cannot read.
    ///
    /// # Errors
    /// [`Failure::Input`] with file and cure.
    pub(crate) fn check(&self, file: &Path, text: &str, line: Option<u64>) -> Outcome {
        let Head { format, version } = self.parse(file, text, line)?;
        if format != self.name() {
            return Err(self.foreign(file, line, &format!("its format is `{format}`")));
        }
        match (1..=self.version).contains(&version) {
            true => Ok(()),
            false => Err(Failure::Input(format!(
                "{} has version {version} of the {} format, and this program reads version {} and \
                 older; use the release of Downhill that wrote it, or make it anew with {}",
                file.display(),
                self.kind,
                self.version,
                self.made_by
            ))),
        }
    }

    /// Parses the text of a file, or its line of this number.
    ///
    /// # Errors
    /// [`Failure::Input`] with file, line, column, field and cure.
    pub(crate) fn parse<T>(&self, file: &Path, text: &str, line: Option<u64>) -> Outcome<T>
    where
        T: DeserializeOwned,
    {
        json::parse(text).map_err(|error| {
            let place = format!(", {}: this", error.place(line));
            self.refuse(file, &place, &error.cause)
        })
    }

    /// Failure of a file, or of a line of it, that is not as this program writes it.
    pub(crate) fn foreign(&self, file: &Path, line: Option<u64>, why: &dyn Display) -> Failure {
        let place = line.map(|line| format!(", line {line}: this"));
        self.refuse(file, &place.unwrap_or_default(), why)
    }

    fn refuse(&self, file: &Path, place: &str, why: &dyn Display) -> Failure {
        let (file, kind, made_by) = (file.display(), self.kind, self.made_by);
        Failure::Input(format!(
            "{file}{place} is not a whole Downhill {kind}: {why}; make it with {made_by}"
        ))
    }
}
