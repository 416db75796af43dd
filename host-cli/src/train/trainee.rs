//! Whatever goes through a training loop: a trainer of floats, or a fit in fixed point.

use downhill::Real;
use downhill::model::{AnyModel, Model, ParameterKind};
use downhill::rules::Penalty;

use crate::data::samples::Sample;
use crate::evaluate::assessor::Assessor;
use crate::evaluate::measure::{self, RowFault};
use crate::model::fixed_fit::FixedFit;
use crate::model::trainer::HostTrainer;
use crate::model::twin::Twin;

/// Fit as a training loop sees it between its commands.
pub(crate) trait Trainee<T: Real> {
    /// Updates made.
    fn steps(&self) -> u64;

    /// Samples in the batch under way.
    fn batch_len(&self) -> u32;

    /// Number of parameters, at the start of the state.
    fn parameters_len(&self) -> usize;

    /// Parameters and all else that a restored fit takes over.
    fn state(&self) -> &[T];

    /// Penalty of the fit, which adds to its loss.
    fn penalty(&self) -> T;

    /// Loss of rows.
    fn mean_loss<'a>(
        &mut self,
        rows: impl Iterator<Item = Sample<'a, T>>,
    ) -> Result<Option<f64>, RowFault>;
}

/// Cost that a penalty adds to the loss of a model.
fn cost<T: Real>(penalty: Penalty<T>, model: &AnyModel<T>, parameters: &[T]) -> T {
    let mut cost = T::ZERO;
    model.parameter_groups(&mut |run, kind| {
        if let (ParameterKind::Weight, Some(weights)) = (kind, parameters.get(run)) {
            cost += penalty.cost(weights.iter().copied());
        }
    });
    cost
}

impl<T: Real> Trainee<T> for HostTrainer<T> {
    fn steps(&self) -> u64 {
        self.steps()
    }

    fn batch_len(&self) -> u32 {
        self.batch_len()
    }

    fn parameters_len(&self) -> usize {
        self.parameters().len()
    }

    fn state(&self) -> &[T] {
        self.state()
    }

    fn penalty(&self) -> T {
        cost(self.rules().penalty, self.model(), self.parameters())
    }

    fn mean_loss<'a>(
        &mut self,
        rows: impl Iterator<Item = Sample<'a, T>>,
    ) -> Result<Option<f64>, RowFault> {
        measure::mean_loss(rows, self)
    }
}

impl Trainee<f32> for FixedFit {
    fn steps(&self) -> u64 {
        Assessor::steps(self)
    }

    fn batch_len(&self) -> u32 {
        0
    }

    fn parameters_len(&self) -> usize {
        self.parameters_len()
    }

    fn state(&self) -> &[f32] {
        self.state()
    }

    fn penalty(&self) -> f32 {
        cost(
            self.penalty,
            Assessor::model(self),
            &Assessor::parameters(self),
        )
    }

    fn mean_loss<'a>(
        &mut self,
        rows: impl Iterator<Item = Sample<'a, f32>>,
    ) -> Result<Option<f64>, RowFault> {
        measure::mean_loss(rows, self)
    }
}

/// Calls that of the fit that there is.
macro_rules! either {
    ($twin:expr, $own:ident => $call:expr) => {
        match $twin {
            Twin::Float(fit) => {
                let $own = &mut fit.trainer;
                $call
            }
            Twin::Fixed($own) => $call,
        }
    };
}

impl Trainee<f32> for Twin {
    fn steps(&self) -> u64 {
        self.steps()
    }

    fn batch_len(&self) -> u32 {
        match self {
            Self::Float(fit) => fit.trainer.batch_len(),
            Self::Fixed(fit) => fit.batch_len(),
        }
    }

    fn parameters_len(&self) -> usize {
        self.parameters_len()
    }

    fn state(&self) -> &[f32] {
        self.state()
    }

    fn penalty(&self) -> f32 {
        match self {
            Self::Float(fit) => fit.trainer.penalty(),
            Self::Fixed(fit) => fit.penalty(),
        }
    }

    fn mean_loss<'a>(
        &mut self,
        rows: impl Iterator<Item = Sample<'a, f32>>,
    ) -> Result<Option<f64>, RowFault> {
        either!(self, own => own.mean_loss(rows))
    }
}
