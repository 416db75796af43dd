//! Columns that lie far from zero for their spread, and the origins that these get.

use downhill::Real;
use downhill_tables::{Files, HEAD_ROWS, Table};

use crate::data::columns::ColumnSelection;
use crate::data::features::Feature;
use crate::data::origins::{ColumnOrigin, Origins};
use crate::options::FitOptions;
use crate::options::spec::{LossSpec, ModelSpec};
use crate::support::failure::Failure;

/// Most of a column's spread that rounding may take: the largest rounding error as a share of the
/// distance from its lowest to its highest number.
const TOLERANCE: f64 = 1.0 / 16384.0;

/// Most that a number may be, as a multiple of its column's spread, where squares of it are to
/// hold the spread in `f64`.
const MOST_OF_SQUARES: f64 = (1 << 20) as f64;

/// Most that a number may be, as a multiple of its column's spread, where `f64` itself holds it
/// within [`TOLERANCE`].
const MOST_OF_F64: f64 = TOLERANCE * 2.0 / f64::EPSILON;

/// Seconds of a day, an hour and a minute, which times are counted from.
const CLOCK: [f64; 3] = [86_400.0, 3_600.0, 60.0];

/// Numbers of a column: how far they lie apart, and what rounding takes of them.
#[derive(Clone, Copy, Debug)]
struct Spread {
    low: f64,
    high: f64,
    /// The largest rounding error.
    loss: f64,
}

impl Spread {
    const NONE: Self = Self {
        low: f64::INFINITY,
        high: f64::NEG_INFINITY,
        loss: 0.0,
    };

    #[inline]
    fn see<T: Real>(&mut self, number: f64) {
        self.low = self.low.min(number);
        self.high = self.high.max(number);
        self.loss = self.loss.max((number - T::from_f64(number).to_f64()).abs());
    }

    fn and(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            loss: self.loss.max(other.loss),
        }
    }

    fn width(&self) -> f64 {
        self.high - self.low
    }

    fn largest(&self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    /// Tells whether the numbers lie so close to zero that no more of them can need an origin.
    fn is_near<T: Real>(&self) -> bool {
        self.width() * most::<T>() >= self.largest()
    }

    fn needs_origin<T: Real>(&self) -> bool {
        let is_lost = match T::WORDS {
            1 => self.loss > TOLERANCE * self.width(),
            _ => true,
        };
        self.width() > 0.0 && is_lost && !self.is_near::<T>()
    }

    /// A round number among these, or next to them, that `f64` holds exactly: of a time, one of a
    /// clock.
    fn origin(&self, is_time: bool) -> f64 {
        let clock: &[f64] = if is_time { &CLOCK } else { &[] };
        let tens = (0..=18).rev().map(|power| 10f64.powi(power));
        let halves = (1..=40).map(|power| 0.5f64.powi(power));
        let steps = clock.iter().copied().chain(tens.filter(|_| !is_time));
        let mut steps = steps.chain((0..1).map(|_| 1.0)).chain(halves);
        let middle = self.low / 2.0 + self.high / 2.0;
        let reach = self.width();
        let multiple = |step: f64| (middle / step).round() * step;
        let is_close = |&origin: &f64| (origin - middle).abs() <= reach;
        let close = steps.find_map(|step| Some(multiple(step)).filter(is_close));
        close.unwrap_or(middle)
    }
}

/// Most that a number may be, as a multiple of its column's spread, for nothing to be lost.
fn most<T: Real>() -> f64 {
    match T::WORDS {
        // A rounding error is at most 2⁻²⁴ of the number.
        1 => TOLERANCE * f64::from(1 << 24),
        _ => MOST_OF_SQUARES,
    }
}

/// Treatment of a column that needs an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// It gets one.
    Shift,
    /// It is refused where rounding takes of it.
    Refuse,
    /// It is left as it is.
    Leave,
}

