//! Reasons for which a run ends without its result, and their exit codes.

use std::fmt;

/// Reason for which a run ends. Its message names the place, the cause and the cure.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Failure {
    /// A file or a device was not what it should be.
    #[error("{0}")]
    Input(String),
    /// Options that do not go together.
    #[error("{0}")]
    Usage(String),
    /// The fit went wrong.
    #[error("{0}")]
    Fit(String),
    /// Board and twin differ; the report has said where.
    #[error("{0}")]
    Differ(String),
    /// A signal of this number ended the work before it was done.
    #[error("interrupted: {1}")]
    Interrupted(u8, String),
}

impl Failure {
    /// A fault of the input, from any error's own words.
    pub(crate) fn input(message: impl fmt::Display) -> Self {
        Self::Input(message.to_string())
    }

    /// Failure with the place where it came up in front, if any.
    pub(crate) fn within(self, place: &str) -> Self {
        if place.is_empty() {
            return self;
        }
        self.map(|message| format!("{place}: {message}"))
    }

    /// Failure that says more.
    pub(crate) fn and(self, more: &str) -> Self {
        self.map(|message| match message.ends_with('?') {
            true => format!("{message} {more}"),
            false => format!("{message}; {more}"),
        })
    }

    fn map(self, change: impl FnOnce(String) -> String) -> Self {
        match self {
            Self::Input(message) => Self::Input(change(message)),
            Self::Usage(message) => Self::Usage(change(message)),
            Self::Fit(message) => Self::Fit(change(message)),
            Self::Differ(message) => Self::Differ(change(message)),
            Self::Interrupted(signal, message) => Self::Interrupted(signal, change(message)),
        }
    }

    /// The exit code: see `downhill --help`.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Input(_) => 1,
            Self::Usage(_) => 2,
            Self::Fit(_) => 3,
            Self::Differ(_) => 4,
            Self::Interrupted(signal, _) => 128 | signal,
        }
    }
}

impl From<downhill_tables::TableError> for Failure {
    fn from(error: downhill_tables::TableError) -> Self {
        Self::input(error)
    }
}

/// The result of a step of a run.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;
