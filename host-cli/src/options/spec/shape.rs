//! Shapes of calibrations.

use std::fmt;
use std::str::FromStr;

use super::unknown;

/// Shape of the relation between a sensor's reading and what is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShapeSpec {
    /// A line.
    TwoPoint,
    /// A polynomial of this degree.
    Polynomial(u8),
    /// a·xᵇ.
    PowerLaw,
    /// The logistic curve of four parameters, of dose and response.
    FourPl,
    /// 1/T = A + B ln R + C (ln R)³.
    SteinhartHart,
    /// Hard and soft iron of a magnetometer.
    Ellipsoid,
}

/// Highest degree: more is noise in any calibration.
const HIGHEST: u8 = 12;

impl FromStr for ShapeSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "two_point" => Self::TwoPoint,
            "power_law" => Self::PowerLaw,
            "4pl" => Self::FourPl,
            "steinhart_hart" => Self::SteinhartHart,
            "ellipsoid" => Self::Ellipsoid,
            text => {
                let Some(("polynomial", degree)) = text.split_once(':') else {
                    let names = [
                        "two_point",
                        "polynomial:DEGREE",
                        "power_law",
                        "4pl",
                        "steinhart_hart",
                        "ellipsoid",
                    ];
                    return Err(unknown("shape", text, &names));
                };
                let degree = degree.parse().ok().filter(|n| (1..=HIGHEST).contains(n));
                Self::Polynomial(degree.ok_or_else(|| {
                    format!("`polynomial:DEGREE` takes a whole number from 1 to {HIGHEST}")
                })?)
            }
        })
    }
}

impl fmt::Display for ShapeSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TwoPoint => f.write_str("two_point"),
            Self::Polynomial(degree) => write!(f, "polynomial:{degree}"),
            Self::PowerLaw => f.write_str("power_law"),
            Self::FourPl => f.write_str("4pl"),
            Self::SteinhartHart => f.write_str("steinhart_hart"),
            Self::Ellipsoid => f.write_str("ellipsoid"),
        }
    }
}
