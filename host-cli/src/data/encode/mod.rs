//! From the rows of a file straight to samples, without a table in between.

mod cells;
mod digits;
mod level;
mod next;

use downhill::Real;
use downhill_tables::{CsvFile, Files, Piece, Rows, TableError};
use level::Level;

use crate::data::classes::{Classes, Ruling, Seen, TargetCells};
use crate::data::columns::ColumnSelection;
use crate::data::features::ResolvedFeature;
use crate::data::groups::Groups;
use crate::data::origins::Origins;
use crate::data::samples::Samples;
use crate::data::shifts::Shifts;
use crate::options::spec::MissingSpec;
use crate::support::failure::Outcome;

/// Encoder of rows into the features, targets and weight of samples.
#[derive(Clone, Debug)]
pub(crate) struct Encoder {
    features: Vec<ResolvedFeature>,
    targets: Vec<usize>,
    weight: Option<usize>,
    /// True where the column of weights has standard deviations.
    is_sigma: bool,
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
    level: Level,
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
            is_sigma: false,
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
            level: Level::default(),
        }
    }

    /// The same, with shifts of the numbers.
    pub(crate) fn shifted_by(self, shifts: Shifts) -> Self {
        Self { shifts, ..self }
    }

    /// The same, where the column of weights has standard deviations.
    pub(crate) fn with_sigma(self, is_sigma: bool) -> Self {
        Self { is_sigma, ..self }
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
        self.level = Level::default();
        self.unused.clear();
    }

    /// True where samples have the number of a class, or the place of its label, for their target.
    pub(crate) fn has_classes(&self) -> bool {
        self.meaning.has_classes()
    }
}
