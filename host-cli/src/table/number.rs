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
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    // So many digits cannot overflow 64 bits.
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let (mut whole, mut behind, mut points) = (0u64, 0usize, 0usize);
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            whole = whole * 10 + u64::from(digit);
            behind += points;
        } else if byte == decimal {
            points += 1;
        } else {
            return None;
        }
    }
    if points > 1 || points == digits.len() || whole > EXACT {
        return None;
    }
    let number = whole as f64 / POWERS.get(behind)?;
    Some(if negative { -number } else { number })
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
        ] {
            same(text);
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
