//! How a fit's numbers lie in its arena.

use core::mem;

use crate::model::{Model, Sizes};
use crate::{Fault, Real, scaler};

/// How long each piece of an arena is.
#[derive(Clone, Copy)]
pub(super) struct Lengths {
    pub(super) sizes: Sizes,
    pub(super) targets: usize,
    pub(super) state: usize,
    pub(super) shared: usize,
    pub(super) rules: usize,
    pub(super) scales: bool,
    pub(super) pools: bool,
}

/// Numbers of a batch beside its gradient: count, loss and gradient bound.
pub(super) const BATCH: usize = 3;
/// Sums of a batch under a loss of the batch as a whole; they and a second gradient follow.
const SUMS: usize = 4;

impl Lengths {
    /// The numbers that decide the future of a fit, at the front.
    #[inline(always)]
    pub(super) const fn lasting(self) -> usize {
        let columns = self.sizes.features + self.targets;
        let scaler = if self.scales {
            scaler::words(columns)
        } else {
            0
        };
        self.sizes.parameters + self.state + self.shared + self.rules + scaler
    }

    /// All but the batch.
    #[inline(always)]
    pub(super) const fn online(self) -> usize {
        let scaled = if self.scales {
            self.sizes.features + self.targets
        } else {
            0
        };
        self.lasting() + scaled + self.sizes.tape + self.sizes.outputs
    }

    /// All.
    #[inline(always)]
    pub(super) const fn batched(self) -> usize {
        self.online() + self.sizes.parameters + BATCH + self.second()
    }

    /// The second gradient and the sums of a batch under a loss of the batch as a whole.
    #[inline(always)]
    pub(super) const fn second(self) -> usize {
        if self.pools {
            self.sizes.parameters + SUMS
        } else {
            0
        }
    }

    /// Checks that a sample has as many numbers as the fit takes.
    #[inline(always)]
    pub(super) fn check(self, features: usize, targets: usize) -> Result<(), Fault> {
        if features == self.sizes.features && targets == self.targets {
            Ok(())
        } else {
            Err(wrong_length(self, features, targets))
        }
    }

    /// Returns `true` if a 32-bit machine can count all of it, so that the sums above do not
    /// overflow there; a host must refuse what a device would.
    pub(super) fn is_countable(self) -> bool {
        let Sizes {
            features,
            outputs,
            parameters,
            tape,
        } = self.sizes;
        let columns = features as u64 + self.targets as u64;
        let slots = 6 * parameters as u64;
        slots + 3 * columns + tape as u64 + outputs as u64 <= 1 << 29
    }
}

/// The pieces of an arena.
pub(super) struct Pieces<'a, T> {
    pub(super) parameters: &'a mut [T],
    pub(super) state: &'a mut [T],
    pub(super) shared: &'a mut [T],
    pub(super) rules: &'a mut [T],
    pub(super) scaler: &'a mut [T],
    pub(super) features: &'a mut [T],
    pub(super) target: &'a mut [T],
    pub(super) tape: &'a mut [T],
    pub(super) outputs: &'a mut [T],
    /// Rest: the batch, if the arena has room for one.
    pub(super) rest: &'a mut [T],
}

/// A batch under a loss of the batch as a whole.
pub(super) struct PooledBatch<'a, T> {
    /// Gradients of the samples of class 0, and of those of class 1.
    pub(super) gradients: [&'a mut [T]; 2],
    /// Count, loss and gradient bound.
    pub(super) numbers: &'a mut [T; BATCH],
    /// Masses, then weights.
    pub(super) sums: &'a mut [T; SUMS],
}

/// Cuts the next `length` numbers off the front.
#[inline(always)]
fn take<'a, T>(rest: &mut &'a mut [T], length: usize) -> Option<&'a mut [T]> {
    if length == 0 {
        Some(&mut [])
    } else {
        rest.split_off_mut(..length)
    }
}

