//! When scores above the threshold are an alarm.

use crate::Hasher;

/// An alarm where at least some of the last windows were above the threshold, and none again for
/// a while.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alarm {
    /// The last windows, a bit each, the latest lowest; set where it was above.
    pub(super) above: u32,
    /// Windows until the next alarm may be.
    pub(super) wait: u32,
}

impl Alarm {
    /// Most windows that vote.
    pub const MOST: u8 = 32;

    /// Takes in the next window; returns `true` where it raises an alarm, since at least `votes`
    /// of the last `of` windows were above, and more than `cool_down` windows have been since the
    /// alarm before.
    pub fn push(&mut self, is_above: bool, [votes, of]: [u8; 2], cool_down: u32) -> bool {
        self.above = self.above << 1 | u32::from(is_above);
        self.wait = self.wait.saturating_sub(1);
        let raises = self.is_on([votes, of]) && self.wait == 0;
        if raises {
            self.wait = cool_down.saturating_add(1);
        }
        raises
    }

    /// Returns `true` while at least `votes` of the last `of` windows were above: what an output
    /// pin shows.
    pub fn is_on(&self, [votes, of]: [u8; 2]) -> bool {
        let last = u32::MAX >> (Self::MOST.saturating_sub(of).min(Self::MOST - 1));
        (self.above & last).count_ones() >= u32::from(votes)
    }

    pub(super) fn hash(self, hasher: &mut Hasher) {
        hasher.word(self.above);
        hasher.word(self.wait);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;
    use std::string::String;

    use super::*;

    fn alarms(above: &str, votes: [u8; 2], cool_down: u32) -> String {
        let mut alarm = Alarm::default();
        let mut push = |above| alarm.push(above == '1', votes, cool_down);
        let marks = above
            .chars()
            .map(|above| if push(above) { '!' } else { '.' });
        marks.collect()
    }

    #[test]
    fn votes_of_the_last_windows_raise_an_alarm() {
        assert_eq!(alarms("1010100", [2, 3], 0), "..!.!..");
        assert_eq!(alarms("1001001", [2, 3], 0), ".......");
        assert_eq!(alarms("0100", [1, 1], 0), ".!..");
        let all = alarms(&"1".repeat(33), [32, 32], 0);
        assert_eq!(all, format!("{}!!", ".".repeat(31)));
    }

    #[test]
    fn a_cool_down_keeps_alarms_apart() {
        assert_eq!(alarms("1111111", [1, 1], 2), "!..!..!");
        assert_eq!(alarms("1000110", [1, 1], 2), "!...!..");
    }
}
