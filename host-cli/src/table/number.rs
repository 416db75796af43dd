//! Numbers as they stand in files, read exactly and fast.

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// The largest whole number below which every one is a double.
const EXACT: u64 = 1 << 53;

/// Reads a number, to the bit as [`str::parse`] does; `decimal` stands before the fraction.
///
/// Most numbers of a file have few digits: those are one whole number and one power of ten that
/// a double holds exactly, and one rounding (Clinger 1990). All others go to the library.
pub(crate) fn parse(text: &[u8], decimal: u8) -> Option<f64> {
    quick(text, decimal).or_else(|| slow(text, decimal))
}

#[inline(always)]
fn quick(text: &[u8], decimal: u8) -> Option<f64> {
    let (number, length) = front(text, decimal)?;
    (length == text.len()).then_some(number)
}

/// The number of few digits that a text begins with, and its length. More may follow that makes
/// another number of it, such as an exponent.
#[inline(always)]
pub(super) fn front(text: &[u8], decimal: u8) -> Option<(f64, usize)> {
    let is_negative = text.first() == Some(&b'-');
    let sign = usize::from(is_negative || text.first() == Some(&b'+'));
    let digits = text.get(sign..)?;
    let found = digits
        .first_chunk()
        .and_then(|&window| short(window, decimal));
    let Digits {
        whole,
        behind,
        length,
    } = found.or_else(|| long(digits, decimal))?;
    // As a signed number, for which there is an instruction; it is far below either's limit.
    let number = whole as i64 as f64 / POWERS.get(behind)?;
    let number = if is_negative { -number } else { number };
    Some((number, sign + length))
}

/// Digits with a decimal mark among them, or without one.
struct Digits {
    /// What they say without the mark.
    whole: u64,
    /// How many are behind the mark.
    behind: usize,
    /// How many bytes they take.
    length: usize,
}

/// The same byte eight times.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Digits that end inside of eight bytes, which are looked at all at once; the first byte is the
/// lowest.
#[inline(always)]
fn short(window: [u8; 8], decimal: u8) -> Option<Digits> {
    let bytes = u64::from_le_bytes(window) ^ eight(b'0');
    // The highest bit of each byte that is above 9.
    let others = (((bytes & eight(0x7f)) + eight(0x7f - 9)) | bytes) & eight(0x80);
    let first = others.trailing_zeros() as usize / 8;
    let (bytes, behind, length) = if window.get(first) == Some(&decimal) {
        let end = (others & (others - 1)).trailing_zeros() as usize / 8;
        let front = (1 << (8 * first)) - 1;
        let closed = (bytes & front) | (bytes >> 8 & !front);
        (closed, end - first - 1, end)
    } else {
        (bytes, 0, first)
    };
    let count = length - usize::from(length > first);
    if length == 8 || count == 0 {
        return None;
    }
    // Zeros in front make it eight digits: add them up by pairs, fours and eights (Lemire 2018).
    let digits = bytes << (64 - 8 * count);
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let every_other = 0x0000_00ff_0000_00ff;
    let odd = (pairs & every_other).wrapping_mul(100 + (1_000_000 << 32));
    let even = (pairs >> 16 & every_other).wrapping_mul(1 + (10_000 << 32));
    let whole = odd.wrapping_add(even) >> 32;
    Some(Digits {
        whole,
        behind,
        length,
    })
}

/// Digits one after the other.
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
    let is_exact = (1..=19).contains(&count) && whole <= EXACT;
    is_exact.then_some(Digits {
        whole,
        behind,
        length,
    })
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

    /// What follows a number changes nothing of it.
    #[test]
    fn the_front_of_a_row_is_its_first_number() {
        for number in [
            "0",
            "-7",
            "+12.5",
            "3.",
            ".25",
            "-123456.5",
            "0.12345678901",
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
                let text = format!("{number}{more}");
                let expected = (number.parse().unwrap(), number.len());
                assert_eq!(front(text.as_bytes(), b'.'), Some(expected), "{text}");
            }
        }
        for text in [
            "",
            "-",
            ".",
            "-.,1",
            ",1",
            "x1",
            "\n",
            "+-1,2345678",
            ".e1234567",
        ] {
            assert_eq!(front(text.as_bytes(), b'.'), None, "{text}");
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
