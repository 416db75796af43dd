//! `downhill device pair`: keys for a board.

use std::fs;
use std::path::PathBuf;

use downhill_link::Role;
use downhill_link::seal::Keys;

use super::connect;
use crate::arguments::device::PairArguments;
use crate::device::{KeyFile, Port};
use crate::support::failure::{Failure, Outcome};
use crate::support::output;

pub(super) fn run(arguments: &PairArguments) -> Outcome {
    let name = arguments.name.display();
    let path = |ending: &str| PathBuf::from(format!("{name}.{ending}.key"));
    let old = arguments.line.key.as_deref();
    let old = old.map(KeyFile::read).transpose()?;
    if let Some(KeyFile {
        role: Role::Read, ..
    }) = &old
    {
        return Err(Failure::Usage(
            "new keys need the board's key for writing; give it with `--key`".into(),
        ));
    }
    let mut wire = connect::open_wire(&arguments.line)?;
    match &old {
        Some(old) => wire.unlock(old)?,
        None => wire.unlock_unpaired()?,
    }
    let (read, write) = (KeyFile::draw(Role::Read)?, KeyFile::draw(Role::Write)?);
    let (reads, writes) = (path("read"), path("write"));
    let discard = || {
        for path in [&reads, &writes] {
            // It is told of what comes first.
            let _ = fs::remove_file(path);
        }
    };
    // Before the board has them: what it has is then in a file, whatever happens.
    read.write(&reads)?;
    write.write(&writes).inspect_err(|_| {
        let _ = fs::remove_file(&reads);
    })?;
    let keys = Keys {
        read: read.key.clone(),
        write: write.key.clone(),
    };
    if wire.pair(&keys)? == Some(false) {
        discard();
        return Err(Failure::Input(
            "the board could not keep the keys: its flash failed, or they are built into its \
             firmware"
                .into(),
        ));
    }
    // The answer may have been lost: the board itself says which keys it has.
    wire.unlock(&write).map_err(|failure| {
        let (reads, writes) = (reads.display(), writes.display());
        failure.and(&format!(
            "it may have the keys in {reads} and {writes}, or not: try `downhill device info` with one"
        ))
    })?;
    let port = Port::open(wire)?;
    output::say(&format!(
        "{} is paired: {} may watch it, and {} may do all; it answers nobody else\n",
        port.board(),
        reads.display(),
        writes.display()
    ))
}
