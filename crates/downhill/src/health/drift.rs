#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::Real;

/// Detection of drift, and the reaction to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Drift {
    /// Detector.
    pub detector: Detector,
    /// Reaction to it.
    pub reaction: Reaction,
}

/// Drift detector, over one number a step: loss / (loss + reference), between 0 and 1, with the
/// reference four times the mean loss when the detector began. The detectors that count errors
/// count losses above the reference. All tell of losses that rise, not of those that fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Detector {
    /// The Page-Hinkley test (Page 1954): the sum of what exceeds the mean rises.
    PageHinkley,
    /// The drift detection method (Gama et al. 2004): errors are three deviations above their
    /// least rate.
    Ddm,
    /// A weighted moving average of errors against their mean (Ross et al. 2012).
    Ewma,
    /// Adaptive windowing (Bifet and Gavaldà 2007): two parts of a window have different means.
    /// The window is bounded by 5 buckets on each of 10 levels, some 5,000 steps.
    Adwin,
}

/// Reaction to drift, beside a verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Reaction {
    /// Begins its schedule anew, warm-up included.
    #[default]
    #[cfg_attr(feature = "serde", serde(rename = "rewarm"))]
    RestartSchedule,
    /// Restarts the schedule and clears the optimizer's state.
    Reset,
}

impl Detector {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::PageHinkley, Self::Ddm, Self::Ewma, Self::Adwin];

    /// Name, in snake case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PageHinkley => "page_hinkley",
            Self::Ddm => "ddm",
            Self::Ewma => "ewma",
            Self::Adwin => "adwin",
        }
    }

    /// Numbers of state; they start at zero.
    pub const fn words(self) -> usize {
        match self {
            Self::PageHinkley | Self::Ddm | Self::Ewma => 4,
            Self::Adwin => 1 + LEVELS * ROW,
        }
    }

    /// Takes in the next number; returns `true` at drift, and then begins anew.
    pub fn learn<T: Real>(self, words: &mut [T], number: T) -> bool {
        let error = T::from_u32((number > T::HALF).into());
        let drifts = match self {
            Self::PageHinkley => page_hinkley(words, number),
            Self::Ddm => ddm(words, error),
            Self::Ewma => ewma(words, error),
            Self::Adwin => adwin(words, number),
        };
        if drifts {
            words.fill(T::ZERO);
        }
        drifts
    }
}

/// Samples before a detector says anything.
const ENOUGH: f64 = 64.0;

fn page_hinkley<T: Real>(words: &mut [T], number: T) -> bool {
    let [count, mean, sum, least] = words else {
        return false;
    };
    *count += T::ONE;
    *mean += (number - *mean) / *count;
    *sum += number - *mean - T::from_f64(0.02);
    *least = least.smaller(*sum);
    *count > T::from_f64(ENOUGH) && *sum - *least > T::from_f64(10.0)
}

fn ddm<T: Real>(words: &mut [T], error: T) -> bool {
    let [count, rate, least_rate, least_deviation] = words else {
        return false;
    };
    *count += T::ONE;
    *rate += (error - *rate) / *count;
    if *count < T::from_f64(ENOUGH) {
        return false;
    }
    // Never 0, which any error would be infinitely far from.
    let kept = rate.larger(T::ONE / *count);
    let deviation = (kept * (T::ONE - kept) / *count).sqrt();
    let begins = *least_deviation == T::ZERO;
    if begins || kept + deviation < *least_rate + *least_deviation {
        (*least_rate, *least_deviation) = (kept, deviation);
    }
    kept + deviation > *least_rate + T::from_u32(3) * *least_deviation + T::from_f64(0.01)
}

fn ewma<T: Real>(words: &mut [T], error: T) -> bool {
    const SHARE: f64 = 0.05;
    /// Deviations from the mean.
    const FAR: f64 = 5.0;
    let [count, rate, average, _] = words else {
        return false;
    };
    *count += T::ONE;
    *rate += (error - *rate) / *count;
    *average += (error - *average) * T::from_f64(SHARE);
    let kept = rate.larger(T::from_f64(0.02));
    let deviation = (kept * (T::ONE - kept) * T::from_f64(SHARE / (2.0 - SHARE))).sqrt();
    *count > T::from_f64(ENOUGH) && *average > kept + T::from_f64(FAR) * deviation
}

