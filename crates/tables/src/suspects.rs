//! Numbers that may mark missing cells, such as -200, 9999 or 9.96921e36.

use crate::notes::{Note, NoteKind};
use crate::table::Table;

/// Fewest cells of a number that recurs.
const FEWEST: usize = 3;

/// Fewest other values of such a column; with fewer, each may have a meaning of its own.
const VALUES: usize = 5;

/// Fewest of a number that is asked about by its distance alone.
const MORE_VALUES: usize = 8;

/// Columns with the same extreme that are asked about though it is not far from the rest.
const SEVERAL: usize = 3;

/// Distance of such an extreme to the next number, as a share of the spread of the others.
const APART: f64 = 0.25;

/// Distance of a number that is asked about though it neither recurs nor is known.
const FAR: f64 = 10.0;

/// Most numbers of a column that are asked about.
const MOST: usize = 8;

/// Share of the numbers of one sign that are smaller than its scale begins.
const SMALL: usize = 20;

/// Numbers that devices write for one that is missing, beside nines and the limits of integers.
const OF_DEVICES: [f64; 6] = [-127.0, 85.0, -6999.0, 6999.0, -7999.0, 7999.0];

/// Tells whether loggers, databases and devices write this number for one that is missing: one cell
/// is enough.
fn is_known(value: f64) -> bool {
    let bits = [15, 16, 31, 32, 63, 64].map(|bits| 2f64.powi(bits));
    let is_limit = bits.iter().any(|&end| value == end - 1.0 || value == -end);
    is_limit || OF_DEVICES.contains(&value) || is_nines(value)
}

/// Tells whether a number is such as -99, -99.9, -999 or 9999.
fn is_nines(value: f64) -> bool {
    let is_enough = value >= 999.0 || (-1e12..=-99.0).contains(&value);
    let is_nine = |digit: char| digit == '9' || digit == '.';
    is_enough && value < 1e12 && value.abs().to_string().chars().all(is_nine)
}

/// An extreme of a column that recurs, is known to mark missing cells, or is far off.
struct Extreme {
    value: f64,
    column: usize,
    cells: usize,
    /// Distance to the next number, as a share of the spread of the others.
    distance: f64,
    /// Tells whether it is known to mark missing cells, and recurs or has another sign than all others.
    is_marker: bool,
}

impl Extreme {
    /// Tells whether it is asked about for its column alone.
    fn is_far(&self) -> bool {
        self.distance > 1.0 || self.is_marker
    }
}

impl Table {
    /// Notes on numbers that recur as the extreme of columns, are known to mark missing cells, or are
    /// there a few times, far from the other numbers.
    pub(crate) fn suspects(&self) -> Vec<Note> {
        let columns = self.columns.iter().enumerate();
        let of_numbers = columns.filter(|(_, one)| one.texts == 0 && one.times == 0);
        let each = of_numbers.flat_map(|(at, one)| extremes(at, &one.values));
        let mut extremes: Vec<Extreme> = each.collect();
        extremes.sort_by(|a, b| {
            let by_value = a.value.total_cmp(&b.value);
            by_value.then(b.distance.total_cmp(&a.distance))
        });
        let same = extremes.chunk_by(|a, b| a.value == b.value);
        let far = same.filter(|same| same.len() >= SEVERAL || same.iter().any(Extreme::is_far));
        far.map(|same| self.suspect(same)).collect()
    }

    fn suspect(&self, same: &[Extreme]) -> Note {
        let Extreme { value, column, .. } = same[0];
        let first = self.columns[column]
            .values
            .iter()
            .position(|&other| other == value);
        let name = |extreme: &Extreme| self.columns[extreme.column].name.clone();
        let text = match value.abs() {
            0.0 | 1e-5..1e15 => value.to_string(),
            _ => format!("{value:e}"),
        };
        Note {
            kind: NoteKind::Suspect {
                option: format!("--missing-value={text}"),
                columns: same.iter().map(name).collect(),
            },
            column: name(&same[0]),
            text,
            line: self.lines.of(first.unwrap_or_default()),
            file: None,
            cells: same.iter().map(|extreme| extreme.cells).sum(),
        }
    }
}

/// Tells whether a number may mark missing cells, or be a fault: it stands apart from the others.
pub fn has_apart(values: &[f64]) -> bool {
    extremes(0, values).iter().any(Extreme::is_far)
}

