//! From the rows of a file straight to samples, without a table in between.

use downhill::Real;
use downhill_tables::suggest::quoted;
use downhill_tables::{CsvFile, Files, HEAD_ROWS, Piece, Row, Rows, TableError, marker, shown};

use crate::data::classes::{Classes, Ruling, Seen, TargetCells};
use crate::data::columns::ColumnSelection;
use crate::data::features::ResolvedFeature;
use crate::data::groups::Groups;
use crate::data::origins::Origins;
use crate::data::samples::Samples;
use crate::data::shifts::Shifts;
use crate::options::spec::MissingSpec;
use crate::support::failure::{Failure, Outcome};

/// Encoder of rows into the features, targets and weight of samples.
#[derive(Clone, Debug)]
pub(crate) struct Encoder {
    features: Vec<ResolvedFeature>,
    targets: Vec<usize>,
    weight: Option<usize>,
    /// Place of each column's number in a sample, the features before the targets.
    places: Vec<usize>,
    /// True where a sample is its numbers in their places.
    is_plain: bool,
    missing: MissingSpec,
    /// Meaning of the target's cells.
    meaning: TargetCells,
    /// Name of each column of the file, and the number of its missing cells.
    columns: Vec<(String, usize)>,
    files: Files,
    /// True where a model says what categories there are, and not the first rows.
    is_of_model: bool,
    group: Option<Groups>,
    /// Number of rows that were read.
    rows: u64,
    /// Numbers of the rows that are not held, for they miss something.
    unused: Vec<u64>,
    shifts: Shifts,
    /// Numbers of a row less their origins.
    shifted: Vec<f64>,
}

impl Encoder {
    /// Encoder of columns that were chosen from the first rows.
    pub(crate) fn new(file: &CsvFile, choice: &ColumnSelection, missing: MissingSpec) -> Self {
        let mut places = vec![Rows::NOWHERE; file.names().len()];
        let mut is_plain = choice.weight.is_none();
        let features = choice.features.iter();
        let features = features.map(|one| one.feature.is_plain().then_some(one.at));
        let targets = choice.targets.iter().copied().map(Some);
        for (place, column) in features.chain(targets).enumerate() {
            match column.map(|column| &mut places[column]) {
                Some(free) if *free == Rows::NOWHERE => *free = place,
                _ => is_plain = false,
            }
        }
        Self {
            features: choice.features.clone(),
            targets: choice.targets.clone(),
            weight: choice.weight,
            places,
            is_plain: is_plain && choice.ruling != Ruling::Classes { are_texts: true },
            missing,
            meaning: TargetCells::new(choice.ruling),
            columns: file.names().iter().map(|name| (name.clone(), 0)).collect(),
            files: file.files().clone(),
            is_of_model: false,
            group: choice.group.map(Groups::new),
            rows: 0,
            unused: Vec::new(),
            shifts: Shifts::default(),
            shifted: Vec::new(),
        }
    }

    /// The same, with shifts of the numbers.
    pub(crate) fn shifted_by(self, shifts: Shifts) -> Self {
        Self { shifts, ..self }
    }

    /// Encoder of the features of a model, and of these targets, which may have classes, and
    /// weights.
    pub(crate) fn of_model(
        file: &CsvFile,
        (features, origins): (Vec<ResolvedFeature>, &Origins),
        (targets, classes): (&[String], &Classes),
        weight: Option<&String>,
        missing: MissingSpec,
    ) -> Result<Self, TableError> {
        let shifts = Shifts::of_model(origins, features.len(), targets.len());
        let find = |name: &String| file.find(name);
        let choice = ColumnSelection {
            features,
            targets: targets.iter().map(find).collect::<Result<_, _>>()?,
            weight: weight.map(find).transpose()?,
            group: None,
            ruling: Ruling::Amount,
            left_out: Vec::new(),
        };
        let mut encoder = Self {
            is_of_model: true,
            shifts,
            ..Self::new(file, &choice, missing)
        };
        if !targets.is_empty() && !classes.is_empty() {
            encoder.know(classes.clone());
        }
        Ok(encoder)
    }

    /// Labels of the target that were seen until now; `None` of amounts for sure.
    pub(crate) fn seen(&self) -> Option<&Seen> {
        self.meaning.seen()
    }

    /// Takes the labels of the target for these classes from now on.
    pub(crate) fn know(&mut self, classes: Classes) {
        self.meaning.know(classes);
        self.is_plain &= !self.meaning.has_texts();
    }

