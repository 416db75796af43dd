//! Units and currencies that stand in the cells, beside their numbers.

/// Longest unit, in characters.
const LONGEST: usize = 12;

/// Units of what people measure; with others a column is one of text where they are mixed.
const KNOWN: &str = "% ‰ ° °C °F C F K degC degF V mV kV A mA uA µA W mW kW MW Wh kWh MWh VA kVA Hz kHz \
    MHz Pa hPa kPa MPa bar mbar psi m cm mm km um µm nm in ft mi s ms us µs ns min h d g mg kg t lb \
    oz l L ml mL m/s km/h kmh mph kn ppm ppb lx lux dB dBm Ω kΩ ohm rpm J kJ MJ kcal N Nm mol deg \
    rad W/m2 W/m² mg/m3 µg/m3 mg/m³ µg/m³ ug/m3 m2 m3 m² m³ l/min m3/h m³/h mm/h mg/l mg/L";

/// Names and signs of currencies.
const CURRENCIES: &str = "$ € £ ¥ ₹ ₽ ₩ ₺ ₴ ₫ ¢ US$ R$ EUR USD GBP CHF JPY CNY INR SEK NOK DKK PLN CZK \
    Euro euro kr zł Kč Ft";

/// Signs that a unit may begin with, beside letters.
const SIGNS: [char; 6] = ['%', '‰', '°', '℃', '℉', '"'];

/// Parts a number from the unit behind it; whether it is a number is not looked at.
pub(crate) fn split(text: &[u8]) -> Option<(&str, &str)> {
    let text = std::str::from_utf8(text).ok()?;
    let first = text.chars().next()?;
    if !(first.is_ascii_digit() || matches!(first, '+' | '-' | '.' | ',' | '\u{2212}')) {
        return None;
    }
    let begin = text.find(|c: char| c.is_alphabetic() || SIGNS.contains(&c))?;
    let (number, unit) = text.split_at(begin);
    let is_unit = unit.chars().count() <= LONGEST
        && !unit.ends_with('.')
        && !["am", "pm", "AM", "PM", "T", "Z"].contains(&unit)
        && !unit.contains([',', ';', ':', '_', '='])
        && !unit
            .chars()
            .any(|c| c.is_ascii_digit() && !matches!(c, '2' | '3'));
    is_unit.then_some((number.trim_end(), unit))
}

/// Tells whether this is a unit, whatever the others of its column are.
pub(crate) fn is_known(unit: &str) -> bool {
    KNOWN.split_whitespace().any(|known| known == unit)
}

/// Tells whether a unit is a currency.
pub(crate) fn is_money(unit: &str) -> bool {
    CURRENCIES.split_whitespace().any(|known| known == unit)
}

/// The sign or name of a currency, before a number or behind it.
pub(crate) fn currency(text: &str) -> Option<&'static str> {
    let beside = |&name: &&str| {
        let rest = text.strip_prefix(name).or_else(|| text.strip_suffix(name));
        let bare = text
            .trim_start_matches(['-', '+', '\u{2212}'])
            .strip_prefix(name);
        [rest, bare].into_iter().flatten().any(|rest| {
            let rest = rest.trim();
            rest.contains(|c: char| c.is_ascii_digit())
                && rest
                    .chars()
                    .all(|c| c.is_ascii_digit() || " .,'’-+\u{a0}\u{202f}\u{2212}–".contains(c))
        })
    };
    CURRENCIES.split_whitespace().find(beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_stands_behind_its_number() {
        for (text, expected) in [
            ("20.0 C", Some(("20.0", "C"))),
            ("60.0%", Some(("60.0", "%"))),
            ("-3,5 °C", Some(("-3,5", "°C"))),
            ("1.2 W/m2", Some(("1.2", "W/m2"))),
            ("12 deg C", Some(("12", "deg C"))),
            ("12", None),
            ("C 12", None),
            ("12 PM", None),
            ("10 Mar 2004", None),
            ("2004-03-10T18:00Z", None),
            ("12 a_b", None),
        ] {
            assert_eq!(split(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn a_currency_stands_on_either_side() {
        for (text, expected) in [
            ("$ 3.20", Some("$")),
            ("-$3.20", Some("$")),
            ("3,20 €", Some("€")),
            ("EUR 1.234,50", Some("EUR")),
            ("3", None),
            ("$", None),
            ("$x 3", None),
            ("kr", None),
        ] {
            assert_eq!(currency(text), expected, "{text}");
        }
    }
}
