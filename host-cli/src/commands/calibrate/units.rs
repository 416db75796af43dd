//! Units of a thermistor's columns, as their names and numbers tell them.

use crate::support::failure::{Failure, Outcome};

/// Below this, in °C, thermistors are measured; above it, a number is one of kelvin.
const KELVIN: f64 = 200.0;

/// Above this, in whatever unit, a number is no temperature of a thermistor.
const HOTTEST: f64 = 1000.0;

/// A column, its unit as the file says it, and its numbers.
pub(super) struct Quantity<'a> {
    pub(super) name: &'a str,
    pub(super) unit: Option<&'a str>,
    pub(super) numbers: &'a [f64],
}

impl Quantity<'_> {
    /// Tells whether it is in one of these units, by its unit or its name.
    fn is_in(&self, units: &[&str]) -> bool {
        unit(self.unit.unwrap_or_default(), units) || unit(self.name, units)
    }
}

/// Refuses a reference in another unit than it is taken for, and returns a note on a sensor that is.
pub(super) fn check(
    sensor: &Quantity<'_>,
    reference: &Quantity<'_>,
    is_kelvin: bool,
) -> Outcome<Option<String>> {
    let (resistances, temperatures) = (sensor.numbers, reference.numbers);
    let named = |units: &[&str]| reference.is_in(units);
    let (of, sensor, reference) = (sensor, sensor.name, reference.name);
    let refuse = |why: &str| Err(Failure::Usage(format!("`{reference}` {why}")));
    let most = |numbers: &[f64]| numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most(temperatures) > HOTTEST && most(resistances) < HOTTEST {
        return refuse(&format!(
            "has numbers that are no temperatures, and `{sensor}` has; if they are the other way \
             round, give `--sensor {reference} --reference {sensor}`"
        ));
    }
    let least = temperatures.iter().copied().fold(f64::INFINITY, f64::min);
    if named(&["f", "degf", "deg_f", "°f", "fahrenheit"]) {
        return refuse("is in degrees Fahrenheit; give the column in °C, which is (F − 32)/1.8");
    }
    if !is_kelvin && (named(&["k", "degk", "kelvin"]) || least > KELVIN) {
        return refuse("is in kelvin; add `--kelvin`, or give the column in °C");
    }
    if is_kelvin && least < KELVIN - 100.0 {
        return refuse("is not in kelvin; leave out `--kelvin`, which is for temperatures in K");
    }
    let larger = [
        (
            "kΩ",
            1_000,
            &["kohm", "kohms", "kω", "k_ohm", "kiloohm", "kiloohms"],
        ),
        (
            "MΩ",
            1_000_000,
            &["mohm", "mohms", "mω", "m_ohm", "megaohm", "megohm"],
        ),
    ];
    let larger = larger
        .into_iter()
        .find(|(_, _, units)| of.is_in(units.as_slice()));
    Ok(larger.map(|(unit, factor, _)| {
        format!(
            "note: `{sensor}` is in {unit}, and the equation has other coefficients there than \
             those of data sheets, and fits less well; multiply the column by {factor}"
        )
    }))
}

/// Tells whether a name is one of these units, or ends in one.
fn unit(name: &str, units: &[&str]) -> bool {
    let name = name.to_lowercase();
    let is_separator = |c: char| !c.is_alphanumeric() && c != '°';
    let last = name.trim_end_matches(is_separator).rsplit(is_separator);
    let last = last.take(1).next().unwrap_or_default();
    units.contains(&last) || units.contains(&&*name)
}

#[cfg(test)]
mod tests {
    use super::unit;

    #[test]
    fn a_unit_is_the_end_of_a_name() {
        for name in ["K", "T (K)", "temp_K", "T [kelvin]", "Temp/K"] {
            assert!(unit(name, &["k", "kelvin"]), "{name}");
        }
        for name in ["degC", "task", "K_type", "T"] {
            assert!(!unit(name, &["k", "kelvin"]), "{name}");
        }
    }
}
