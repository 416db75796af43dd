//! Values that a parameter may have, drawn in the units of its columns.

use std::f64::consts::PI;

use downhill::Real;
use downhill::model::formula::{Op, Program};
use downhill::random::Random;

use super::structure::{Set, bit, members, steps};
use super::units::{Unit, units};
use super::variable_projection::Rows;

/// The least and the largest value of a parameter.
pub(crate) type Limits = (f64, f64);

/// Part of a parameter in its formula, as far as it tells which values are worth a try.
#[derive(Clone, Debug)]
enum Role {
    /// It was given.
    Given(f64),
    /// It is added to something, times a sign: the sum is to vanish at a row.
    Added(Box<Program<f64>>, f64),
    /// An angle that is added to another.
    Phase,
    /// Its inverse power times this is an angle a unit of a feature.
    Frequency(f64, f64),
    /// Everything else, by its unit.
    Sized(Unit),
}

/// Spread of a column.
#[derive(Clone, Copy, Debug)]
struct Extent {
    range: f64,
    smallest: f64,
    largest: f64,
}

/// What is drawn for each parameter that a formula is not linear in.
#[derive(Debug)]
pub(super) struct Draws {
    roles: Vec<(usize, Role)>,
    extents: Vec<Extent>,
    rows: usize,
}

impl Draws {
    pub(super) fn new(
        program: &Program<f64>,
        rows: &Rows,
        bent: Set,
        given: &[Option<f64>],
    ) -> Self {
        let mut extents: Vec<Extent> = (0..rows.columns)
            .map(|column| extent(rows.iter().map(|(features, _)| features[column])))
            .collect();
        extents.push(extent(rows.targets.iter().copied()));
        let units = units(program);
        let mut roles: Vec<(usize, Role)> = members(bent)
            .map(|at| {
                let unit = units.get(at).cloned().unwrap_or_default();
                let role = match given.get(at).copied().flatten() {
                    Some(value) => Role::Given(value),
                    None => role(program, rows, at, unit),
                };
                (at, role)
            })
            .collect();
        // What is added to others is drawn when these are there.
        roles.sort_by_key(|(_, role)| matches!(role, Role::Added(..)));
        Self {
            roles,
            extents,
            rows: rows.len(),
        }
    }

    /// Number of parameters that are drawn.
    pub(super) fn dimensions(&self) -> usize {
        let drawn = |(_, role): &&(usize, Role)| !matches!(role, Role::Given(_));
        self.roles.iter().filter(drawn).count()
    }

    /// True where the fit may have a minimum for each of many frequencies.
    pub(super) fn oscillates(&self) -> bool {
        let mut roles = self.roles.iter();
        roles.any(|(_, role)| matches!(role, Role::Frequency(..)))
    }

    /// Sum of the frequencies: of several that fit alike, the least is meant.
    pub(super) fn haste(&self, parameters: &[f64]) -> f64 {
        let of = |(at, role): &(usize, Role)| match *role {
            Role::Frequency(power, _) => Real::pow(parameters[*at].abs(), -power),
            _ => 0.0,
        };
        self.roles.iter().map(of).sum()
    }

    /// Draws each parameter, within its limits.
    pub(super) fn draw(
        &self,
        random: &mut Random,
        rows: &Rows,
        limits: &[Limits],
        parameters: &mut [f64],
    ) {
        for (at, role) in &self.roles {
            let (low, high) = limits.get(*at).copied().unwrap_or((f64::MIN, f64::MAX));
            let value = self.one(role, random, rows, parameters);
            parameters[*at] = match value >= low && value <= high {
                true => value,
                false => within(random, value, (low, high)),
            };
        }
    }

    fn one(&self, role: &Role, random: &mut Random, rows: &Rows, parameters: &[f64]) -> f64 {
        let mut unit = || random.unit::<f64>();
        match role {
            Role::Given(value) => *value,
            Role::Added(other, sign) => {
                let last = rows.len().saturating_sub(1);
                let place = unit() * last as f64;
                let (before, share) = (place as usize, place - place.floor());
                let value = |row: usize| {
                    let (features, _) = rows.row(row.min(last));
                    other.eval::<f64>(parameters, features)
                };
                let between = value(before) + share * (value(before + 1) - value(before));
                let kind = unit();
                let stretched = if kind < 0.75 {
                    between
                } else {
                    between * Real::exp(6.0 * unit() - 4.0)
                };
                sign * if unit() < 0.7 { stretched } else { -stretched }
            }
            Role::Phase => PI * (2.0 * unit() - 1.0),
            Role::Frequency(power, factor) => {
                let range = self.extents.first().map_or(1.0, |extent| extent.range);
                let most = PI * (self.rows as f64).max(48.0) / range;
                Real::pow(unit() * most / factor, -power)
            }
            Role::Sized(powers) => self.sized(powers, random),
        }
    }

