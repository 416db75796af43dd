//! A list of bounded length that serde can carry.

#[cfg(feature = "serde")]
use core::{fmt, marker::PhantomData};

#[cfg(feature = "serde")]
use serde::de::{Error, SeqAccess, Visitor};
#[cfg(feature = "serde")]
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// At most `N` values, in place. Values past the length are the default and equal each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct List<T, const N: usize> {
    values: [T; N],
    length: u16,
}

impl<T, const N: usize> List<T, N> {
    /// The first `length` of these values; the others are the default.
    pub(crate) const fn of(values: [T; N], length: u16) -> Self {
        Self { values, length }
    }
}

impl<T: Copy + Default, const N: usize> List<T, N> {
    pub(crate) fn new() -> Self {
        Self {
            values: [T::default(); N],
            length: 0,
        }
    }

    /// The list with one value more; `false` where there is no room for it.
    #[inline]
    pub(crate) fn push(&mut self, value: T) -> bool {
        match self.values.get_mut(usize::from(self.length)) {
            Some(place) => {
                *place = value;
                self.length += 1;
                true
            }
            _ => false,
        }
    }

    /// Takes the last value away.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        let last = self.length.checked_sub(1)?;
        let place = self.values.get_mut(usize::from(last))?;
        self.length = last;
        Some(core::mem::take(place))
    }

    #[inline(always)]
    pub(crate) fn as_slice(&self) -> &[T] {
        self.values.get(..usize::from(self.length)).unwrap_or(&[])
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        let length = usize::from(self.length);
        self.values.get_mut(..length).unwrap_or(&mut [])
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        usize::from(self.length)
    }
}

#[cfg(feature = "serde")]
impl<T: Copy + Default + Serialize, const N: usize> Serialize for List<T, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().serialize(serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de, T: Copy + Default + Deserialize<'de>, const N: usize> Deserialize<'de> for List<T, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values<T, const N: usize>(PhantomData<T>);

        impl<'de, T: Copy + Default + Deserialize<'de>, const N: usize> Visitor<'de> for Values<T, N> {
            type Value = List<T, N>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "at most {N} values")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut list = List::new();
                while let Some(value) = seq.next_element()? {
                    if !list.push(value) {
                        return Err(Error::invalid_length(N + 1, &self));
                    }
                }
                Ok(list)
            }
        }

        deserializer.deserialize_seq(Values(PhantomData))
    }
}
