//! Text in UTF-16, read as UTF-8.

use std::io::{self, Error, ErrorKind, Read};

/// Bytes of text that are decoded at once.
const BLOCK: usize = 64 * 1024;

/// Mark of UTF-16 in front of a text: the order of the bytes of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    /// Order that the first bytes of a file tell; `None` where they are no such mark.
    pub(crate) fn of(front: &[u8]) -> Option<Self> {
        match front {
            [0xff, 0xfe, ..] => Some(Self::Little),
            [0xfe, 0xff, ..] => Some(Self::Big),
            // Without a mark, letters of ASCII tell.
            [1..=255, 0, 1..=255, 0, ..] => Some(Self::Little),
            [0, 1..=255, 0, 1..=255, ..] => Some(Self::Big),
            _ => None,
        }
    }

    fn unit(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }
}

/// Reader of a text in UTF-16 that gives it in UTF-8, without the mark in front.
pub(crate) struct Utf16<R> {
    input: R,
    order: ByteOrder,
    /// Bytes of a character that is not whole yet.
    rest: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    /// True until its mark, if it has one, was skipped.
    is_front: bool,
}

impl<R: Read> Utf16<R> {
    pub(crate) fn new(input: R, order: ByteOrder) -> Self {
        Self {
            input,
            order,
            rest: Vec::new(),
            text: Vec::new(),
            given: 0,
            is_front: true,
        }
    }

    /// Decodes the next characters; none at the end.
    fn decode(&mut self) -> io::Result<()> {
        let wanted = BLOCK - self.rest.len();
        let read = (&mut self.input)
            .take(wanted as u64)
            .read_to_end(&mut self.rest)?;
        let mut units: Vec<u16> = self
            .rest
            .as_chunks()
            .0
            .iter()
            .map(|&bytes| self.order.unit(bytes))
            .collect();
        let is_half = |unit: &u16| (0xd800..0xdc00).contains(unit);
        if read == wanted {
            units.pop_if(|unit| is_half(unit));
        }
        self.rest.drain(..2 * units.len());
        if read < wanted && !self.rest.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidData,
                "the text ends within a letter of UTF-16",
            ));
        }
        let is_marked = units.first() == Some(&0xfeff);
        let skipped = usize::from(std::mem::take(&mut self.is_front) && is_marked);
        self.text.clear();
        self.given = 0;
        for letter in char::decode_utf16(units.into_iter().skip(skipped)) {
            let letter = letter.map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
            let mut room = [0; 4];
            self.text
                .extend_from_slice(letter.encode_utf8(&mut room).as_bytes());
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            self.decode()?;
        }
        let read = (&self.text[self.given..]).read(room)?;
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str, order: ByteOrder) -> String {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        let bytes: Vec<u8> = match order {
            ByteOrder::Little => units.flat_map(u16::to_le_bytes).collect(),
            ByteOrder::Big => units.flat_map(u16::to_be_bytes).collect(),
        };
        assert_eq!(ByteOrder::of(&bytes), Some(order));
        let mut read = String::new();
        Utf16::new(&bytes[..], order)
            .read_to_string(&mut read)
            .unwrap();
        read
    }

    #[test]
    fn letters_of_one_unit_and_of_two_are_decoded_wherever_a_block_ends() {
        for front in 0..4 {
            // Units of a block, and letters of two around its end.
            let text = "x".repeat(BLOCK / 2 - 3 + front) + "\u{1f600}\u{1f600}µ°é,1\n";
            for order in [ByteOrder::Little, ByteOrder::Big] {
                assert_eq!(decoded(&text, order), text);
            }
        }
        assert_eq!(decoded("", ByteOrder::Little), "");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [
            &b"\xff\xfea"[..],
            b"\xff\xfe\x00\xd8",
            b"\xff\xfe\x00\xdcx\x00",
        ] {
            let read = Utf16::new(bytes, ByteOrder::Little).read_to_end(&mut Vec::new());
            assert_eq!(
                read.unwrap_err().kind(),
                ErrorKind::InvalidData,
                "{bytes:?}"
            );
        }
    }
}
