//! Texts that look like numbers and say nothing of how numbers are written.

use std::net::Ipv4Addr;

/// Words in the names of columns whose cells are made of numbers, and are none.
const CODES: &str = "version versions ver firmware fw sw hw software hardware release revision rev \
    build ip oid chapter clause section";

/// Tells whether a column with this name holds versions or codes.
pub(crate) fn is_of_codes(name: &str) -> bool {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let mut words = words.map(str::to_lowercase);
    words.any(|word| CODES.split_ascii_whitespace().any(|code| code == word))
}

/// Tells whether a number could be the time of a clock, such as `7.05` or `12,30`.
pub(crate) fn is_time(number: &[u8]) -> bool {
    let (hour, minute) = match number {
        [hour, b'.' | b',', minute @ ..] => (u32::from(hour.wrapping_sub(b'0')), minute),
        [ten, one, b'.' | b',', minute @ ..] => {
            let [ten, one] = [ten, one].map(|digit| u32::from(digit.wrapping_sub(b'0')));
            (10 * ten + one, minute)
        }
        _ => return false,
    };
    hour < 24 && matches!(minute, [b'0'..=b'5', b'0'..=b'9'])
}

/// Tells whether a text is the address of a machine, as `192.168.100.101` is.
pub(crate) fn is_address(text: &[u8]) -> bool {
    str::from_utf8(text).is_ok_and(|text| text.parse::<Ipv4Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_a_clock_are_told() {
        for time in ["0.00", "7.05", "12.30", "23,59"] {
            assert!(is_time(time.as_bytes()), "{time}");
        }
        for number in [
            "24.00", "12.60", "12.3", "12.300", "1230", "-1.30", ".30", "x.30",
        ] {
            assert!(!is_time(number.as_bytes()), "{number}");
        }
    }

    #[test]
    fn columns_of_versions_are_told_by_a_word() {
        assert!(is_of_codes("Firmware version") && is_of_codes("fw_rev") && is_of_codes("IP"));
        assert!(!is_of_codes("conversion") && !is_of_codes("ship") && !is_of_codes("kwh"));
    }
}
