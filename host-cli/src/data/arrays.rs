//! Columns and rows of a fit, from numbers in memory.

use downhill::Real;
use downhill_tables::{Files, HEAD_ROWS, HowRead, Label, Table};

use crate::data::classes::{Asked, Classes, Ruling, Seen, Settled};
use crate::data::columns::{ColumnSelection, Target, TargetKind};
use crate::data::dataset::Dataset;
use crate::data::features::{Feature, ResolvedFeature};
use crate::data::formula::Formula;
use crate::data::grid::Grid;
use crate::data::roles;
use crate::data::row_order::RowOrder;
use crate::data::samples::{Samples, Weighting};
use crate::data::shifts::{self, Need, Shifts};
use crate::data::untrained::Untrained;
use crate::options::FitOptions;
use crate::options::spec::MissingSpec;
use crate::support::failure::{Failure, Outcome};

/// Name of the column of weights, or of standard deviations.
pub(crate) const WEIGHT: &str = "sample_weight";

/// Numbers in memory that a fit learns from. NaN is missing.
#[derive(Clone, Debug)]
pub struct Arrays<'a> {
    /// Features of each row.
    pub features: Grid<'a>,
    /// Name of each feature; no two are the same.
    pub names: Vec<String>,
    /// Column and category of each feature that is 1 of a category and else 0; empty where none
    /// is.
    pub levels: Vec<Option<(String, String)>>,
    /// Targets of each row.
    pub target: TargetArray<'a>,
    /// Name of each target; none is that of a feature.
    pub targets: Vec<String>,
    /// Weight of each row, or the standard deviation of its target.
    pub weight: Option<Grid<'a>>,
    /// True where a row that misses a feature is no error.
    pub may_miss: bool,
}

/// Targets of rows in memory.
#[derive(Clone, Debug)]
pub enum TargetArray<'a> {
    /// An amount each.
    Amounts(Grid<'a>),
    /// The place of the label of each row among all labels.
    Labels {
        /// Place of each row's label.
        codes: &'a [u32],
        /// Text of each label, and its number if it is one.
        labels: Vec<(String, Option<f64>)>,
    },
}

impl Arrays<'_> {
    /// The first rows, as columns.
    fn head(&self) -> Table {
        let mut columns = Vec::new();
        for (at, name) in self.names.iter().enumerate() {
            columns.push((name.clone(), self.features.column(at, HEAD_ROWS)));
        }
        for (at, name) in self.targets.iter().enumerate() {
            let numbers = match &self.target {
                TargetArray::Amounts(grid) => grid.column(at, HEAD_ROWS),
                TargetArray::Labels { codes, .. } => codes
                    .iter()
                    .take(HEAD_ROWS)
                    .map(|&code| code.into())
                    .collect(),
            };
            columns.push((name.clone(), numbers));
        }
        if let Some(weight) = &self.weight {
            columns.push((WEIGHT.into(), weight.column(0, HEAD_ROWS)));
        }
        Table::of_numbers(columns)
    }

    /// Every column as it stands, or as the category that it is 1 of.
    fn resolved(&self) -> Vec<ResolvedFeature> {
        let one = |(at, name): (usize, &String)| {
            let feature = match self.levels.get(at) {
                Some(Some((column, level))) => Feature::level_of(column, level),
                _ => Feature::plain(name),
            };
            ResolvedFeature { at, feature }
        };
        self.names.iter().enumerate().map(one).collect()
    }
}

impl<T: Real> Dataset<T> {
    /// The rows of numbers in memory, as [`read`](Self::read) takes those of a file.
    ///
    /// # Errors
    /// [`Failure::Usage`] where options contradict each other or the columns, and
    /// [`Failure::Input`] where a number is not what it should be, with its row and column.
    pub(crate) fn of_arrays(
        options: &FitOptions,
        arrays: &Arrays<'_>,
        asked: &Asked,
    ) -> Outcome<Self> {
        let head = arrays.head();
        let width = arrays.names.len();
        let formula = Formula::of(options, &head)?;
        let mut choice = ColumnSelection {
            features: match &formula {
                Some(formula) => formula.resolved(&head)?,
                None => arrays.resolved(),
            },
            targets: (width..width + arrays.targets.len()).collect(),
            weight: arrays.weight.map(|_| width + arrays.targets.len()),
            group: None,
            ruling: Ruling::Amount,
            left_out: Vec::new(),
        };
        if options.has_one_solution() {
            choice.leave_out_categories();
        }
        let mut needs = shifts::needs::<T>(options);
        let mut seen = Seen::default();
        if let TargetArray::Labels { labels, .. } = &arrays.target {
            let are_texts = labels.iter().any(|label| label.1.is_none());
            choice.ruling = Ruling::Classes { are_texts };
            needs.1 = Need::Leave;
        }
        let mut shifts = Shifts::find::<T>(&head, &choice, needs);
        let mut rows = Rows::<T>::take(arrays, &choice, (&mut shifts, options), &mut seen)?;
        while shifts.settle::<T>() {
            seen = Seen::default();
            rows = Rows::<T>::take(arrays, &choice, (&mut shifts, options), &mut seen)?;
        }
        let names = choice.names();
        if let Some(lost) = shifts.lost::<T>() {
            let name = names.iter().chain(&arrays.targets).nth(lost.place);
            return Err(lost.refused(&head.files, name.map_or("?", String::as_str)));
        }
        let Rows {
            mut samples,
            unused,
        } = rows;
        let rule = &options.roles;
        let (mut kind, mut classes) = (TargetKind::Number, Classes::default());
        let (mut taken, mut parted) = (None, None);
        if let TargetArray::Labels { .. } = arrays.target {
            let name = arrays.targets.first().map_or("", String::as_str);
            match asked.settle((&head.files, name), choice.ruling, Some(&seen))? {
                Settled::Classes(decision) => {
                    parted = decision.parted(rule);
                    samples.reorder_classes(&decision.places);
                    (kind, classes) = (TargetKind::Class, decision.classes);
                    taken = Some(decision.taken);
                }
                Settled::Amount(_) | Settled::Anew(_) => {
                    return Err(Failure::Usage(
                        "labels are classes: use a model and a loss of classes".into(),
                    ));
                }
            }
        }
        let split = roles::split(rule, &samples, kind == TargetKind::Class, (&[], &unused));
        let untrained = Untrained::find(&samples, &split, classes.len());
        let data = Self {
            encoding: choice.encoding(),
            features: names,
            origins: shifts.origins(),
            how: HowRead::memory(head.columns.len()),
            target: Target {
                names: arrays.targets.clone(),
                kind,
                classes,
            },
            taken,
            parted,
            untrained,
            formula,
            units: Vec::new(),
            order: RowOrder::find(&head, &choice),
            left_out: choice.left_out,
            missing: options.missing,
            missing_values: Vec::new(),
            weighting: Weighting {
                column: options.weight.clone(),
                sigma: options.sigma,
                ..Weighting::default()
            },
            sigma_x: Vec::new(),
            samples,
            split,
            takes_last_rows: rule.needs_total(),
            measures_later_rows: rule.needs_total(),
            test_rows: 0,
            stream: None,
            files: Files::memory(),
            signal: None,
            groups: Vec::new(),
        };
        data.complete()
    }
}

