//! Axes: where numbers are on the paper, and which of them are written there.

/// One axis of a chart.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// Quantity, with its unit.
    pub(crate) label: String,
    low: f64,
    high: f64,
    logarithmic: bool,
    whole: bool,
}

/// A place on an axis that is written out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// From 0 to 1 along the axis.
    pub(super) share: f64,
    pub(super) text: String,
}

impl Axis {
    /// From the least of the numbers to the largest.
    pub(crate) fn over(label: &str, numbers: impl Iterator<Item = f64>) -> Self {
        let finite = numbers.filter(|number| number.is_finite());
        let (low, high) = finite.fold((f64::MAX, f64::MIN), |(low, high), number| {
            (number.min(low), number.max(high))
        });
        match low <= high {
            true => Self::between(label, low, high),
            false => Self::between(label, 0.0, 1.0),
        }
    }

    /// From one number to another.
    pub(crate) fn between(label: &str, low: f64, high: f64) -> Self {
        // A range of nothing is widened, so that its number is in the middle.
        let width = if high > low {
            0.0
        } else {
            0.5f64.max(high.abs() / 10.0)
        };
        Self {
            label: label.into(),
            low: low - width,
            high: high + width,
            logarithmic: false,
            whole: false,
        }
    }

    /// Axis of counts: only whole numbers are written out.
    pub(crate) fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// With a little room at both ends.
    pub(crate) fn with_room(mut self) -> Self {
        let room = (self.high - self.low) * 0.03;
        self.low -= room;
        self.high += room;
        self
    }

    /// Axis of what is never below 0.
    pub(crate) fn with_room_above_zero(self) -> Self {
        let low = self.low;
        let mut wider = self.with_room();
        if low >= 0.0 && wider.low < 0.0 || low > 0.0 && wider.low < low / 2.0 {
            wider.low = low;
        }
        wider
    }

    /// Logarithmic, where that shows more: all numbers are positive, and far apart.
    pub(crate) fn logarithmic_if_wide(mut self) -> Self {
        self.logarithmic = self.low > 0.0 && self.high / self.low > 30.0;
        self
    }

    /// Position of a number, from 0 to 1; a little outside where it is too small or too large.
    pub(super) fn share(&self, number: f64) -> f64 {
        let share = match self.logarithmic {
            true => (number.max(f64::MIN_POSITIVE) / self.low).ln() / (self.high / self.low).ln(),
            false => (number - self.low) / (self.high - self.low),
        };
        share.clamp(-0.02, 1.02)
    }

    /// The numbers that are written out.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let tick = |number: f64, text: String| Tick {
            share: self.share(number),
            text,
        };
        if self.logarithmic {
            let powers = self.low.log10().floor() as i32..=self.high.log10().ceil() as i32;
            let few = self.high / self.low < 1e3;
            let steps: &[f64] = if few { &[1.0, 2.0, 5.0] } else { &[1.0] };
            let numbers = powers.flat_map(|power| steps.iter().map(move |s| s * 10f64.powi(power)));
            let inside = numbers.filter(|n| (self.low..=self.high).contains(n));
            return inside
                .map(|number| tick(number, shortest(number)))
                .collect();
        }
        let (step, decimals) = match step(self.high - self.low) {
            (step, _) if self.whole && step < 1.0 => (1.0, 0),
            some => some,
        };
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        let large = self.low.abs().max(self.high.abs()) >= 1e5 || decimals > 5;
        (first..=last)
            .map(|k| {
                let number = k as f64 * step;
                let text = match large {
                    true if k == 0 => "0".into(),
                    true => shortest(number),
                    false => format!("{number:.decimals$}"),
                };
                tick(number, text)
            })
            .collect()
    }
}

/// A step of 1, 2 or 5 times a power of ten, so that about five fit, and its decimals.
fn step(width: f64) -> (f64, usize) {
    let rough = width / 5.0;
    let power = rough.log10().floor();
    let scale = 10f64.powf(power);
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|step| step * scale >= rough * 0.99)
        .unwrap_or(10.0);
    let power = if step >= 10.0 { power + 1.0 } else { power };
    (step * scale, (-power).max(0.0) as usize)
}

/// Few digits, with an exponent where that is shorter.
fn shortest(number: f64) -> String {
    let rounded: f64 = format!("{number:.3e}").parse().unwrap_or(number);
    let (plain, short) = (format!("{rounded}"), format!("{rounded:e}"));
    if plain.len() <= short.len() + 1 {
        plain
    } else {
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: &Axis) -> Vec<String> {
        axis.ticks().into_iter().map(|tick| tick.text).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(
            texts(&Axis::between("", 0.0, 1.0)),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(
            texts(&Axis::between("", 1.0, 50.0)),
            ["10", "20", "30", "40", "50"]
        );
        assert_eq!(
            texts(&Axis::between("", -3e6, 5e6)),
            ["-2e6", "0", "2e6", "4e6"]
        );
        assert_eq!(
            texts(&Axis::between("", 2.0, 2.0)),
            ["1.6", "1.8", "2.0", "2.2", "2.4"]
        );
        assert_eq!(texts(&Axis::between("", 1.0, 3.0).whole()), ["1", "2", "3"]);
    }

    #[test]
    fn a_wide_range_of_positive_numbers_is_logarithmic() {
        let axis = Axis::between("", 0.001, 100.0).logarithmic_if_wide();
        assert_eq!(texts(&axis), ["0.001", "0.01", "0.1", "1", "10", "100"]);
        assert!((axis.share(0.1) - 0.4).abs() < 1e-12);
        let narrow = Axis::between("", 1.0, 4.0).logarithmic_if_wide();
        assert_eq!(narrow.share(2.5), 0.5);
    }

    #[test]
    fn what_is_no_number_has_no_place() {
        let axis = Axis::over("", [f64::NAN, 1.0, f64::INFINITY, 3.0].into_iter());
        assert_eq!((axis.share(1.0), axis.share(3.0)), (0.0, 1.0));
    }
}
