//! Messages beside the result, on standard error: progress, and details where asked for.

use std::cell::Cell;
use std::io::Write;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use downhill_tables::{CsvFile, HowRead};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::support::printable::printable;

/// How long something takes before its progress is worth showing.
const WORTH: Duration = Duration::from_secs(1);

static VOICE: OnceLock<Voice> = OnceLock::new();

#[derive(Clone, Copy, PartialEq)]
enum Voice {
    Quiet,
    Usual,
    Verbose,
}

/// Settles how much is said.
pub(crate) fn set(quiet: bool, verbose: bool) {
    let voice = match (quiet, verbose) {
        (true, _) => Voice::Quiet,
        (_, true) => Voice::Verbose,
        _ => Voice::Usual,
    };
    // It is settled once, before anything is done.
    let _ = VOICE.set(voice);
}

fn voice() -> Voice {
    VOICE.get().copied().unwrap_or(Voice::Usual)
}

pub(crate) fn is_quiet() -> bool {
    voice() == Voice::Quiet
}

/// Writes a line, whoever listens: that nobody does changes nothing about what is done.
pub(crate) fn line(what: std::fmt::Arguments) {
    let text = what.to_string();
    let _ = writeln!(std::io::stderr().lock(), "{}", printable(&text));
}

/// Says what should be known, unless with `--quiet`.
pub(crate) fn say(what: std::fmt::Arguments) {
    if !is_quiet() {
        line(what);
    }
}

/// Says how a file was read, where it was not as most are.
pub(crate) fn how_read(file: &CsvFile) {
    let how = file.how_read();
    if !how.is_usual() {
        say(format_args!("{}: read {how}", file.files()));
    }
    for note in &how.notes {
        say(format_args!("{}: {note}", file.files()));
    }
}

/// Warns of what may be read otherwise than it is meant.
pub(crate) fn warnings(how: &HowRead, file: &str) {
    for note in how.notes.iter().filter(|note| note.is_warning()) {
        say(format_args!("warning: {file}: {note}"));
    }
}

/// Says what is being done, with `--verbose`.
pub(crate) fn detail(what: std::fmt::Arguments) {
    if voice() == Voice::Verbose {
        line(what);
    }
}

/// A bar with rate and time left, on a terminal and after a second; nothing otherwise.
pub(crate) struct Bar {
    bar: ProgressBar,
    began: Instant,
    shown: Cell<bool>,
}

impl Bar {
    /// A bar of so many steps; the template is `indicatif`'s.
    pub(crate) fn new(steps: u64, template: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            bar,
            began: Instant::now(),
            shown: Cell::new(is_quiet()),
        }
    }

    /// One step is done.
    pub(crate) fn step(&self, message: impl FnOnce() -> String) {
        if self.began.elapsed() > WORTH {
            self.show();
        }
        if !self.bar.is_hidden() {
            self.bar.set_message(printable(&message()).into_owned());
        }
        self.bar.inc(1);
    }

    fn show(&self) {
        if !self.shown.replace(true) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Says a line above the bar.
    pub(crate) fn say(&self, line: &str) {
        self.show();
        self.bar.println(printable(line));
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