/// Rows in the precision of a fit.
struct Rows<T> {
    samples: Samples<T>,
    /// Numbers of the rows that are not held, for they miss something.
    unused: Vec<u64>,
}

impl<T: Real> Rows<T> {
    /// Takes every row less the origins of its columns, and takes notice of the labels.
    fn take(
        arrays: &Arrays<'_>,
        choice: &ColumnSelection,
        (shifts, options): (&mut Shifts, &FitOptions),
        seen: &mut Seen,
    ) -> Outcome<Self> {
        let width = choice.features.len();
        let missing = options.missing;
        let mut samples = Samples::empty(width, arrays.targets.len(), missing);
        let mut unused = Vec::new();
        let mut numbers = vec![0.0; width + arrays.targets.len()];
        for row in 0..arrays.features.rows() {
            let (features, targets) = numbers.split_at_mut(width);
            for (number, feature) in features.iter_mut().zip(&choice.features) {
                *number = arrays.features.number(row, feature.at);
            }
            if let TargetArray::Amounts(grid) = &arrays.target {
                for (at, number) in targets.iter_mut().enumerate() {
                    *number = grid.number(row, at);
                }
            }
            if !shifts.is_none() {
                shifts.shift::<T>(&mut numbers);
            }
            let (own_features, own_targets) = samples.next_row();
            let own = own_features.iter_mut().chain(own_targets);
            let mut is_missing = false;
            for (at, (own, &number)) in own.zip(&numbers).enumerate() {
                *own = T::from_f64(number);
                if !own.is_finite() {
                    is_missing = true;
                    if !(number.is_nan() && arrays.may_miss && at < width) {
                        let place = match at.checked_sub(width) {
                            None => &arrays.names[choice.features[at].at],
                            Some(target) => &arrays.targets[target],
                        };
                        return Err(refused((row, place), number, at < width));
                    }
                }
            }
            let weight = match &arrays.weight {
                Some(grid) => weight((row, grid.number(row, 0)), options.sigma.is_some())?,
                None => T::ONE,
            };
            let is_there = samples.end_row(true, weight, row as u64);
            if !is_there {
                unused.push(row as u64);
            } else if let TargetArray::Labels { codes, labels } = &arrays.target {
                let (text, number) = &labels[codes[row] as usize];
                let (text, number) = (text.as_str(), *number);
                samples.set_class(seen.label(Label { text, number }, row as u64));
            }
            if is_missing && missing == MissingSpec::Drop {
                samples.sparsest.1 += 1;
            }
        }
        Ok(Self { samples, unused })
    }
}

/// The weight of a row: as it is given, or of the standard deviation of its target.
fn weight<T: Real>((row, number): (usize, f64), is_sigma: bool) -> Outcome<T> {
    let weight = T::from_f64(match is_sigma {
        true => 1.0 / (number * number),
        false => number,
    });
    let name = if is_sigma { "sigma" } else { WEIGHT };
    let is_right = match is_sigma {
        true => number > 0.0 && weight > T::ZERO,
        false => number >= 0.0,
    };
    match is_right && weight.is_finite() {
        true => Ok(weight),
        false => Err(Failure::Input(format!(
            "`{name}` is {number} in row {row}; it is a finite number {}",
            if is_sigma { "above 0" } else { "of at least 0" }
        ))),
    }
}

/// Refusal of a number that a fit cannot take.
#[cold]
fn refused((row, column): (usize, &str), number: f64, may_miss: bool) -> Failure {
    let place = format!("row {row}, column `{column}`");
    let or_drop = if may_miss {
        ", or take `--missing drop`"
    } else {
        ""
    };
    Failure::Input(match (number.is_nan(), number.is_infinite()) {
        (true, _) => format!("{place}: the data contains NaN; fill it in{or_drop}"),
        (_, true) => format!("{place}: the data contains inf (infinity); correct it"),
        _ => format!(
            "{place}: {number} is a value too large for dtype('float32'), beyond the numbers of `f32`; \
             correct it, or fit with `--precision f64`"
        ),
    })
}
