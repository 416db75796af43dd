//! Search of a start for a formula's parameters.
//!
//! Parameters that the formula is linear in need none: they follow from the others by linear least
//! squares. The others are drawn at random in the units that the columns give them, many times, and
//! the best of these, as far as they differ, are each fitted. Host only: a board gets the start that
//! was found.

mod draw;
#[cfg(test)]
mod simulated;
mod structure;
mod units;
mod variable_projection;

use downhill::least_squares::{Bounds, LeastSquares, Robust, Table, Termination};
use downhill::model::formula::Program;
use downhill::random::Random;

pub(crate) use self::draw::Limits;

use self::draw::Draws;
use self::structure::{Set, bit, linear, members, peel};
use self::variable_projection::{Projection, Rows, squares};

/// The most rows that the search looks at, evenly spaced.
const ROWS: usize = 200;
/// Starts that are fitted unless told, at least, and for each parameter that is drawn.
const STARTS: (usize, usize) = (12, 8);

/// What to search in.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    pub(crate) program: Program<f64>,
    /// Range of each parameter.
    pub(crate) limits: &'a [Limits],
    /// Starts that were given.
    pub(crate) given: &'a [Option<f64>],
    pub(crate) loss: Robust<f64>,
    pub(crate) seed: u64,
    /// Starts that are fitted; `None` where it follows from the formula.
    pub(crate) starts: Option<usize>,
}

/// A start that was found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) start: Vec<f64>,
    /// Starts that were fitted.
    pub(crate) fitted: usize,
    /// Those among them that came to the same least sum of squares.
    pub(crate) agreed: usize,
}

/// A point, and the sum of squares there.
type Point = (f64, Vec<f64>);

