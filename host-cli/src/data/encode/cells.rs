//! The cells of a row that is not taken as a whole.

use downhill::Real;
use downhill_tables::suggest::quoted;
use downhill_tables::{HEAD_ROWS, Row, marker, shown};

use super::Encoder;
use super::level::Level;
use crate::data::features::ResolvedFeature;
use crate::data::samples::Samples;
use crate::support::failure::{Failure, Outcome};

/// Place of a category that has no feature.
const NO_FEATURE: usize = usize::MAX;

impl Encoder {
    /// Gives the sample that was added last its class, by the number of the target's cell or by
    /// its text.
    #[inline]
    pub(super) fn mean<T: Real>(
        &mut self,
        row: &Row<'_>,
        number: Option<f64>,
        is_there: bool,
        samples: &mut Samples<T>,
    ) -> Outcome {
        if let (&[column], true) = (&self.targets[..], is_there)
            && let Some(class) = self.meaning.class(row, column, number)?
        {
            samples.set_class(class);
        }
        Ok(())
    }

    /// Adds a row, a cell at a time.
    #[inline(never)]
    pub(super) fn take<T: Real>(
        &mut self,
        row: &Row<'_>,
        samples: &mut Samples<T>,
    ) -> Outcome<bool> {
        let (features, targets) = samples.next_row();
        for (at, feature) in features.iter_mut().enumerate() {
            let ResolvedFeature { at: column, .. } = self.features[at];
            if let Some(number) = self.encoded(row, at)? {
                let number = self.shifts.shifted::<T>(at, number);
                *feature = narrow(row, column, number)?;
            }
        }
        let mut labeled = true;
        let mut own = None;
        for (at, target) in targets.iter_mut().enumerate() {
            let column = self.targets[at];
            if self.meaning.has_texts() {
                labeled = row.label(column)?.is_some();
                *target = T::ZERO;
                self.columns[column].1 += usize::from(!labeled);
                continue;
            }
            match self.number(row, column)? {
                Some(number) => {
                    own = Some(number);
                    let number = self.shifts.shifted::<T>(self.features.len() + at, number);
                    *target = narrow(row, column, number)?;
                }
                None => labeled = false,
            }
        }
        let mut weight = T::ONE;
        if let Some(column) = self.weight {
            match self.number(row, column)? {
                Some(number) if self.is_sigma => weight = of_sigma(row, column, number)?,
                Some(number) if number < 0.0 => {
                    return Err(Failure::input(format_args!(
                        "{}: the weight {number} is negative; a weight is at least 0",
                        row.place(column)
                    )));
                }
                Some(number) => weight = narrow(row, column, number)?,
                None => labeled = false,
            }
        }
        let is_there = samples.end_row(labeled, weight, row.line());
        self.mean(row, own, is_there, samples)?;
        Ok(is_there)
    }

    /// The number of a cell; `None` where it is missing.
    #[inline(always)]
    fn number(&mut self, row: &Row<'_>, column: usize) -> Outcome<Option<f64>> {
        let number = row.number(column)?;
        if number.is_none() {
            self.columns[column].1 += 1;
        }
        Ok(number)
    }

    /// The number of a feature; `None` where its cell is missing.
    #[inline(always)]
    fn encoded(&mut self, row: &Row<'_>, at: usize) -> Outcome<Option<f64>> {
        let ResolvedFeature {
            at: column,
            feature,
        } = &self.features[at];
        if feature.is_plain() {
            return self.number(row, *column);
        }
        let number = match feature.part().filter(|_| feature.level().is_none()) {
            Some(part) => row.seconds(*column)?.map(|seconds| part.of(seconds)),
            None => self.category(row, at)?,
        };
        self.columns[self.features[at].at].1 += usize::from(number.is_none());
        Ok(number)
    }

