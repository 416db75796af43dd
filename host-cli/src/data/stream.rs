//! Files that are read again for every pass instead of being held.

use downhill::random::Random;
use downhill::rules::ScalingMethod;
use downhill::{Real, scaler};
use downhill_tables::CsvFile;

use crate::data::encode::Encoder;
use crate::data::parts::{Parts, WINDOW};
use crate::data::roles::Roles;
use crate::data::samples::{RowCounts, Samples, Split};
use crate::support::failure::{Failure, Outcome};

/// Training rows that are kept to be measured, and validation rows too.
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
    every: usize,
    /// Number of rows that are in memory at a time.
    window: usize,
    /// Its training rows, where they are to be shuffled.
    pub(super) parts: Option<Parts>,
    /// Class of each label of the target's, by its place among those that were seen when the parts
    /// were written.
    pub(super) classes: Vec<usize>,
    /// Numbers of rows of the whole file.
    rows: RowCounts,
}

/// Findings of the first pass through a file.
pub(crate) struct First<T> {
    /// Some rows, drawn at random.
    pub(crate) kept: Samples<T>,
    /// Training and validation rows among them.
    pub(crate) split: Split,
    /// Scaler that has seen every training row, not frozen yet.
    pub(crate) scaler: Vec<f64>,
    pub(crate) reread: Reread,
}

/// Goes through a file once. Every `every`-th row is for validation; a scaler learns by
/// `method`; `parts` take the training rows.
pub(crate) fn first<T: Real>(
    file: &CsvFile,
    encoder: &mut Encoder,
    every: usize,
    method: ScalingMethod,
    mut parts: Option<Parts>,
) -> Outcome<First<T>> {
    encoder.begin();
    let mut kept = encoder.samples::<T>();
    let (width, outputs) = encoder.widths();
    let mut words = vec![0.0; scaler::words(width + outputs)];
    let mut numbers = Vec::with_capacity(width + outputs);
    // Training and validation rows: their places among those kept, and how many
    // there are in the file.
    let mut sets = [(Vec::new(), 0u32), (Vec::new(), 0u32)];
    let mut random = Random::seed(0);
    let (mut used, mut dropped) = (0u64, 0);
    let (mut roles, has_classes) = (Roles::new(every), encoder.has_classes());
    let mut records = encoder.rows(file)?;
    while let Some(is_there) = encoder.next(&mut records, &mut kept)? {
        if !is_there {
            dropped += 1;
            continue;
        }
        used += 1;
        let place = kept.len() - 1;
        let class = has_classes.then(|| kept.class(place)).flatten();
        let validation = roles.next(class);
        let row = kept.sample(place);
        if !validation && method != ScalingMethod::None {
            numbers.clear();
            let all = row.features.iter().chain(row.target);
            numbers.extend(all.map(|number| number.to_f64()));
            scaler::learn(&mut words, method, &numbers, &[]);
        }
        if let Some(parts) = parts.as_mut().filter(|_| !validation) {
            parts.push(row, kept.numbers(place))?;
        }
        let (places, count) = &mut sets[usize::from(validation)];
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
        return first(file, encoder, every, method, parts);
    }
    encoder.check_digits::<T>()?;
    if let Some(parts) = &mut parts {
        parts.finish()?;
    }
    kept.dropped = dropped;
    kept.sparsest = encoder.sparsest();
    let [(train, trained), (validation, tested)] = sets;
    let row_bytes = (width + outputs + 1) * size_of::<T>() + size_of::<u64>();
    let reread = Reread {
        every,
        window: (WINDOW as usize / row_bytes).max(1),
        parts,
        classes: Vec::new(),
        rows: RowCounts {
            used: used as usize,
            dropped,
            filled: kept.filled,
            train: trained as usize,
            validation: tested as usize,
        },
    };
    Ok(First {
        kept,
        split: Split { train, validation },
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
        let Reread { window, rows, .. } = self.reread;
        let at_once = |parts: &Parts| window.min(rows.train.div_ceil(parts.count()));
        self.parts().map_or(0, at_once)
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
        let (mut roles, has_classes) = (Roles::new(self.reread.every), encoder.has_classes());
        let mut records = encoder.rows(&self.file).map_err(Failure::from)?;
        loop {
            let next = encoder.next(&mut records, &mut window)?;
            let ended = next.is_none();
            if next == Some(true) {
                let last = window.len() - 1;
                let class = has_classes.then(|| window.class(last)).flatten();
                if roles.next(class) {
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
