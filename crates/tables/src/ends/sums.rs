//! Sums, means and their like of the columns, and whether a row holds those of the rows above it.

use crate::dialect::Dialect;
use crate::layout::vocabulary::{is_end, is_mean, is_total};
use crate::{unit, written};

/// Most numbers of a column that are kept for its median.
const KEPT: usize = 2_000;

/// Statistics that a number is compared with.
const STATISTICS: f64 = 12.0;

/// Chance below which numbers are what a word says.
const LIKELY: f64 = 0.05;

/// Meaning of a word that can be a name as well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Word {
    Total,
    Mean,
    /// A deviation, an extreme, a count.
    Other,
}

impl Word {
    /// The meaning of a text; `None` where it has none.
    pub(super) fn of(text: &str) -> Option<Self> {
        match () {
            // σ is the small letter of Σ.
            () if text == "σ" => Some(Self::Other),
            () if is_total(text) => Some(Self::Total),
            () if is_mean(text) => Some(Self::Mean),
            () => is_end(text).then_some(Self::Other),
        }
    }
}

/// Statistics of the columns of some rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    columns: Vec<Sum>,
    rows: u64,
}

/// Statistics of a column.
#[derive(Clone, Debug)]
struct Sum {
    count: u64,
    /// Count of the cells that are not empty.
    filled: u64,
    /// The first numbers.
    numbers: Vec<f64>,
    sum: f64,
    squares: f64,
    mean: f64,
    /// Sum of the squares of the distances to the mean.
    around: f64,
    least: f64,
    most: f64,
    /// Unit of the last place of the number with most places.
    step: f64,
}

/// Agreement of a row's numbers with what sums up the rows above.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evidence {
    /// Those that can tell.
    pub(super) telling: u32,
    /// Those that are a sum, a mean, a deviation or the like.
    pub(super) sums: u32,
    /// Those that are a sum.
    totals: u32,
    /// Those that are a mean or a median.
    means: u32,
    /// Those that are a least or largest number, or a count.
    ends: u32,
    /// Probability that a row like those above has such numbers.
    pub(super) chance: f64,
}

impl Evidence {
    /// Tells whether it is no mere chance.
    pub(super) fn is_likely(&self) -> bool {
        self.chance < LIKELY
    }

    /// Tells whether each number that can tell is what a word says.
    pub(super) fn is_as(&self, word: Word) -> bool {
        let are_all = |count: u32| count > 0 && count == self.telling;
        match word {
            Word::Total => are_all(self.totals),
            Word::Mean => are_all(self.means),
            Word::Other => are_all(self.ends) || are_all(self.sums) && self.is_likely(),
        }
    }
}

impl Default for Sum {
    fn default() -> Self {
        Self {
            count: 0,
            filled: 0,
            numbers: Vec::new(),
            sum: 0.0,
            squares: 0.0,
            mean: 0.0,
            around: 0.0,
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
            step: 1.0,
        }
    }
}

/// Number of a cell, and the unit of its last place.
fn number(cell: &[u8], dialect: Dialect) -> Option<(f64, f64)> {
    let text = match written::parse(cell, dialect) {
        Some(_) => cell,
        None => unit::split(cell)?.0.trim_ascii_end().as_bytes(),
    };
    let number = written::parse(text, dialect).filter(|number| number.is_finite())?;
    let exponent = text.iter().position(|byte| b"eE".contains(byte));
    let (digits, power) = text.split_at(exponent.unwrap_or(text.len()));
    let power: i32 = match power {
        [_, power @ ..] => std::str::from_utf8(power).ok()?.parse().ok()?,
        [] => 0,
    };
    let mark = digits.iter().position(|&byte| byte == dialect.decimal);
    let places = mark.map_or(0, |mark| digits.len() - mark - 1) as i32;
    Some((number, 10f64.powi(power - places)))
}

