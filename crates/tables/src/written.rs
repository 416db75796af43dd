//! Numbers as people write them: with separators of thousands, in any notation.

use crate::dialect::Dialect;
use crate::number;
use crate::thousands::Thousands;

/// Notation of one number, as far as its text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notation {
    /// Digits alone.
    Whole,
    /// A decimal mark.
    Decimal(u8),
    /// A mark with three digits behind it, before a fraction or between thousands.
    Either(u8),
    /// Marks between thousands.
    Grouped(u8),
    /// Marks between thousands, and another before the fraction.
    Both(u8, u8),
}

/// Longest number with separators that is read, in bytes.
const LONGEST: usize = 48;

/// Most separators in a number.
const MOST: usize = 16;

/// Reads a number: plainly, or else with separators of thousands.
#[inline(always)]
pub(crate) fn parse(text: &[u8], dialect: Dialect) -> Option<f64> {
    number::parse(text, dialect.decimal)
        .or_else(|| with_thousands(text, dialect).map(|read| read.0))
}

/// Reads a number with separators of thousands that no decimal mark is taken for, or with a minus
/// sign that is no ASCII; returns it and the separator.
#[cold]
#[inline(never)]
pub(crate) fn with_thousands(text: &[u8], dialect: Dialect) -> Option<(f64, Option<Thousands>)> {
    let mut text = Plain::of(text)?;
    let (group, decimal) = match text.notation()? {
        Notation::Whole => (None, dialect.decimal),
        Notation::Decimal(decimal) => (None, decimal),
        Notation::Either(mark) if mark == dialect.decimal => (None, mark),
        Notation::Either(mark) | Notation::Grouped(mark) => (Some(mark), dialect.decimal),
        Notation::Both(mark, decimal) => (Some(mark), decimal),
    };
    let thousands = group.map(Thousands::of);
    let is_asked = thousands.is_none()
        || dialect
            .thousands
            .is_none_or(|asked| thousands == Some(asked));
    if group == Some(dialect.decimal) || decimal != dialect.decimal || !is_asked {
        return None;
    }
    if let Some(mark) = group {
        text.remove(mark);
    }
    Some((number::parse(text.bytes(), decimal)?, thousands))
}

/// Notation of a text that is a number; `None` of any other.
pub(crate) fn notation(text: &[u8]) -> Option<Notation> {
    Plain::of(text)?.notation()
}

/// A short text whose apostrophes, spaces and minus signs are ASCII.
struct Plain {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Plain {
    /// Text that may be a number; `None` of any that begins otherwise.
    fn of(text: &[u8]) -> Option<Self> {
        let first = *text.first()?;
        let may_begin = first.is_ascii_digit() || b"+-.,\xe2".contains(&first);
        if !may_begin || text.len() > LONGEST {
            return None;
        }
        let (mut bytes, mut length) = ([0; LONGEST], 0);
        for character in std::str::from_utf8(text).ok()?.chars() {
            bytes[length] = match character {
                '\u{2019}' => b'\'',
                '\u{a0}' | '\u{2009}' | '\u{202f}' => b' ',
                '\u{2212}' => b'-',
                ascii => u8::try_from(ascii).ok().filter(u8::is_ascii)?,
            };
            length += 1;
        }
        Some(Self { bytes, length })
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn remove(&mut self, mark: u8) {
        let mut length = 0;
        for at in 0..self.length {
            if self.bytes[at] != mark {
                self.bytes[length] = self.bytes[at];
                length += 1;
            }
        }
        self.length = length;
    }

    fn notation(&self) -> Option<Notation> {
        let text = self.bytes();
        let text = text
            .strip_prefix(b"-")
            .or(text.strip_prefix(b"+"))
            .unwrap_or(text);
        let exponent = text.iter().position(|byte| matches!(byte, b'e' | b'E'));
        let (digits, exponent) = text.split_at(exponent.unwrap_or(text.len()));
        let has_exponent = !exponent.is_empty();
        if has_exponent && !is_exponent(&exponent[1..]) {
            return None;
        }
        // Lengths of the pieces between marks.
        let (mut marks, mut lengths, mut count) = ([0; MOST], [0; MOST + 1], 0);
        for &byte in digits {
            match byte {
                b'0'..=b'9' => lengths[count] += 1,
                b'.' | b',' | b'\'' | b' ' => {
                    *marks.get_mut(count)? = byte;
                    count += 1;
                }
                _ => return None,
            }
        }
        let (marks, lengths) = (&marks[..count], &lengths[..=count]);
        let grouped = |lengths: &[usize]| !has_exponent && digits[0] != b'0' && are_groups(lengths);
        match *marks {
            [] => (lengths[0] > 0).then_some(Notation::Whole),
            [mark @ (b'.' | b',')] if grouped(lengths) => Some(Notation::Either(mark)),
            [mark @ (b'.' | b',')] => {
                (lengths[0] + lengths[1] > 0).then_some(Notation::Decimal(mark))
            }
            [first, .., last] if first != last => {
                let (_, before) = marks.split_last()?;
                let is_one = before.iter().all(|&mark| mark == first);
                let is_decimal = matches!(last, b'.' | b',');
                let groups = is_one && is_decimal && grouped(&lengths[..count]);
                groups.then_some(Notation::Both(first, last))
            }
            [first, ..] => {
                let is_one = marks.iter().all(|&mark| mark == first);
                (is_one && grouped(lengths)).then_some(Notation::Grouped(first))
            }
        }
    }
}

/// Tells whether digits in pieces of these lengths are grouped: by threes, or as in India by
/// twos before the last three.
fn are_groups(lengths: &[usize]) -> bool {
    let &[first, ref middle @ .., last] = lengths else {
        return false;
    };
    let by = |most| (1..=most).contains(&first) && middle.iter().all(|&length| length == most);
    last == 3 && (by(3) || by(2))
}

fn is_exponent(text: &[u8]) -> bool {
    let digits = text
        .strip_prefix(b"-")
        .or(text.strip_prefix(b"+"))
        .unwrap_or(text);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, decimal: char) -> Option<f64> {
        let dialect = Dialect {
            decimal: decimal as u8,
            ..Dialect::USUAL
        };
        parse(text.as_bytes(), dialect)
    }

