//! Files that are read again for every pass instead of being held.

use downhill::random::Random;
use downhill::rules::ScalingMethod;
use downhill::{Real, scaler};
use downhill_tables::CsvFile;

use crate::data::constant::Constant;
use crate::data::encode::Encoder;
use crate::data::parts::{Parts, WINDOW};
use crate::data::ranges::Ranges;
use crate::data::role::{Role, RoleRule};
use crate::data::roles::Roles;
use crate::data::samples::{RowCounts, Samples, Split};
use crate::support::failure::{Failure, Outcome};

/// Rows of each role that are kept to be measured.
const KEPT: usize = 50_000;

/// The rows of a file that is too large to be held.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(super) file: CsvFile,
    pub(super) encoder: Encoder,
    pub(super) reread: Reread,
}

/// How a file is gone through again.
#[derive(Debug)]
pub(crate) struct Reread {
    rule: RoleRule,
    /// Number of groups, or of rows where the rule needs it.
    total: u64,
    /// Number of rows that are in memory at a time.
    window: usize,
    /// Its training rows, where they are to be shuffled.
    pub(super) parts: Option<Parts>,
    /// Class of each label of the target's, by its place among those that were seen when the parts
    /// were written.
    pub(super) classes: Vec<usize>,
    /// Numbers of rows of the whole file.
    rows: RowCounts,
    /// The least and the largest number of each feature in the training rows, less origins.
    ranges: Vec<[f64; 2]>,
    /// Targets that are the same in all training rows that weigh something.
    constant: Constant,
}

/// Findings of the first pass through a file.
pub(crate) struct First<T> {
    /// Some rows, drawn at random.
    pub(crate) kept: Samples<T>,
    /// Roles of these.
    pub(crate) split: Split,
    /// Scaler that has seen every training row, not frozen yet.
    pub(crate) scaler: Vec<f64>,
    pub(crate) reread: Reread,
}

/// Number of rows of a file, or of their groups.
fn total<T: Real>(file: &CsvFile, encoder: &Encoder) -> Outcome<u64> {
    let mut encoder = encoder.clone();
    let mut rows = 0;
    encoder.each::<T>(file, |_| {
        rows += 1;
        Ok(true)
    })?;
    Ok(encoder.groups().map_or(rows, u64::from))
}

/// Goes through a file once. Its rows have roles by a rule; a scaler learns by `method`; `parts`
/// take the training rows.
pub(crate) fn first<T: Real>(
    file: &CsvFile,
    encoder: &mut Encoder,
    rule: &RoleRule,
    method: ScalingMethod,
    mut parts: Option<Parts>,
) -> Outcome<First<T>> {
    let total = match rule.needs_total() || rule.group.is_some() {
        true => total::<T>(file, encoder)?,
        false => 0,
    };
    encoder.begin();
    let mut kept = encoder.samples::<T>();
    let (width, outputs) = encoder.widths();
    let mut words = vec![0.0; scaler::words(width + outputs)];
    let mut numbers = Vec::with_capacity(width + outputs);
    // Rows of each role: their places among those kept, and how many there are in the file.
    let mut sets = [const { (Vec::new(), 0u32) }; 3];
    let mut random = Random::seed(0);
    let (mut used, mut dropped) = (0u64, 0);
    let (mut ranges, mut constant) = (Ranges::of(width), Constant::default());
    let (mut roles, has_classes) = (Roles::new(rule, total), encoder.has_classes());
    let mut records = encoder.rows(file)?;
    while let Some(is_there) = encoder.next(&mut records, &mut kept)? {
        if !is_there {
            dropped += 1;
            continue;
        }
        used += 1;
        let place = kept.len() - 1;
        let class = has_classes.then(|| kept.class(place)).flatten();
        let role = roles.next(encoder.row(), class, encoder.group());
        let is_training = role == Role::Train;
        let row = kept.sample(place);
        if is_training {
            ranges.see(row.features);
            if row.weight > T::ZERO {
                constant.see(row);
            }
        }
        if is_training && method != ScalingMethod::None {
            numbers.clear();
            let all = row.features.iter().chain(row.target);
            numbers.extend(all.map(|number| number.to_f64()));
            scaler::learn(&mut words, method, &numbers, &[]);
        }
        if let Some(parts) = parts.as_mut().filter(|_| is_training) {
            parts.push(row, kept.numbers(place))?;
        }
        let (places, count) = &mut sets[role as usize];
        *count = count.saturating_add(1);
        if places.len() < KEPT {
            places.push(place as u32);
        } else {
            match places.get(random.below(*count) as usize) {
                Some(&other) => kept.replace(other as usize),
                None => kept.truncate(place),
            }
        }
    }
    drop(records);
    if encoder.settle_origins::<T>() {
        let parts = parts.map(Parts::emptied).transpose()?;
        return first(file, encoder, rule, method, parts);
    }
    encoder.check_digits::<T>()?;
    if let Some(parts) = &mut parts {
        parts.finish()?;
    }
    kept.dropped = dropped;
    kept.sparsest = encoder.sparsest();
    let [(train, trained), (validation, steering), (test, tested)] = sets;
    let row_bytes = (width + outputs + 1) * size_of::<T>() + size_of::<u64>();
    let reread = Reread {
        rule: rule.clone(),
        total,
        window: (WINDOW as usize / row_bytes).max(1),
        parts,
        classes: Vec::new(),
        rows: RowCounts {
            used: used as usize,
            dropped,
            filled: kept.filled,
            train: trained as usize,
            validation: steering as usize,
            test: tested as usize,
        },
        ranges: ranges.numbers(),
        constant,
    };
    Ok(First {
        kept,
        split: Split {
            train,
            validation,
            test,
        },
        scaler: words,
        reread,
    })
}

