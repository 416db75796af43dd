//! Refusals of the core in the command's words: the option, and what to do.

use downhill::{Fault, Setting};

use crate::support::failure::Failure;

/// A recipe that no trainer can be built of.
pub(crate) fn core_error(fault: Fault) -> Failure {
    let text = match fault {
        Fault::Arena { got, .. } => format!(
            "it needs more than the {got} numbers that there is room for; choose a lower degree, \
             fewer units, or fewer `--features`"
        ),
        Fault::Setting(setting) => format!(
            "{}; change {}, and mind that `f32` knows sizes from 1e-38 to 3e38 and `--precision \
             f64` such from 1e-308 to 1e308",
            setting.reason(),
            option(setting)
        ),
        fault => fault.to_string(),
    };
    Failure::Usage(format!("this fit is impossible: {text}"))
}

/// Option that a setting comes from.
fn option(setting: Setting) -> &'static str {
    match setting {
        Setting::Rate => "`--lr`",
        Setting::Decay | Setting::Epsilon => "the number behind `--optimizer`",
        Setting::Outputs | Setting::Model => "`--model`",
        Setting::Batch => "`--batch`",
        Setting::Loss => "`--loss`",
        Setting::TargetScaling | Setting::Scaling => "`--scaler`",
        Setting::Schedule => "`--schedule`",
        Setting::Penalty => "`--l1`, `--l2` or `--weight-decay`",
        Setting::Clip => "`--clip-norm` or `--clip-value`",
        Setting::Bounds => "`--bound`",
        Setting::Threshold => "`--threshold`",
        Setting::Health => "`--health`",
        _ => "the recipe",
    }
}