impl Sums {
    /// Adds a row of this many cells.
    pub(super) fn add<'a>(&mut self, dialect: Dialect, cells: impl Iterator<Item = &'a [u8]>) {
        for (at, cell) in cells.enumerate() {
            if self.columns.len() == at {
                self.columns.push(Sum::default());
            }
            let column = &mut self.columns[at];
            column.filled += u64::from(!cell.is_empty());
            if let Some((number, step)) = number(cell, dialect) {
                column.add(number, step);
            }
        }
        self.rows += 1;
    }

    /// Tells whether no cell of a column is empty.
    pub(super) fn is_filled(&self, column: usize) -> bool {
        let column = self.columns.get(column);
        self.rows > 1 && column.is_some_and(|column| column.filled == self.rows)
    }

    /// Compares the numbers of a row with the rows above.
    pub(super) fn evidence<'a>(
        &self,
        dialect: Dialect,
        cells: impl Iterator<Item = &'a [u8]>,
    ) -> Evidence {
        let mut evidence = Evidence {
            telling: 0,
            sums: 0,
            totals: 0,
            means: 0,
            ends: 0,
            chance: 1.0,
        };
        for (cell, column) in cells.zip(&self.columns) {
            let Some((number, step)) = number(cell, dialect) else {
                continue;
            };
            if column.count < 2 || column.least == column.most && number == column.most {
                continue;
            }
            evidence.telling += 1;
            let near = 0.5 * step + 1e-9 * number.abs();
            if let Some((near, word)) = column.summed(number, near) {
                evidence.sums += 1;
                match word {
                    Word::Total => evidence.totals += 1,
                    Word::Mean => evidence.means += 1,
                    Word::Other => {}
                }
                let (range, from) = (column.most - column.least, (number - column.mean).abs());
                // Few rows are far from the others, where these differ.
                let far = match range > 0.0 {
                    true => (range / from).min(1.0),
                    false => 1.0,
                };
                // A number of few digits is like many.
                let width = range.max(from).min(number.abs());
                // A number that rows above have is one that a row may have: such as the last one of a
                // counter that begins anew, which is its range as well.
                if !column.has(number, near) {
                    evidence.chance *= (far * STATISTICS * 2.0 * near / width).min(1.0);
                }
            } else if column.is_end(number, near) {
                evidence.ends += 1;
            }
        }
        evidence
    }
}

impl Sum {
    fn add(&mut self, number: f64, step: f64) {
        self.count += 1;
        self.sum += number;
        self.squares += number * number;
        let from = number - self.mean;
        self.mean += from / self.count as f64;
        self.around += from * (number - self.mean);
        self.least = self.least.min(number);
        self.most = self.most.max(number);
        self.step = self.step.min(step);
        if self.numbers.len() <= KEPT {
            self.numbers.push(number);
        }
    }

    /// Distance within which a number is the sum, the mean or another statistic of the column; `None`
    /// where it is none.
    fn summed(&self, number: f64, near: f64) -> Option<(f64, Word)> {
        let count = self.count as f64;
        // What the sum of rounded numbers may miss.
        let of_sum = match self.step < 1.0 {
            true => near + 0.6 * self.step * count.sqrt(),
            false => near,
        };
        let is = |statistic: f64, near: f64| (number - statistic).abs() <= near;
        if let Some(near) = [near, of_sum].into_iter().find(|&near| is(self.sum, near)) {
            return Some((near, Word::Total));
        }
        if is(self.mean, near) || self.median().is_some_and(|median| is(median, near)) {
            return Some((near, Word::Mean));
        }
        let (of_all, of_some) = (self.around / count, self.around / (count - 1.0));
        let deviation = of_some.sqrt();
        let statistics = [
            deviation,
            of_all.sqrt(),
            of_some,
            of_all,
            deviation / count.sqrt(),
            (self.squares / count).sqrt(),
            deviation / self.mean,
            100.0 * deviation / self.mean,
            self.most - self.least,
        ];
        let is_other = statistics.into_iter().any(|one| is(one, near));
        is_other.then_some((near, Word::Other))
    }

    /// Tells whether a number is among the first ones of the column.
    fn has(&self, number: f64, near: f64) -> bool {
        let mut numbers = self.numbers.iter();
        numbers.any(|one| (one - number).abs() <= near)
    }

    /// Tells whether a number is the least or largest of the column, or counts its cells.
    fn is_end(&self, number: f64, near: f64) -> bool {
        let ends = [self.least, self.most, self.count as f64, self.filled as f64];
        ends.into_iter().any(|end| (number - end).abs() <= near)
    }

    fn median(&self) -> Option<f64> {
        let mut numbers = self.numbers.clone();
        if numbers.is_empty() || numbers.len() > KEPT {
            return None;
        }
        numbers.sort_unstable_by(f64::total_cmp);
        let at = numbers.len() / 2;
        Some(match numbers.len() % 2 {
            0 => 0.5 * (numbers[at - 1] + numbers[at]),
            _ => numbers[at],
        })
    }
}