/// Extremes of a column that stand apart. One that does hides others, so that these are looked for
/// without it.
fn extremes(column: usize, values: &[f64]) -> Vec<Extreme> {
    let mut found = Vec::<Extreme>::new();
    loop {
        let hidden = |value| {
            let is_same = |one: &Extreme| one.value == value && one.is_far();
            found.iter().any(is_same)
        };
        let ends = Ends::of(values, hidden);
        let both = [(ends.least, false), (ends.most, true)];
        let apart = both.into_iter().filter_map(|((value, cells, _), is_most)| {
            let distance = ends.distance(is_most);
            let known = |value| hidden(value) || is_known(value);
            let distance = match is_known(value) {
                true => Ends::of(values, known).distance_of(value, is_most),
                false => distance,
            };
            let is_there =
                |least: usize| has_others(values, least, |other| other == value || hidden(other));
            let recurs = cells >= FEWEST && value != 0.0 && distance > APART;
            let is_only = value < 0.0 && !is_most && ends.least.2 >= 0.0;
            let is_marker = is_known(value) && distance > APART && (cells > 1 || is_only);
            let is_likely = recurs || is_marker || is_known(value) && distance > 1.0;
            let is_far = distance > FAR && is_rare(value, cells, values.len());
            let is_apart = is_likely && is_there(VALUES)
                || is_far && is_there(MORE_VALUES) && {
                    let others = values.iter().copied();
                    let others = others.filter(|&other| other != value && !hidden(other));
                    is_off_scale(value, others)
                };
            let extreme = Extreme {
                value,
                column,
                cells,
                distance,
                is_marker,
            };
            is_apart.then_some(extreme)
        });
        let apart: Vec<Extreme> = apart.collect();
        let is_new = |one: &Extreme| !found.iter().any(|known| known.value == one.value);
        let news: Vec<Extreme> = apart.into_iter().filter(is_new).collect();
        let hides = news.iter().any(Extreme::is_far);
        found.extend(news);
        if !hides || found.len() >= MOST {
            return found;
        }
    }
}

/// Extremes of numbers: each with how often it occurs, and the number next to it.
struct Ends {
    least: (f64, usize, f64),
    most: (f64, usize, f64),
}

impl Ends {
    /// Extremes of the numbers that are not left out.
    fn of(values: &[f64], is_left_out: impl Fn(f64) -> bool) -> Self {
        let [mut least, mut most] = [(f64::NAN, 0, f64::NAN); 2];
        for &value in values {
            let is_between = value > least.2 && value < most.2;
            if is_between || value.is_nan() || is_left_out(value) {
                continue;
            }
            take(&mut least, value, |a, b| a < b);
            take(&mut most, value, |a, b| a > b);
        }
        Self { least, most }
    }

    /// Distance of an extreme to the next number, as a share of the spread of the others.
    fn distance(&self, is_most: bool) -> f64 {
        let gap = match is_most {
            true => self.most.0 - self.most.2,
            false => self.least.2 - self.least.0,
        };
        share(gap, self.most.2 - self.least.2)
    }

    /// Distance of a number that is left out.
    fn distance_of(&self, value: f64, is_most: bool) -> f64 {
        match is_most {
            true => share(value - self.most.0, self.most.0 - self.least.2),
            false => share(self.least.0 - value, self.most.2 - self.least.0),
        }
    }
}

/// Share of a spread; 0 where there is none.
fn share(gap: f64, spread: f64) -> f64 {
    if spread > 0.0 { gap / spread } else { 0.0 }
}

/// Takes notice of a number: of the outermost one, how often it occurs, and the next.
fn take(extreme: &mut (f64, usize, f64), value: f64, is_beyond: impl Fn(f64, f64) -> bool) {
    if value == extreme.0 {
        extreme.1 += 1;
    } else if is_beyond(value, extreme.0) || extreme.1 == 0 {
        *extreme = (value, 1, extreme.0);
    } else if is_beyond(value, extreme.2) || extreme.2.is_nan() {
        extreme.2 = value;
    }
}

/// Tells whether a number may be a fault by how often it occurs: a zero mostly says that nothing is
/// there.
fn is_rare(value: f64, cells: usize, of: usize) -> bool {
    value != 0.0 || cells < FEWEST || 100 * cells <= of
}

/// Tells whether a number is far from others on a scale of factors as well, where these have one sign,
/// as doses, incomes and brightness do.
fn is_off_scale(value: f64, others: impl Iterator<Item = f64> + Clone) -> bool {
    let signs = others.clone().filter(|&other| other != 0.0);
    let mut sizes: Vec<f64> = signs
        .clone()
        .map(f64::abs)
        .filter(|size| size.is_finite())
        .collect();
    let is_of_one_sign =
        signs.clone().all(|other| other > 0.0) || signs.clone().all(|other| other < 0.0);
    if value == 0.0 || !is_of_one_sign || sizes.is_empty() {
        return true;
    }
    let is_other_sign = signs.clone().any(|other| (other > 0.0) != (value > 0.0));
    sizes.sort_unstable_by(f64::total_cmp);
    let (low, high) = (sizes[sizes.len() / SMALL], sizes[sizes.len() - 1]);
    let size = value.abs();
    let factor = if size > high { size / high } else { low / size };
    is_other_sign || factor > high / low
}