    /// 1 where a cell has the category of a feature, or else 0; of groups the number of its own.
    fn category(&mut self, row: &Row<'_>, at: usize) -> Outcome<Option<f64>> {
        let column = self.features[at].at;
        let cell = (self.rows, column);
        if self.level.cell != cell {
            let place = self.place_of_level(row, at)?;
            self.level = Level { cell, place };
        }
        let is_group = self.features[at].feature.labels().is_some();
        Ok(self.level.place.map(|place| match is_group {
            true => place as f64,
            false => f64::from(u8::from(place == at)),
        }))
    }

    /// Place of the feature whose category a cell has, or of the group; `None` where it is missing.
    #[inline(never)]
    fn place_of_level(&self, row: &Row<'_>, at: usize) -> Outcome<Option<usize>> {
        let ResolvedFeature {
            at: column,
            feature,
        } = &self.features[at];
        let column = *column;
        let Some(text) = row.text(column)? else {
            return Ok(None);
        };
        let place = |text: &str| match feature.labels() {
            Some(labels) => labels.iter().position(|label| label == text),
            None => self
                .features
                .iter()
                .position(|other| other.at == column && other.feature.level() == Some(text))
                .or_else(|| {
                    feature
                        .others()
                        .iter()
                        .any(|own| own == text)
                        .then_some(NO_FEATURE)
                }),
        };
        // Of numbers among texts, `1.0` is the category `1`.
        let place = place(text).or_else(|| match row.number(column) {
            Ok(Some(number)) => place(&number.to_string()),
            _ => None,
        });
        place.map(Some).ok_or_else(|| self.unknown(row, at, text))
    }

    /// Refusal of a category that is none of a feature's.
    #[cold]
    fn unknown(&self, row: &Row<'_>, at: usize, text: &str) -> Failure {
        let ResolvedFeature {
            at: column,
            feature,
        } = &self.features[at];
        let same = self.features.iter().filter(|other| other.at == *column);
        let known: Vec<&str> = match feature.labels() {
            Some(labels) => labels.iter().map(String::as_str).collect(),
            None => {
                let own = same.filter_map(|other| other.feature.level());
                own.chain(feature.others().iter().map(String::as_str))
                    .collect()
            }
        };
        let (place, cell, known) = (row.place(*column), shown(text), quoted(&known));
        let mark = match marker([text].into_iter()) {
            Some(option) => format!(", mark it as missing with `{option}`"),
            None => String::new(),
        };
        Failure::Input(match self.is_of_model {
            false => format!(
                "{place}: `{cell}` is not among the categories of the first rows, {known}; put a \
                 row with it among the first {HEAD_ROWS}{mark}, or leave the column out"
            ),
            true => format!(
                "{place}: the model knows no `{cell}`, only {known}; correct it{mark}, or fit \
                 again with rows that have it"
            ),
        })
    }
}

/// The weight of a row whose target has this standard deviation.
fn of_sigma<T: Real>(row: &Row<'_>, column: usize, sigma: f64) -> Outcome<T> {
    let weight = T::from_f64(1.0 / (sigma * sigma));
    let why = match sigma > 0.0 {
        true if weight.is_finite() && weight > T::ZERO => return Ok(weight),
        true => "has a square beyond the numbers of the fit; give target and errors in other units",
        false => "is not above 0; correct it, or leave the row out",
    };
    let place = row.place(column);
    Err(Failure::Input(format!(
        "{place}: the standard deviation {sigma} {why}"
    )))
}

/// A number in the precision of the fit.
#[inline(always)]
fn narrow<T: Real>(row: &Row<'_>, column: usize, number: f64) -> Outcome<T> {
    let narrow = T::from_f64(number);
    match narrow.is_finite() {
        true => Ok(narrow),
        false => Err(too_large(row, column)),
    }
}

#[cold]
fn too_large(row: &Row<'_>, column: usize) -> Failure {
    let cell = row
        .text(column)
        .ok()
        .flatten()
        .map(shown)
        .unwrap_or_default();
    Failure::Input(format!(
        "{}: `{cell}` is beyond the numbers of `f32`; correct it, or fit with `--precision f64`",
        row.place(column)
    ))
}
