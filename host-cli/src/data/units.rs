//! Units of columns, compared between a fit and other files.

use downhill_tables::{CsvFile, Place, TableError};

use crate::support::messages::say;

/// Ways to write units, each line those of one unit in lower case without spaces.
const SAME: [&str; 12] = [
    "°c degc celsius c ℃ deg.c gradc",
    "°f degf fahrenheit f ℉ deg.f",
    "k kelvin degk",
    "% percent pct",
    "v volt volts",
    "a amp amps ampere amperes",
    "w watt watts",
    "s sec secs second seconds",
    "h hr hrs hour hours",
    "min mins minute minutes",
    "m meter meters metre metres",
    "° deg degree degrees",
];

/// Makes sure that columns have the units that a fit knows, as far as the file says them.
///
/// # Errors
///
/// A column has another unit.
pub(crate) fn check<'a>(
    file: &CsvFile,
    units: impl IntoIterator<Item = &'a [String; 2]>,
) -> Result<(), TableError> {
    for [name, known] in units.into_iter().filter(|[name, _]| file.has(name)) {
        let column = file.find(name)?;
        // A share can be a number of hundredths, or of one.
        if file.unit(column).is_none() && ["%", "‰"].contains(&&*bare(known)) {
            say(format_args!(
                "warning: {}: `{name}` has no unit there, and the fit has learned from `{known}`: its \
                 numbers are taken for such",
                file.files()
            ));
        }
        let Some(unit) = file.unit(column).filter(|unit| !are_same(unit, known)) else {
            continue;
        };
        return Err(TableError::Columns {
            place: Place {
                column: Some(name.clone()),
                ..Place::line(&file.files().paths()[0], file.units_line())
            },
            cause: format!("the unit is `{unit}`, and the fit has learned from `{known}`"),
            cure: "convert the numbers of the column, or, where both are one unit, write it alike",
        });
    }
    Ok(())
}

/// Tells whether two texts are one unit. `mV` and `MV` are not.
fn are_same(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(bare);
    let known = |unit: &str| {
        let lower = unit.to_lowercase();
        // Alone, a capital letter can be another unit than a small one.
        let is_letter = unit.chars().count() == 1 && !"VAWKCF".contains(unit);
        let unit = if is_letter { unit } else { &*lower };
        SAME.iter()
            .position(|same| same.split(' ').any(|text| text == unit))
    };
    one == other || known(&one).is_some_and(|unit| known(&other) == Some(unit))
}

/// A unit without brackets and spaces.
fn bare(unit: &str) -> String {
    let inner = unit
        .trim()
        .trim_matches(['(', ')', '[', ']', '{', '}', '<', '>']);
    let inner = inner.replace('μ', "µ").replace('²', "2").replace('³', "3");
    inner.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::are_same;

    #[test]
    fn units_are_told_however_they_are_written() {
        for (one, other) in [
            ("(°C)", "degC"),
            ("Deg C", "°C"),
            ("[kW]", "kW"),
            ("V", "Volts"),
            ("W/m²", "W/m2"),
            ("Smp", "Smp"),
        ] {
            assert!(are_same(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("°C", "°F"),
            ("mV", "V"),
            ("mV", "MV"),
            ("s", "S"),
            ("kPa", "hPa"),
            ("h", "H"),
        ] {
            assert!(!are_same(one, other), "{one} {other}");
        }
    }
}