/// Tells whether there are so many values beside those left out.
fn has_others(values: &[f64], least: usize, is_left_out: impl Fn(f64) -> bool) -> bool {
    let mut others = Vec::with_capacity(least);
    for &other in values {
        if !other.is_nan() && !others.contains(&other) && !is_left_out(other) {
            others.push(other);
            if others.len() == least {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(values: &[f64]) -> Vec<f64> {
        let mut asked: Vec<f64> = extremes(0, values)
            .iter()
            .filter(|one| one.distance > 1.0)
            .map(|one| one.value)
            .collect();
        asked.sort_by(f64::total_cmp);
        asked
    }

    fn usual() -> impl Iterator<Item = f64> {
        (0..60).map(|row| 20.0 + f64::from(row * 37 % 101) / 20.0)
    }

    /// Fill values of files, databases and integers, each once and a few times.
    #[test]
    fn far_off_numbers_are_asked_about() {
        for far in [
            9.96921e36,
            f64::from(f32::MAX),
            f64::MAX,
            -f64::MAX,
            1e20,
            1e30,
            99_999.0,
            9999.0,
            -9999.0,
            -999.0,
            -99.0,
            -99.99,
            2_147_483_647.0,
            -2_147_483_648.0,
            4_294_967_295.0,
            -32_768.0,
            32_767.0,
            65_535.0,
            85.0,
            -127.0,
            850.0,
            -1000.0,
        ] {
            for count in 1..6 {
                let values: Vec<f64> = usual().chain((0..count).map(|_| far)).collect();
                assert_eq!(asked(&values), [far], "{count} times");
            }
        }
        // Several in a column, at both ends, and near to each other.
        for all in [
            vec![-999.0, 9999.0],
            vec![-9999.0, -999.0, -99.0],
            vec![-99.99, -99.9],
            vec![65_535.0, 2_147_483_647.0, 1e20],
        ] {
            let values: Vec<f64> = usual().chain(all.clone()).collect();
            assert_eq!(asked(&values), all);
        }
    }

    /// Of columns without any such number, of many shapes and lengths.
    #[test]
    fn few_columns_are_asked_about_falsely() {
        let mut random = downhill::random::Random::seed(11);
        let mut uniform = move || (f64::from(random.below(1 << 24)) + 0.5) / f64::from(1 << 24);
        let mut normal = {
            let mut uniform = uniform;
            move || (0..12).map(|_| uniform()).sum::<f64>() - 6.0
        };
        for shape in 0..7 {
            let mut falsely = 0;
            for column in 0..600 {
                let mut value = || match shape {
                    0 => 20.0 + normal(),
                    1 => normal(),
                    2 => -uniform().ln(),
                    3 => normal().exp(),
                    4 => (2.0 * normal()).exp(),
                    5 => normal() / (0..3).map(|_| normal().powi(2)).sum::<f64>().sqrt(),
                    // Rain: mostly none.
                    _ if uniform() < 0.8 => 0.0,
                    _ => (-10.0 * uniform().ln()).round() / 5.0,
                };
                let rows = [12, 60, 500][column % 3];
                let values: Vec<f64> = (0..rows).map(|_| value()).collect();
                falsely += usize::from(!asked(&values).is_empty());
            }
            println!("shape {shape}: {falsely}");
            assert!(falsely <= 6, "shape {shape}: {falsely} of 600");
        }
    }

    #[test]
    fn numbers_of_a_wide_scale_are_not() {
        let decades = [0.0, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0];
        let dilutions: Vec<f64> = (0..8).map(|k| 100f64.powi(k)).collect();
        let mut random = downhill::random::Random::seed(5);
        let mut skewed = || (f64::from(random.below(2001)) / 1000.0 - 1.0) * 8.0;
        let skewed: Vec<f64> = (0..500).map(|_| skewed().exp()).collect();
        let mut on_and_off: Vec<f64> = usual().map(|value| value + 2000.0).collect();
        on_and_off.extend([0.0; 20]);
        for values in [&decades[..], &dilutions, &skewed, &on_and_off] {
            assert!(asked(values).is_empty(), "{values:?}");
        }
    }
}
