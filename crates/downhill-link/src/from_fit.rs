use downhill::fit;

use crate::{Command, Numbers};

/// The command by which a device executes one of the core's.
///
/// [`Restore`](fit::Command::Restore) is given back, for it takes several: the state is pushed and
/// then committed. So is [`Restart`](fit::Command::Restart), for a lab is configured anew and a node
/// reset.
impl<'a> TryFrom<fit::Command<'a, f32>> for Command<'a> {
    type Error = fit::Command<'a, f32>;

    fn try_from(command: fit::Command<'a, f32>) -> Result<Self, Self::Error> {
        Ok(match command {
            fit::Command::Sample {
                features,
                target,
                weight,
            } => Self::Sample {
                weight,
                features: Numbers::new(features),
                target: Numbers::new(target),
            },
            fit::Command::FitScaler { features, target } => Self::FitScaler {
                features: Numbers::new(features),
                target: Numbers::new(target),
            },
            fit::Command::FreezeScaler => Self::FreezeScaler,
            fit::Command::ApplyBatch => Self::ApplyBatch,
            fit::Command::ReportValidation { loss } => Self::ReportValidation { loss },
            fit::Command::Finish => Self::Finish,
            fit::Command::Restore { .. } | fit::Command::Restart { .. } => return Err(command),
        })
    }
}