    #[test]
    fn a_text_tells_its_notation() {
        use Notation::{Both, Decimal, Either, Grouped, Whole};
        for (text, expected) in [
            ("1234", Some(Whole)),
            ("1.5", Some(Decimal(b'.'))),
            (",5", Some(Decimal(b','))),
            ("0,125", Some(Decimal(b','))),
            ("1234,567", Some(Decimal(b','))),
            ("1,234e5", Some(Decimal(b','))),
            ("-1.234", Some(Either(b'.'))),
            ("1.234.567", Some(Grouped(b'.'))),
            ("1'234", Some(Grouped(b'\''))),
            ("1\u{2019}234", Some(Grouped(b'\''))),
            ("1\u{202f}234", Some(Grouped(b' '))),
            ("1\u{a0}234,5", Some(Both(b' ', b','))),
            ("\u{2212}1 234 567.125", Some(Both(b' ', b'.'))),
            ("12,34,567", Some(Grouped(b','))),
            ("12,34,567.8", Some(Both(b',', b'.'))),
            ("1.234,5", Some(Both(b'.', b','))),
            ("", None),
            (".", None),
            ("1.2.3", None),
            ("10.03.2004", None),
            ("0.123.456", None),
            ("1,234,56", None),
            ("1'23", None),
            ("1 2", None),
            ("1,234'567", None),
            ("1.234,567.8", None),
            ("12:30", None),
            ("1e", None),
            ("x1", None),
        ] {
            assert_eq!(notation(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn thousands_are_read_where_no_decimal_mark_is_taken_for_them() {
        assert_eq!(read("1,234.5", '.'), Some(1234.5));
        assert_eq!(read("1.234,5", ','), Some(1234.5));
        assert_eq!(read("1.234", ','), Some(1234.0));
        assert_eq!(read("1.234", '.'), Some(1.234));
        assert_eq!(read("-1'234'567.25", '.'), Some(-1_234_567.25));
        assert_eq!(read("12,34,567", '.'), Some(1_234_567.0));
        assert_eq!(read("1\u{202f}234,5", ','), Some(1234.5));
        assert_eq!(read("\u{2212}1.234", '.'), Some(-1.234));
        assert_eq!(read("\u{2212}12", ','), Some(-12.0));
        assert_eq!(read("1.234,5", '.'), None);
        assert_eq!(read("1,5", '.'), None);
        let only = |thousands| Dialect {
            thousands: Some(thousands),
            ..Dialect::USUAL
        };
        assert_eq!(parse(b"1,234", only(Thousands::Comma)), Some(1234.0));
        assert_eq!(parse(b"1,234", only(Thousands::Space)), None);
        assert_eq!(parse(b"1,234", only(Thousands::None)), None);
    }
}
