//! COBS (Cheshire and Baker 1999): bytes without a zero, made and undone in one pass and in place.

use heapless::Vec;

/// Code of a run of 254 bytes, which no zero follows.
const FULL: u8 = 255;
const RUN: usize = 254;

/// Encodes the bytes behind the first of a buffer, up to `end`, in place; returns where the encoding
/// ends. A byte is inserted after 254 without a zero: none where there is no room for it.
pub(crate) fn encode(buffer: &mut [u8], mut end: usize) -> Option<usize> {
    let mut code_at = 0;
    loop {
        let run = buffer.get(code_at + 1..end)?;
        let run = run.get(..RUN).unwrap_or(run);
        let zero = run.iter().position(|&byte| byte == 0);
        let length = zero.unwrap_or(run.len());
        let full = length == RUN;
        let code = if full { FULL } else { length as u8 + 1 };
        *buffer.get_mut(code_at)? = code;
        code_at += usize::from(code);
        if full {
            for at in (code_at..end).rev() {
                *buffer.get_mut(at + 1)? = *buffer.get(at)?;
            }
            end += 1;
        } else if zero.is_none() {
            return Some(code_at);
        }
    }
}

/// Decodes bytes as they come.
#[derive(Debug, Default)]
pub(crate) struct Decoder<const N: usize> {
    bytes: Vec<u8, N>,
    /// Code of the run under way; 0 before the first.
    code: u8,
    /// Bytes of the run that are still to come.
    left: u8,
    too_long: bool,
}

impl<const N: usize> Decoder<N> {
    pub(crate) const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            code: 0,
            left: 0,
            too_long: false,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        (self.code, self.left, self.too_long) = (0, 0, false);
    }

    /// Returns true until a byte has come.
    pub(crate) const fn is_empty(&self) -> bool {
        self.code == 0
    }

    /// Takes a byte that is not zero.
    #[inline(always)]
    pub(crate) fn push(&mut self, byte: u8) {
        if let Some(left) = self.left.checked_sub(1) {
            self.left = left;
            self.too_long |= self.bytes.push(byte).is_err();
            return;
        }
        if !matches!(self.code, 0 | FULL) {
            self.too_long |= self.bytes.push(0).is_err();
        }
        self.code = byte;
        self.left = byte.wrapping_sub(1);
    }

    /// All bytes, if the last run is whole and there was room for them.
    pub(crate) fn decoded(&self) -> Option<&[u8]> {
        (self.left == 0 && !self.too_long).then_some(&self.bytes)
    }

    /// All bytes so far.
    #[cfg(feature = "sealed")]
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Runs with and without zeros, and of the lengths where a code changes.
    fn bytes() -> impl Strategy<Value = std::vec::Vec<u8>> {
        let run = prop_oneof![Just(1u8), Just(0)].prop_flat_map(|byte| {
            let length = prop_oneof![0..4usize, 252..257usize];
            length.prop_map(move |length| vec![byte; length])
        });
        prop::collection::vec(run, 0..6).prop_map(|runs| runs.concat())
    }

    proptest! {
        #[test]
        fn it_encodes_as_another_implementation_does_and_comes_back(bytes in bytes()) {
            let mut buffer = [&[7], &bytes[..], &[7; 9]].concat();
            let end = encode(&mut buffer, 1 + bytes.len()).unwrap();
            let encoded = &buffer[..end];
            prop_assert!(!encoded.contains(&0));
            let decoded = cobs::decode_vec(encoded).unwrap();
            prop_assert_eq!(&decoded, &bytes);
            for room in [false, true] {
                let mut decoder = Decoder::<1600>::new();
                prop_assert!(decoder.is_empty());
                let other = cobs::encode_vec(&bytes);
                for &byte in if room { encoded } else { &other[..] } {
                    decoder.push(byte);
                }
                prop_assert_eq!(decoder.decoded(), Some(&bytes[..]));
            }
            let mut short = Decoder::<4>::new();
            encoded.iter().for_each(|&byte| short.push(byte));
            prop_assert_eq!(short.decoded().is_some(), bytes.len() <= 4);
        }
    }
}
