//! Whether a target is an amount or has classes, and which.

use downhill::model::Task;
use downhill_tables::{Column, Files, TableError, shown_line};

use super::label::{FEW, MOST_CLASSES, printable};
use super::map::Classes;
use super::order;
use super::seen::{Seen, SeenLabel};
use super::words;
use crate::data::role::{RoleRule, Share};
use crate::options::FitOptions;
use crate::options::spec::{LossSpec, ModelSpec};
use crate::support::failure::{Failure, Outcome};

/// What options say of a target.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// True of classes, false of an amount; `None` where the target decides.
    is_of_classes: Option<bool>,
    /// Options that decide it, or that know two classes only, and what to use in their place.
    by: Option<(String, &'static str)>,
    /// True where no more than two classes are known.
    is_of_two: bool,
    /// Label of class 1.
    positive: Option<String>,
    /// True where the target may have one label alone.
    may_be_one: bool,
}

/// How a target is read, by the first rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ruling {
    /// As an amount, whatever follows.
    Amount,
    /// As an amount, which later rows may make classes of.
    AmountSoFar,
    /// As classes, of numbers unless they are texts.
    Classes { are_texts: bool },
}

/// What a target is, by all of its cells.
#[derive(Clone, Debug)]
pub(crate) enum Settled {
    /// An amount; says so where it could have been classes.
    Amount(Option<String>),
    Classes(Decision),
    /// Not what the first rows look like: to be read once more, as this.
    Anew(Ruling),
}

/// The classes of a target.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) classes: Classes,
    /// Rows of each class.
    pub(crate) rows: Vec<u64>,
    /// Class of each label, in the order in which they were seen.
    pub(crate) places: Vec<usize>,
    /// How the target was taken, and how to change it.
    pub(crate) taken: String,
}

impl Decision {
    /// How a rule parts rows by class into training and validation rows; `None` where it does not.
    pub(crate) fn parted(&self, rule: &RoleRule) -> Option<String> {
        match rule {
            RoleRule {
                validation: Share::Every(every),
                fold: None,
                group: None,
                ..
            } => Some(words::parted(&self.rows, &self.classes, *every)),
            _ => None,
        }
    }
}

impl Asked {
    /// What the options of a fit by gradients say.
    pub(crate) fn of(options: &FitOptions) -> Self {
        let by_loss = options.loss.map(LossSpec::is_of_classes);
        let by_model = options.model.and_then(ModelSpec::is_classifier);
        let model = options.model.map(|model| format!("`--model {model}`"));
        let loss = options.loss.map(|loss| format!("`--loss {loss}`"));
        let model_of_two = options
            .model
            .is_some_and(|model| model.task() == Task::TwoClasses);
        let loss_of_two = options.loss.is_some_and(LossSpec::is_of_two_classes);
        let by = match (by_loss, by_model) {
            _ if loss_of_two => loss.map(|loss| (loss, "--loss cross_entropy")),
            _ if model_of_two => model.map(|model| (model, "--model softmax")),
            (Some(true), _) => loss.map(|loss| (loss, "--loss squared")),
            (Some(false), _) => loss.map(|loss| (loss, "--loss cross_entropy")),
            (None, Some(true)) => model.map(|model| (model, "--model linear")),
            (None, Some(false)) => model.map(|model| (model, "--loss cross_entropy")),
            (None, None) => None,
        };
        Self {
            is_of_classes: by_loss.or(by_model),
            by,
            is_of_two: model_of_two || loss_of_two,
            positive: options.positive.clone(),
            may_be_one: false,
        }
    }

    /// Options of labels that say what is normal: any number of them.
    pub(crate) fn labels() -> Self {
        Self {
            is_of_classes: Some(true),
            may_be_one: true,
            ..Self::default()
        }
    }

    /// What `option` says, which is for amounts only.
    pub(crate) fn amount(option: String) -> Self {
        Self {
            is_of_classes: Some(false),
            by: Some((option, "--model logistic")),
            ..Self::default()
        }
    }

    /// These options, for a target that is known to have classes.
    pub(crate) fn classes_for_sure(self) -> Self {
        Self {
            is_of_classes: Some(true),
            ..self
        }
    }

    /// How a column is to be read, by its first rows; `error` is why its cells are no numbers, if
    /// they are none.
    ///
    /// # Errors
    /// That error, where the cells are no labels either.
    pub(crate) fn ruling(
        &self,
        column: &Column,
        error: Option<TableError>,
    ) -> Result<Ruling, Failure> {
        let is_asked = self.is_of_classes == Some(true);
        let are_labels = !column.is_unread() && !column.is_time();
        if let Some(error) = error {
            let are_texts = column.is_text() || is_asked && column.texts > 0;
            if !are_labels || !are_texts {
                return Err(error.into());
            }
            return match (&self.by, self.is_of_classes) {
                (Some((option, other)), Some(false)) => Err(Failure::Input(format!(
                    "{}; or, where its texts are the labels of classes, use `{other}` in the \
                     place of {option}",
                    Failure::from(error)
                ))),
                _ => Ok(Ruling::Classes { are_texts: true }),
            };
        }
        if self.is_of_classes == Some(false) {
            return Ok(Ruling::Amount);
        }
        let seen = Seen::of_column(column);
        Ok(match self.takes(&seen) {
            // A text that recurs among few whole numbers is a label as they are.
            true => Ruling::Classes {
                are_texts: column.has_recurring_gaps(),
            },
            false if seen.labels.len() > MOST_CLASSES || !seen.are_whole() => Ruling::Amount,
            false => Ruling::AmountSoFar,
        })
    }

    /// True where these labels are taken for classes.
    fn takes(&self, seen: &Seen) -> bool {
        match self.is_of_classes {
            Some(asked) => asked,
            None => seen.has_text() || are_classes(seen),
        }
    }