/// Treatment of features and of targets that lie far from zero for their spread. A constant
/// changes what bounds by name mean, and it makes other counts of counts; the numbers of a formula
/// take over those of its columns in `f32`.
pub(crate) fn needs<T: Real>(options: &FitOptions) -> (Need, Need) {
    let of_classes = match options.loss {
        Some(loss) => loss.is_of_classes(),
        None => options.model.and_then(ModelSpec::is_classifier) == Some(true),
    };
    let is_formula = options.formula().is_some();
    let is_free = match is_formula {
        true => T::WORDS == 1,
        false => options.bounds.is_empty(),
    };
    let features = if is_free { Need::Shift } else { Need::Refuse };
    let any_sign = options.loss.is_none_or(LossSpec::is_of_any_sign);
    let targets = match is_free && any_sign && !is_formula {
        _ if of_classes => Need::Leave,
        true => Need::Shift,
        false => Need::Refuse,
    };
    (features, targets)
}

/// A column that is shifted, or may have to be.
#[derive(Clone, Debug)]
struct Shift {
    /// Place of its number among those of a sample: the features, and then the targets.
    place: usize,
    /// Number that is subtracted.
    origin: f64,
    /// Origin that its first rows suggest; `None` where they say nothing.
    first: Option<f64>,
    is_time: bool,
    need: Need,
    spread: Spread,
}

impl Shift {
    /// Origin that the numbers seen should have.
    fn right(&self) -> f64 {
        self.first
            .unwrap_or_else(|| self.spread.origin(self.is_time))
    }

    /// Origin, if the numbers seen need one and may have it.
    fn wanted<T: Real>(&self) -> f64 {
        match self.need == Need::Shift && self.spread.needs_origin::<T>() {
            true => self.right(),
            false => 0.0,
        }
    }
}

/// Origins that a fit in `f32` counts columns from, as far as the first rows tell; of targets where
/// these are amounts.
pub(crate) fn origins(
    table: &Table,
    choice: &ColumnSelection,
    are_amounts: bool,
) -> Vec<ColumnOrigin> {
    let of_targets = if are_amounts {
        Need::Shift
    } else {
        Need::Leave
    };
    let shifts = Shifts::find::<f32>(table, choice, (Need::Shift, of_targets));
    let targets = choice.targets.iter();
    let targets: Vec<String> = targets.map(|&at| table.columns[at].name.clone()).collect();
    let encoding: Vec<Feature> = choice
        .features
        .iter()
        .map(|one| one.feature.clone())
        .collect();
    shifts.origins().named(&choice.names(), &encoding, &targets)
}

/// A column whose numbers a fit cannot tell apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lost {
    /// Place of its number among those of a sample.
    pub(crate) place: usize,
    /// Origin that would help; `None` where no precision holds the numbers.
    pub(crate) origin: Option<f64>,
}

impl Lost {
    /// Refusal of the column, which has this name.
    pub(crate) fn refused(&self, files: &Files, name: &str) -> Failure {
        Failure::Input(match self.origin {
            Some(origin) => format!(
                "{files}, column `{name}`: its numbers lie too close together for `f32`, so far from \
                 zero; fit with `--precision f64`, or subtract {origin} from each in the file"
            ),
            None => format!(
                "{files}, column `{name}`: its numbers differ beyond the 16 digits that `f64` holds; \
                 subtract the same number from each in the file, or leave the column out"
            ),
        })
    }
}

/// Shifts of the numbers of samples, of which most need none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shifts {
    columns: Vec<Shift>,
    features: usize,
    targets: usize,
}

