//! Boards that a script emulates, with options of the script's own.

use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::root;

/// A board that runs in Node, and is switched off when dropped.
#[derive(Debug)]
pub struct Scripted {
    node: Child,
    /// The board's line.
    pub uart: UnixStream,
    _folder: TempDir,
}

impl Scripted {
    /// Starts a script of `firmware/emulators` with a program and options.
    pub fn boot(script: &str, program: &Path, options: &[&str]) -> Self {
        let folder = TempDir::with_prefix("downhill-").expect("a folder for a socket");
        let socket = folder.path().join("uart");
        let listener = UnixListener::bind(&socket).expect("a socket");
        let node = Command::new("node")
            .arg(root().join("firmware/emulators").join(script))
            .arg(program)
            .arg("--connect")
            .arg(&socket)
            .args(options)
            .stdin(Stdio::null())
            .spawn()
            .expect("`cargo xtask setup` installs Node");
        let (uart, _) = listener.accept().expect("the script connects");
        Self {
            node,
            uart,
            _folder: folder,
        }
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        let _ = self.node.kill();
        let _ = self.node.wait();
    }
}
