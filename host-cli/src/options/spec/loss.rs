use downhill::Real;
use downhill::least_squares::Robust;
use downhill::loss::{AnyLoss, LOSSES, Loss, LossFacts, Pool, TargetKind};
use downhill::registry::Choice;

use super::choice::{Chosen, Family};
use super::holds_in;

/// A loss, as `--loss` names it.
pub(crate) type LossSpec = Chosen<LossFacts>;

impl Family for LossFacts {
    const WHAT: &'static str = "loss";
    const CHOICES: &'static [Choice<Self>] = LOSSES;

    fn names() -> Vec<&'static str> {
        let mut losses: Vec<_> = LOSSES.iter().collect();
        losses.sort_by_key(|choice| choice.facts.target);
        losses.iter().map(|choice| choice.name).collect()
    }
}

impl LossSpec {
    /// The core's loss.
    pub(crate) fn build<T: Real>(self) -> AnyLoss<T> {
        AnyLoss::named(self.choice.name, self.numbers()).expect("a name of the registry")
    }

    /// Loss as least squares know it; `None` where they do not.
    pub(crate) fn robust<T: Real>(self) -> Option<Robust<T>> {
        match self.build() {
            AnyLoss::Squared(_) => Some(Robust::Squared),
            AnyLoss::Huber(huber) => Some(Robust::Huber(huber.delta)),
            AnyLoss::Cauchy(cauchy) => Some(Robust::Cauchy(cauchy.scale)),
            _ => None,
        }
    }

    /// Refuses a number that a precision does not have.
    pub(crate) fn holds_in<T: Real>(self) -> Result<(), String> {
        let is_squared = matches!(self.build::<T>(), AnyLoss::Cauchy(_));
        let given = self.choice.arguments.iter().zip(self.numbers());
        { given }.try_for_each(|(argument, &number)| {
            holds_in::<T>(&self, argument.name, number, is_squared)
        })
    }

    /// True where its own number makes its slopes next to nothing for all but the smallest errors.
    pub(crate) fn is_flat(self) -> bool {
        match self.build::<f64>() {
            AnyLoss::Huber(huber) => huber.delta < Self::SMALL,
            AnyLoss::Cauchy(cauchy) => cauchy.scale < Self::SMALL,
            _ => false,
        }
    }

    /// The error, of targets near 1, below which there is none to speak of.
    const SMALL: f64 = 1e-9;

    /// True where it takes the target for a class.
    pub(crate) fn is_of_classes(self) -> bool {
        self.choice.facts.target == TargetKind::Class
    }

    /// True where it knows no more than two classes.
    pub(crate) fn is_of_two_classes(self) -> bool {
        self.is_of_classes() && !Loss::<f64>::fits(&self.build(), 3)
    }

    /// True where it is the loss of a batch as a whole.
    pub(crate) fn is_of_batches(self) -> bool {
        self.build::<f32>().pooled(&Pool::new()).is_some()
    }

    /// True where it takes amounts of any sign.
    pub(crate) fn is_of_any_sign(self) -> bool {
        !self.is_of_classes() && Loss::<f64>::scales_target(&self.build())
    }

    /// Names of the losses that are as asked.
    pub(crate) fn which(is_asked: impl Fn(Self) -> bool) -> Vec<&'static str> {
        let mut names = LossFacts::names();
        names.retain(|name| is_asked(Self::usual(name)));
        names
    }
}
