use clap::ValueEnum;
use downhill::missing::Missing;
use serde::{Deserialize, Serialize};

/// Treatment of a row that misses a feature, as `--missing` takes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MissingSpec {
    /// It is dropped.
    #[default]
    Drop,
    /// The last number of the same column stands in; before the first, the row is dropped.
    Hold,
}

impl MissingSpec {
    /// True where it is the default.
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// The core's rule.
    pub(crate) fn rule(self) -> Missing {
        match self {
            Self::Drop => Missing::Skip,
            Self::Hold => Missing::Hold,
        }
    }
}
