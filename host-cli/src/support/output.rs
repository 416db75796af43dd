//! Outputs: standard output, and files that are there whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::NamedTempFile;

use crate::support::failure::{Failure, Outcome};
use crate::support::messages;

/// Prints a result. A reader that has gone away is none of our business.
pub(crate) fn print(text: &str) -> Outcome {
    print_on(text).map(drop)
}

/// Prints what more shall follow; whether there still is a reader.
pub(crate) fn print_on(text: &str) -> Outcome<bool> {
    let mut out = io::stdout().lock();
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
    file: Option<(Target, NamedTempFile)>,
    waiting: Vec<u8>,
}

impl ResultWriter {
    /// Begins the file, or goes to standard output.
    pub(crate) fn new(target: Option<Target>) -> Outcome<Self> {
        let begin = |target: Target| target.begin().map(|file| (target, file));
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

    /// Writes what waits, and gives a file its name.
    pub(crate) fn finish(mut self) -> Outcome {
        let flushed = self.flush();
        self.went(flushed)?;
        match self.file {
            Some((target, file)) => target.finish(file),
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
            Some((_, file)) => file.write_all(&waiting),
            None => {
                let mut out = io::stdout().lock();
                out.write_all(&waiting).and_then(|()| out.flush())
            }
        }
    }
}

/// A file that is to be written, its folder known to take one.
#[derive(Debug)]
pub(crate) struct Target {
    /// The file itself, behind any links.
    path: PathBuf,
    folder: PathBuf,
    /// Permissions of the file, if there is one already.
    permissions: Option<std::fs::Permissions>,
}

impl Target {
    /// Looks at the place before any work is done; `inputs` are not overwritten.
    pub(crate) fn new(path: &Path, inputs: &[&Path]) -> Outcome<Self> {
        let refuse = |why: &str| {
            let message = format!("cannot write {}: {why}", path.display());
            Err(Failure::Input(message))
        };
        let folder = match path.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => return refuse("it is a folder; name a file"),
        };
        let there = std::fs::metadata(path).ok();
        if there.as_ref().is_some_and(|there| there.is_dir()) {
            return refuse("it is a folder; name a file");
        }
        // Replacing a device or a pipe by a file would take it away from everybody.
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            return refuse("it is no ordinary file; name one");
        }
        if there
            .as_ref()
            .is_some_and(|there| there.permissions().readonly())
        {
            return refuse("it may only be read; name another file");
        }
        if !folder.is_dir() {
            return refuse(&format!(
                "there is no folder {}; make it first",
                folder.display()
            ));
        }
        let same = |input: &&Path| {
            let (a, b) = (path.canonicalize(), input.canonicalize());
            a.is_ok() && a.ok() == b.ok()
        };
        if inputs.iter().any(same) {
            return refuse("it is the input; name another file");
        }
        let file = path.canonicalize().unwrap_or_else(|_| path.into());
        let folder = match there.is_some() {
            true => file.parent().unwrap_or(folder),
            false => folder,
        };
        Ok(Self {
            folder: folder.into(),
            permissions: there.map(|there| there.permissions()),
            path: file,
        })
    }

    /// Writes the file, under another name until it is whole.
    pub(crate) fn write(&self, content: &(impl AsRef<[u8]> + ?Sized)) -> Outcome {
        let mut file = self.begin()?;
        file.write_all(content.as_ref())
            .map_err(|error| self.failed(&error))?;
        self.finish(file)
    }

    /// Begins a file that gets its name in [`finish`](Target::finish), and is gone if it does not.
    pub(crate) fn begin(&self) -> Outcome<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        // Private is right for a temporary file, but not for what it becomes.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.prefix(".downhill-").tempfile_in(&self.folder);
        file.map_err(|error| self.failed(&error))
    }

    /// Gives a file that is whole its name.
    pub(crate) fn finish(&self, file: NamedTempFile) -> Outcome {
        let finish = || -> io::Result<()> {
            if let Some(permissions) = &self.permissions {
                file.as_file().set_permissions(permissions.clone())?;
            }
            file.as_file().sync_all()?;
            file.persist(&self.path).map_err(|error| error.error)?;
            Ok(())
        };
        finish().map_err(|error| self.failed(&error))
    }

    /// Failure of a file that could not be written.
    pub(crate) fn failed(&self, error: &io::Error) -> Failure {
        Failure::Input(format!("{}: {error}", self.path.display()))
    }
}
