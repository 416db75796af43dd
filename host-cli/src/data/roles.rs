//! Roles of rows: what each is used for.

use downhill::Real;

use crate::data::role::{Role, RoleRule, Share};
use crate::data::samples::{Samples, Split};

/// Gives each row its role, in the file's order: by its number, the number of its group, or, of
/// validation rows of classes, its number within its class. The last ones are those of the file,
/// rows that cannot be used included, so that they are the last share of the time.
#[derive(Clone, Debug)]
pub(crate) struct Roles {
    rule: RoleRule,
    /// Number of rows of the file, or of groups.
    total: u64,
    /// Rows, or groups, until here.
    until: u64,
    /// Those until here that are no test rows.
    others: u64,
    /// Rows until here that are no test rows, of each class.
    classes: Vec<u64>,
    /// Role of each group until here.
    groups: Vec<Role>,
}

impl Roles {
    /// Roles of `total` rows of a file, or groups, by a rule; that of rows counts only where the rule
    /// [needs](RoleRule::needs_total) it.
    pub(crate) fn new(rule: &RoleRule, total: u64) -> Self {
        Self {
            rule: rule.clone(),
            total,
            until: 0,
            others: 0,
            classes: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Role of the next row that is used, which is at `row` in the file, and of this class and this
    /// group, if there are such.
    pub(crate) fn next(&mut self, row: u64, class: Option<usize>, group: Option<u32>) -> Role {
        if let (Some(given), None) = (&self.rule.given, self.rule.fold) {
            return given.get(row as usize).copied().unwrap_or(Role::Train);
        }
        let Some(group) = group else {
            return self.one(row, class, false);
        };
        while self.groups.len() <= group as usize {
            let role = self.one(self.groups.len() as u64, None, true);
            self.groups.push(role);
        }
        self.groups[group as usize]
    }

    /// Role of the next row or group, which is at `row` among all. Of few groups the last one is that
    /// which is one in so many.
    fn one(&mut self, row: u64, class: Option<usize>, is_group: bool) -> Role {
        let last = |every: u64, of: u64| if is_group && of > 1 { every.min(of) } else { every } - 1;
        let (test, total, fold) = (self.rule.test, self.total, self.rule.fold);
        let others = total.saturating_sub(test.count(total).max(u64::from(test != Share::None)));
        let (at, other) = (self.until, self.others);
        self.until += 1;
        let test_at = if test.is_last() { row } else { at };
        if test.has(test_at, total, |every| last(every, total)) {
            return Role::Test;
        }
        self.others += 1;
        let validation = match fold {
            Some((folds, _)) => Share::Every(folds),
            None => self.rule.validation,
        };
        let is_validation = match (class, validation) {
            (Some(class), Share::Every(_)) => {
                if class >= self.classes.len() {
                    self.classes.resize(class + 1, 0);
                }
                let row = self.classes[class];
                self.classes[class] += 1;
                // The second row of each class, and so one of every class that has two.
                validation.has(row, 0, |every| fold.map_or(1 % every, |fold| fold.1))
            }
            (_, Share::Last(_)) => {
                let before = match test.is_last() {
                    true => total - test.count(total),
                    false => total,
                };
                validation.has(row, before, |every| every)
            }
            _ => validation.has(other, 0, |every| {
                fold.map_or(last(every, others), |fold| fold.1)
            }),
        };
        match is_validation {
            true => Role::Validation,
            false => Role::Train,
        }
    }
}

/// Count of groups with each role, of so many, by a rule that gives no roles.
pub(crate) fn of_groups(rule: &RoleRule, groups: u32) -> [usize; 3] {
    let mut roles = Roles::new(rule, groups.into());
    let mut counts = [0; 3];
    for group in 0..groups {
        counts[roles.next(group.into(), None, Some(group)) as usize] += 1;
    }
    counts
}

/// Roles of rows that are held, which are of the `groups`, if there are any; their targets are
/// classes where they `have_classes`. The rows of the file at `unused` are not among them.
pub(crate) fn split<T: Real>(
    rule: &RoleRule,
    samples: &Samples<T>,
    have_classes: bool,
    (groups, unused): (&[u32], &[u64]),
) -> Split {
    if rule.is_plain() {
        let every = match rule.validation {
            Share::Every(every) => every as usize,
            _ => 0,
        };
        return match have_classes {
            true => every_of_class((0..samples.len()).map(|row| samples.class(row)), every),
            false => Split::every(samples.len(), every),
        };
    }
    let total = match groups.iter().max() {
        Some(&last) => u64::from(last) + 1,
        None => (samples.len() + unused.len()) as u64,
    };
    let mut roles = Roles::new(rule, total);
    let mut unused = unused.iter().copied().peekable();
    let mut at = 0;
    let mut split = Split::default();
    for row in 0..samples.len() {
        let class = have_classes.then(|| samples.class(row)).flatten();
        while unused.next_if_eq(&at).is_some() {
            at += 1;
        }
        let role = roles.next(at, class, groups.get(row).copied());
        at += 1;
        split.of(role).push(row as u32);
    }
    split
}

/// Makes every `every`-th row of each class a validation row, from its second one on, as [`Roles`]
/// does where there are neither test rows nor groups; none where `every` is 0.
fn every_of_class(classes: impl ExactSizeIterator<Item = Option<usize>>, every: usize) -> Split {
    if every == 0 {
        return Split::every(classes.len(), 0);
    }
    let mut split = Split::default();
    // Rows of each class until its next validation row.
    let mut left = Vec::new();
    for (row, class) in classes.enumerate() {
        let class = class.unwrap_or_default();
        if class >= left.len() {
            left.resize(class + 1, 1 % every);
        }
        let left = &mut left[class];
        match left.checked_sub(1) {
            Some(less) => {
                *left = less;
                split.train.push(row as u32);
            }
            None => {
                *left = every - 1;
                split.validation.push(row as u32);
            }
        }
    }
    split
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(every: u64) -> RoleRule {
        RoleRule {
            validation: Share::Every(every),
            ..RoleRule::default()
        }
    }

    fn have(rule: &RoleRule, role: Role, classes: &[Option<usize>], groups: &[u32]) -> Vec<usize> {
        let total = match groups.iter().max() {
            Some(&last) => u64::from(last) + 1,
            None => classes.len() as u64,
        };
        let mut roles = Roles::new(rule, total);
        let mut is =
            |&row: &usize| roles.next(row as u64, classes[row], groups.get(row).copied()) == role;
        (0..classes.len()).filter(|row| is(row)).collect()
    }

    #[test]
    fn each_class_has_its_share_of_validation_rows() {
        let validation =
            |share, classes: &[Option<usize>]| have(&every(share), Role::Validation, classes, &[]);
        assert_eq!(validation(5, &[None; 11]), [4, 9]);
        // In turn, as every fifth row would miss two of three.
        let turn: Vec<Option<usize>> = (0..15).map(|row| Some(row % 3)).collect();
        assert_eq!(validation(3, &turn), [3, 4, 5, 12, 13, 14]);
        // A class of one row has none, one of two has one.
        let rare = [0, 1, 0, 2, 0, 2, 0, 0, 0].map(Some);
        assert_eq!(validation(5, &rare), [2, 5]);
        assert_eq!(validation(2, &rare), [2, 5, 6, 8]);
        assert!(have(&RoleRule::default(), Role::Validation, &rare, &[]).is_empty());
    }

    /// Rows of classes are parted by the same rule, held or not.
    #[test]
    fn rows_that_are_held_have_the_roles_of_others() {
        for share in 0..6u64 {
            for classes in 1..5 {
                let rows: Vec<Option<usize>> =
                    (0..97).map(|row| Some(row * row % 11 % classes)).collect();
                let held = every_of_class(rows.iter().copied(), share as usize);
                let rule = match share {
                    0 => RoleRule::default(),
                    share => every(share),
                };
                for (role, held) in [
                    (Role::Train, held.train),
                    (Role::Validation, held.validation),
                ] {
                    let others = have(&rule, role, &rows, &[]);
                    assert!(
                        held.iter().map(|&row| row as usize).eq(others),
                        "{share} {classes}"
                    );
                }
            }
        }
    }

    #[test]
    fn test_rows_go_first_and_validation_rows_are_of_the_others() {
        let rows = [None; 20];
        let mut rule = RoleRule {
            test: Share::Every(5),
            ..every(4)
        };
        assert_eq!(have(&rule, Role::Test, &rows, &[]), [4, 9, 14, 19]);
        assert_eq!(have(&rule, Role::Validation, &rows, &[]), [3, 8, 13, 18]);
        rule.test = Share::Last(0.2);
        assert_eq!(have(&rule, Role::Test, &rows, &[]), [16, 17, 18, 19]);
        assert_eq!(have(&rule, Role::Validation, &rows, &[]), [3, 7, 11, 15]);
        rule.validation = Share::Last(0.25);
        assert_eq!(have(&rule, Role::Validation, &rows, &[]), [12, 13, 14, 15]);
        rule.test = Share::Last(0.001);
        assert_eq!(have(&rule, Role::Test, &rows, &[]), [19]);
        rule.test = Share::Last(0.999);
        assert!(have(&rule, Role::Train, &rows, &[]).is_empty());
        assert_eq!(have(&rule, Role::Test, &rows, &[]).len(), 19);
    }

    #[test]
    fn folds_take_each_row_once_and_each_class_alike() {
        let classes: Vec<Option<usize>> = (0..30)
            .map(|row| Some(usize::from(row % 10 == 0)))
            .collect();
        for classes in [&[None; 30][..], &classes] {
            let mut all = Vec::new();
            for fold in 0..3 {
                let rule = RoleRule {
                    fold: Some((3, fold)),
                    ..every(5)
                };
                let rows = have(&rule, Role::Validation, classes, &[]);
                assert_eq!(rows.len(), 10);
                let rare = rows.iter().filter(|&&row| classes[row] == Some(1)).count();
                assert!(classes[0].is_none() || rare == 1);
                all.extend(rows);
            }
            all.sort_unstable();
            assert!(all.iter().copied().eq(0..30));
        }
    }

    #[test]
    fn a_group_has_one_role() {
        let groups: Vec<u32> = (0..40).map(|row| row / 4 % 7).collect();
        let rule = RoleRule {
            test: Share::Last(0.3),
            ..every(2)
        };
        let of = |role| {
            let rows = have(&rule, role, &[Some(0); 40], &groups);
            let mut of: Vec<u32> = rows.iter().map(|&row| groups[row]).collect();
            of.sort_unstable();
            of.dedup();
            of
        };
        assert_eq!(of(Role::Test), [5, 6]);
        assert_eq!(of(Role::Validation), [1, 3]);
        assert_eq!(of(Role::Train), [0, 2, 4]);
    }
}
