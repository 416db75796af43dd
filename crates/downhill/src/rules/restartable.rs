#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::schedule::power;
use super::{Rules, Schedule};
use crate::{Real, Setting};

/// A schedule whose learning rate can be halved, and that can begin anew, while the fit runs, as a
/// recovery and a drift detector do. The number of halvings and the step at which it began are part
/// of the fit's state: a checkpoint holds them, and the fingerprint covers them.
///
/// ```
/// use downhill::rules::{RestartableSchedule, Schedule};
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Sgd};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Fit = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, RestartableSchedule<f32>, [f32; 9]>;
/// let rules = RestartableSchedule(Schedule::inverse_time(1.0, 0.0));
/// let mut fit = Fit::with_rules(Linear::new(), Squared, Sgd::new(0.5), rules, [0.0; Fit::ARENA])?;
/// fit.observe(&[1.0], &[1.0])?;
/// assert_eq!(fit.learning_rate(), 0.25);
/// fit.halve_rate();
/// assert_eq!(fit.learning_rate(), 0.125);
/// fit.restart_schedule();
/// assert_eq!(fit.learning_rate(), 0.5);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct RestartableSchedule<T>(pub Schedule<T>);

/// Most halvings of the learning rate.
const MAX_HALVINGS: f64 = 40.0;

impl<T: Real> RestartableSchedule<T> {
    /// The schedule's words, the number of halvings, and the step at which it began.
    #[inline]
    fn cut(self, words: &[T]) -> (&[T], u32, u64) {
        let cut = words.split_at_checked(self.0.words());
        let (own, rest) = cut.unwrap_or((words, &[]));
        let number = |at: usize| rest.get(at).map_or(0.0, |word| word.to_f64());
        (own, number(0) as u32, number(1) as u64)
    }

    fn own(self, words: &mut [T]) -> Option<&mut [T; 2]> {
        words.get_mut(self.0.words()..)?.first_chunk_mut()
    }
}

impl<T: Real> Rules<T> for RestartableSchedule<T> {
    /// The schedule's, and then: halvings, the step at which the schedule began.
    const WORDS: usize = <Schedule<T> as Rules<T>>::WORDS + 2;

    #[inline]
    fn words(&self) -> usize {
        self.0.words() + 2
    }

    #[inline]
    fn rate_factor(&self, words: &[T], step: u64) -> T {
        let (own, halvings, began) = self.cut(words);
        power(T::HALF, halvings) * self.0.rate_factor(own, step.saturating_sub(began))
    }

    fn report(&self, words: &mut [T], loss: T) {
        if let Some(own) = words.get_mut(..self.0.words()) {
            self.0.report(own, loss);
        }
    }

    fn halve_rate(&self, words: &mut [T]) {
        if let Some([halvings, _]) = self.own(words) {
            *halvings = (*halvings + T::ONE).smaller(T::from_f64(MAX_HALVINGS));
        }
    }

    fn halving_factor(&self, words: &[T]) -> T {
        power(T::HALF, self.cut(words).1)
    }

    /// Undoes every halving too.
    fn restart_schedule(&self, words: &mut [T], step: u64) {
        if let Some(halvings_and_start) = self.own(words) {
            *halvings_and_start = [T::ZERO, T::from_f64(step as f64)];
        }
    }

    #[inline(always)]
    fn is_noop_per_parameter(&self) -> bool {
        true
    }

    fn check(&self) -> Result<(), Setting> {
        self.0.check()
    }
}