    fn sized(&self, powers: &Unit, random: &mut Random) -> f64 {
        let mut unit = || random.unit::<f64>();
        let mut logarithmic = |low: f64, high: f64| {
            let (low, high) = (Real::ln(low), Real::ln(high));
            Real::exp(low + (high - low) * unit())
        };
        let is_pure = powers.iter().all(|&power| power == 0.0);
        if is_pure {
            let wide = logarithmic(1.0, 10.0) > 5.0;
            let size = match wide {
                true => logarithmic(0.02, 50.0),
                false => logarithmic(0.2, 8.0),
            };
            return if random.below(2) == 0 { size } else { -size };
        }
        let mut size = 1.0;
        let mut is_length = true;
        for (at, (&power, extent)) in powers.iter().zip(&self.extents).enumerate() {
            if power == 0.0 {
                continue;
            }
            is_length &= power > 0.0;
            let by_size = logarithmic(1.0, 10.0) > 5.0;
            let drawn = match (by_size, at + 1 == self.extents.len()) {
                (true, false) => logarithmic(0.3 * extent.smallest, 3.0 * extent.largest),
                (false, false) => {
                    let rows = (2 * self.rows).clamp(20, 400) as f64;
                    logarithmic(extent.range / rows, 3.0 * extent.range)
                }
                (_, true) => logarithmic(0.1 * extent.range, 10.0 * extent.largest),
            };
            size *= Real::pow(drawn, power);
        }
        let negative = random.below(10) < if is_length { 1 } else { 4 };
        if negative { -size } else { size }
    }
}

/// A value between limits, where the one drawn is not.
fn within(random: &mut Random, value: f64, (low, high): Limits) -> f64 {
    let share: f64 = random.unit();
    match (low > f64::MIN, high < f64::MAX) {
        (true, true) => low + share * (high - low),
        _ if -value >= low && -value <= high => -value,
        _ => value.max(low).min(high),
    }
}

fn extent(numbers: impl Iterator<Item = f64>) -> Extent {
    let (mut low, mut high, mut smallest, mut largest) = (f64::MAX, f64::MIN, f64::MAX, 0.0f64);
    for x in numbers {
        (low, high) = (low.min(x), high.max(x));
        largest = largest.max(x.abs());
        if x != 0.0 {
            smallest = smallest.min(x.abs());
        }
    }
    let or_one = |x: f64| if x > 0.0 && x < f64::MAX { x } else { 1.0 };
    let largest = or_one(largest);
    let range = if high > low { high - low } else { largest };
    Extent {
        range,
        smallest: or_one(smallest).min(largest),
        largest,
    }
}

/// The role of a parameter.
fn role(program: &Program<f64>, rows: &Rows, at: usize, unit: Unit) -> Role {
    let steps = steps(program);
    let is_pure = unit.iter().all(|&power| power == 0.0);
    let angle = steps.iter().find_map(|step| {
        let [angle] = &step.operands[..] else {
            return None;
        };
        let turns = matches!(step.op, Op::Sin | Op::Cos | Op::Tan);
        (turns && angle.parameters & bit(at) != 0 && angle.varies).then_some(angle)
    });
    if let Some(angle) = angle {
        let powers: Vec<f64> = unit.iter().copied().filter(|&power| power != 0.0).collect();
        let is_added = added(&steps, at).is_some();
        match &powers[..] {
            [] => return Role::Phase,
            &[power] if power.abs() == 1.0 && !is_added => {
                let factor = program.part(angle.steps.clone());
                let factor = factor.map_or(1.0, |angle| turns_by(&angle, rows, at));
                return Role::Frequency(power, factor);
            }
            _ => {}
        }
    }
    let other = added(&steps, at).and_then(|(steps, sign)| Some((program.part(steps)?, sign)));
    match other {
        Some((other, sign)) => Role::Added(Box::new(other), sign),
        None if is_pure => Role::Sized(Vec::new()),
        None => Role::Sized(unit),
    }
}

/// What a parameter is added to, and the sign that makes the sum vanish.
fn added(steps: &[super::structure::Step], at: usize) -> Option<(std::ops::Range<usize>, f64)> {
    steps.iter().find_map(|step| {
        let [left, right] = &step.operands[..] else {
            return None;
        };
        let sign = match step.op {
            Op::Add => -1.0,
            Op::Subtract | Op::Minimum | Op::Maximum => 1.0,
            _ => return None,
        };
        let is_bare =
            |node: &super::structure::Node| node.steps.len() == 1 && node.parameters == bit(at);
        match (is_bare(left), is_bare(right)) {
            (true, _) if right.varies => Some((right.steps.clone(), sign)),
            (_, true) if left.varies => Some((left.steps.clone(), sign)),
            _ => None,
        }
    })
}

/// By how much an angle grows a unit of the first feature where this parameter is 1.
fn turns_by(angle: &Program<f64>, rows: &Rows, at: usize) -> f64 {
    let mut parameters = vec![0.0; angle.parameters()];
    parameters[at] = 1.0;
    let (mut first, _) = (rows.row(0).0.to_vec(), ());
    let before = angle.eval::<f64>(&parameters, &first);
    let Some(x) = first.first_mut() else {
        return 1.0;
    };
    let step = x.abs().max(1e-3);
    *x += step;
    let factor = (angle.eval::<f64>(&parameters, &first) - before).abs() / step;
    if factor > 0.0 && factor.is_finite() {
        factor
    } else {
        1.0
    }
}
