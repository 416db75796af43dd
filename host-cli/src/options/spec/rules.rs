use std::str::FromStr;

use downhill::Real;
use downhill::rules::{Bound, SCALERS, ScalingMethod};

use super::choice::{Chosen, names};
use super::unknown;

/// A scaler, as `--scaler` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ScalerSpec(pub(crate) ScalingMethod);

impl FromStr for ScalerSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let scaler = Chosen::read("scaler", SCALERS, &names(SCALERS), text)?;
        let method = ScalingMethod::named(scaler.choice.name, scaler.numbers());
        Ok(Self(method.expect("a name of the registry")))
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

/// The limits of parameters, as `--bound` takes them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BoundSpec {
    /// Parameters: a number, two with `-` between, `all`, or a feature's name.
    pub(crate) parameters: String,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl BoundSpec {
    /// The core's, for a model with this many parameters; `names` are those of the parameters, in
    /// the model's order, where they have names.
    pub(crate) fn build<T: Real>(
        &self,
        parameters: usize,
        names: &[String],
    ) -> Result<Bound<T>, String> {
        let (first, last) = self.run(parameters, names)?;
        if last as usize >= parameters {
            return Err(format!(
                "`--bound` names parameter {last}, and the last is {}",
                parameters - 1
            ));
        }
        if first > last {
            return Err(format!(
                "`--bound {first}-{last}` names no parameter; put the lower number first"
            ));
        }
        Ok(Bound {
            first,
            last,
            low: T::from_f64(self.low),
            high: T::from_f64(self.high),
        })
    }

    fn run(&self, parameters: usize, names: &[String]) -> Result<(u32, u32), String> {
        let text = self.parameters.as_str();
        let number = |text: &str| text.parse::<u32>().ok();
        if let Some(at) = names.iter().position(|name| name == text) {
            return Ok((at as u32, at as u32));
        }
        if text == "all" {
            return Ok((0, parameters as u32 - 1));
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        number(first).zip(number(last)).ok_or_else(|| match names {
            [] => format!(
                "`--bound` knows no `{text}`: parameters of this model have numbers and no names"
            ),
            names => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                unknown("parameter", text, &names)
            }
        })
    }
}

impl FromStr for BoundSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || {
            format!(
                "a bound is written WHICH=LOW:HIGH, such as `0=-1:1`, `0-7=0:1`, `all=-5:5` or, by \
                 a feature's name, `age=0:1`, and not `{text}`"
            )
        };
        let (parameters, limits) = text.rsplit_once('=').ok_or_else(form)?;
        let (low, high) = limits.split_once(':').ok_or_else(form)?;
        let limit = |text: &str| text.parse().ok().filter(|x: &f64| x.is_finite());
        let (low, high) = (limit(low).ok_or_else(form)?, limit(high).ok_or_else(form)?);
        if low > high {
            return Err(format!(
                "the lower bound {low} is above the upper bound {high}"
            ));
        }
        Ok(Self {
            parameters: parameters.trim().into(),
            low,
            high,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_of_a_parameter_a_run_all_or_a_name() {
        let names = ["T".to_string(), "RH".into(), "intercept".into()];
        let run = |text: &str| {
            let bound: BoundSpec = text.parse().unwrap();
            let bound: Result<Bound<f64>, _> = bound.build(3, &names);
            bound.map(|b| (b.first, b.last, b.low, b.high))
        };
        assert_eq!(run("1=0:1"), Ok((1, 1, 0.0, 1.0)));
        assert_eq!(run("0-1=-2:1"), Ok((0, 1, -2.0, 1.0)));
        assert_eq!(run("all=0:9"), Ok((0, 2, 0.0, 9.0)));
        assert_eq!(run("RH=0:9"), Ok((1, 1, 0.0, 9.0)));
        for (text, message) in [
            ("3=0:1", "the last is 2"),
            ("1-3=0:1", "the last is 2"),
            ("2-1=0:1", "lower number first"),
            ("intercep=0:1", "did you mean `intercept`"),
        ] {
            let error = run(text).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
    }
}
