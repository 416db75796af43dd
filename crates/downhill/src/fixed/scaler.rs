//! Columns in the arena of a fit that takes real numbers: learned from samples, and then frozen.
//!
//! The words are `[samples, frozen, column₀, column₁, …]`, four to a column. While the scaler learns
//! they are the bits of floats: those of the [scaler of floats](crate::scaler), which learns them, and
//! the least and the largest number. Once it is frozen they are a [`Column`]: its factor, its shift
//! above 16 bits, its offset, and two zeros.

use super::column::Column;
use crate::Real;
use crate::rules::{Scaling, ScalingMethod};

/// Numbers kept beside the columns: how many samples were seen, and whether it is frozen.
const SHARED: usize = 2;
/// Numbers kept for each column.
const COLUMN: usize = 4;

/// Stage that takes the numbers of a fit, as integers or as real ones.
pub trait Scaler: Copy {
    /// `true` where it takes real numbers, for which the arena has a row.
    const REAL: bool;
    /// `true` where it may learn columns, for which the arena has words.
    const LEARNS: bool;

    /// Scaling of the columns.
    fn scaling(&self) -> Scaling {
        Scaling::NONE
    }
}

/// Numbers come in 16 bits.
impl Scaler for () {
    const REAL: bool = false;
    const LEARNS: bool = false;
}

/// Real numbers from −8 to 8, as they are: [`Column::IDENTITY`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unscaled;

impl Scaler for Unscaled {
    const REAL: bool = true;
    const LEARNS: bool = false;
}

/// Real numbers, scaled as a recipe says.
impl Scaler for Scaling {
    const REAL: bool = true;
    const LEARNS: bool = true;

    fn scaling(&self) -> Scaling {
        *self
    }
}

/// Words of a scaler of this many columns.
pub const fn words(columns: usize) -> usize {
    SHARED + COLUMN * columns
}

/// Words of a scaler that is frozen with these columns.
pub fn frozen(columns: &[Column], words: &mut [i32]) {
    if let Some(([samples, frozen], rest)) = words.split_first_chunk_mut() {
        (*samples, *frozen) = (0, 1);
        for (word, column) in rest.as_chunks_mut().0.iter_mut().zip(columns) {
            *word = to_words(*column);
        }
    }
}

/// Samples that were seen.
pub(super) fn samples(words: &[i32]) -> u32 {
    words.first().map_or(0, |&samples| samples as u32)
}

/// Returns `true` where numbers can come in: there is nothing to learn, or it is frozen.
#[inline(always)]
pub(super) fn is_ready(words: &[i32]) -> bool {
    words.get(1).is_none_or(|&frozen| frozen == 1)
}

/// The column of this number; [`Column::IDENTITY`] where there are no columns.
#[inline(always)]
pub fn column(words: &[i32], at: usize) -> Column {
    let columns = words.get(SHARED..).unwrap_or(&[]).as_chunks().0;
    columns.get(at).map_or(Column::IDENTITY, of_words)
}

/// Returns `true` where these words can be those of a scaler: while it learns, all can.
pub(super) fn are_sound(mut words: impl Iterator<Item = i32>) -> bool {
    let (Some(samples), Some(frozen)) = (words.next(), words.next()) else {
        return true;
    };
    if frozen == 0 {
        return samples >= 0;
    }
    let mut sound = frozen == 1 && samples >= 0;
    while let (Some(narrow), Some(offset)) = (words.next(), words.next()) {
        sound &= of_words(&[narrow, offset, 0, 0]).is_possible();
        words.nth(1);
    }
    sound
}

fn of_words([narrow, offset, ..]: &[i32; COLUMN]) -> Column {
    Column {
        factor: *narrow as u16,
        shift: (*narrow >> 16) as i8,
        offset: *offset,
    }
}

fn to_words(column: Column) -> [i32; COLUMN] {
    let narrow = i32::from(column.factor) | i32::from(column.shift) << 16;
    [narrow, column.offset, 0, 0]
}

fn real(word: i32) -> f32 {
    f32::from_bits(word as u32)
}

fn word(real: f32) -> i32 {
    real.to_bits() as i32
}

/// Learns from the numbers of a row, which are finite; does nothing once frozen.
pub(super) fn learn<'a>(
    words: &mut [i32],
    method: ScalingMethod,
    numbers: impl Iterator<Item = &'a f32>,
) {
    let Some(([samples, 0], columns)) = words.split_first_chunk_mut() else {
        return;
    };
    let before = *samples as f32;
    *samples = samples.saturating_add(1);
    for (column, &number) in columns.as_chunks_mut::<COLUMN>().0.iter_mut().zip(numbers) {
        let [a, b, low, high] = column.map(real);
        let mut own = [before, 0.0, a, b];
        crate::scaler::learn(&mut own, method, &[number], &[]);
        let [_, _, a, b] = own;
        let (low, high) = match before == 0.0 {
            true => (number, number),
            false => (low.smaller(number), high.larger(number)),
        };
        *column = [a, b, low, high].map(word);
    }
}

/// Freezes it: from here on numbers come in. The columns from `features` on are those of the target.
pub(super) fn freeze(words: &mut [i32], scaling: Scaling, features: usize) {
    let Some(([samples, frozen @ 0], columns)) = words.split_first_chunk_mut() else {
        return;
    };
    *frozen = 1;
    let samples = *samples as f32;
    let columns = columns.as_chunks_mut::<COLUMN>().0;
    for (at, column) in columns.iter_mut().enumerate() {
        let [a, b, low, high] = column.map(real);
        let mut own = [samples, 0.0, a, b];
        crate::scaler::freeze(&mut own, scaling.method);
        let (mean, factor) = match own {
            [_, _, mean, factor] if at < features || scaling.target => (mean, factor),
            _ => (0.0, 1.0),
        };
        let furthest = (high - mean).larger(mean - low);
        *column = to_words(Column::learned(mean, factor, furthest));
    }
}
