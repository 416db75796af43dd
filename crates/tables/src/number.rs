//! Reads numbers as they stand in files, exactly and fast.

use std::ops::Range;

/// Powers of ten that a double holds exactly, and their negatives.
const POWERS: [[f64; 23]; 2] = {
    let mut powers = [[1.0; 23], [-1.0; 23]];
    let mut at = 1;
    while at < 23 {
        // Each is exact, and so is ten times it.
        powers[0][at] = 10.0 * powers[0][at - 1];
        powers[1][at] = -powers[0][at];
        at += 1;
    }
    powers
};

/// The largest whole number below which every one is a double.
const EXACT: u64 = 1 << 53;

/// The same byte eight times.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The highest bit of each byte.
const HIGHEST: u64 = eight(0x80);

/// Reads a number, to the bit as [`str::parse`] does; `decimal` stands before the fraction.
pub(crate) fn parse(text: &[u8], decimal: u8) -> Option<f64> {
    quick(text, 0..text.len(), decimal).or_else(|| slow(text, decimal))
}

/// The number that a piece of a text is, if it has few digits and no exponent.
///
/// Such a number is one whole number and one power of ten that a double holds exactly, and one
/// rounding (Clinger 1990). The digits are looked at many at a time where there is text enough
/// in front of them, whatever it says.
#[inline(always)]
pub(crate) fn quick(text: &[u8], piece: Range<usize>, decimal: u8) -> Option<f64> {
    let first = *text.get(piece.start)?;
    let is_negative = first == b'-';
    let start = piece.start + usize::from(is_negative | (first == b'+'));
    let length = piece.end.wrapping_sub(start);
    let front = text.get(..piece.end)?;
    let Digits { whole, behind } = match front.last_chunk() {
        Some(&window) if length <= 8 => short(window, length, decimal)?,
        _ => match front.last_chunk() {
            Some(&window) if length <= 16 => middle(window, length, decimal)?,
            _ => long(front.get(start..)?, decimal)?,
        },
    };
    // As a signed number, for which there is an instruction; it is far below either's limit. Its
    // sign, which nobody can foresee, is that of the power: without a branch.
    Some(whole as i64 as f64 / POWERS[usize::from(is_negative)].get(behind)?)
}

/// Digits with a decimal mark among them, or without one.
struct Digits {
    /// Whole number without the mark.
    whole: u64,
    /// Count of those behind the mark.
    behind: usize,
}

/// Reads the last `length` of eight bytes, all at once; the last byte is the highest.
#[inline(always)]
fn short(window: [u8; 8], length: usize, decimal: u8) -> Option<Digits> {
    let front = u64::MAX.checked_shl(64 - 8 * length as u32)?;
    let bytes = (u64::from_le_bytes(window) ^ eight(b'0')) & front;
    // The highest bit of each byte that is above 9; what one that is no ASCII carries into the
    // next makes no number of it.
    let others = (bytes.wrapping_add(eight(0x7f - 9)) | bytes) & HIGHEST;
    if others == 0 {
        return Some(Digits {
            whole: sum(bytes),
            behind: 0,
        });
    }
    let highest = others.trailing_zeros();
    let is_mark = (bytes >> (highest - 7)) as u8 == decimal ^ b'0';
    if !is_mark || others & (others - 1) != 0 || length == 1 {
        return None;
    }
    // Those in front of the mark move up to those behind it.
    let mark = others >> 7;
    let closed = (bytes & (mark << 8).wrapping_neg()) | (bytes & (mark - 1)) << 8;
    Some(Digits {
        whole: sum(closed),
        behind: (63 - highest) as usize / 8,
    })
}

/// Reads the last `length` of sixteen bytes.
#[inline(never)]
fn middle(window: [u8; 16], length: usize, decimal: u8) -> Option<Digits> {
    let wide = |word: u64| u128::from(word) << 64 | u128::from(word);
    let front = u128::MAX.checked_shl(128 - 8 * length as u32)?;
    let bytes = (u128::from_le_bytes(window) ^ wide(eight(b'0'))) & front;
    let others = (((bytes & !wide(HIGHEST)) + wide(eight(0x7f - 9))) | bytes) & wide(HIGHEST);
    let (closed, behind) = if others == 0 {
        (bytes, 0)
    } else {
        let highest = others.trailing_zeros();
        let is_mark = (bytes >> (highest - 7)) as u8 == decimal ^ b'0';
        if !is_mark || others & (others - 1) != 0 {
            return None;
        }
        let mark = others >> 7;
        let closed = (bytes & (mark << 8).wrapping_neg()) | (bytes & (mark - 1)) << 8;
        (closed, (127 - highest) as usize / 8)
    };
    let whole = sum(closed as u64) * 100_000_000 + sum((closed >> 64) as u64);
    (whole <= EXACT).then_some(Digits { whole, behind })
}

/// Whole number of eight digits, the first of them the lowest byte: added up by pairs, fours and
/// eights (Lemire 2018).
#[inline(always)]
fn sum(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let every_other = 0x0000_00ff_0000_00ff;
    let odd = (pairs & every_other).wrapping_mul(100 + (1_000_000 << 32));
    let even = (pairs >> 16 & every_other).wrapping_mul(1 + (10_000 << 32));
    odd.wrapping_add(even) >> 32
}