impl Stream {
    /// Its training rows, where they are shuffled on disk.
    pub(crate) fn parts(&self) -> Option<&Parts> {
        self.reread.parts.as_ref()
    }

    /// Number of rows that are shuffled at a time; 0 where none are.
    pub(crate) fn shuffled_at_once(&self) -> usize {
        let Reread { window, rows, .. } = &self.reread;
        let at_once = |parts: &Parts| (*window).min(rows.train.div_ceil(parts.count()));
        self.parts().map_or(0, at_once)
    }

    /// The least and the largest number of each feature in the training rows, less origins.
    pub(crate) fn ranges(&self) -> Vec<[f64; 2]> {
        self.reread.ranges.clone()
    }

    /// Line of the first training row, where a target is the same in all that weigh something.
    pub(crate) fn constant_from(&self, target: usize) -> Option<u64> {
        self.reread.constant.line(target)
    }

    /// Numbers of rows of the whole file.
    pub(crate) fn rows(&self) -> RowCounts {
        self.reread.rows
    }

    /// Goes through the training rows, some at a time, until `visit` has seen enough: in the
    /// file's order, or in one drawn from `random` where they are in parts. The weights of the
    /// rows are multiplied with those of their `classes`.
    pub(crate) fn pass<T: Real, E: From<Failure>>(
        &self,
        random: Option<&mut Random>,
        classes: &[f64],
        mut visit: impl FnMut(&Samples<T>, &[u32]) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut order = Vec::new();
        let mut window = self.encoder.samples::<T>();
        let (Some(parts), Some(random)) = (self.parts(), random) else {
            return self.in_order(window, |window| {
                window.weigh_classes(classes);
                order.clear();
                order.extend(0..window.len() as u32);
                visit(window, &order)
            });
        };
        parts.pass(random, &mut window, |window, random| {
            window.reorder_classes(&self.reread.classes);
            window.weigh_classes(classes);
            order.clear();
            order.extend(0..window.len() as u32);
            random.shuffle(&mut order);
            visit(window, &order)
        })
    }

    /// Reads the training rows of the file, a window at a time.
    fn in_order<T: Real, E: From<Failure>>(
        &self,
        mut window: Samples<T>,
        mut visit: impl FnMut(&mut Samples<T>) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut encoder = self.encoder.clone();
        encoder.begin();
        let Reread { rule, total, .. } = &self.reread;
        let (mut roles, has_classes) = (Roles::new(rule, *total), encoder.has_classes());
        let mut records = encoder.rows(&self.file).map_err(Failure::from)?;
        loop {
            let next = encoder.next(&mut records, &mut window)?;
            let ended = next.is_none();
            if next == Some(true) {
                let last = window.len() - 1;
                let class = has_classes.then(|| window.class(last)).flatten();
                if roles.next(encoder.row(), class, encoder.group()) != Role::Train {
                    window.truncate(last);
                }
            }
            if window.len() > 0 && (ended || window.len() == self.reread.window) {
                if !visit(&mut window)? {
                    return Ok(());
                }
                window.truncate(0);
            }
            if ended {
                return Ok(());
            }
        }
    }
}