impl Shifts {
    /// Columns whose first numbers lie so far from zero that these, or more of them, may need an
    /// origin, which `needs` says what to do about: of features, and of targets.
    pub(crate) fn find<T: Real>(
        table: &Table,
        choice: &ColumnSelection,
        needs: (Need, Need),
    ) -> Self {
        let targets = choice.targets.iter().map(|&at| (None, at));
        let features = choice.features.iter().map(|one| (Some(one), one.at));
        let mut columns = Vec::new();
        for (place, (feature, at)) in features.chain(targets).enumerate() {
            let (is_time, need) = match feature {
                None => (false, needs.1),
                Some(one) if one.feature.is_plain() => (false, needs.0),
                Some(one) if one.feature.is_in_seconds() => (true, needs.0),
                Some(_) => continue,
            };
            if need == Need::Leave {
                continue;
            }
            let number = |row| match feature {
                Some(feature) => feature.value(table, row),
                None => table.columns[at].values[row],
            };
            let rows = 0..table.lines.len().min(HEAD_ROWS);
            let mut spread = Spread::NONE;
            let mut numbers = rows.map(number).filter(|number| !number.is_nan());
            let is_near = numbers.any(|number| {
                spread.see::<T>(number);
                spread.is_near::<T>()
            });
            if is_near {
                continue;
            }
            let any = spread.low <= spread.high;
            let mut shift = Shift {
                place,
                origin: 0.0,
                first: any.then(|| spread.origin(is_time)),
                is_time,
                need,
                spread,
            };
            shift.origin = shift.wanted::<T>();
            columns.push(shift);
        }
        Self {
            columns,
            features: choice.features.len(),
            targets: choice.targets.len(),
        }
    }

    /// Shifts of a model's features, and of so many of its targets.
    pub(crate) fn of_model(origins: &Origins, features: usize, targets: usize) -> Self {
        let features_of = (0..features).map(|at| origins.feature(at));
        let all = features_of.chain((0..targets).map(|at| origins.target(at)));
        let shift = |(place, origin)| Shift {
            place,
            origin,
            first: None,
            is_time: false,
            need: Need::Leave,
            spread: Spread::NONE,
        };
        Self {
            columns: all
                .enumerate()
                .filter(|one| one.1 != 0.0)
                .map(shift)
                .collect(),
            features,
            targets,
        }
    }

    /// Tells whether no number is shifted, and none is looked at.
    #[inline(always)]
    pub(crate) fn is_none(&self) -> bool {
        self.columns.is_empty()
    }

    /// The number of a place less its origin.
    #[inline]
    pub(crate) fn shifted<T: Real>(&mut self, place: usize, number: f64) -> f64 {
        let shift = self.columns.iter_mut().find(|shift| shift.place == place);
        shift.map_or(number, |shift| {
            shift.spread.see::<T>(number);
            number - shift.origin
        })
    }

    /// Subtracts the origins from the numbers of a row.
    pub(crate) fn shift<T: Real>(&mut self, numbers: &mut [f64]) {
        for shift in &mut self.columns {
            if let Some(number) = numbers.get_mut(shift.place) {
                shift.spread.see::<T>(*number);
                *number -= shift.origin;
            }
        }
    }

    /// Takes what others have seen of the same columns.
    pub(crate) fn see_all(&mut self, others: &Self) {
        for (shift, other) in self.columns.iter_mut().zip(&others.columns) {
            shift.spread = shift.spread.and(other.spread);
        }
    }

    /// Takes the origins that the numbers seen need; returns whether one is another than before,
    /// so that the rows must be read anew.
    pub(crate) fn settle<T: Real>(&mut self) -> bool {
        let mut changed = false;
        for shift in &mut self.columns {
            let wanted = shift.wanted::<T>();
            changed |= wanted != shift.origin;
            shift.origin = wanted;
        }
        changed
    }

    /// The origins.
    pub(crate) fn origins(&self) -> Origins {
        let mut all = vec![0.0; self.features + self.targets];
        for shift in &self.columns {
            all[shift.place] = shift.origin;
        }
        Origins::new(all, self.features)
    }

    /// A column that the fit's precision, or any, cannot hold.
    pub(crate) fn lost<T: Real>(&self) -> Option<Lost> {
        self.columns.iter().find_map(|shift| {
            let spread = &shift.spread;
            let is_beyond = spread.width() > 0.0 && spread.width() * MOST_OF_F64 < spread.largest();
            let is_refused =
                T::WORDS == 1 && shift.need == Need::Refuse && spread.needs_origin::<T>();
            (is_beyond || is_refused).then(|| Lost {
                place: shift.place,
                origin: (!is_beyond).then(|| shift.right()),
            })
        })
    }
}