/// Reads digits one after the other.
#[inline(never)]
fn long(text: &[u8], decimal: u8) -> Option<Digits> {
    let (mut whole, mut length) = digits(text, 0, 0);
    let (mut count, mut behind) = (length, 0);
    if text.get(length) == Some(&decimal) {
        let point = length + 1;
        (whole, length) = digits(text, whole, point);
        behind = length - point;
        count += behind;
    }
    // So many digits cannot overflow 64 bits.
    let is_exact = (1..=19).contains(&count) && whole <= EXACT && length == text.len();
    is_exact.then_some(Digits { whole, behind })
}

/// Goes on with a whole number by the digits from `at` on; returns it, and where they end.
#[inline(always)]
fn digits(text: &[u8], mut whole: u64, mut at: usize) -> (u64, usize) {
    while let Some(&byte) = text.get(at) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        whole = whole.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    (whole, at)
}

#[cold]
fn slow(text: &[u8], decimal: u8) -> Option<f64> {
    if decimal == b'.' {
        return std::str::from_utf8(text).ok()?.parse().ok();
    }
    // A point is then no part of a number.
    let swap = |&byte: &u8| match byte {
        b'.' => b'!',
        byte if byte == decimal => b'.',
        byte => byte,
    };
    let text: Vec<u8> = text.iter().map(swap).collect();
    std::str::from_utf8(&text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(text: &str) {
        let (ours, theirs) = (parse(text.as_bytes(), b'.'), text.parse::<f64>().ok());
        assert_eq!(ours.map(f64::to_bits), theirs.map(f64::to_bits), "{text}");
    }

    #[test]
    fn the_edges_of_the_quick_way() {
        for text in [
            "",
            "-",
            "+",
            ".",
            "-.",
            "0",
            "-0",
            "+0.0",
            "1.",
            ".5",
            "-.5",
            "1..2",
            "1.2.3",
            "9007199254740992",
            "9007199254740993",
            "9007199254740993.0",
            "1e5",
            "1E-5",
            "inf",
            "nan",
            "-inf",
            "0.1",
            "0.3",
            "123456789012345678",
            "9999999999999999999",
            "99999999999999999999",
            "0.000000000000000001",
            ".0000000000000000001",
            "1 2",
            "1,2",
            "--1",
            "+-1",
            "1-",
            "0x1",
            "1_000",
            "\u{661}",
            "1234567",
            "12345678",
            "123456.7",
            "1234567.",
            ".1234567",
            "12.3456",
            "1\u{e9}9",
        ] {
            same(text);
        }
    }

    /// A number is read the same, whatever stands in front of it or behind it.
    #[test]
    fn a_piece_is_read_whatever_is_around_it() {
        for number in [
            "",
            "-",
            ".",
            "-.",
            "+-1",
            "0",
            "-7",
            "+12.5",
            "3.",
            ".25",
            "-123456.5",
            "1234567",
            "12345678",
            "-1234567.8",
            "123456789",
            "0.12345678901",
            "123456789012345",
            "1234567890.12345",
            "12345678901234567",
            "9007199254740993",
            "x1",
            "1x",
            "1e5",
            "1.2.3",
            "12345678x",
            "1.23456789.0",
        ] {
            for front in [
                "",
                ",",
                "-",
                "9",
                ".",
                "777777,",
                "123456789.01234567",
                "é-éé+éé,éééé",
            ] {
                for more in [
                    "",
                    ",",
                    ",9",
                    "\n1.5,2",
                    " 1234567890",
                    ";\u{e9}\u{e9}",
                    "e5",
                    "-1",
                ] {
                    let text = format!("{front}{number}{more}");
                    let piece = front.len()..front.len() + number.len();
                    let read = quick(text.as_bytes(), piece, b'.');
                    if let Some(read) = read {
                        let expected = number.parse::<f64>().ok();
                        assert_eq!(Some(read.to_bits()), expected.map(f64::to_bits), "{text}");
                    }
                    let few = !["9007199254740993", "12345678901234567", "1e5"].contains(&number);
                    assert_eq!(
                        read.is_some(),
                        few && number.parse::<f64>().is_ok(),
                        "{text}"
                    );
                }
            }
        }
    }

    /// A generator of its own, so that the same texts are tried every time.
    #[test]
    fn every_number_is_the_librarys() {
        let mut random = downhill::random::Random::seed(7);
        let mut below = |n: u32| random.below(n);
        for _ in 0..200_000 {
            let mut text = String::from(["", "-", "+"][below(3) as usize]);
            let (front, back) = (below(19), below(19));
            (0..front).for_each(|_| text += &below(10).to_string());
            if below(4) > 0 {
                text.push('.');
                (0..back).for_each(|_| text += &below(10).to_string());
            }
            if below(8) == 0 {
                text += &format!("e{}", below(40) as i32 - 20);
            }
            same(&text);
            let comma = text.replace('.', ",");
            assert_eq!(
                parse(comma.as_bytes(), b',').map(f64::to_bits),
                text.parse::<f64>().ok().map(f64::to_bits)
            );
        }
    }

    #[test]
    fn a_point_is_no_decimal_comma() {
        assert_eq!(parse(b"1.5", b','), None);
        assert_eq!(parse(b"1,5", b','), Some(1.5));
        assert_eq!(parse(b"1,5", b'.'), None);
    }
}
