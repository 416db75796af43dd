//! One fit of many: the scalers of devices merged, and their parameters put together.
//!
//! Sums run in `f64` over the members in the order in which they are given, and are rounded once.
//! Whoever sorts members by name gets the same bits in whatever order they arrived.
//!
//! ```
//! use downhill::aggregate::{self, Member};
//! let (a, b) = ([1.0f32, 2.0], [3.0, 6.0]);
//! let members = [Member::new(&a, 1.0), Member::new(&b, 3.0)];
//! let mut mean = [0.0; 2];
//! aggregate::mean(&members, &mut mean)?;
//! assert_eq!(mean, [2.5, 5.0]);
//! # Ok::<(), downhill::Fault>(())
//! ```

mod member;
mod scalers;
mod step;

pub use member::Member;
pub use scalers::{merge_scalers, merge_scalers_trimmed};
pub use step::step;

use self::member::{check, check_share, trimmed};
use crate::{Fault, Real};

/// Weighted mean of the members' numbers: Σ weight × number / Σ weight (McMahan et al. 2017).
///
/// # Errors
/// [`Fault::Length`] where a member has not as many numbers as `out`, [`Fault::Update`] where one is
/// not finite, and [`Fault::Weight`] where a weight is negative or not finite, or their sum is 0;
/// then `out` has not changed.
pub fn mean<T: Real>(members: &[Member<'_, T>], out: &mut [T]) -> Result<(), Fault> {
    check(members, out.len())?;
    let total: f64 = members.iter().fold(0.0, |sum, member| sum + member.weight);
    let is_weight = |member: &Member<'_, T>| member.weight >= 0.0;
    if !(members.iter().all(is_weight) && total > 0.0 && total.is_finite()) {
        return Err(Fault::Weight);
    }
    for (place, out) in out.iter_mut().enumerate() {
        let sum = members
            .iter()
            .fold(0.0, |sum, member| sum + member.weight * member.at(place));
        *out = T::from_f64(sum / total);
    }
    Ok(())
}

/// Mean of the members' numbers, each place without the `share` of members whose numbers are smallest
/// there and the `share` whose numbers are largest (Yin et al. 2018); the median where nothing else
/// would be left. Weights do not count. `room` has a number for each member.
///
/// # Errors
/// As [`mean`], of lengths and numbers; [`Fault::Weight`] where there is no member, or `share` is not
/// from 0 to 0.5.
pub fn trimmed_mean<T: Real>(
    members: &[Member<'_, T>],
    share: f64,
    room: &mut [f64],
    out: &mut [T],
) -> Result<(), Fault> {
    check(members, out.len())?;
    check_share(members.len(), share, room)?;
    for (place, out) in out.iter_mut().enumerate() {
        for (room, member) in room.iter_mut().zip(members) {
            *room = member.at(place);
        }
        *out = T::from_f64(trimmed(room, share));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_trimmed_is_the_median() {
        let numbers = [[3.0f64], [-9.0], [5.0], [4.0], [1e9]];
        let members: [_; 5] = core::array::from_fn(|k| Member::new(&numbers[k][..], 1.0));
        let mut out = [0.0];
        for (members, share, expected) in [
            (&members[..], 0.5, 4.0),
            (&members[..4], 0.5, 3.5),
            (&members[..], 0.2, 4.0),
            (&members[..4], 0.0, 0.75),
        ] {
            let mut room = [0.0; 5];
            trimmed_mean(members, share, &mut room[..members.len()], &mut out).unwrap();
            assert_eq!(out, [expected], "{share}");
        }
    }

    #[test]
    fn what_cannot_be_put_together_is_refused_and_changes_nothing() {
        let (long, short, wild) = ([1.0f32, 2.0], [1.0f32], [f32::NAN, 0.0]);
        let of = |numbers, weight| [Member::new(&long[..], 1.0), Member::new(numbers, weight)];
        let mut out = [7.0; 2];
        let cases: [(&[f32], f64, Fault); 4] = [
            (&short, 1.0, Fault::Length { need: 2, got: 1 }),
            (&wild, 1.0, Fault::Update),
            (&long, -0.5, Fault::Weight),
            (&long, f64::INFINITY, Fault::Weight),
        ];
        for (numbers, weight, fault) in cases {
            assert_eq!(mean(&of(numbers, weight), &mut out), Err(fault));
        }
        assert_eq!(mean::<f32>(&[], &mut out), Err(Fault::Weight));
        let room = &mut [0.0; 2];
        for share in [-0.1, 0.6, f64::NAN] {
            let refused = trimmed_mean(&of(&long, 1.0), share, room, &mut out);
            assert_eq!(refused, Err(Fault::Weight));
        }
        assert_eq!(out, [7.0; 2]);
    }
}
