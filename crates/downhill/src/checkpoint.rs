//! Checkpoints: all that a fit needs to go on exactly where it stopped, as bytes.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | `DHCK` |
//! | 4 | 2 | version, 1 |
//! | 6 | 1 | bytes of a number: 4 or 8 |
//! | 7 | 1 | 0 |
//! | 8 | 8 | steps |
//! | 16 | 4 | *r*, bytes of the recipe |
//! | 20 | 4 | *s*, numbers of the state |
//! | 24 | 4 | *b*, numbers of the batch under way, 0 for none |
//! | 28 | *r* | the recipe, in whatever form its reader knows |
//! | | | zeros up to a multiple of 4 |
//! | | | *s* + *b* numbers |
//! | | 4 | CRC-32 (ISO-HDLC) of all before it |
//!
//! Every number is little-endian, every NaN the same. A reader takes the whole of it or nothing.

use core::fmt;

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};

use crate::{Fault, Real};

/// The version that this crate writes, and the only one that it reads.
pub const VERSION: u16 = 1;

const MAGIC: [u8; 4] = *b"DHCK";
const HEADER: usize = 28;
const CHECK: usize = 4;
const CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// Error of a checkpoint that was not written or not read. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// There is room for `got` bytes and the checkpoint has `need`.
    Room {
        /// Bytes of the checkpoint.
        need: usize,
        /// Bytes available.
        got: usize,
    },
    /// These bytes are no checkpoint.
    Foreign,
    /// The checkpoint is of another version.
    Version(u16),
    /// Bytes are missing or changed: the length or the CRC is wrong.
    Corrupt,
    /// It is a checkpoint of another kind of fit: its numbers are of another size, or as many as
    /// `got` where this fit has `need`.
    Mismatch {
        /// Numbers that this fit has.
        need: usize,
        /// Numbers in the checkpoint.
        got: usize,
    },
    /// It is of a fit with more steps than [`MAX_STEPS`](crate::MAX_STEPS), which none has made.
    Steps(u64),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room { need, got } => {
                write!(
                    f,
                    "the checkpoint has {need} bytes and there is room for {got}"
                )
            }
            Self::Foreign => f.write_str("these bytes are no checkpoint"),
            Self::Version(version) => {
                write!(
                    f,
                    "the checkpoint is of version {version}, and this is {VERSION}"
                )
            }
            Self::Corrupt => f.write_str("bytes of the checkpoint are missing or changed"),
            Self::Mismatch { need, got } => {
                write!(f, "a checkpoint of {got} numbers, and this fit has {need}")
            }
            Self::Steps(steps) => write!(f, "{steps}: {}", Fault::Steps),
        }
    }
}

impl core::error::Error for Error {}

/// Length in bytes of a checkpoint with a recipe of `recipe` bytes and `numbers` numbers of state
/// and batch.
pub const fn bytes<T: Real>(recipe: usize, numbers: usize) -> usize {
    length(T::WORDS, recipe, numbers)
}

const fn length(words: usize, recipe: usize, numbers: usize) -> usize {
    HEADER + recipe.next_multiple_of(4) + numbers * words * 4 + CHECK
}

/// A number of the state, as words of the checkpoint.
pub(crate) trait Word: Copy {
    /// Words of a number, 1 or 2.
    const WORDS: usize;

    /// The words, the low one first.
    fn words(self) -> [u32; 2];
}

impl<T: Real> Word for T {
    const WORDS: usize = T::WORDS;

    #[inline(always)]
    fn words(self) -> [u32; 2] {
        self.canonical()
    }
}

impl Word for i32 {
    const WORDS: usize = 1;

    #[inline(always)]
    fn words(self) -> [u32; 2] {
        [self as u32, 0]
    }
}

/// A checkpoint whose bytes have been checked.
///
/// ```
/// use downhill::checkpoint::{self, Checkpoint};
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Adam};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// type Fit = Trainer<Linear<Const<1>>, Squared, Adam<f32>, (), [f32; 9]>;
/// let new = || Fit::new(Linear::new(), Squared, Adam::new(0.05), [0.0; 9]);
/// let mut fit = new()?;
/// for k in 0..100 {
///     fit.observe(&[k as f32 / 100.0], &[1.0])?;
/// }
/// let mut flash = [0; 128];
/// let length = fit.save(b"my recipe", &mut flash)?;
///
/// // After a power cut:
/// let saved = Checkpoint::parse(&flash[..length])?;
/// assert_eq!((saved.steps, saved.recipe), (100, &b"my recipe"[..]));
/// let mut resumed = new()?;
/// resumed.resume(&saved)?;
/// assert_eq!(resumed.fingerprint(), fit.fingerprint());
///
/// flash[40] ^= 1;
/// assert_eq!(Checkpoint::parse(&flash[..length]).err(), Some(checkpoint::Error::Corrupt));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Checkpoint<'a> {
    /// Updates made by the fit.
    pub steps: u64,
    /// The recipe, as it was given.
    pub recipe: &'a [u8],
    /// Bytes of a number.
    size: u8,
    state: &'a [u8],
    batch: &'a [u8],
}

