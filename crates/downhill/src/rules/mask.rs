use super::Rules;
use crate::Real;

/// Trains only some parameters: parameter *i* where bit *i* mod 32 of word *i* / 32 is set. What
/// lies behind the last word is not trained.
///
/// ```
/// use downhill::rules::Mask;
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Sgd};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Fit = Trainer<Linear<Const<2>>, Squared, Sgd<f32>, Mask<'static>, [f32; 4]>;
/// let only_the_bias = Mask(&[0b100]);
/// let mut fit =
///     Fit::with_rules(Linear::new(), Squared, Sgd::new(0.1), only_the_bias, [0.0; Fit::ARENA])?;
/// fit.observe(&[1.0, 1.0], &[5.0])?;
/// assert_eq!(fit.parameters(), [0.0, 0.0, 1.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mask<'a>(pub &'a [u32]);

impl<T: Real> Rules<T> for Mask<'_> {
    #[inline(always)]
    fn trains(&self, at: usize) -> bool {
        self.0
            .get(at / 32)
            .is_some_and(|word| word >> (at % 32) & 1 == 1)
    }
}
