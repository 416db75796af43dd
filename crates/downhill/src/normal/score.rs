//! Interface between a detector and its model of what is normal.

#[cfg(feature = "checkpoint")]
use crate::checkpoint::{self, Checkpoint};
use crate::{Fault, Hasher, Real};

/// A model of what is normal: it learns from windows, is frozen, and from then on scores them.
pub trait Score {
    /// The numbers that it computes in.
    type Real: Real;

    /// Number of features of a window.
    fn features(&self) -> usize;

    /// Learns from a window; does nothing once frozen.
    ///
    /// # Errors
    /// [`Fault::Length`] of another number of features, [`Fault::Feature`] where one is not finite,
    /// [`Fault::Update`] where the model would leave the range of its numbers. Nothing has changed
    /// then.
    fn learn(&mut self, window: &[Self::Real]) -> Result<(), Fault>;

    /// Ends learning.
    ///
    /// # Errors
    /// [`Fault::EmptyBatch`] where it has not learned from any window.
    fn freeze(&mut self) -> Result<(), Fault>;

    /// Distance of a window from what is normal, at least 0; the largest finite number where it is
    /// larger than any. Changes nothing.
    ///
    /// # Errors
    /// [`Fault::Length`], [`Fault::Feature`], and [`Fault::Scaler`] before it is frozen.
    fn score(&mut self, window: &[Self::Real]) -> Result<Self::Real, Fault>;

    /// Forgets all, to learn anew.
    fn forget(&mut self);

    /// Takes in all that decides future scores.
    fn hash(&self, hasher: &mut Hasher);

    /// Numbers that it has learned.
    fn state(&self) -> &[Self::Real];

    /// Takes over the [state](Score::state) of such a model that had learned from so many windows,
    /// those of a scaler included.
    ///
    /// # Errors
    /// [`Fault::Length`] of another number of numbers, [`Fault::Update`] where one is not finite.
    /// Nothing has changed then.
    fn restore(&mut self, state: &[Self::Real], windows: u32, is_frozen: bool)
    -> Result<(), Fault>;

    /// As [`restore`](Score::restore), with the state of a checkpoint.
    ///
    /// # Errors
    /// [`checkpoint::Error::Mismatch`], [`checkpoint::Error::Corrupt`]. Nothing has changed then.
    #[cfg(feature = "checkpoint")]
    fn resume(
        &mut self,
        saved: &Checkpoint<'_>,
        windows: u32,
        is_frozen: bool,
    ) -> Result<(), checkpoint::Error>;
}

/// Refuses a window of another length, or with a feature that is not finite.
pub(super) fn check<T: Real>(window: &[T], features: usize) -> Result<(), Fault> {
    has_length(window, features)?;
    match window.iter().position(|x| !x.is_finite()) {
        Some(index) => Err(Fault::Feature {
            index: index as u16,
        }),
        None => Ok(()),
    }
}

/// Refuses an arena that is too short, and clears one that is not.
pub(super) fn cleared<T: Real>(words: &mut [T], need: usize) -> Result<(), Fault> {
    if words.len() < need {
        return Err(Fault::Arena {
            need: need as u32,
            got: words.len() as u32,
        });
    }
    crate::kernel::clear(words);
    Ok(())
}

/// Refuses another number of numbers.
fn has_length<T>(numbers: &[T], need: usize) -> Result<(), Fault> {
    if numbers.len() == need {
        return Ok(());
    }
    Err(Fault::Length {
        need: need as u32,
        got: numbers.len() as u32,
    })
}

/// Takes a state of `need` numbers over into an arena that begins with one.
pub(super) fn taken_over<T: Real>(state: &[T], words: &mut [T], need: usize) -> Result<(), Fault> {
    has_length(state, need)?;
    if !state.iter().all(|number| number.is_finite()) {
        return Err(Fault::Update);
    }
    crate::kernel::copy(state, words);
    Ok(())
}

/// Takes the state of a checkpoint over, as [`taken_over`] does.
#[cfg(feature = "checkpoint")]
pub(super) fn resumed<T: Real>(
    saved: &Checkpoint<'_>,
    words: &mut [T],
    need: usize,
) -> Result<(), checkpoint::Error> {
    let state = saved.state::<T>();
    let got = state.as_ref().map_or(0, |state| state.len());
    let Some(state) = state.filter(|_| got == need) else {
        return Err(checkpoint::Error::Mismatch { need, got });
    };
    if !saved
        .state::<T>()
        .into_iter()
        .flatten()
        .all(Real::is_finite)
    {
        return Err(checkpoint::Error::Corrupt);
    }
    for (word, number) in words.iter_mut().zip(state) {
        *word = number;
    }
    Ok(())
}

/// A distance whose square may have left the range of its numbers.
#[inline(always)]
pub(super) fn bounded<T: Real>(score: T) -> T {
    match score.is_finite() {
        true => score,
        false => T::MAX,
    }
}
