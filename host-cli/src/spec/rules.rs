use std::str::FromStr;

use downhill::Real;
use downhill::rules::{Bound, Method};

use super::{Range, bare, numbers, split, unknown};

/// A scaler, as `--scaler` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ScalerSpec(pub(crate) Method);

impl FromStr for ScalerSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        let plain = match name {
            "standard" => Method::Standard,
            "minmax" => Method::MinMax,
            "none" => Method::None,
            "forgetting" => {
                let [horizon] = numbers(name, argument, [("HORIZON", Range::Count, None)])?;
                if horizon < 2.0 {
                    return Err("HORIZON of `forgetting` needs a whole number above 1".into());
                }
                let horizon = horizon as u32;
                return Ok(Self(Method::Forgetting { horizon }));
            }
            _ => {
                let names = ["standard", "minmax", "forgetting", "none"];
                return Err(unknown("scaler", name, &names));
            }
        };
        bare(name, argument).map(|()| Self(plain))
    }
}

/// Rows to an update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum BatchSpec {
    /// So many.
    Rows(u16),
    /// Every row that is learned from.
    All,
}

impl FromStr for BatchSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            _ => match text.parse() {
                Ok(rows) if rows > 0 => Ok(Self::Rows(rows)),
                _ => Err("it needs a whole number from 1 to 65535, or `all`".into()),
            },
        }
    }
}

/// The limits of one parameter, as `--bound` takes them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BoundSpec {
    pub(crate) parameter: u16,
    low: f64,
    high: f64,
}

impl BoundSpec {
    /// The core's.
    pub(crate) fn build<T: Real>(self) -> Bound<T> {
        Bound {
            parameter: self.parameter,
            low: T::from_f64(self.low),
            high: T::from_f64(self.high),
        }
    }
}

impl FromStr for BoundSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form =
            || format!("a bound is written PARAMETER=LOW:HIGH, such as `0=-1:1`, and not `{text}`");
        let (parameter, limits) = text.split_once('=').ok_or_else(form)?;
        let (low, high) = limits.split_once(':').ok_or_else(form)?;
        let limit = |text: &str| text.parse().ok().filter(|x: &f64| x.is_finite());
        let (low, high) = (limit(low).ok_or_else(form)?, limit(high).ok_or_else(form)?);
        if low > high {
            return Err(format!(
                "the lower bound {low} is above the upper bound {high}"
            ));
        }
        let parameter = parameter.parse().map_err(|_| form())?;
        Ok(Self {
            parameter,
            low,
            high,
        })
    }
}
