//! Life of the flash that a board keeps its checkpoints in.

use downhill_link::Counters;

/// Milliseconds of a year.
const YEAR: f64 = 365.25 * 24.0 * 3_600_000.0;

/// Unit of a board's uptime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Milliseconds of its clock.
    Clock,
    /// Samples, taken for one a second: it has no clock.
    Samples,
}

/// Years until the pages of a store have been erased as often as they are rated for, at the rate at
/// which checkpoints were written since the start; none where one of the figures is not known, or
/// no checkpoint was written.
pub(super) fn years_left(counters: &Counters) -> Option<(f64, Pace)> {
    let known = [
        counters.rated_erases,
        counters.saves_per_erase,
        counters.saved,
    ];
    if known.contains(&0) || counters.uptime == 0 {
        return None;
    }
    let erases = f64::from(counters.rated_erases.saturating_sub(counters.erases));
    let saves = erases * f64::from(counters.saves_per_erase);
    // A board without a clock tells its turns in place of it.
    let (uptime, pace) = match counters.uptime == counters.turns {
        true => (1000.0 * counters.turns as f64, Pace::Samples),
        false => (counters.uptime as f64, Pace::Clock),
    };
    let between = uptime / f64::from(counters.saved);
    Some((saves * between / YEAR, pace))
}

/// A line of text: erasures so far, and the years that are left.
pub(super) fn text(counters: &Counters) -> String {
    let erases = counters.erases;
    let rated = match counters.rated_erases {
        0 => format!("at least {erases} erasures; what it is rated for is not known"),
        rated => format!("at least {erases} of {rated} erasures"),
    };
    match years_left(counters) {
        Some((years, pace)) => {
            let rate = match pace {
                Pace::Clock => "at the present rate of checkpoints",
                Pace::Samples => "at a sample a second",
            };
            format!("{rated}, {years:.1} years left {rate}")
        }
        None if counters.rated_erases > 0 => {
            format!("{rated}; no checkpoint since the start, so no rate is known")
        }
        None => rated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four pages that are rated for 10,000 erasures each, 39 checkpoints to a page, one every ten
    /// minutes of a day.
    fn day() -> Counters {
        Counters {
            erases: 4,
            rated_erases: 40_000,
            saves_per_erase: 39,
            saved: 144,
            turns: 86_000,
            uptime: 24 * 3_600_000,
            ..Counters::default()
        }
    }

    #[test]
    fn years_follow_from_erasures_and_the_rate_of_checkpoints() {
        // 39,996 erasures, 39 checkpoints each, 600 s each.
        let (years, pace) = years_left(&day()).unwrap();
        assert!(
            (years - 29.657).abs() < 0.001 && pace == Pace::Clock,
            "{years}"
        );
        let said =
            "at least 4 of 40000 erasures, 29.7 years left at the present rate of checkpoints";
        assert_eq!(text(&day()), said);
        let turns = Counters {
            uptime: 86_000,
            ..day()
        };
        assert_eq!(
            text(&turns),
            "at least 4 of 40000 erasures, 29.5 years left at a sample a second"
        );
        let worn = Counters {
            erases: 50_000,
            ..day()
        };
        assert_eq!(years_left(&worn).map(|(years, _)| years), Some(0.0));
    }

    #[test]
    fn nothing_is_made_up_where_a_figure_is_missing() {
        let unsaved = Counters { saved: 0, ..day() };
        assert_eq!(
            text(&unsaved),
            "at least 4 of 40000 erasures; no checkpoint since the start, so no rate is known"
        );
        let unrated = Counters {
            rated_erases: 0,
            ..day()
        };
        assert_eq!(
            text(&unrated),
            "at least 4 erasures; what it is rated for is not known"
        );
        assert_eq!(years_left(&Counters::default()), None);
    }
}
