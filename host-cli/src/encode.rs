//! From the rows of a file straight to samples, without a table in between.

use downhill::Real;

use crate::columns::Choice;
use crate::failure::Outcome;
use crate::features::{self, Found};
use crate::model_file::ModelFile;
use crate::nearest::quoted;
use crate::samples::Samples;
use crate::spec::MissingSpec;
use crate::table::{Marks, Opened, Record, Records, TableError, parse_time};

/// What of a row a fit or a model takes.
#[derive(Clone, Debug)]
pub(crate) struct Encoder {
    features: Vec<Found>,
    /// The column of each feature that is a column as it stands.
    plain: Vec<Option<usize>>,
    targets: Vec<usize>,
    /// Of each column the place of its number in a sample, the features before the targets, and
    /// one behind them of a column that is not taken. Of none, where a sample is not its cells as
    /// they stand.
    places: Vec<usize>,
    weight: Option<usize>,
    marks: Marks,
    missing: MissingSpec,
    /// Of each column of the file: its name, and how many of its cells are missing.
    columns: Vec<(String, usize)>,
    path: std::path::PathBuf,
    /// Whether a model says what categories there are, and not the first rows.
    is_of_model: bool,
}

impl Encoder {
    /// Of what was chosen from the first rows.
    pub(crate) fn new(opened: &Opened, choice: &Choice, missing: MissingSpec) -> Self {
        let plain = |found: &Found| found.feature.is_plain().then_some(found.at);
        let plain: Vec<_> = choice.features.iter().map(plain).collect();
        let targets = choice.targets.iter().map(|&target| Some(target));
        let cells: Option<Vec<_>> = plain.iter().copied().chain(targets).collect();
        let marks = opened.marks();
        let is_as_it_stands = choice.weight.is_none() && !marks.has_numbers();
        let places = cells.filter(|_| is_as_it_stands);
        let places = places.and_then(|cells| places_of(&cells, opened.names().len()));
        Self {
            features: choice.features.clone(),
            places: places.unwrap_or_default(),
            plain,
            targets: choice.targets.clone(),
            weight: choice.weight,
            marks,
            missing,
            columns: opened
                .names()
                .iter()
                .map(|name| (name.clone(), 0))
                .collect(),
            path: opened.path().into(),
            is_of_model: false,
        }
    }

    /// Of the features of a model, and these targets and weights.
    pub(crate) fn of_model<T>(
        opened: &Opened,
        file: &ModelFile<T>,
        targets: &[String],
        weight: Option<&String>,
    ) -> Result<Self, TableError> {
        let find = |name: &String| opened.find(name);
        let choice = Choice {
            features: features::of_model(opened, &file.features, &file.encoding)?,
            targets: targets.iter().map(find).collect::<Result<_, _>>()?,
            weight: weight.map(find).transpose()?,
            left_out: Vec::new(),
        };
        Ok(Self {
            is_of_model: true,
            ..Self::new(opened, &choice, file.missing)
        })
    }

    /// Takes every row of a file.
    pub(crate) fn hold<T: Real>(&mut self, opened: &Opened) -> Outcome<Samples<T>> {
        let mut samples = self.samples();
        let mut records = opened.rows()?;
        while self.next(opened, &mut records, &mut samples)?.is_some() {}
        samples.sparsest = self.sparsest();
        match samples.len() + samples.dropped {
            0 => Err(TableError::NoRows(self.path.clone()).into()),
            _ => Ok(samples),
        }
    }

    /// Takes the rows of a file one after another, until `visit` has seen enough: of each the
    /// samples hold it alone, or nothing, where it misses a number that nothing stands in for.
    /// Returns what they have counted.
    pub(crate) fn each<T: Real>(
        &mut self,
        opened: &Opened,
        mut visit: impl FnMut(&mut Samples<T>) -> Outcome<bool>,
    ) -> Outcome<Samples<T>> {
        let mut row = self.samples();
        let mut records = opened.rows()?;
        let mut any = false;
        while self.next(opened, &mut records, &mut row)?.is_some() {
            any = true;
            if !visit(&mut row)? {
                break;
            }
            row.truncate(0);
        }
        row.sparsest = self.sparsest();
        match any {
            true => Ok(row),
            false => Err(TableError::NoRows(self.path.clone()).into()),
        }
    }