    /// What a column is that was read by a ruling, and whose labels were all seen; `None` of those
    /// of an amount.
    ///
    /// # Errors
    /// There are too many classes, one alone, or none of the label that class 1 is to have.
    pub(crate) fn settle(
        &self,
        (files, name): (&Files, &str),
        ruling: Ruling,
        seen: Option<&Seen>,
    ) -> Outcome<Settled> {
        let is_read_so = matches!(ruling, Ruling::Classes { .. });
        Ok(match seen.filter(|seen| self.takes(seen)) {
            Some(seen) if is_read_so => Settled::Classes(self.classes((files, name), seen)?),
            Some(_) => Settled::Anew(Ruling::Classes { are_texts: false }),
            None if is_read_so => Settled::Anew(Ruling::Amount),
            None if self.positive.is_some() => return Err(no_classes(name)),
            None => Settled::Amount(seen.and_then(|seen| words::amount_taken(name, seen))),
        })
    }

    fn classes(&self, (files, name): (&Files, &str), seen: &Seen) -> Outcome<Decision> {
        let refused = |message: String| Failure::Input(message);
        let count = seen.labels.len();
        if count > MOST_CLASSES {
            let by = self.by.as_ref().map(|by| by.0.as_str());
            return Err(refused(format!(
                "{files}, {}",
                words::too_many(by, name, seen)
            )));
        }
        if let ([only], false) = (&seen.labels[..], self.may_be_one) {
            return Err(refused(format!(
                "{} and on, column `{name}`: the target is `{}` in every row, so there is \
                 nothing to learn; choose another `--target`",
                files.place(only.line),
                printable(&only.text)
            )));
        }
        if let (true, [first, second, third, ..], Some((option, other))) =
            (self.is_of_two, &seen.labels[..], &self.by)
        {
            let amount = match (seen.has_text(), option.starts_with("`--model")) {
                (true, _) => "",
                (false, true) => ", or `--model linear` for an amount",
                (false, false) => ", or `--loss squared` for an amount",
            };
            return Err(refused(format!(
                "{}, column `{name}`: `{}` is a third class, beside `{}` (line {}) and `{}` \
                 (line {}), and {option} is for two; correct it, or use `{other}`{amount}",
                files.place(third.line),
                printable(&third.text),
                printable(&first.text),
                shown_line(first.line),
                printable(&second.text),
                shown_line(second.line),
            )));
        }
        let mut order: Vec<&SeenLabel> = seen.labels.iter().collect();
        order::sort(&mut order);
        let mut classes = Classes(order.iter().map(|label| label.text.clone()).collect());
        if let Some(positive) = &self.positive {
            let class = classes.named(positive).ok_or_else(|| {
                Failure::Usage(format!(
                    "`--positive {}` is none of the classes of `{name}`: {classes}",
                    printable(positive)
                ))
            })?;
            if count != 2 {
                return Err(Failure::Usage(format!(
                    "`--positive` is for two classes, and `{name}` has {count}: {classes}"
                )));
            }
            if class == 0 {
                classes.0.swap(0, 1);
                order.swap(0, 1);
            }
        }
        let place = |label: &SeenLabel| order.iter().position(|one| one.text == label.text);
        Ok(Decision {
            places: seen.labels.iter().filter_map(place).collect(),
            rows: order.iter().map(|label| label.rows).collect(),
            taken: words::taken(self.is_of_classes.is_some(), name, &classes, &order),
            classes,
        })
    }
}

/// The refusal of `--positive` where there are no classes.
fn no_classes(name: &str) -> Failure {
    Failure::Usage(format!(
        "`--positive` is for a target of two classes, and `{name}` is taken for an amount; leave it \
         out, or use `--model logistic`"
    ))
}

/// True of numbers that are taken for classes where nobody says what they are: 0, 1, … or 1, 2, …
/// up to ten, or two whole numbers, which, unless they begin with 0, come twice and more each.
fn are_classes(seen: &Seen) -> bool {
    let mut numbers: Vec<f64> = seen
        .labels
        .iter()
        .filter_map(|label| label.number)
        .collect();
    if !seen.are_whole() || !(2..=FEW).contains(&numbers.len()) || seen.more {
        return false;
    }
    numbers.sort_by(f64::total_cmp);
    let follow_from = |first: f64| {
        let mut each = numbers.iter().enumerate();
        each.all(|(at, &number)| number == first + at as f64)
    };
    let recur = seen.labels.iter().all(|label| label.rows > 1);
    follow_from(0.0) || recur && (follow_from(1.0) || numbers.len() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(numbers: &[f64]) -> Seen {
        let mut seen = Seen::default();
        for &number in numbers {
            seen.number(number, 0);
        }
        seen
    }

    #[test]
    fn few_whole_numbers_are_classes() {
        for classes in [
            &[1.0, 0.0, -0.0, 1.0][..],
            &[2.0, 0.0, 1.0],
            &[1.0, 2.0, 1.0, 2.0],
            &[-1.0, 1.0, 1.0, -1.0],
            &[3.0, 1.0, 2.0, 1.0, 2.0, 3.0],
        ] {
            assert!(are_classes(&seen(classes)), "{classes:?}");
        }
        let eleven: Vec<f64> = (0..11).map(f64::from).collect();
        for amounts in [
            &[][..],
            &[0.0],
            &[1.0, 2.0, 3.0],
            &[0.0, 2.0, 5.0],
            &[3.0, 4.0, 5.0, 3.0, 4.0, 5.0],
            &[0.0, 1.0, 0.5],
            &[0.5, 1.5, 0.5, 1.5],
            &eleven,
        ] {
            assert!(!are_classes(&seen(amounts)), "{amounts:?}");
        }
    }
}