    /// The rows of a file, whose numbers are read into their places.
    pub(crate) fn rows<'f>(&self, file: &'f CsvFile) -> Result<Rows<'f>, TableError> {
        file.rows(&self.places)
    }

    /// The rows of a piece of a file.
    pub(crate) fn rows_of<'f>(&self, file: &'f CsvFile, piece: &Piece) -> Outcome<Rows<'f>> {
        Ok(file.rows_of(piece, &self.places)?)
    }

    /// Tells whether a row is what it is whatever stands in those before it.
    pub(crate) fn has_no_memory(&self) -> bool {
        self.missing == MissingSpec::Drop && self.group.is_none()
    }

    /// Takes notice of whether the row that was read last is held.
    #[inline(always)]
    pub(crate) fn keep(&mut self, is_there: bool) {
        if !is_there {
            self.unused.push(self.row());
        } else if let Some(groups) = &mut self.group {
            groups.keep();
        }
    }

    /// Takes over what another, which was like this one, has counted and seen of later rows, whose
    /// line numbers are these and so many more. Returns the place of each label that it has met.
    pub(crate) fn take_over(&mut self, later: &Self, lines: u64) -> Option<Vec<usize>> {
        self.unused
            .extend(later.unused.iter().map(|row| row + self.rows));
        self.rows += later.rows;
        for (column, more) in self.columns.iter_mut().zip(&later.columns) {
            column.1 += more.1;
        }
        self.shifts.see_all(&later.shifts);
        self.meaning.take_over(&later.meaning, lines)
    }

    /// Takes the rows of a file one after another, until `visit` has seen enough: of each the
    /// samples hold it alone, or nothing, where it misses a number that nothing stands in for.
    /// Returns what they have counted.
    pub(crate) fn each<T: Real>(
        &mut self,
        file: &CsvFile,
        mut visit: impl FnMut(&mut Samples<T>) -> Outcome<bool>,
    ) -> Outcome<Samples<T>> {
        let mut row = self.samples();
        let mut rows = self.rows(file)?;
        let mut any = false;
        while self.next(&mut rows, &mut row)?.is_some() {
            any = true;
            if !visit(&mut row)? {
                break;
            }
            row.truncate(0);
        }
        row.sparsest = self.sparsest();
        match any {
            true => Ok(row),
            false => Err(TableError::NoRows(self.files.paths()[0].clone()).into()),
        }
    }

    /// Takes the origins that the numbers read until now need; returns whether one is another than
    /// before, so that the rows must be read anew.
    pub(crate) fn settle_origins<T: Real>(&mut self) -> bool {
        self.shifts.settle::<T>()
    }

    /// Origins that the numbers are counted from.
    pub(crate) fn origins(&self) -> Origins {
        self.shifts.origins()
    }

    /// Refuses a column whose numbers the fit's precision cannot tell apart.
    pub(crate) fn check_digits<T: Real>(&self) -> Outcome {
        let Some(lost) = self.shifts.lost::<T>() else {
            return Ok(());
        };
        let targets = self.targets.iter().copied();
        let mut columns = self.features.iter().map(|one| one.at).chain(targets);
        let column = columns.nth(lost.place).and_then(|at| self.columns.get(at));
        let (path, name) = (&self.files, column.map_or("?", |(name, _)| name));
        Err(Failure::Input(match lost.origin {
            Some(origin) => format!(
                "{path}, column `{name}`: its numbers lie too close together for `f32`, so far from \
                 zero; fit with `--precision f64`, or subtract {origin} from each in the file"
            ),
            None => format!(
                "{path}, column `{name}`: its numbers differ beyond the 16 digits that `f64` holds; \
                 subtract the same number from each in the file, or leave the column out"
            ),
        }))
    }

    /// No samples yet, of as many numbers as these have.
    pub(crate) fn samples<T: Real>(&self) -> Samples<T> {
        Samples::empty(self.features.len(), self.targets.len(), self.missing)
    }

    /// Numbers of features and of targets of a sample; the targets of one that has none of its
    /// own are its features.
    pub(crate) fn widths(&self) -> (usize, usize) {
        let features = self.features.len();
        match self.targets.len() {
            0 => (features, features),
            targets => (features, targets),
        }
    }

    /// Column used that misses most, and the number of rows that it misses.
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
    #[inline(always)]
    pub(crate) fn next<T: Real>(
        &mut self,
        rows: &mut Rows<'_>,
        samples: &mut Samples<T>,
    ) -> Outcome<Option<bool>> {
        let Some(row) = rows.next_row()? else {
            return Ok(None);
        };
        self.rows += 1;
        if let Some(groups) = &mut self.group {
            groups.see(&row)?;
        }
        match row.numbers().filter(|_| self.is_plain) {
            Some(numbers) if self.has_plain_numbers() => {
                Ok(Some(samples.push(numbers, row.line())))
            }
            Some(numbers) => {
                let shifted = match self.shifts.is_none() {
                    true => numbers,
                    false => {
                        self.shifted.clear();
                        self.shifted.extend_from_slice(numbers);
                        self.shifts.shift::<T>(&mut self.shifted);
                        &self.shifted
                    }
                };
                let is_there = samples.push(shifted, row.line());
                let number = numbers.get(self.features.len()).copied();
                self.mean(&row, number, is_there, samples)?;
                Ok(Some(is_there))
            }
            None => self.take(&row, samples).map(Some),
        }
    }

    /// Gives the sample that was added last its class, by the number of the target's cell or by
    /// its text.
    fn mean<T: Real>(
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

    /// True where samples have the numbers of the file.
    #[inline(always)]
    fn has_plain_numbers(&self) -> bool {
        matches!(self.meaning, TargetCells::Amounts) && self.shifts.is_none()
    }

    /// Group of the row that was read last, where rows have groups.
    pub(crate) fn group(&self) -> Option<u32> {
        self.group.as_ref().map(Groups::last)
    }

    /// Number of the row that was read last, from 0 on.
    pub(crate) fn row(&self) -> u64 {
        self.rows - 1
    }

    /// Numbers of the rows that are not held, for they miss something.
    pub(crate) fn unused(&self) -> &[u64] {
        &self.unused
    }

    /// Number of groups until here, where rows have groups.
    pub(crate) fn groups(&self) -> Option<u32> {
        self.group.as_ref().map(Groups::count)
    }

    /// Group of each row that is held.
    pub(crate) fn groups_of_rows(&self) -> &[u32] {
        self.group.as_ref().map_or(&[], Groups::of_rows)
    }

    /// Forgets the labels and groups that were seen, where the file is gone through anew.
    pub(super) fn begin(&mut self) {
        self.meaning.begin();
        self.group = self.group.take().map(Groups::emptied);
        self.rows = 0;
        self.unused.clear();
    }

    /// True where samples have the number of a class, or the place of its label, for their target.
    pub(crate) fn has_classes(&self) -> bool {
        self.meaning.has_classes()
    }

    /// Adds a row, a cell at a time.
    #[inline(never)]
    fn take<T: Real>(&mut self, row: &Row<'_>, samples: &mut Samples<T>) -> Outcome<bool> {
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
        self.columns[*column].1 += usize::from(number.is_none());
        Ok(number)
    }

    /// 1 where a cell has the category of a feature, or else 0; of groups the number of its own.
    #[inline(never)]
    fn category(&self, row: &Row<'_>, at: usize) -> Outcome<Option<f64>> {
        let ResolvedFeature {
            at: column,
            feature,
        } = &self.features[at];
        let (column, level) = (*column, feature.level());
        let Some(text) = row.text(column)? else {
            return Ok(None);
        };
        let same = self.features.iter().filter(|other| other.at == column);
        let known: Vec<&str> = match feature.labels() {
            Some(labels) => labels.iter().map(String::as_str).collect(),
            None => same.filter_map(|other| other.feature.level()).collect(),
        };
        // Of numbers among texts, `1.0` is the category `1`.
        let said = match known.contains(&text) {
            true => text.into(),
            false => match row.number(column) {
                Ok(Some(number)) => number.to_string(),
                _ => text.into(),
            },
        };
        if let (Some(place), true) = (
            known.iter().position(|known| *known == said),
            level.is_none(),
        ) {
            return Ok(Some(place as f64));
        }
        if known.contains(&&*said) {
            return Ok(Some(f64::from(u8::from(Some(&*said) == level))));
        }
        let (place, cell, known) = (row.place(column), shown(text), quoted(&known));
        let mark = match marker([text].into_iter()) {
            Some(option) => format!(", mark it as missing with `{option}`"),
            None => String::new(),
        };
        Err(Failure::Input(match self.is_of_model {
            false => format!(
                "{place}: `{cell}` is not among the categories of the first rows, {known}; put a \
                 row with it among the first {HEAD_ROWS}{mark}, or leave the column out"
            ),
            true => format!(
                "{place}: the model knows no `{cell}`, only {known}; correct it{mark}, or fit \
                 again with rows that have it"
            ),
        }))
    }
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