    /// No samples yet, of as many numbers as these have.
    pub(crate) fn samples<T: Real>(&self) -> Samples<T> {
        Samples::empty(self.features.len(), self.targets.len(), self.missing)
    }

    /// How many features a sample has, and how many targets; those of one that has none of its
    /// own are its features.
    pub(crate) fn widths(&self) -> (usize, usize) {
        let features = self.features.len();
        match self.targets.len() {
            0 => (features, features),
            targets => (features, targets),
        }
    }

    /// How many columns are predicted.
    pub(crate) fn targets(&self) -> usize {
        self.targets.len()
    }

    /// Of the columns used the one that misses most, and how many rows it misses.
    pub(crate) fn sparsest(&self) -> (String, usize) {
        let features = self.features.iter().map(|feature| feature.at);
        let used = features
            .chain(self.targets.iter().copied())
            .chain(self.weight);
        let worst = used.max_by_key(|&at| self.columns[at].1);
        worst.map_or_else(Default::default, |at| self.columns[at].clone())
    }

    /// Adds the next row of a file to samples, unless it misses a number that nothing stands in
    /// for; returns whether it did, and `None` behind the last row.
    #[inline]
    pub(crate) fn next<T: Real>(
        &mut self,
        opened: &Opened,
        records: &mut Records,
        samples: &mut Samples<T>,
    ) -> Result<Option<bool>, TableError> {
        if let Some(line) = records.numbers(&self.places, samples.draft()) {
            samples.push_draft(line);
            return Ok(Some(true));
        }
        let Some(record) = records.next()? else {
            return Ok(None);
        };
        opened.check(&record)?;
        self.take(&record, samples).map(Some)
    }

    /// Adds a row, a cell at a time.
    #[inline(never)]
    fn take<T: Real>(
        &mut self,
        record: &Record<'_>,
        samples: &mut Samples<T>,
    ) -> Result<bool, TableError> {
        let (features, targets) = samples.next_row();
        for (at, feature) in features.iter_mut().enumerate() {
            let number = match self.plain[at] {
                Some(column) => self.number(record, column)?,
                None => match self.made(record, at)? {
                    Some(number) => Some(self.narrow(record, self.features[at].at, number)?),
                    None => None,
                },
            };
            if let Some(number) = number {
                *feature = number;
            }
        }
        let mut labelled = true;
        for (at, target) in targets.iter_mut().enumerate() {
            match self.number(record, self.targets[at])? {
                Some(number) => *target = number,
                None => labelled = false,
            }
        }
        let mut weight = T::ONE;
        if let Some(column) = self.weight {
            match self.wide(record, column)? {
                Some(number) if number < 0.0 => {
                    return Err(TableError::Weight {
                        path: self.path.clone(),
                        line: record.line,
                        column: self.columns[column].0.clone(),
                        weight: number,
                    });
                }
                Some(number) => weight = self.narrow(record, column, number)?,
                None => labelled = false,
            }
        }
        Ok(samples.end_row(labelled, weight, record.line))
    }

    /// The number of a cell, in the precision of the fit; `None` where it is missing.
    #[inline(always)]
    fn number<T: Real>(
        &mut self,
        record: &Record<'_>,
        column: usize,
    ) -> Result<Option<T>, TableError> {
        match self.marks.quick_number(record, column) {
            // Such a number is no larger than any precision holds.
            Some(number) => Ok(Some(T::from_f64(number))),
            None => self.slow_number(record, column),
        }
    }

    #[inline(never)]
    fn slow_number<T: Real>(
        &mut self,
        record: &Record<'_>,
        column: usize,
    ) -> Result<Option<T>, TableError> {
        let number = self.wide(record, column)?;
        number
            .map(|number| self.narrow(record, column, number))
            .transpose()
    }

