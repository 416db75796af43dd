//! Roles of windows, by their recordings.

use std::ops::Range;

use super::cells::Cell;
use super::windows::Window;
use crate::data::role::{Role, RoleRule, Share};

/// Gives each window the role of its recording: of each class some recordings, or, of a class that
/// has but one, its last windows. `None` is a window that is left out, since it is less than a
/// window's length in front of one of another role.
pub(super) fn of(windows: &[Window], rule: &RoleRule, length: u64) -> Vec<Option<Role>> {
    let mut roles = vec![Some(Role::Train); windows.len()];
    let mut of_class: Vec<(Option<&Cell>, Vec<Range<usize>>)> = Vec::new();
    for recording in recordings(windows) {
        let label = windows[recording.start].cells.first();
        let alone = windows[recording.clone()]
            .iter()
            .all(|one| one.cells.first() == label);
        let class = label.filter(|_| alone);
        match of_class.iter_mut().find(|known| known.0 == class) {
            Some((_, of_it)) => of_it.push(recording),
            None => of_class.push((class, vec![recording])),
        }
    }
    // Classes of one recording each are amounts, or a class to each recording.
    let are_single = of_class.iter().all(|(_, all)| all.len() == 1);
    if are_single && of_class.len() > 8 {
        let all = of_class.drain(..).flat_map(|(_, all)| all).collect();
        of_class.push((None, all));
    }
    for (_, recordings) in of_class {
        match &recordings[..] {
            [one] => within(&windows[one.clone()], rule, length, &mut roles[one.clone()]),
            several => {
                for (role, recording) in among(several.len(), rule).into_iter().zip(several) {
                    roles[recording.clone()].fill(Some(role));
                }
            }
        }
    }
    roles
}

/// The windows of each recording, in the order of the file.
fn recordings(windows: &[Window]) -> impl Iterator<Item = Range<usize>> {
    let mut begin = 0;
    windows
        .chunk_by(|a, b| a.place.recording == b.place.recording)
        .map(move |chunk| {
            let range = begin..begin + chunk.len();
            begin = range.end;
            range
        })
}

/// Roles of the recordings of a class.
fn among(count: usize, rule: &RoleRule) -> Vec<Role> {
    let total = count as u64;
    let mut others = 0;
    let is_last = matches!(rule.validation, Share::Last(_));
    let left = if rule.test.is_last() {
        total - rule.test.count(total)
    } else {
        total
    };
    (0..total)
        .map(|at| {
            if rule.test.has(at, total, |every| every - 1) {
                return Role::Test;
            }
            let number = if is_last { at } else { others };
            others += 1;
            // The second, and so one of every class that has two.
            match rule.validation.has(number, left, |every| 1 % every) {
                true => Role::Validation,
                false => Role::Train,
            }
        })
        .collect()
}

/// Roles of the windows of a recording that is the only one of its class: validation rows, and
/// behind them test rows, are at its end, a window apart, or, where too few are left, without a
/// sample in common. A recording that is too short for that is only learned from.
fn within(windows: &[Window], rule: &RoleRule, length: u64, roles: &mut [Option<Role>]) {
    let count = windows.len();
    let share = |share: Share| match share {
        Share::None => 0.0,
        Share::Every(every) => 1.0 / every as f64,
        Share::Last(share) => share,
    };
    let of = |share: f64| match share > 0.0 && count > 1 {
        true => ((share * count as f64).round() as usize).clamp(1, count - 1),
        false => 0,
    };
    let test = of(share(rule.test));
    let validation = of(share(rule.validation)).min((count - test).saturating_sub(1));
    // Of few windows those apart may be all that there are to learn from.
    for apart in [length, 0] {
        roles.fill(Some(Role::Train));
        for (begin, role) in [
            (count - test - validation, Role::Validation),
            (count - test, Role::Test),
        ] {
            if begin == count || role == Role::Validation && validation == 0 {
                continue;
            }
            roles[begin..].fill(Some(role));
            let first = windows[begin].place.rows[0];
            for at in 0..begin {
                if windows[at].place.rows[1] + apart >= first && roles[at] != Some(role) {
                    roles[at] = None;
                }
            }
        }
        if roles.contains(&Some(Role::Train)) {
            return;
        }
    }
    roles.fill(Some(Role::Train));
}
