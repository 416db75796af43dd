use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use tempfile::NamedTempFile;

use crate::support::cleanup::{Held, hold};
use crate::support::failure::{Failure, Outcome};

/// Links behind each other before they are taken for a circle.
const LINKS: usize = 40;

/// A file that is to be written, its folder known to take one.
#[derive(Debug)]
pub(crate) struct Target {
    /// The file itself, behind any links.
    path: PathBuf,
    folder: PathBuf,
    /// Permissions of the file, if there is one already.
    permissions: Option<Permissions>,
}

/// A file on its way, under another name: gone if it is dropped, or a signal ends the program.
#[derive(Debug)]
pub(crate) struct Draft {
    file: NamedTempFile,
    _held: Held,
}

impl Draft {
    /// Another handle, which stays when the draft gets its name.
    ///
    /// # Errors
    /// Where the program has too many open files.
    pub(crate) fn file(&self) -> io::Result<File> {
        self.file.as_file().try_clone()
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Its errors do not name the draft, which is gone then.
        self.file.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}

impl Target {
    /// Looks at the place before any work is done; `inputs` are not overwritten.
    pub(crate) fn new(path: &Path, inputs: &[&Path]) -> Outcome<Self> {
        if path == Path::new("-") {
            return Err(Failure::Input(
                "cannot write -: this goes to a file, not to standard output; name one (`./-` for \
                 one of that name)"
                    .into(),
            ));
        }
        let place = behind_links(path).and_then(|file| Self::at(file, inputs));
        place.map_err(|why| Failure::Input(format!("cannot write {}: {why}", path.display())))
    }

    fn at(path: PathBuf, inputs: &[&Path]) -> Result<Self, String> {
        let folder = match path.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => return Err("it is a folder; name a file".into()),
        };
        if !folder.is_dir() {
            return Err(format!(
                "there is no folder {}; make it first",
                folder.display()
            ));
        }
        let there = match fs::metadata(&path) {
            Ok(there) => Some(there),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.to_string()),
        };
        if let Some(there) = &there {
            check_replaceable(there)?;
        } else if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return Err("it is the name of a folder; name a file".into());
        }
        if inputs.iter().any(|input| is_one_file(input, &path)) {
            return Err("it is the input; name another file".into());
        }
        // The file is written beside its place, and takes it when it is whole.
        access(folder, Access::WRITE_OK | Access::EXEC_OK).map_err(|error| {
            let (folder, error) = (folder.display(), io::Error::from(error));
            format!("the folder {folder} takes no file ({error}); name another")
        })?;
        Ok(Self {
            folder: folder.into(),
            permissions: there.map(|there| there.permissions()),
            path,
        })
    }

    /// Writes the file, under another name until it is whole.
    pub(crate) fn write(&self, content: &(impl AsRef<[u8]> + ?Sized)) -> Outcome {
        let mut draft = self.begin()?;
        draft
            .write_all(content.as_ref())
            .map_err(|error| self.failed(&error))?;
        self.finish(draft)
    }

    /// Begins a file that gets its name in [`finish`](Target::finish), and is gone if it does not.
    pub(crate) fn begin(&self) -> Outcome<Draft> {
        let mut builder = tempfile::Builder::new();
        // What takes the place of a file is private until it has that one's permissions; of a new
        // one they are the user's usual ones from the start.
        let mode = match self.permissions {
            Some(_) => 0o600,
            None => 0o666,
        };
        builder.permissions(PermissionsExt::from_mode(mode));
        let builder = builder.prefix(".downhill-");
        let draft = hold(
            || builder.tempfile_in(&self.folder),
            |file| {
                let path = file.path().to_path_buf();
                Box::new(move || drop(fs::remove_file(path)))
            },
        );
        let (file, held) = draft.map_err(|error| self.failed(&error.kind().into()))?;
        Ok(Draft { file, _held: held })
    }

    /// Gives a file that is whole its name.
    pub(crate) fn finish(&self, draft: Draft) -> Outcome {
        let synced = draft.file.as_file().sync_all();
        synced.map_err(|error| self.failed(&error))?;
        self.name(draft)
    }

    /// Gives a file its name; it may be written to further.
    pub(crate) fn name(&self, draft: Draft) -> Outcome {
        let name = || -> io::Result<()> {
            if let Some(permissions) = &self.permissions {
                draft.file.as_file().set_permissions(permissions.clone())?;
            }
            draft.file.persist(&self.path)?;
            Ok(())
        };
        name().map_err(|error| self.failed(&error))
    }

    /// Failure of a file that could not be written.
    pub(crate) fn failed(&self, error: &io::Error) -> Failure {
        let path = self.path.display();
        if error.kind() == io::ErrorKind::StorageFull {
            return Failure::Input(format!(
                "{path}: no space left on the device; free some, or name another place"
            ));
        }
        Failure::Input(format!("{path}: {error}"))
    }
}

/// The place that a path leads to, whether there is a file or not.
fn behind_links(path: &Path) -> Result<PathBuf, String> {
    let mut place = path.to_path_buf();
    for _ in 0..LINKS {
        let Ok(to) = fs::read_link(&place) else {
            return Ok(place);
        };
        place = place.parent().unwrap_or(Path::new("")).join(to);
    }
    Err("it is a link that leads to itself; name a file".into())
}

/// Returns true where two paths lead to one file, whether there is one or not.
pub(crate) fn is_one_file(a: &Path, b: &Path) -> bool {
    let place = |path: &Path| behind_links(path).ok().and_then(|path| place(&path));
    place(a).is_some_and(|a| place(b) == Some(a))
}

/// The one path of a file behind any links.
fn place(path: &Path) -> Option<PathBuf> {
    let (folder, name) = (path.parent()?, path.file_name()?);
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    Some(folder.canonicalize().ok()?.join(name))
}

/// Refuses what a file may not take the place of.
fn check_replaceable(there: &Metadata) -> Result<(), String> {
    if there.is_dir() {
        return Err("it is a folder; name a file".into());
    }
    // Replacing a device or a pipe by a file would take it away from everybody.
    if !there.is_file() {
        return Err("it is no ordinary file; name one".into());
    }
    // The rest of what is printed would go to a file that has no name any more.
    if is_at(io::stdout().as_fd(), there) || is_at(io::stderr().as_fd(), there) {
        return Err("what is printed goes there; name another file".into());
    }
    match there.permissions().readonly() {
        true => Err("it may only be read; name another file".into()),
        false => Ok(()),
    }
}

/// True where a stream goes to this file.
fn is_at(stream: BorrowedFd<'_>, file: &Metadata) -> bool {
    let stream = stream.try_clone_to_owned().map(File::from);
    let there = stream.and_then(|stream| stream.metadata());
    there.is_ok_and(|there| (there.dev(), there.ino()) == (file.dev(), file.ino()))
}
