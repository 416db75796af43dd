//! Blocks of raw samples, and the fit behind a stage.

use super::cosines::Cosines;
use super::description::MOST_CHANNELS;
use super::stage::Stage;
#[cfg(feature = "monitor")]
use crate::Step;
#[cfg(feature = "monitor")]
use crate::fit::Command;
use crate::{Arena, Fault, Real};

/// Raw samples that come at once, and what the window that ends with the last of them is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block<'a, I, T> {
    /// Sample after sample, a number of each channel.
    pub numbers: I,
    /// Target of the window; empty for one that nothing learns from.
    pub target: &'a [T],
    /// How much the window counts.
    pub weight: T,
    /// True where the scaler learns from the window, and not the model.
    pub fits_scaler: bool,
}

impl<A: Arena<Real: Cosines>> Stage<A> {
    /// Takes samples at once, sample after sample a number of each channel; returns true where a
    /// window ends with the last, whose features then are in `features`.
    ///
    /// # Errors
    /// [`Fault::Length`] where these are no whole samples, where a window ends before the last of
    /// them (it needs as many numbers, at most, as end with the window), or where there are not as
    /// many features as [`Description::len`](super::Description::len); [`Fault::Feature`] with the
    /// place among `numbers` of one that is not finite. Then no sample was taken.
    pub fn push_all(
        &mut self,
        numbers: impl Iterator<Item = A::Real> + Clone,
        features: &mut [A::Real],
    ) -> Result<bool, Fault> {
        let channels = self.description().channels();
        let (got, most) = (numbers.clone().count(), self.until_window() * channels);
        let whole = got.div_ceil(channels.max(1)).max(1) * channels;
        let (need, given) = (self.description().len(), features.len());
        let lengths = [(whole.min(most), got), (need, given)];
        if let Some((need, got)) = lengths.into_iter().find(|(need, got)| need != got) {
            return Err(Fault::Length {
                need: need as u32,
                got: got as u32,
            });
        }
        if let Some(index) = numbers.clone().position(|number| !number.is_finite()) {
            return Err(Fault::Feature {
                index: index.min(usize::from(u16::MAX)) as u16,
            });
        }
        let mut sample = [A::Real::ZERO; MOST_CHANNELS];
        let Some(sample) = sample.get_mut(..channels) else {
            return Ok(false);
        };
        let (mut numbers, mut ends) = (numbers, false);
        for _ in 0..got / channels.max(1) {
            for (place, number) in sample.iter_mut().zip(&mut numbers) {
                *place = number;
            }
            ends = self.push(sample, features)?;
        }
        Ok(ends)
    }

    /// Takes a block of samples, and gives the fit behind the stage the window that ends with the
    /// last of them, if one does: everything that a host, a board and a replay do with raw samples.
    /// Returns what the fit makes of it.
    ///
    /// ```
    /// use downhill::fit::Fit;
    /// use downhill::loss::Squared;
    /// use downhill::model::Linear;
    /// use downhill::optimizer::Sgd;
    /// use downhill::signal::{Block, Description, Stage};
    /// use downhill::{Const, Trainer};
    ///
    /// let description = Description::<f32>::parse("window=2: mean", &["x"], None)?;
    /// let mut stage = Stage::new(description, [0.0; 2]).unwrap();
    /// let trainer = Trainer::new(Linear::<Const<1>>::new(), Squared, Sgd::new(0.1), [0.0; 3]);
    /// let mut fit = Fit::new(trainer.unwrap(), 1);
    /// let (numbers, target) = ([1.0, 3.0], [4.0]);
    /// let block = Block {
    ///     numbers: numbers.into_iter(),
    ///     target: &target,
    ///     weight: 1.0,
    ///     fits_scaler: false,
    /// };
    /// let mut features = [0.0];
    /// let step = stage.feed(block, &mut features, |command| fit.execute(command)).unwrap();
    /// assert_eq!((features, step.unwrap().loss), ([2.0], 16.0));
    /// # Ok::<(), downhill::signal::SignalError>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`push_all`](Stage::push_all), and then no sample was taken; those of the fit, and
    /// then the samples were taken and the fit has not changed.
    #[cfg(feature = "monitor")]
    pub fn feed(
        &mut self,
        block: Block<'_, impl Iterator<Item = A::Real> + Clone, A::Real>,
        features: &mut [A::Real],
        execute: impl FnOnce(Command<'_, A::Real>) -> Result<Step<A::Real>, Fault>,
    ) -> Result<Option<Step<A::Real>>, Fault> {
        let target = block.target;
        let is_for_fit = self.push_all(block.numbers, features)? && !target.is_empty();
        if !is_for_fit {
            return Ok(None);
        }
        let features = &*features;
        let command = match block.fits_scaler {
            true => Command::FitScaler { features, target },
            false => Command::Sample {
                features,
                target,
                weight: block.weight,
            },
        };
        execute(command).map(Some)
    }

    /// As [`feed`](Stage::feed), in front of a detector, whose windows have no target; one that a
    /// scaler would be fitted to is passed over.
    ///
    /// # Errors
    /// As [`feed`](Stage::feed).
    #[cfg(feature = "monitor")]
    pub fn watch(
        &mut self,
        block: Block<'_, impl Iterator<Item = A::Real> + Clone, A::Real>,
        features: &mut [A::Real],
        execute: impl FnOnce(Command<'_, A::Real>) -> Result<Step<A::Real>, Fault>,
    ) -> Result<Option<Step<A::Real>>, Fault> {
        if !self.push_all(block.numbers, features)? || block.fits_scaler {
            return Ok(None);
        }
        let sample = Command::Sample {
            features,
            target: block.target,
            weight: block.weight,
        };
        execute(sample).map(Some)
    }
}
