//! Which rows a model of what is normal learns from, and which its threshold is calibrated on.

/// One in so many recordings, or groups, is calibrated on; and so is this part of the rows of one.
const EVERY: usize = 4;

/// A kind of rows, a group of it, if there are such, and its rows.
type Group = ((usize, Option<u32>), Vec<u32>);

/// Rows by their use, each by its number and in the file's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NormalRoles {
    /// Learned from.
    pub(crate) learn: Vec<u32>,
    /// The threshold is calibrated on them.
    pub(crate) calibrate: Vec<u32>,
    /// Between the two, and sharing samples with rows that are learned from.
    pub(crate) apart: usize,
}

impl NormalRoles {
    /// Parts training rows that are normal. Of each kind with four groups or more, every fourth
    /// group is calibrated on as a whole; of others, and where rows have no groups, it is the last
    /// quarter of the rows, `apart` rows behind those that are learned from.
    ///
    /// `kind` is the class of a row, and `group` its group, if there are such.
    pub(crate) fn part(
        rows: &[u32],
        kind: impl Fn(u32) -> usize,
        group: impl Fn(u32) -> Option<u32>,
        apart: usize,
    ) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for &row in rows {
            let key = (kind(row), group(row));
            match groups.iter_mut().find(|known| known.0 == key) {
                Some((_, of_it)) => of_it.push(row),
                None => groups.push((key, vec![row])),
            }
        }
        let mut kinds: Vec<usize> = groups.iter().map(|group| group.0.0).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let mut roles = Self::default();
        for kind in kinds {
            let own: Vec<&Vec<u32>> = groups
                .iter()
                .filter(|group| group.0.0 == kind)
                .map(|group| &group.1)
                .collect();
            for (at, rows) in own.iter().enumerate() {
                if own.len() >= EVERY {
                    match at % EVERY == EVERY - 1 {
                        true => roles.calibrate.extend(*rows),
                        false => roles.learn.extend(*rows),
                    }
                    continue;
                }
                let last = rows.len() / EVERY;
                let begin = rows.len() - last;
                let end = match last {
                    0 => begin,
                    _ => begin.saturating_sub(apart).max(1),
                };
                roles.learn.extend(&rows[..end]);
                roles.calibrate.extend(&rows[begin..]);
                roles.apart += begin - end;
            }
        }
        roles.learn.sort_unstable();
        roles.calibrate.sort_unstable();
        roles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_recording_the_last_quarter_is_calibrated_on() {
        let rows: Vec<u32> = (0..20).collect();
        let roles = NormalRoles::part(&rows, |_| 0, |_| None, 1);
        assert_eq!(roles.learn, (0..14).collect::<Vec<_>>());
        assert_eq!(roles.calibrate, (15..20).collect::<Vec<_>>());
        assert_eq!(roles.apart, 1);
        let few = NormalRoles::part(&rows[..3], |_| 0, |_| None, 1);
        assert_eq!((few.learn.len(), few.calibrate.len()), (3, 0));
    }

    #[test]
    fn of_four_recordings_of_a_kind_the_fourth_is_calibrated_on() {
        let rows: Vec<u32> = (0..40).collect();
        // Of one kind six recordings of five rows each, of the other one of ten.
        let kind = |row: u32| usize::from(row >= 30);
        let group = |row: u32| Some(if row < 30 { row / 5 } else { 9 });
        let roles = NormalRoles::part(&rows, kind, group, 0);
        assert_eq!(roles.calibrate, [15, 16, 17, 18, 19, 38, 39]);
        assert_eq!(roles.learn.len(), 33);
    }
}