impl Search<'_> {
    /// Finds a start for these rows: features, target, weight. `None` where none was found that
    /// can be computed.
    pub(crate) fn run(&self, rows: &mut impl downhill::least_squares::Rows<f64>) -> Option<Found> {
        let rows = sample(rows, self.program.features());
        let all = self.program.parameters();
        let free = linear(&self.program);
        let bent = (0..all).fold(0, |set, at| set | bit(at)) & !free;
        let given: Option<Vec<f64>> = self.given.iter().copied().collect();
        // A start that is complete is one among those that are drawn without it.
        let kept: &[Option<f64>] = if given.is_some() { &[] } else { self.given };
        let mut draws = Draws::new(&self.program, &rows, bent, kept);
        let mut points = self.drawn(&self.program, &rows, &rows.targets, free, &draws);
        if let Some((inner, targets)) = peel(&self.program, rows.iter()) {
            let free = linear(&inner);
            let bent = (0..all).fold(0, |set, at| set | bit(at)) & !free;
            let inner_draws = Draws::new(&self.program, &rows, bent, kept);
            points.extend(self.drawn(&inner, &rows, &targets, free, &inner_draws));
            if points.len() == 1 {
                draws = inner_draws;
            }
        }
        if let Some(given) = given {
            points.insert(0, (squares(&self.program, &rows, &given), given));
        }
        // Many dimensions have many minima.
        let usual = STARTS.0.max(STARTS.1 * draws.dimensions());
        let most = self.starts.unwrap_or(usual);
        let ends: Vec<(Point, bool)> = differing(points, most, bent)
            .into_iter()
            .filter_map(|point| self.fitted(&rows, &point.1))
            .collect();
        let least = ends.iter().fold(f64::MAX, |least, end| least.min(end.0.0));
        let signal: f64 = rows.targets.iter().map(|y| y * y).sum();
        let same = |cost: f64| cost <= least * (1.0 + 1e-6) + 1e-24 * signal;
        let agree = || ends.iter().filter(|end| same(end.0.0));
        let best = agree().min_by(|a, b| {
            let rank = |end: &(Point, bool)| (!end.1, draws.haste(&end.0.1));
            let (a, b) = (rank(a), rank(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        })?;
        Some(Found {
            start: best.0.1.clone(),
            fitted: ends.len(),
            agreed: agree().count(),
        })
    }

    /// Points drawn at random, each with the linear parameters that fit these targets best there.
    fn drawn(
        &self,
        part: &Program<f64>,
        rows: &Rows,
        targets: &[f64],
        free: Set,
        draws: &Draws,
    ) -> Vec<Point> {
        let tries = match draws.dimensions() {
            0 => 1,
            1 => 300,
            2 => 1_500,
            3 => 4_000,
            _ => 6_000,
        };
        let tries = tries + 1_000 * usize::from(draws.oscillates());
        let is_whole = std::ptr::eq(targets, &rows.targets[..]);
        let mut random = Random::seed(self.seed);
        let mut projection = Projection::default();
        let mut points = Vec::new();
        for _ in 0..tries {
            let mut parameters = vec![0.0; part.parameters()];
            draws.draw(&mut random, rows, self.limits, &mut parameters);
            let mut left = free;
            let mut held = false;
            let solved = loop {
                if !projection.solve(part, rows, targets, left, &mut parameters) {
                    break false;
                }
                let beyond = members(left).find(|&at| self.limit(at, &mut parameters));
                let Some(at) = beyond else {
                    break true;
                };
                held = true;
                left &= !bit(at);
            };
            if !solved {
                continue;
            }
            let cost = match is_whole && !held {
                true => projection.rest(),
                false => squares(&self.program, rows, &parameters),
            };
            if cost < f64::MAX {
                points.push((cost, parameters));
            }
        }
        points
    }

    /// Moves a parameter inside its limits; `true` where it was outside.
    fn limit(&self, at: usize, parameters: &mut [f64]) -> bool {
        let (low, high) = self.limits.get(at).copied().unwrap_or((f64::MIN, f64::MAX));
        let before = parameters[at];
        parameters[at] = before.max(low).min(high);
        parameters[at] != before
    }

    /// The minimum near a point, and true where the fit has converged.
    fn fitted(&self, rows: &Rows, start: &[f64]) -> Option<(Point, bool)> {
        let settings = LeastSquares {
            loss: self.loss,
            passes: 150,
            tolerance: 1e-4,
            ..LeastSquares::default()
        };
        let mut words = vec![0.0; LeastSquares::<f64>::words(start.len(), start.len())];
        let (lower, upper): (Vec<f64>, Vec<f64>) = self.limits.iter().copied().unzip();
        let bounds = Bounds {
            lower: &lower,
            upper: &upper,
        };
        let mut table =
            Table::new(rows.columns, &rows.features, &rows.targets).with_weights(&rows.weights);
        let program = &self.program;
        let fit = settings.fit(program, &mut table, start, bounds, &mut words);
        let fit = fit.ok()?;
        let is_done = fit.termination().is_some_and(Termination::is_converged);
        Some(((fit.cost(), fit.parameters().to_vec()), is_done))
    }
}

/// The best points, as far as they differ by more than a twentieth in a parameter that is not
/// linear.
fn differing(mut points: Vec<Point>, most: usize, bent: Set) -> Vec<Point> {
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut chosen: Vec<Point> = Vec::new();
    for point in points {
        let differs = |other: &Point| {
            members(bent).any(|at| {
                let (a, b) = (point.1[at], other.1[at]);
                (a - b).abs() > 0.05 * a.abs().max(b.abs())
            })
        };
        if chosen.iter().all(differs) {
            chosen.push(point);
        }
        if chosen.len() == most {
            break;
        }
    }
    chosen
}

/// Some of the rows that count, evenly spaced.
fn sample(rows: &mut impl downhill::least_squares::Rows<f64>, columns: usize) -> Rows {
    let mut count = 0usize;
    rows.replay(&mut |_, _, weight| count += usize::from(weight > 0.0));
    let mut chosen = Rows {
        columns,
        ..Rows::default()
    };
    let mut at = 0usize;
    rows.replay(&mut |features, target, weight| {
        if weight > 0.0 {
            if at * ROWS.min(count) / count.max(1) != (at + 1) * ROWS.min(count) / count.max(1) {
                chosen.features.extend(features);
                chosen.targets.push(target);
                chosen.weights.push(weight);
            }
            at += 1;
        }
    });
    chosen
}
