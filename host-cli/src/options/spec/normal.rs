use std::fmt;
use std::str::FromStr;

use downhill::registry::Range;

use super::{ModelSpec, Short, number, split, unknown};

/// Argument of `--model`: a model that is trained, or one of what is normal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum AnyModelSpec {
    Trained(ModelSpec),
    Normal(NormalSpec),
}

/// A model of what is normal, as `--model normal:…` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum NormalSpec {
    Mahalanobis {
        shrinkage: f64,
    },
    KMeans {
        centers: u16,
    },
    /// An autoencoder.
    Autoencoder(ModelSpec),
}

/// Shrinkage unless told.
const SHRINKAGE: f64 = 0.03;
/// Centers unless told.
const CENTERS: u16 = 8;
/// Word that the name of a model of what is normal begins with.
const NORMAL: &str = "normal";

impl AnyModelSpec {
    /// The model that is trained, if it is one.
    pub(crate) fn trained(self) -> Option<ModelSpec> {
        match self {
            Self::Trained(model) => Some(model),
            Self::Normal(_) => None,
        }
    }

    /// The model of what is normal, if it is one.
    pub(crate) fn normal(self) -> Option<NormalSpec> {
        match self {
            Self::Trained(_) => None,
            Self::Normal(model) => Some(model),
        }
    }
}

impl FromStr for AnyModelSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match split(text) {
            (NORMAL, which) => which.unwrap_or_default().parse().map(Self::Normal),
            _ => text.parse().map(Self::Trained),
        }
    }
}

impl FromStr for NormalSpec {
    type Err = String;

    /// Reads what follows `normal:`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        let read = |what: &str, usual: f64, range: Range| match argument {
            None => Ok(usual),
            Some(text) => number(what, text, range),
        };
        match name {
            "mahalanobis" => Ok(Self::Mahalanobis {
                shrinkage: read("the shrinkage", SHRINKAGE, Range::Within(1e-4, 1.0))?,
            }),
            "kmeans" => {
                let count = read("the number of centers", CENTERS.into(), Range::Count(1))?;
                match count <= f64::from(u16::MAX) {
                    true => Ok(Self::KMeans {
                        centers: count as u16,
                    }),
                    false => Err(format!("at most {} centers, not {count}", u16::MAX)),
                }
            }
            "autoencoder" => text.parse().map(Self::Autoencoder),
            "" => Err(
                "`normal` is written with a model of what is normal: `normal:mahalanobis`, \
                 `normal:kmeans:8`, `normal:autoencoder:4`"
                    .into(),
            ),
            name => Err(unknown(
                "model of what is normal",
                name,
                &["mahalanobis", "kmeans", "autoencoder"],
            )),
        }
    }
}

impl fmt::Display for NormalSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mahalanobis { shrinkage } => {
                write!(f, "{NORMAL}:mahalanobis:{}", Short(*shrinkage))
            }
            Self::KMeans { centers } => write!(f, "{NORMAL}:kmeans:{centers}"),
            Self::Autoencoder(model) => write!(f, "{NORMAL}:{model}"),
        }
    }
}

impl fmt::Display for AnyModelSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trained(model) => model.fmt(f),
            Self::Normal(model) => model.fmt(f),
        }
    }
}

/// Votes for an alarm, and windows that vote: so many must be above the threshold for an alarm: `5/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VotesSpec(pub(crate) [u8; 2]);

impl FromStr for VotesSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let parts = parts.and_then(|(votes, of)| Some([votes.parse().ok()?, of.parse().ok()?]));
        match parts {
            Some([votes, of])
                if votes > 0 && votes <= of && of <= downhill::normal::Alarm::MOST =>
            {
                Ok(Self([votes, of]))
            }
            _ => {
                Err("how many of how many windows, such as `5/8`: at least 1, of at most 32".into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_of_what_is_normal_is_written_as_it_is_read() {
        for (text, written) in [
            ("normal:mahalanobis", "normal:mahalanobis:0.03"),
            ("normal:mahalanobis:0.5", "normal:mahalanobis:0.5"),
            ("normal:kmeans", "normal:kmeans:8"),
            ("normal:kmeans:3", "normal:kmeans:3"),
            ("normal:autoencoder:4", "normal:autoencoder:4:relu"),
            ("mlp:16", "mlp:16:relu"),
        ] {
            let model: AnyModelSpec = text.parse().unwrap();
            assert_eq!(model.to_string(), written);
            assert_eq!(written.parse(), Ok(model));
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, message) in [
            ("normal", "normal:kmeans:8"),
            ("normal:", "normal:kmeans:8"),
            ("normal:kmean", "did you mean `kmeans`?"),
            ("normal:mahalanobis:2", "a number from 0.0001 to 1"),
            ("normal:kmeans:0", "a whole number of at least 1"),
            ("normal:kmeans:70000", "at most 65535"),
            ("normal:autoencoder", "autoencoder:16,8:tanh"),
        ] {
            let error = text.parse::<AnyModelSpec>().unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
        for text in ["", "5", "0/8", "9/8", "5/33", "a/b"] {
            assert!(text.parse::<VotesSpec>().is_err(), "{text}");
        }
    }
}