    /// The number of a cell; `None` where it is missing.
    fn wide(&mut self, record: &Record<'_>, column: usize) -> Result<Option<f64>, TableError> {
        match self.marks.number(record, column) {
            Some(number) => Ok(Some(number)),
            None => self.no_number(record, column),
        }
    }

    #[inline(never)]
    fn no_number(&mut self, record: &Record<'_>, column: usize) -> Result<Option<f64>, TableError> {
        let text = self.text(record, column)?;
        if self.marks.is_missing(text) {
            self.columns[column].1 += 1;
            return Ok(None);
        }
        let (path, line) = (self.path.clone(), record.line);
        let (column, cell) = (self.columns[column].0.clone(), text.into());
        Err(match self.marks.is_number(text) {
            true => TableError::Wild {
                path,
                column,
                line,
                cell,
            },
            false => TableError::Text {
                path,
                column,
                line,
                cell,
            },
        })
    }

    /// A feature that is made of a column; `None` where its cell is missing.
    #[inline(never)]
    fn made(&mut self, record: &Record<'_>, at: usize) -> Result<Option<f64>, TableError> {
        let column = self.features[at].at;
        let text = self.text(record, column)?;
        if self.marks.is_missing(text) {
            self.columns[column].1 += 1;
            return Ok(None);
        }
        let feature = &self.features[at].feature;
        let (path, line) = (self.path.clone(), record.line);
        let name = self.columns[column].0.clone();
        if let Some(level) = feature.level() {
            let same = self.features.iter().filter(|other| other.at == column);
            let known: Vec<&str> = same.filter_map(|other| other.feature.level()).collect();
            // Of numbers among texts, `1.0` is the category `1`.
            let number = || {
                self.marks
                    .number(record, column)
                    .map(|number| number.to_string())
            };
            let says = match known.contains(&text) {
                true => text.into(),
                false => number().unwrap_or_else(|| text.into()),
            };
            let (cell, quoted) = (text.into(), quoted(&known));
            return match (known.contains(&&*says), self.is_of_model) {
                (true, _) => Ok(Some(f64::from(u8::from(says == level)))),
                (false, false) => Err(TableError::LateLevel {
                    path,
                    line,
                    column: name,
                    cell,
                    known: quoted,
                }),
                (false, true) => Err(TableError::Level {
                    path,
                    line,
                    column: name,
                    cell,
                    known: quoted,
                }),
            };
        }
        let seconds = parse_time(text).filter(|seconds| !seconds.is_nan());
        match (feature.part(), seconds) {
            (Some(part), Some(seconds)) => Ok(Some(part.of(seconds))),
            _ => Err(TableError::Time {
                path,
                line,
                column: name,
                cell: text.into(),
            }),
        }
    }

    fn text<'a>(&self, record: &Record<'a>, column: usize) -> Result<&'a str, TableError> {
        record.text(column).map_err(|_| TableError::Encoding {
            path: self.path.clone(),
            line: record.line,
            column: column + 1,
        })
    }

    /// A number in the precision of the fit.
    fn narrow<T: Real>(
        &self,
        record: &Record<'_>,
        column: usize,
        number: f64,
    ) -> Result<T, TableError> {
        let narrow = T::from_f64(number);
        match narrow.is_finite() {
            true => Ok(narrow),
            false => Err(TableError::Large {
                path: self.path.clone(),
                column: self.columns[column].0.clone(),
                line: record.line,
                cell: String::from_utf8_lossy(record.cell(column)).into_owned(),
            }),
        }
    }
}

/// Of each of `count` columns its place among these, and one behind them of any other; `None` if a
/// column is there twice.
fn places_of(columns: &[usize], count: usize) -> Option<Vec<usize>> {
    let mut places = vec![columns.len(); count];
    for (place, &column) in columns.iter().enumerate() {
        if std::mem::replace(&mut places[column], place) != columns.len() {
            return None;
        }
    }
    Some(places)
}
