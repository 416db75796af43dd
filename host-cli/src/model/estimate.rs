//! Values by parameter, and how sure they are.

use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

/// Parameters by name, in the model's order and the intercept last.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Named<V = f64>(pub(crate) Vec<(String, V)>);

impl<V: Serialize> Serialize for Named<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// A parameter that was fitted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Estimate {
    /// Its value.
    pub(crate) value: f64,
    /// Its standard error; `None` where nobody can tell.
    pub(crate) standard_error: Option<f64>,
    /// Start value.
    pub(crate) start: f64,
}

/// A value and its error: the error in three digits, and the value to match. A value that is smaller
/// than its error is in full, for it would hardly be seen else; one that has no digit which the error
/// could change stands alone.
pub(crate) fn with_error(value: f64, error: Option<f64>) -> String {
    let least = value.abs() * f64::EPSILON;
    let Some(error) = error.filter(|error| error.is_finite() && *error > least) else {
        return plain(value);
    };
    if value != 0.0 && value.abs() < error {
        let decimals = (2 - exponent(error, 2)).max(0) as usize;
        return match (1e-5..1e7).contains(&error) {
            true => format!("{} ± {error:.decimals$}", plain(value)),
            false => format!("{} ± {error:.2e}", plain(value)),
        };
    }
    let first = exponent(error, 2);
    let size = exponent(value, 5).max(first);
    if (-5..7).contains(&size) {
        let decimals = (2 - first).max(0) as usize;
        return format!("{value:.decimals$} ± {error:.decimals$}");
    }
    let decimals = (size - first + 2) as usize;
    let unit = 10f64.powi(size);
    format!(
        "({:.decimals$} ± {:.decimals$})e{size}",
        value / unit,
        error / unit
    )
}

/// Exponent of ten of a number's first digit, once it is rounded to `digits` more than one.
fn exponent(x: f64, digits: usize) -> i32 {
    let text = format!("{x:.digits$e}");
    let exponent = text.split_once('e').and_then(|(_, e)| e.parse().ok());
    if x == 0.0 {
        i32::MIN / 2
    } else {
        exponent.unwrap_or(0)
    }
}

/// A value that nobody knows the error of, in ten digits.
fn plain(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e7).contains(&size) {
        return format!("{value:.9e}");
    }
    let first = if size == 0.0 { 0 } else { exponent(size, 9) };
    format!("{value:.*}", (9 - first).max(0) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_as_many_digits_as_its_error_leaves_it() {
        let shown = |value, error| with_error(value, Some(error));
        assert_eq!(shown(238.94212918, 2.7070075241), "238.94 ± 2.71");
        assert_eq!(
            shown(5.5015643181e-4, 7.2668688436e-6),
            "0.00055016 ± 0.00000727"
        );
        assert_eq!(shown(99.996, 9.9999), "100.0 ± 10.0");
        assert_eq!(shown(-1234.5, 678.9), "-1234 ± 679");
        assert_eq!(shown(5.6e-9, 1.2e-11), "(5.6000 ± 0.0120)e-9");
        assert_eq!(shown(6.02e23, 1e20), "(6.02000 ± 0.00100)e23");
        assert_eq!(shown(0.0, 0.5), "0.000 ± 0.500");
        assert_eq!(shown(1.0, 1.87e23), "1.000000000 ± 1.87e23");
        assert_eq!(shown(-0.25, 31.8), "-0.2500000000 ± 31.8");
        assert_eq!(shown(2.5e-9, 4e-7), "2.500000000e-9 ± 4.00e-7");
        assert_eq!(with_error(2.0, None), "2.000000000");
        assert_eq!(with_error(1.5e-9, Some(0.0)), "1.500000000e-9");
        assert_eq!(with_error(2.0, Some(1e-145)), "2.000000000");
    }
}
