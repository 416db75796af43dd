//! Options that are varied, and every combination of their values.

use std::ffi::OsString;

use crate::arguments::{ComparedArguments, changed};
use crate::options::spec::LossSpec;
use crate::support::failure::{Failure, Outcome};

/// One option of a fit, and what it is set to, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Vary {
    pub(super) option: String,
    pub(super) values: Vec<String>,
}

/// The most fits that are compared.
const MOST: usize = 64;

impl Vary {
    /// Reads `loss=squared,huber:1`. A comma before a digit belongs to the value, such as in
    /// `mlp:16,8`, unless the value before is a number itself, and so does one in brackets.
    pub(super) fn parse(text: &str) -> Outcome<Self> {
        let form = || {
            Failure::Usage(format!(
                "`--vary` is written such as `--vary loss=squared,huber:1`, not `{text}`"
            ))
        };
        let (option, values) = text.split_once('=').ok_or_else(form)?;
        let mut read: Vec<String> = Vec::new();
        for piece in values.split(',').map(str::trim) {
            let begins_with_digit = piece.starts_with(|c: char| c.is_ascii_digit());
            match read.last_mut() {
                Some(last)
                    if is_open(last) || (begins_with_digit && last.parse::<f64>().is_err()) =>
                {
                    last.push(',');
                    last.push_str(piece);
                }
                _ => read.push(piece.into()),
            }
        }
        let option = option.trim().trim_start_matches('-');
        if option.is_empty() || read.iter().any(String::is_empty) {
            return Err(form());
        }
        // As numbers, where they are numbers: 0.1 and 0.10 make the same fit.
        let same = |a: &String, b: &String| match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(a), Ok(b)) => a == b,
            _ => a == b,
        };
        let twice = (1..read.len()).find(|&at| read[..at].iter().any(|one| same(one, &read[at])));
        if let Some(at) = twice {
            return Err(Failure::Usage(format!(
                "`--vary {text}` names the value `{}` twice; name it once",
                read[at]
            )));
        }
        Ok(Self {
            option: option.into(),
            values: read,
        })
    }
}

/// Returns true of a text in which a bracket is not closed.
fn is_open(text: &str) -> bool {
    text.matches('(').count() > text.matches(')').count()
}

/// One value of each option.
pub(super) type Setting = Vec<(String, String)>;

/// Options of the fit with one setting in the place of theirs.
pub(super) fn with_setting(
    fit: &ComparedArguments,
    setting: &Setting,
) -> Outcome<ComparedArguments> {
    let words = setting.iter();
    let words = words.map(|(option, value)| OsString::from(format!("--{option}={value}")));
    changed(fit, words).map_err(|failure| failure.within("`--vary`"))
}

/// Every combination, the first option slowest.
pub(super) fn product(varied: &[Vary]) -> Outcome<Vec<Setting>> {
    let again = (1..varied.len()).find(|&at| {
        varied[..at]
            .iter()
            .any(|one| one.option == varied[at].option)
    });
    if let Some(at) = again {
        let option = &varied[at].option;
        let values = varied.iter().filter(|one| one.option == *option);
        let values: Vec<&str> = values.flat_map(|one| &one.values).map(|v| &**v).collect();
        return Err(Failure::Usage(format!(
            "`--vary` varies `{option}` twice; say once `--vary {option}={}`",
            values.join(",")
        )));
    }
    let mut settings = vec![Vec::new()];
    for vary in varied {
        let with = |setting: &Setting| -> Vec<Setting> {
            let value = |value: &String| {
                let mut longer = setting.clone();
                longer.push((vary.option.clone(), value.clone()));
                longer
            };
            vary.values.iter().map(value).collect()
        };
        settings = settings.iter().flat_map(with).collect();
        if settings.len() > MOST {
            return Err(Failure::Usage(format!(
                "these are more than {MOST} fits; vary less at a time"
            )));
        }
    }
    Ok(settings)
}

/// Reads `squared` beside a loss of classes as `squared_probability`, its like for them; says
/// whether it did.
pub(super) fn of_one_kind(mut settings: Vec<Setting>) -> (Vec<Setting>, bool) {
    let is_loss = |pair: &&(String, String)| pair.0 == "loss";
    let of_classes = settings
        .iter()
        .flatten()
        .filter(is_loss)
        .any(|(_, loss)| loss.parse().is_ok_and(LossSpec::is_of_classes));
    let mut read = false;
    for (option, value) in settings.iter_mut().flatten() {
        if of_classes && option == "loss" && value == "squared" {
            *value = "squared_probability".into();
            read = true;
        }
    }
    (settings, read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_part_values_and_stay_within_them() {
        let values = |text: &str| Vary::parse(text).unwrap().values;
        assert_eq!(values("loss=squared,huber:1"), ["squared", "huber:1"]);
        assert_eq!(
            values("model=mlp:16,8:tanh,linear"),
            ["mlp:16,8:tanh", "linear"]
        );
        assert_eq!(values("lr=0.1,1e-3"), ["0.1", "1e-3"]);
        assert_eq!(
            values("model=formula: a*min(x, b),formula: pow(x, 2)*a"),
            ["formula: a*min(x,b)", "formula: pow(x,2)*a"]
        );
        for wrong in ["loss", "=a", "loss=", "loss=a,,b"] {
            assert!(Vary::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn squared_error_of_a_class_is_one_of_its_probability() {
        let losses = |text: &str| {
            let settings = product(&[Vary::parse(text).unwrap()]).unwrap();
            let (settings, read) = of_one_kind(settings);
            (
                settings.concat().into_iter().map(|pair| pair.1).collect(),
                read,
            )
        };
        let classes: (Vec<String>, bool) = losses("loss=squared,focal:3");
        assert_eq!(
            classes,
            (vec!["squared_probability".into(), "focal:3".into()], true)
        );
        let amounts: (Vec<String>, bool) = losses("loss=squared,huber:1");
        assert_eq!(amounts, (vec!["squared".into(), "huber:1".into()], false));
    }

    #[test]
    fn combinations_are_all_there() {
        let vary = |text: &str| Vary::parse(text).unwrap();
        let settings = product(&[vary("a=x,y"), vary("b=1,2,3")]).unwrap();
        assert_eq!(settings.len(), 6);
        assert_eq!(
            settings[5],
            [("a".into(), "y".into()), ("b".into(), "3".into())]
        );
        let many = vary("a=1,2,3,4,5,6,7,8,9");
        let other = Vary {
            option: "b".into(),
            ..many.clone()
        };
        assert!(product(&[many, other]).is_err());
    }
}
