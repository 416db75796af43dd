//! The sets of rows in `tests/data` that fits are judged on.

use assert_cmd::Command;

use crate::{AIR_FEATURES, OCCUPANCY_FEATURES, data, downhill};

/// A file, what is predicted from it, and from what.
#[derive(Clone, Copy, Debug)]
pub struct Set {
    /// Name of the file, without its ending.
    pub file: &'static str,
    /// Column that is predicted.
    pub target: &'static str,
    /// Features; empty for all other columns.
    pub features: &'static str,
    /// Number of classes; 0 of an amount.
    pub classes: usize,
}

const fn set(file: &'static str, target: &'static str, classes: usize) -> Set {
    Set {
        file,
        target,
        features: "",
        classes,
    }
}

/// Sensors beside a reference analyzer.
pub const AIR: Set = Set {
    features: AIR_FEATURES,
    ..set("air_quality", "CO_GT", 0)
};
/// Strength of concrete.
pub const CONCRETE: Set = set("concrete", "strength", 0);
/// Width of a petal.
pub const PETALS: Set = set("iris", "petal_w", 0);
/// Noise of airfoils.
pub const AIRFOIL: Set = set("airfoil", "y", 0);
/// Decay of a turbine.
pub const NAVAL: Set = set("naval", "y", 0);
/// Somebody in an office.
pub const OCCUPANCY: Set = Set {
    features: OCCUPANCY_FEATURES,
    ..set("occupancy", "Occupancy", 2)
};
/// Customers that leave.
pub const CHURN: Set = set("telco_churn", "churn", 2);
/// Radar returns.
pub const IONOSPHERE: Set = set("ionosphere", "y", 2);
/// Species of irises.
pub const IRIS: Set = set("iris", "species", 3);
/// Varieties of wheat.
pub const SEEDS: Set = set("seeds", "y", 3);
/// Digits of 8 × 8 pixels.
pub const DIGITS: Set = set("digits8x8", "digit", 10);
/// Digits of 16 × 16 pixels.
pub const SEMEION: Set = set("semeion", "y", 10);

/// Every set.
pub const SETS: &[Set] = &[
    AIR, CONCRETE, PETALS, AIRFOIL, NAVAL, OCCUPANCY, CHURN, IONOSPHERE, IRIS, SEEDS, DIGITS,
    SEMEION,
];

impl Set {
    /// The linear model of its kind of target.
    pub fn linear(&self) -> &'static str {
        match self.classes {
            0 => "linear",
            2 => "logistic",
            _ => "softmax",
        }
    }

    /// Its file and columns, as a command takes them.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![data(&format!("{}.csv", self.file))];
        arguments.extend(["--target", self.target, "--missing-value=-200"].map(String::from));
        if !self.features.is_empty() {
            arguments.extend(["--features", self.features].map(String::from));
        }
        arguments
    }

    /// `downhill fit` of it by a model, with further options.
    pub fn fit(&self, model: &str, options: &str) -> Command {
        let mut command = downhill(&["fit", "--json", "--model", model]);
        command
            .args(self.arguments())
            .args(options.split_whitespace());
        if self.classes > 0 && model != self.linear() && !options.contains("--loss") {
            command.args(["--loss", "cross_entropy"]);
        }
        command
    }
}
