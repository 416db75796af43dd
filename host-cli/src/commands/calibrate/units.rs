//! Units of a thermistor's columns, as their names and numbers tell them.

use crate::support::failure::{Failure, Outcome};

/// Below this, in °C, thermistors are measured; above it, a number is one of kelvin.
const KELVIN: f64 = 200.0;

/// Above this, in whatever unit, a number is no temperature of a thermistor.
const HOTTEST: f64 = 1000.0;

/// Refuses a reference in another unit than it is taken for, and returns a note on a sensor that is.
pub(super) fn check(
    (sensor, reference): (&str, &str),
    (resistances, temperatures): (&[f64], &[f64]),
    is_kelvin: bool,
) -> Outcome<Option<String>> {
    let refuse = |why: &str| Err(Failure::Usage(format!("`{reference}` {why}")));
    let named = |units: &[&str]| unit(reference, units);
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
    let is_kilo = unit(sensor, &["kohm", "kohms", "kω", "k_ohm", "kiloohm"]);
    Ok(is_kilo.then(|| {
        format!(
            "note: `{sensor}` is in kΩ, and the equation has other coefficients there than those \
             of data sheets, and fits less well; multiply the column by 1000"
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