/// The little-endian number at `at`.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

impl<'a> Checkpoint<'a> {
    /// Checks bytes that may be a checkpoint.
    ///
    /// # Errors
    /// [`Error::Foreign`], [`Error::Version`] or [`Error::Corrupt`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        if !bytes.starts_with(&MAGIC) {
            return Err(Error::Foreign);
        }
        let version = number(bytes, 4).ok_or(Error::Corrupt)? as u16;
        if version != VERSION {
            return Err(Error::Version(version));
        }
        Self::sections(bytes).ok_or(Error::Corrupt)
    }

    fn sections(bytes: &'a [u8]) -> Option<Self> {
        let (body, check) = bytes.split_at_checked(bytes.len().checked_sub(CHECK)?)?;
        if number(check, 0)? != CRC.checksum(body) {
            return None;
        }
        let [size @ (4 | 8), 0] = *body.get(6..8)? else {
            return None;
        };
        let steps = u64::from(number(body, 8)?) | u64::from(number(body, 12)?) << 32;
        let length = |at| Some(number(body, at)? as usize);
        let (recipe, state, batch) = (length(16)?, length(20)?, length(24)?);
        let (padded, rest) = body
            .get(HEADER..)?
            .split_at_checked(recipe.checked_next_multiple_of(4)?)?;
        let (state, batch_bytes) = rest.split_at_checked(state.checked_mul(usize::from(size))?)?;
        if batch_bytes.len() != batch.checked_mul(usize::from(size))? {
            return None;
        }
        Some(Self {
            steps,
            recipe: padded.get(..recipe)?,
            size,
            state,
            batch: batch_bytes,
        })
    }

    /// The numbers of the state, or `None` where they are of another size than `T`.
    pub(crate) fn state<T: Real>(&self) -> Option<impl ExactSizeIterator<Item = T> + 'a> {
        (usize::from(self.size) == T::WORDS * 4).then(|| numbers(self.state))
    }

    /// The checkpoint of its state alone, of so many steps.
    pub(crate) fn of_state(&self, steps: u64) -> Self {
        Self {
            steps,
            batch: &[],
            ..*self
        }
    }

    /// The words of a state without a batch under way; none where a number has two.
    pub(crate) fn words(&self) -> &'a [[u8; 4]] {
        match self.size == 4 && self.batch.is_empty() {
            true => self.state.as_chunks().0,
            false => &[],
        }
    }

    /// The numbers of the batch.
    pub(crate) fn batch<T: Real>(&self) -> impl ExactSizeIterator<Item = T> + 'a {
        numbers(self.batch)
    }
}

fn numbers<'a, T: Real>(bytes: &'a [u8]) -> impl ExactSizeIterator<Item = T> + 'a {
    bytes
        .chunks_exact(T::WORDS.max(1) * 4)
        .map(|bytes| T::from_words([number(bytes, 0).unwrap_or(0), number(bytes, 4).unwrap_or(0)]))
}

/// Writes a checkpoint to the front of `out`; returns its length.
pub(crate) fn write<T: Word>(
    out: &mut [u8],
    steps: u64,
    recipe: &[u8],
    state: &[T],
    batch: &[T],
) -> Result<usize, Error> {
    let (need, got) = (
        length(T::WORDS, recipe.len(), state.len() + batch.len()),
        out.len(),
    );
    let Some(out) = out.get_mut(..need) else {
        return Err(Error::Room { need, got });
    };
    out.fill(0);
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        if let Some(room) = out.get_mut(at..at + bytes.len()) {
            room.copy_from_slice(bytes);
        }
        at += bytes.len();
    };
    put(&MAGIC);
    put(&VERSION.to_le_bytes());
    put(&[T::WORDS as u8 * 4, 0]);
    put(&steps.to_le_bytes());
    for length in [recipe.len(), state.len(), batch.len()] {
        put(&(length as u32).to_le_bytes());
    }
    put(recipe);
    put([0u8; 3]
        .get(..recipe.len().next_multiple_of(4) - recipe.len())
        .unwrap_or(&[]));
    for number in state.iter().chain(batch) {
        let [low, high] = number.words();
        put(&low.to_le_bytes());
        if T::WORDS > 1 {
            put(&high.to_le_bytes());
        }
    }
    if let Some((body, check)) = out.split_at_mut_checked(need - CHECK) {
        check.copy_from_slice(&CRC.checksum(body).to_le_bytes());
    }
    Ok(need)
}
