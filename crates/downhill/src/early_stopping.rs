//! Early stopping on a validation loss.

use crate::{Fault, Real};

/// Early stopping (Prechelt 1998): keeps the parameters with the best validation loss, and says
/// when `patience` reports in a row have brought nothing better.
///
/// It compares the numbers that it is given, so report the whole objective: the loss and the
/// penalty that the fit minimizes.
///
/// ```
/// use downhill::early_stopping::EarlyStopping;
/// let mut stopping = EarlyStopping::new(2, [0.0f32; 1]);
/// assert!(!stopping.report(3.0, &[1.0])?);
/// assert!(!stopping.report(1.0, &[2.0])?);
/// assert!(!stopping.report(1.5, &[3.0])?);
/// assert!(stopping.report(1.2, &[4.0])?); // two in a row without a new best
/// assert_eq!(stopping.best(), Some((1.0, &[2.0f32][..])));
/// # Ok::<(), downhill::Fault>(())
/// ```
#[derive(Clone, Debug)]
pub struct EarlyStopping<T, P> {
    patience: u32,
    since: u32,
    best: Option<T>,
    parameters: P,
}

impl<T: Real, P: AsRef<[T]> + AsMut<[T]>> EarlyStopping<T, P> {
    /// Waits for `patience` reports without a new best; `parameters` is room for the best ones.
    pub const fn new(patience: u32, parameters: P) -> Self {
        Self {
            patience,
            since: 0,
            best: None,
            parameters,
        }
    }

    /// Takes a validation loss and the parameters that it was measured with. Returns
    /// whether it is time to stop.
    ///
    /// # Errors
    /// [`Fault::Length`] where there is not exactly room for the parameters.
    pub fn report(&mut self, loss: T, parameters: &[T]) -> Result<bool, Fault> {
        let room = self.parameters.as_mut();
        if room.len() != parameters.len() {
            return Err(Fault::Length {
                need: parameters.len() as u32,
                got: room.len() as u32,
            });
        }
        if self.best.is_none_or(|best| loss < best) && loss.is_finite() {
            room.copy_from_slice(parameters);
            self.best = Some(loss);
            self.since = 0;
        } else {
            self.since = self.since.saturating_add(1);
        }
        Ok(self.since >= self.patience)
    }

    /// The best loss and its parameters, if there was a finite one.
    pub fn best(&self) -> Option<(T, &[T])> {
        self.best.map(|best| (best, self.parameters.as_ref()))
    }
}
