use core::fmt;

use serde::de::{Error, Unexpected};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A run of `f32` numbers in a message: borrowed from the caller where it is sent, and from the
/// frame where it was received, so that no buffer of numbers is needed on the way.
///
/// On the wire it is the count of *bytes* (a varint, four to a number) and then each number's
/// bits, little-endian.
///
/// ```
/// use downhill_link::Numbers;
/// let numbers = Numbers::new(&[1.0, 2.5]);
/// assert_eq!(numbers.len(), 2);
/// let mut copy = [0.0; 2];
/// assert!(numbers.copy_to(&mut copy));
/// assert_eq!(copy, [1.0, 2.5]);
/// ```
#[derive(Clone, Copy)]
pub struct Numbers<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Floats(&'a [f32]),
    /// A whole number of little-endian words.
    Words(&'a [[u8; 4]]),
}

impl<'a> Numbers<'a> {
    /// These numbers.
    pub const fn new(numbers: &'a [f32]) -> Self {
        Self(Source::Floats(numbers))
    }

    /// Number of values.
    pub const fn len(&self) -> usize {
        match self.0 {
            Source::Floats(floats) => floats.len(),
            Source::Words(words) => words.len(),
        }
    }

    /// Returns true when there are no values.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number `index`, counted from 0.
    pub fn get(&self, index: usize) -> Option<f32> {
        match self.0 {
            Source::Floats(floats) => floats.get(index).copied(),
            Source::Words(words) => words.get(index).map(|&word| f32::from_le_bytes(word)),
        }
    }

    /// Each number, in order.
    pub fn iter(&self) -> impl Iterator<Item = f32> + use<'a> {
        let numbers = *self;
        (0..numbers.len()).filter_map(move |index| numbers.get(index))
    }

    /// Copies them all, bit by bit; `false`, and nothing is copied, where `to` is not as long.
    #[must_use]
    pub fn copy_to(&self, to: &mut [f32]) -> bool {
        if to.len() != self.len() {
            return false;
        }
        for (to, number) in to.iter_mut().zip(self.iter()) {
            *to = number;
        }
        true
    }
}

/// Equal bits, so that a NaN equals itself.
impl PartialEq for Numbers<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && (self.iter().map(f32::to_bits)).eq(other.iter().map(f32::to_bits))
    }
}

impl fmt::Debug for Numbers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Numbers<'_> {
    /// A tuple has no length of its own in `postcard`, so this is a byte array to a reader.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.len() + 1)?;
        tuple.serialize_element(&(self.len() as u32).saturating_mul(4))?;
        for number in self.iter() {
            tuple.serialize_element(&number)?;
        }
        tuple.end()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Numbers<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        match bytes.as_chunks() {
            (words, []) => Ok(Self(Source::Words(words))),
            _ => Err(D::Error::invalid_value(
                Unexpected::Bytes(bytes),
                &"four bytes a number",
            )),
        }
    }
}
