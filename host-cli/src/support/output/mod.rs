//! Outputs: standard output, and files that are there whole or not at all.

mod target;

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::support::failure::{Failure, Outcome};
use crate::support::messages;
use crate::support::printable::printable;

pub(crate) use target::{Draft, Target, is_one_file};

/// Prints a result. A reader that has gone away is none of our business.
pub(crate) fn print(text: &str) -> Outcome {
    print_on(text).map(drop)
}

/// Prints what more shall follow; whether there still is a reader.
pub(crate) fn print_on(text: &str) -> Outcome<bool> {
    let mut out = io::stdout().lock();
    let text = printable(text);
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::Input(format!("standard output: {error}"))),
    }
}

/// Prints what is good to know and was not asked for: nothing with `--quiet`.
pub(crate) fn say(text: &str) -> Outcome {
    match messages::is_quiet() {
        true => Ok(()),
        false => print(text),
    }
}

/// Version of what `--json` prints; it rises when a field changes its meaning or goes.
const SCHEMA: u32 = 2;

/// A result behind the versions of its schema and of the program.
#[derive(Serialize)]
pub(crate) struct Versioned<'a, T> {
    schema: u32,
    downhill: &'static str,
    #[serde(flatten)]
    result: &'a T,
}

impl<'a, T: Serialize> Versioned<'a, T> {
    /// This version of a result.
    pub(crate) fn new(result: &'a T) -> Self {
        Self {
            schema: SCHEMA,
            downhill: env!("CARGO_PKG_VERSION"),
            result,
        }
    }
}

/// Prints one JSON object.
pub(crate) fn print_json(result: &impl Serialize) -> Outcome {
    let text = serde_json::to_string_pretty(&Versioned::new(result)).map_err(Failure::input)?;
    print(&(text + "\n"))
}

/// Bytes of a long result that wait to be written.
const WAITING: usize = 64 * 1024;

/// A long result that is written piece by piece: to standard output, or to a file that is there
/// whole or not at all. A piece is never cut.
pub(crate) struct ResultWriter {
    file: Option<(Target, Draft)>,
    waiting: Vec<u8>,
}

impl ResultWriter {
    /// Begins the file, or goes to standard output.
    pub(crate) fn new(target: Option<Target>) -> Outcome<Self> {
        let begin = |target: Target| target.begin().map(|draft| (target, draft));
        Ok(Self {
            file: target.map(begin).transpose()?,
            waiting: Vec::new(),
        })
    }

    /// True where a write has done its work: not where a reader has gone away, which is none of our
    /// business.
    pub(crate) fn went(&self, written: io::Result<()>) -> Outcome<bool> {
        match (written, &self.file) {
            (Ok(()), _) => Ok(true),
            (Err(error), Some((target, _))) => Err(target.failed(&error)),
            (Err(error), None) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            (Err(error), None) => Err(Failure::Input(format!("standard output: {error}"))),
        }
    }

    /// Tells whether it writes to standard output.
    pub(crate) fn is_standard(&self) -> bool {
        self.file.is_none()
    }

    /// Ends before all was written: standard output gets what waits, and a file no name. Returns the
    /// failure.
    pub(crate) fn end_early(mut self, failure: Failure) -> Failure {
        if self.file.is_none() {
            // The failure is what is said, whoever reads.
            let _ = self.flush();
        }
        failure
    }

    /// Writes what waits, and gives a file its name.
    pub(crate) fn finish(mut self) -> Outcome {
        let flushed = self.flush();
        self.went(flushed)?;
        match self.file {
            Some((target, draft)) => target.finish(draft),
            None => Ok(()),
        }
    }
}

impl Write for ResultWriter {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(piece);
        if self.waiting.len() >= WAITING {
            self.flush()?;
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        match &mut self.file {
            Some((_, draft)) => draft.write_all(&waiting),
            None => {
                let mut out = io::stdout().lock();
                // Names of a file's columns may stand in it.
                let shown = match out.is_terminal() {
                    true => printable(&String::from_utf8_lossy(&waiting))
                        .into_owned()
                        .into(),
                    false => waiting,
                };
                out.write_all(&shown).and_then(|()| out.flush())
            }
        }
    }
}
