//! Pseudo-terminals: serial lines that no program can tell from real ones, and terminals.

use std::fs::File;
use std::io::Read;
use std::process::Command;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// The two ends of a new pseudo-terminal, and the name that the second one is opened by.
///
/// # Panics
/// Where the system has no more of them.
pub fn pair() -> (File, File, String) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
    grantpt(&master).expect("it is ours");
    unlockpt(&master).expect("it can be used");
    let name = ptsname(&master, Vec::new()).expect("it has a name");
    let name = name.into_string().expect("its name is text");
    let other = File::options().read(true).write(true).open(&name);
    (File::from(master), other.expect("it opens"), name)
}

/// Output of a command on a terminal, standard output and errors together, and its exit code.
///
/// # Panics
/// Where the command does not start.
pub fn shown(command: &mut Command) -> (String, Option<i32>) {
    shown_in(80, command)
}

/// Does as [`shown`] on a terminal with so many columns.
///
/// # Panics
/// Where the command does not start.
pub fn shown_in(columns: u16, command: &mut Command) -> (String, Option<i32>) {
    let (mut master, screen, _) = pair();
    let size = Winsize {
        ws_row: 24,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&screen, size).expect("a terminal has a size");
    let copy = || {
        screen
            .try_clone()
            .expect("a terminal has as many users as wish")
    };
    command.env("TERM", "xterm-256color").stdin(copy());
    let mut child = command
        .stdout(copy())
        .stderr(copy())
        .spawn()
        .expect("the command starts");
    // Else the terminal would not end with its last user.
    command.stdin(std::process::Stdio::null());
    command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    drop(screen);
    let mut text = Vec::new();
    // The end of a terminal is an error on Linux.
    let _ = master.read_to_end(&mut text);
    let code = child.wait().expect("the command ends").code();
    (String::from_utf8_lossy(&text).into_owned(), code)
}
