//! What a model file says of a signal.

use downhill::signal::{Cosines, Description};
use downhill_link::{SIGNAL, Signal};
use serde::{Deserialize, Serialize};

use crate::support::failure::{Failure, Outcome};

/// Signal stage of a model: everything that makes windows of raw rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignalRecord {
    /// Description, as the core reads it.
    pub(crate) description: String,
    /// Columns that are its channels, in their order.
    pub(crate) channels: Vec<String>,
    /// Raw samples a second, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rate: Option<f64>,
    /// Column that tells recordings apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recording: Option<String>,
    /// Column of times, and seconds of its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<TimeColumn>,
    /// Rows from a window's last to the one whose target it has.
    #[serde(default, skip_serializing_if = "is_0")]
    pub(crate) horizon: u64,
}

fn is_0(horizon: &u64) -> bool {
    *horizon == 0
}

/// A column of times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimeColumn {
    pub(crate) column: String,
    /// Seconds of one of its units; of timestamps 1.
    pub(crate) unit_seconds: f64,
    /// True where its cells are timestamps, not numbers.
    pub(crate) is_stamp: bool,
}

/// Account of the windows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counts {
    /// Windows that are rows of the fit.
    pub(crate) windows: usize,
    pub(crate) recordings: usize,
    /// Gaps within recordings: missing cells and steps of time.
    pub(crate) gaps: usize,
    /// Windows that had begun in front of a gap, and were dropped.
    pub(crate) dropped: usize,
    /// Windows that had begun when their recording ended, or whose target lies behind its end.
    pub(crate) unfinished: usize,
    /// Windows with a feature that is too large for the precision.
    pub(crate) overflowed: usize,
    /// Windows left out, so that those in front of them and behind are a window apart.
    pub(crate) apart: usize,
}

impl SignalRecord {
    /// The core's description.
    ///
    /// # Errors
    /// It is refused, with a caret.
    pub(crate) fn parsed<T: Cosines>(&self) -> Outcome<Description<T>> {
        let text = &self.description;
        Description::parse(text, &self.channels, self.rate).map_err(|error| {
            let mut message = format!("`--signal`:\n{}", error.caret(text));
            if error.reason == downhill::signal::Reason::Channel {
                message += &format!("; there are {}", self.channels.join(", "));
            }
            if error.reason == downhill::signal::Reason::NoRate {
                message += ", or name a column of times with `--time`";
            }
            Failure::Usage(message)
        })
    }

    /// The description as the section of a recipe has it.
    pub(crate) fn section(&self) -> Outcome<Vec<u8>> {
        let mut bytes = [0; SIGNAL];
        Ok(Signal::new(&self.parsed()?, &mut bytes).bytes().to_vec())
    }

    /// Names of the features.
    pub(crate) fn names(&self) -> Outcome<Vec<String>> {
        let description = self.parsed::<f64>()?;
        let names = description.names(&self.channels);
        Ok(names.map(|name| name.to_string()).collect())
    }
}