/// Levels of ADWIN's buckets: one of level *l* holds the sum of 2ˡ numbers.
const LEVELS: usize = 10;
/// Buckets on a level, and one more for a moment.
const BUCKETS: usize = 6;
/// Buckets in use, and their sums, the oldest first.
const ROW: usize = 1 + BUCKETS;
/// Numbers from one comparison to the next.
const OFTEN: f64 = 32.0;

fn adwin<T: Real>(words: &mut [T], number: T) -> bool {
    let Some((since, rows)) = words.split_first_mut() else {
        return false;
    };
    let rows = rows.as_chunks_mut::<ROW>().0;
    let mut carried = Some(number);
    for [used, buckets @ ..] in rows.iter_mut() {
        let Some(sum) = carried.take() else { break };
        let place = used.to_f64() as usize;
        if let Some(bucket) = buckets.get_mut(place) {
            *bucket = sum;
            *used += T::ONE;
        }
        if place + 1 == BUCKETS {
            carried = Some(buckets[0] + buckets[1]);
            buckets.copy_within(2.., 0);
            *used = T::from_u32(BUCKETS as u32 - 2);
        }
    }
    *since += T::ONE;
    if *since < T::from_f64(OFTEN) {
        return false;
    }
    *since = T::ZERO;
    parts(rows)
}

/// Returns `true` if two parts of the window have means that differ by more than chance, the newer
/// one with the higher.
fn parts<T: Real>(rows: &[[T; ROW]]) -> bool {
    /// How sure it must be.
    const DELTA: f64 = 0.002;
    let buckets = || {
        let levels = rows.iter().enumerate().rev();
        levels.flat_map(|(level, [used, sums @ ..])| {
            let size = T::from_u32(1 << level);
            let used = used.to_f64() as usize;
            sums.iter().take(used).map(move |&sum| (size, sum))
        })
    };
    let add = |(n, sum): (T, T), (size, bucket): (T, T)| (n + size, sum + bucket);
    let (all, total) = buckets().fold((T::ZERO, T::ZERO), add);
    if all < T::from_f64(ENOUGH) {
        return false;
    }
    let mean = total / all;
    // The most that numbers between 0 and 1 with this mean vary.
    let variance = mean * (T::ONE - mean);
    let trust = (T::TWO * all.ln() / T::from_f64(DELTA)).ln();
    let mut old = (T::ZERO, T::ZERO);
    buckets().any(|bucket| {
        old = add(old, bucket);
        let (n, m) = (old.0, all - old.0);
        if n < T::from_f64(OFTEN) || m < T::from_f64(OFTEN) {
            return false;
        }
        let share = T::ONE / n + T::ONE / m;
        let chance =
            (T::TWO * share * variance * trust).sqrt() + T::TWO / T::from_u32(3) * share * trust;
        (total - old.1) / m - old.1 / n > chance
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// After how many numbers a detector tells of drift, if at all, where the mean of numbers
    /// between 0 and 0.4 rises by `rise` after 2,000.
    fn noticed(detector: Detector, rise: f32, seed: u64) -> Option<usize> {
        let (mut random, mut words) = (Random::seed(seed), [0.0f32; 1 + LEVELS * ROW]);
        (0..6000).find(|&k| {
            let number = 0.4 * random.unit::<f32>() + if k >= 2000 { rise } else { 0.0 };
            detector.learn(&mut words[..detector.words()], number)
        })
    }

    #[test]
    fn each_detector_notices_a_jump_soon_and_nothing_before_it() {
        for detector in Detector::ALL {
            for seed in 0..10 {
                let after = noticed(detector, 0.4, seed);
                assert!(
                    after.is_some_and(|k| (2000..2200).contains(&k)),
                    "{detector:?}, seed {seed}: {after:?}"
                );
                assert_eq!(noticed(detector, 0.0, seed), None, "{detector:?}");
            }
        }
    }
}
