use std::fmt;
use std::str::FromStr;

use downhill::Real;
use downhill::least_squares::{AnySettings, LeastSquares, Method, Normalized, Recursive, Robust};
use downhill::registry::{Argument, Range};

use super::{Short, finite, holds_in, numbers, split, unknown};

/// A way to least squares, as `--solver` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum SolverSpec {
    /// Levenberg–Marquardt.
    Lm {
        /// Tolerance, as a share of the standard errors.
        tolerance: f64,
    },
    /// Gauss–Newton.
    GaussNewton {
        /// Tolerance, as a share of the standard errors.
        tolerance: f64,
    },
    /// Recursive least squares.
    Rls {
        /// Weight of a row when the next one has come.
        forgetting: f64,
        /// How unsure each parameter is at the start.
        variance: f64,
    },
    /// Normalized least mean squares.
    Nlms {
        /// Share of a row's error that one update takes away.
        rate: f64,
        /// Number that is added to the square of a row's length.
        floor: f64,
    },
}

impl SolverSpec {
    /// Levenberg–Marquardt to the last digit.
    pub(crate) const LM: Self = Self::Lm { tolerance: 0.0 };

    const NAMES: &[&str] = &["lm", "gauss_newton", "rls", "nlms"];

    /// The core's settings.
    pub(crate) fn build<T: Real>(self, loss: Robust<T>) -> AnySettings<T> {
        let replayed = |method, tolerance| {
            AnySettings::LeastSquares(LeastSquares {
                method,
                loss,
                tolerance: T::from_f64(tolerance),
                ..LeastSquares::default()
            })
        };
        match self {
            Self::Lm { tolerance } => replayed(Method::LevenbergMarquardt, tolerance),
            Self::GaussNewton { tolerance } => replayed(Method::GaussNewton, tolerance),
            Self::Rls {
                forgetting,
                variance,
            } => AnySettings::Recursive(Recursive {
                forgetting: T::from_f64(forgetting),
                variance: T::from_f64(variance),
            }),
            Self::Nlms { rate, floor } => AnySettings::Normalized(Normalized {
                rate: T::from_f64(rate),
                floor: T::from_f64(floor),
            }),
        }
    }

    /// Refuses a number that a precision does not have, or that is no setting there.
    pub(crate) fn holds_in<T: Real>(self) -> Result<(), String> {
        let one = |what, number| holds_in::<T>(&self, what, number, false);
        match self {
            Self::Lm { tolerance } | Self::GaussNewton { tolerance } => one("TOLERANCE", tolerance),
            Self::Rls { variance, .. } => one("VARIANCE", variance),
            Self::Nlms { rate, floor } => {
                if T::from_f64(floor) <= T::from_f64(1e-30) {
                    return Err(format!("in `{self}`, FLOOR is to be a number above 1e-30"));
                }
                if T::from_f64(rate) >= T::TWO {
                    return Err(format!(
                        "in `{self}`, RATE is to be below 2 once it is rounded"
                    ));
                }
                one("RATE", rate).and_then(|()| one("FLOOR", floor))
            }
        }
    }

    /// True where it goes through the rows again and again until it is done.
    pub(crate) fn replays(self) -> bool {
        matches!(self, Self::Lm { .. } | Self::GaussNewton { .. })
    }
}

impl FromStr for SolverSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        let tolerance = || {
            let tolerance = Argument::new("TOLERANCE", Range::NotNegative, 0.0);
            numbers(name, argument, &[tolerance]).map(|[tolerance]| tolerance)
        };
        match name {
            "lm" => Ok(Self::Lm {
                tolerance: tolerance()?,
            }),
            "gauss_newton" => Ok(Self::GaussNewton {
                tolerance: tolerance()?,
            }),
            "rls" => {
                let [forgetting, variance] = numbers(
                    name,
                    argument,
                    &[
                        Argument::new("FORGETTING", Range::Within(0.5, 1.0), 0.99),
                        Argument::new("VARIANCE", Range::Positive, 1e6),
                    ],
                )?;
                Ok(Self::Rls {
                    forgetting,
                    variance,
                })
            }
            "nlms" => {
                let [rate, floor] = numbers(
                    name,
                    argument,
                    &[
                        Argument::new("RATE", Range::Between(0.0, 2.0), 0.5),
                        Argument::new("FLOOR", Range::Positive, 1e-6),
                    ],
                )?;
                Ok(Self::Nlms { rate, floor })
            }
            _ => Err(unknown("solver", name, Self::NAMES)),
        }
    }
}

