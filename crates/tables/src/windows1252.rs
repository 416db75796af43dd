//! Text in Windows-1252, as German and other Windows programs write it, read as UTF-8.

use std::io::{self, Read};

/// Bytes that are decoded at once.
const BLOCK: usize = 64 * 1024;

/// Letters of the bytes from 0x80 to 0x9f; a space where there is none.
const LETTERS: [char; 32] = [
    '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
];

/// Letter of a byte, which is a control character where it stands for none.
fn letter(byte: u8) -> char {
    match byte {
        0x80..=0x9f if LETTERS[usize::from(byte - 0x80)] != ' ' => {
            LETTERS[usize::from(byte - 0x80)]
        }
        byte => char::from(byte),
    }
}

/// Byte of a letter.
pub(crate) fn byte(letter: char) -> u8 {
    let at = LETTERS.iter().position(|&other| other == letter);
    at.map_or(letter as u32 as u8, |at| 0x80 + at as u8)
}

/// Tells whether the front of a text, of which the last letter may be cut off, can be in Windows-1252
/// rather than UTF-8.
pub(crate) fn is_such(front: &[u8]) -> bool {
    let fault = std::str::from_utf8(front).err();
    let is_utf8 = fault.is_none_or(|fault| fault.error_len().is_none());
    let is_text = |&byte: &u8| byte >= 0x20 || b"\t\r\n".contains(&byte);
    !is_utf8 && front.iter().all(is_text)
}

/// Reader of such a text that gives it in UTF-8.
pub(crate) struct Windows1252<R> {
    input: R,
    block: Vec<u8>,
    text: String,
    given: usize,
}

impl<R: Read> Windows1252<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            block: vec![0; BLOCK],
            text: String::new(),
            given: 0,
        }
    }
}

impl<R: Read> Read for Windows1252<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            let read = self.input.read(&mut self.block)?;
            self.text.clear();
            self.given = 0;
            for &byte in &self.block[..read] {
                self.text.push(letter(byte));
            }
        }
        let read = (&self.text.as_bytes()[self.given..]).read(room)?;
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_signs_are_decoded() {
        let text = b"Temp \xb0C;\xb5S;Z\xe4hler;\x80\n";
        assert!(is_such(text));
        let mut read = String::new();
        Windows1252::new(&text[..])
            .read_to_string(&mut read)
            .unwrap();
        assert_eq!(read, "Temp °C;µS;Zähler;€\n");
    }

    #[test]
    fn other_texts_are_told_from_it() {
        let cut = &"Zä".as_bytes()[..2];
        for text in [&b"a,b\n"[..], "Zähler".as_bytes(), cut, b"\xe4\x00", b""] {
            assert!(!is_such(text), "{text:?}");
        }
    }
}
