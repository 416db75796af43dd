use core::fmt;

use serde::{Deserialize, Serialize};

use crate::Numbers;

/// Raw samples that come at once, and what the window is for that ends with the last of them, if one
/// does. It travels packed, so that a device without a signal stage need not know what is in it.
///
/// ```
/// use downhill_link::{Block, Numbers, Raw};
/// let counts = [[1, 0], [0, 128]];
/// let block = Block {
///     weight: 1.0,
///     scale: 0.5,
///     fits_scaler: false,
///     samples: Raw::I16(&counts),
///     target: Numbers::new(&[2.0]),
/// };
/// let mut room = [0; 32];
/// let bytes = block.pack(&mut room).expect("room");
/// assert_eq!(Block::unpack(bytes), Some(block));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block<'a> {
    /// Weight of the window; finite, at least 0.
    pub weight: f32,
    /// Factor of each number.
    pub scale: f32,
    /// True where the scaler learns from the window, and not the model.
    pub fits_scaler: bool,
    /// The samples, none of them behind the end of a window.
    #[serde(borrow)]
    pub samples: Raw<'a>,
    /// Target of the window; empty for one that nothing learns from.
    pub target: Numbers<'a>,
}

impl<'a> Block<'a> {
    /// Writes it to the front of `room`; none where that is too short.
    pub fn pack<'b>(&self, room: &'b mut [u8]) -> Option<&'b [u8]> {
        postcard::to_slice(self, room).ok().map(|bytes| &*bytes)
    }

    /// The block in these bytes; none where they are no block.
    pub fn unpack(bytes: &'a [u8]) -> Option<Self> {
        let (block, rest) = postcard::take_from_bytes(bytes).ok()?;
        rest.is_empty().then_some(block)
    }
}

/// Raw samples in a message, as the sensor gave them: borrowed from the caller where they are sent,
/// and from the frame where they were received. Sample after sample they are a number of each
/// channel, each little-endian.
///
/// ```
/// use downhill_link::Raw;
/// let counts = [[1, 0], [0, 128]]; // two integers of 16 bits, as the sensor's registers have them
/// let raw = Raw::I16(&counts);
/// assert!(raw.numbers(0.5).eq([0.5, -16384.0]));
/// assert_eq!((raw.len(), Raw::F32(&[]).is_empty()), (2, true));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Raw<'a> {
    /// Integers of 16 bits.
    I16(#[serde(borrow, with = "chunks")] &'a [[u8; 2]]),
    /// Integers of 32 bits.
    I32(#[serde(borrow, with = "chunks")] &'a [[u8; 4]]),
    /// Numbers.
    F32(#[serde(borrow, with = "chunks")] &'a [[u8; 4]]),
}

impl<'a> Raw<'a> {
    /// Count of numbers.
    pub const fn len(&self) -> usize {
        match self {
            Self::I16(numbers) => numbers.len(),
            Self::I32(numbers) | Self::F32(numbers) => numbers.len(),
        }
    }

    /// Returns true when there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each number times the scale; an integer is rounded to `f32` first.
    pub fn numbers(&self, scale: f32) -> impl Iterator<Item = f32> + Clone + use<'a> {
        let raw = *self;
        (0..raw.len()).map(move |at| raw.get(at) * scale)
    }

    /// Number `at`, counted from 0; 0 of one that is not there.
    fn get(&self, at: usize) -> f32 {
        match self {
            Self::I16(numbers) => {
                let bytes = numbers.get(at).copied().unwrap_or_default();
                i16::from_le_bytes(bytes).into()
            }
            Self::I32(numbers) => {
                let bytes = numbers.get(at).copied().unwrap_or_default();
                i32::from_le_bytes(bytes) as f32
            }
            Self::F32(numbers) => {
                let bytes = numbers.get(at).copied().unwrap_or_default();
                f32::from_le_bytes(bytes)
            }
        }
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.numbers(1.0)).finish()
    }
}

/// Bytes, so many to a number.
mod chunks {
    use serde::de::{Error, Unexpected};
    use serde::{Deserialize, Deserializer, Serializer};

    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands it a reference"
    )]
    pub(super) fn serialize<S: Serializer, const N: usize>(
        chunks: &&[[u8; N]],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(chunks.as_flattened())
    }

    pub(super) fn deserialize<'de: 'a, 'a, D: Deserializer<'de>, const N: usize>(
        deserializer: D,
    ) -> Result<&'a [[u8; N]], D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        match bytes.as_chunks() {
            (chunks, []) => Ok(chunks),
            _ => Err(D::Error::invalid_value(
                Unexpected::Bytes(bytes),
                &"whole numbers",
            )),
        }
    }
}