impl<T: Real> Pieces<'_, T> {
    #[inline(always)]
    pub(super) fn cut(mut words: &mut [T], lengths: Lengths) -> Option<Pieces<'_, T>> {
        let words = &mut words;
        let scaled = |length| if lengths.scales { length } else { 0 };
        let columns = lengths.sizes.features + lengths.targets;
        Some(Pieces {
            parameters: take(words, lengths.sizes.parameters)?,
            state: take(words, lengths.state)?,
            shared: take(words, lengths.shared)?,
            rules: take(words, lengths.rules)?,
            scaler: take(words, scaled(scaler::words(columns)))?,
            features: take(words, scaled(lengths.sizes.features))?,
            target: take(words, scaled(lengths.targets))?,
            tape: take(words, lengths.sizes.tape)?,
            outputs: take(words, lengths.sizes.outputs)?,
            rest: mem::take(words),
        })
    }

    /// The batch under a loss of the batch as a whole.
    pub(super) fn pooled(rest: &mut [T], parameters: usize) -> Option<PooledBatch<'_, T>> {
        let (of_0, rest) = rest.split_at_mut_checked(parameters)?;
        let (numbers, rest) = rest.split_first_chunk_mut()?;
        let (of_1, rest) = rest.split_at_mut_checked(parameters)?;
        Some(PooledBatch {
            gradients: [of_0, of_1],
            numbers,
            sums: rest.first_chunk_mut()?,
        })
    }

    /// The batch: its gradient, and its count, loss and gradient bound.
    #[inline(always)]
    pub(super) fn batch(rest: &mut [T], parameters: usize) -> Option<(&mut [T], &mut [T; BATCH])> {
        let (gradient, numbers) = rest.split_at_mut_checked(parameters)?;
        Some((gradient, numbers.first_chunk_mut()?))
    }
}

/// Cannot happen: the arena's length is checked when the fit is made.
pub(super) const NO_ARENA: Fault = Fault::Arena { need: 0, got: 0 };

/// The sample as the model meets it: features and target.
#[inline(always)]
pub(super) fn scale<'a, T: Real>(
    lengths: Lengths,
    scaler: &[T],
    scaled: (&'a mut [T], &'a mut [T]),
    raw: (&'a [T], &'a [T]),
) -> Result<(&'a [T], &'a [T]), Fault> {
    if !lengths.scales {
        return Ok(raw);
    }
    if !scaler::is_frozen(scaler) {
        return Err(Fault::Scaler);
    }
    scaler::scale(scaler, 0, raw.0, scaled.0);
    scaler::scale(scaler, lengths.sizes.features, raw.1, scaled.1);
    Ok((scaled.0, scaled.1))
}

/// A sample that the model has been shown.
pub(super) struct Shown<'w, 's, T> {
    /// Its features as the model met them.
    pub(super) inputs: &'s [T],
    /// Its target in the same scale.
    pub(super) target: &'s [T],
    /// The arena, with the model's tape and outputs; the room for a scaled sample is taken.
    pub(super) pieces: Pieces<'w, T>,
}

/// Shows a sample to the model: scaler, then forward.
#[inline(always)]
pub(super) fn show<'w: 's, 's, T: Real>(
    model: &impl Model<T>,
    words: &'w mut [T],
    lengths: Lengths,
    raw: (&'s [T], &'s [T]),
) -> Result<Shown<'w, 's, T>, Fault> {
    let mut pieces = Pieces::cut(words, lengths).ok_or(NO_ARENA)?;
    let scaled = (
        mem::take(&mut pieces.features),
        mem::take(&mut pieces.target),
    );
    let (inputs, target) = scale(lengths, pieces.scaler, scaled, raw)?;
    model.forward(pieces.parameters, inputs, pieces.tape, pieces.outputs);
    Ok(Shown {
        inputs,
        target,
        pieces,
    })
}

#[cold]
pub(super) fn wrong_length(lengths: Lengths, features: usize, targets: usize) -> Fault {
    if features != lengths.sizes.features {
        Fault::Length {
            need: lengths.sizes.features as u32,
            got: features as u32,
        }
    } else {
        Fault::Length {
            need: lengths.targets as u32,
            got: targets as u32,
        }
    }
}
