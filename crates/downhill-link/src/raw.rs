use core::fmt;

use serde::{Deserialize, Serialize};

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