impl fmt::Display for SolverSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Lm { tolerance: 0.0 } => f.write_str("lm"),
            Self::Lm { tolerance } => write!(f, "lm:{}", Short(tolerance)),
            Self::GaussNewton { tolerance: 0.0 } => f.write_str("gauss_newton"),
            Self::GaussNewton { tolerance } => {
                write!(f, "gauss_newton:{}", Short(tolerance))
            }
            Self::Rls {
                forgetting,
                variance,
            } => write!(f, "rls:{},{}", Short(forgetting), Short(variance)),
            Self::Nlms { rate, floor } => {
                write!(f, "nlms:{},{}", Short(rate), Short(floor))
            }
        }
    }
}

/// Start of a parameter: `b1=500`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StartSpec {
    pub(crate) parameter: String,
    pub(crate) value: f64,
}

impl FromStr for StartSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not written as `PARAMETER=NUMBER`, such as `b1=500`");
        let (parameter, value) = text.split_once('=').ok_or_else(wrong)?;
        Ok(Self {
            parameter: parameter.trim().into(),
            value: finite(value).map_err(|_| wrong())?,
        })
    }
}

/// Quantity that follows from the parameters: `half_life=ln(2)/b2`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DeriveSpec {
    pub(crate) name: String,
    pub(crate) expression: String,
}

impl FromStr for DeriveSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text
            .split_once('=')
            .map(|(name, text)| (name.trim(), text.trim()))
        {
            Some((name, expression)) if !name.is_empty() && !expression.is_empty() => Ok(Self {
                name: name.into(),
                expression: expression.into(),
            }),
            _ => Err(format!(
                "`{text}` is not written as `NAME=EXPRESSION`, such as `half_life=ln(2)/b2`"
            )),
        }
    }
}

impl fmt::Display for DeriveSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.expression)
    }
}

/// Column with the standard deviations of a feature: `x=dx`, or `dx` alone of the only feature.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SigmaXSpec {
    pub(crate) feature: Option<String>,
    pub(crate) column: String,
}

impl FromStr for SigmaXSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (feature, column) = match text.split_once('=') {
            Some((feature, column)) => (Some(feature.trim().into()), column.trim()),
            None => (None, text.trim()),
        };
        match column {
            "" => Err("a column, such as `dx`, or of a certain feature `x=dx`".into()),
            column => Ok(Self {
                feature,
                column: column.into(),
            }),
        }
    }
}

/// Between which values a parameter stays: `b2=0..1`, `b2=0..` or `b2=..1`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RangeSpec {
    pub(crate) parameter: String,
    pub(crate) lower: Option<f64>,
    pub(crate) upper: Option<f64>,
}

impl FromStr for RangeSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is not written as `PARAMETER=LOW..HIGH`, such as `b2=0..1`, `b2=0..` \
                 or `b2=..1`"
            )
        };
        // A parameter of a category has a sign of its own, such as in `color=red`.
        let (parameter, range) = text.rsplit_once('=').ok_or_else(wrong)?;
        let (low, high) = range.split_once("..").ok_or_else(wrong)?;
        let end = |text: &str| match text.trim() {
            "" => Ok(None),
            text => finite(text).map(Some).map_err(|_| wrong()),
        };
        let (lower, upper) = (end(low)?, end(high)?);
        match (lower, upper) {
            (None, None) => Err(wrong()),
            (Some(low), Some(high)) if low > high => {
                Err(format!("in `{text}` the lower bound is above the upper"))
            }
            _ => Ok(Self {
                parameter: parameter.trim().into(),
                lower,
                upper,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solver_is_written_as_it_is_read() {
        for name in [
            "lm",
            "lm:0.001",
            "gauss_newton",
            "rls:0.98,1000",
            "nlms:0.1,0.001",
        ] {
            assert_eq!(name.parse::<SolverSpec>().unwrap().to_string(), name);
        }
        let plain: SolverSpec = "rls".parse().unwrap();
        assert_eq!(plain.to_string(), "rls:0.99,1000000");
        for wrong in ["lm:-1", "rls:0.4", "nlms:2", "lma"] {
            assert!(wrong.parse::<SolverSpec>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn ranges_may_be_open() {
        let range = |text: &str| text.parse::<RangeSpec>().map(|r| (r.lower, r.upper));
        assert_eq!(range("b=0..1"), Ok((Some(0.0), Some(1.0))));
        assert_eq!(range("b=-1e-3..-.5e-3"), Ok((Some(-1e-3), Some(-0.5e-3))));
        assert_eq!(range("b=..1"), Ok((None, Some(1.0))));
        for wrong in ["b=..", "b=1", "b", "b=2..1", "b=0..x"] {
            assert!(range(wrong).is_err(), "{wrong}");
        }
    }
}
