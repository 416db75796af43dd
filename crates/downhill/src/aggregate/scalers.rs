//! Scalers of devices, as one.

use super::member::{Member, check, check_share, trimmed};
use crate::rules::ScalingMethod;
use crate::{Fault, Real, scaler};

/// Merges scalers that learn into one that learns, as if it had seen the samples of all, one member
/// after another (Chan, Golub and LeVeque 1983). The weights of the members do not count: each scaler
/// has its number of samples.
///
/// # Errors
/// As [`mean`](super::mean), of lengths and numbers; [`Fault::Scaler`] where one is frozen, and [`Fault::Weight`]
/// where none has seen a sample.
pub fn merge_scalers<T: Real>(
    members: &[Member<'_, T>],
    method: ScalingMethod,
    out: &mut [T],
) -> Result<(), Fault> {
    let samples = check_scalers(members, out.len())?;
    for column in 0..scaler::columns(out).len() {
        let merged = match method {
            ScalingMethod::MinMax => extremes(members, column),
            _ => moments(members, column),
        };
        put(out, column, merged);
    }
    start(out, samples);
    Ok(())
}

/// Merges scalers by [`trimmed_mean`](super::trimmed_mean) instead: the center is that of the members' means, the variance
/// that of their mean squared distances from it. A few members whose columns are wild then do not
/// decide the scale of all. Of least and largest numbers those are trimmed, each.
///
/// # Errors
/// As [`merge_scalers`] and [`trimmed_mean`](super::trimmed_mean).
pub fn merge_scalers_trimmed<T: Real>(
    members: &[Member<'_, T>],
    method: ScalingMethod,
    share: f64,
    room: &mut [f64],
    out: &mut [T],
) -> Result<(), Fault> {
    let samples = check_scalers(members, out.len())?;
    check_share(members.len(), share, room)?;
    if !members.iter().all(|member| member.at(0) > 0.0) {
        return Err(Fault::Weight);
    }
    let mut of = |number: &dyn Fn(&Member<'_, T>) -> f64| {
        for (room, member) in room.iter_mut().zip(members) {
            *room = number(member);
        }
        trimmed(room, share)
    };
    for column in 0..scaler::columns(out).len() {
        let [center, spread] = places(column);
        let middle = of(&|member| member.at(center));
        let width = match method {
            ScalingMethod::MinMax => of(&|member| member.at(spread)),
            _ => {
                let variance = of(&|member| {
                    let distance = member.at(center) - middle;
                    member.at(spread) / member.at(0) + distance * distance
                });
                variance * samples
            }
        };
        put(out, column, [middle, width]);
    }
    start(out, samples);
    Ok(())
}

/// Checks scalers that learn, and counts their samples.
fn check_scalers<T: Real>(members: &[Member<'_, T>], len: usize) -> Result<f64, Fault> {
    check(members, len)?;
    if members
        .iter()
        .any(|member| scaler::is_frozen(member.numbers))
    {
        return Err(Fault::Scaler);
    }
    let samples = members.iter().fold(0.0, |sum, member| sum + member.at(0));
    match samples > 0.0 {
        true => Ok(samples),
        false => Err(Fault::Weight),
    }
}

/// Places of a column's center and spread in the words of a scaler.
const fn places(column: usize) -> [usize; 2] {
    [scaler::words(column), scaler::words(column) + 1]
}

/// Mean and sum of squares of a column, over all members.
fn moments<T: Real>(members: &[Member<'_, T>], column: usize) -> [f64; 2] {
    let [center, spread] = places(column);
    let (mut samples, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for member in members.iter().filter(|member| member.at(0) > 0.0) {
        let (before, more) = (samples, member.at(0));
        samples += more;
        let distance = member.at(center) - mean;
        mean += distance * (more / samples);
        squares += member.at(spread) + distance * distance * (before * more / samples);
    }
    [mean, squares]
}

/// Least and largest number of a column, over all members.
fn extremes<T: Real>(members: &[Member<'_, T>], column: usize) -> [f64; 2] {
    let [low, high] = places(column);
    let seen = members.iter().filter(|member| member.at(0) > 0.0);
    seen.fold([f64::MAX, f64::MIN], |[least, most], member| {
        [least.min(member.at(low)), most.max(member.at(high))]
    })
}

fn put<T: Real>(words: &mut [T], column: usize, numbers: [f64; 2]) {
    for (place, number) in places(column).into_iter().zip(numbers) {
        if let Some(word) = words.get_mut(place) {
            *word = T::from_f64(number);
        }
    }
}

/// Makes words those of a scaler that learns and has seen so many samples.
fn start<T: Real>(words: &mut [T], samples: f64) {
    if let Some([seen, frozen]) = words.first_chunk_mut() {
        [*seen, *frozen] = [T::from_f64(samples), T::ZERO];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(method: ScalingMethod, numbers: &[f32]) -> [f32; scaler::words(1)] {
        let mut words = [0.0; scaler::words(1)];
        for &number in numbers {
            scaler::learn(&mut words, method, &[number], &[]);
        }
        words
    }

    #[test]
    fn merged_scalers_have_seen_what_each_has() {
        for method in [ScalingMethod::Standard, ScalingMethod::MinMax] {
            let (a, b) = ([1.0, 2.0, 5.0, -3.0], [100.0, 104.0]);
            let both = learned(method, &[1.0, 2.0, 5.0, -3.0, 100.0, 104.0]);
            let (a, b, none) = (learned(method, &a), learned(method, &b), [0.0; 4]);
            let members = [&none, &a, &b].map(|words| Member::new(&words[..], 1.0));
            let mut merged = [0.0; 4];
            merge_scalers(&members, method, &mut merged).unwrap();
            for (merged, both) in merged.into_iter().zip(both) {
                assert!(
                    (merged - both).abs() <= 1e-6 * both.abs(),
                    "{merged} {both}"
                );
            }
        }
    }

    #[test]
    fn a_wild_member_does_not_decide_what_is_trimmed() {
        let standard = ScalingMethod::Standard;
        let plain: [_; 9] =
            core::array::from_fn(|k| learned(standard, &[k as f32, k as f32 + 8.0]));
        let wild = learned(standard, &[-1e4, -2e4]);
        let mut members: [_; 10] = [Member::new(&wild[..], 1.0); 10];
        for (member, words) in members.iter_mut().zip(&plain) {
            *member = Member::new(words, 1.0);
        }
        let (mut room, mut merged) = ([0.0; 10], [0.0; 4]);
        merge_scalers_trimmed(&members, standard, 0.1, &mut room, &mut merged).unwrap();
        assert!(
            (merged[2] - 7.5).abs() < 1.0 && merged[3] / merged[0] < 40.0,
            "{merged:?}"
        );
        merge_scalers(&members, standard, &mut merged).unwrap();
        assert!(merged[2] < -1e3);
    }

    #[test]
    fn a_frozen_scaler_is_not_merged() {
        let frozen = [2.0f32, 1.0, 0.0, 1.0];
        let members = [Member::new(&frozen[..], 1.0)];
        let mut words = [7.0; 4];
        let refused = merge_scalers(&members, ScalingMethod::Standard, &mut words);
        assert_eq!((refused, words), (Err(Fault::Scaler), [7.0; 4]));
    }
}
