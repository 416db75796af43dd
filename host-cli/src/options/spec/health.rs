use std::fmt;
use std::str::FromStr;

use downhill::health::{Detector, Drift, Reaction};

use super::{positive, split, unknown};

/// A learning rate, as `--lr` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RateSpec {
    /// This one.
    Is(f64),
    /// The rate that the training rows lead to.
    Auto,
    /// The one that follows from the optimizer and the rows.
    Usual,
}

impl FromStr for RateSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            _ => positive(text)
                .map(Self::Is)
                .map_err(|error| format!("{error}; or `auto`")),
        }
    }
}

/// Drift detector, as `--drift` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DriftSpec(pub(crate) Drift);

impl FromStr for DriftSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        let Some(detector) = Detector::ALL.into_iter().find(|known| known.name() == name) else {
            return Err(unknown(
                "detector",
                name,
                &Detector::ALL.map(Detector::name),
            ));
        };
        let reaction = match argument {
            None | Some("rewarm") => Reaction::RestartSchedule,
            Some("reset") => Reaction::Reset,
            Some(other) => return Err(unknown("reaction", other, &["rewarm", "reset"])),
        };
        Ok(Self(Drift { detector, reaction }))
    }
}

impl fmt::Display for DriftSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.detector.name())
    }
}

/// Steps between two looks: 0, or at least 4.
pub(crate) fn looks(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(steps) if steps == 0 || steps >= 4 => Ok(steps),
        _ => Err("it needs a whole number from 4 to 65535, or 0 for none".into()),
    }
}
