//! Roles of groups of rows: what is said of them, and which cannot be had.

use downhill_tables::Files;

use crate::data::role::{Role, RoleRule, Share};
use crate::data::roles;
use crate::support::failure::{Failure, Outcome};

/// Most groups of which each counts.
const FEW: u32 = 10;

/// Says how many of few groups are for what; `None` where there are none, or all are learned from.
///
/// # Errors
/// There are too few groups for what is asked.
pub(crate) fn told(rule: &RoleRule, groups: Option<u32>, files: &Files) -> Outcome<Option<String>> {
    let (Some(column), Some(groups)) = (&rule.group, groups) else {
        return Ok(None);
    };
    let (has_tests, has_validation) = (rule.test != Share::None, rule.validation != Share::None);
    if rule.given.is_some() || !(has_tests || has_validation || rule.fold.is_some()) {
        return Ok(None);
    }
    let refuse = |why: String| Err(Failure::Input(format!("{files}: {why}")));
    if groups == 1 {
        let all = match has_tests || rule.fold.is_some() {
            true => "",
            false => ", or learn from all rows with `--validation-every 0`",
        };
        return refuse(format!(
            "all rows are of one group of `{column}`, and a group is not parted, so that there are \
             no others to measure by; leave `--group {column}` out, or name a column with more \
             groups{all}"
        ));
    }
    if let Some((folds, _)) = rule.fold {
        return match folds > groups.into() {
            true => refuse(format!(
                "`--cv {folds}` needs as many groups, and `{column}` has {groups}; give `--cv \
                 {groups}`"
            )),
            false => Ok(None),
        };
    }
    if groups > FEW {
        return Ok(None);
    }
    let counts = roles::of_groups(rule, groups);
    let of = |role: Role| counts[role as usize];
    let mut said = format!("groups of `{column}`: {} for training", of(Role::Train));
    if has_validation {
        said += &format!(", {} for validation", of(Role::Validation));
    }
    if has_tests {
        said += &format!(", {} for tests", of(Role::Test));
    }
    Ok(Some(said))
}
