//! Numbers of devices, and what is asked of all of them.

use crate::{Fault, Real};

/// Numbers of one device, and how much they count.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a, T> {
    pub(super) numbers: &'a [T],
    pub(super) weight: f64,
}

impl<'a, T: Real> Member<'a, T> {
    /// These numbers with this weight, such as the number of samples that they come from.
    pub const fn new(numbers: &'a [T], weight: f64) -> Self {
        Self { numbers, weight }
    }

    /// The number at a place, as `f64`.
    pub(super) fn at(&self, place: usize) -> f64 {
        self.numbers
            .get(place)
            .map_or(0.0, |number| number.to_f64())
    }
}

/// Checks that there are members of so many finite numbers.
pub(super) fn check<T: Real>(members: &[Member<'_, T>], len: usize) -> Result<(), Fault> {
    if members.is_empty() {
        return Err(Fault::Weight);
    }
    for member in members {
        let (need, got) = (len as u32, member.numbers.len() as u32);
        if need != got {
            return Err(Fault::Length { need, got });
        }
        if !member.numbers.iter().all(|number| number.is_finite()) {
            return Err(Fault::Update);
        }
    }
    Ok(())
}

/// Checks a share of so many members, and the room for them.
pub(super) fn check_share(members: usize, share: f64, room: &[f64]) -> Result<(), Fault> {
    if !(0.0..=0.5).contains(&share) {
        return Err(Fault::Weight);
    }
    match room.len() == members {
        true => Ok(()),
        false => Err(Fault::Length {
            need: members as u32,
            got: room.len() as u32,
        }),
    }
}

/// Mean of sorted numbers without a share at each end, at least the one or two in the middle.
pub(super) fn trimmed(numbers: &mut [f64], share: f64) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    let most = numbers.len().saturating_sub(1) / 2;
    let cut = ((share * numbers.len() as f64) as usize).min(most);
    let kept = numbers.get(cut..numbers.len() - cut).unwrap_or(&[]);
    kept.iter().fold(0.0, |sum, number| sum + number) / kept.len() as f64
}
