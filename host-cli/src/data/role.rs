//! Rule by which rows get their roles.

use std::sync::Arc;

/// Use of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Learned from.
    Train = 0,
    /// Measured, and by that it steers the fit.
    Validation = 1,
    /// Measured, and steers nothing.
    Test = 2,
}

/// Share of the rows that has a role.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Share {
    #[default]
    None,
    /// One in so many.
    Every(u64),
    /// This share of them, at the end.
    Last(f64),
}

/// Rule by which rows get their roles.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RoleRule {
    /// Test rows, by the numbers of the rows.
    pub(crate) test: Share,
    /// Validation rows, of those that are no test rows.
    pub(crate) validation: Share,
    /// Fold in the place of these validation rows: of so many, the one of this number.
    pub(crate) fold: Option<(u64, u64)>,
    /// Column whose rows with the same cell have the same role.
    pub(crate) group: Option<String>,
    /// Role of each row of the file, where that is known; folds part rows anew.
    pub(crate) given: Option<Arc<[Role]>>,
}

impl Share {
    pub(crate) fn is_last(self) -> bool {
        matches!(self, Self::Last(_))
    }

    /// True of the one at `at` of `total`. Of those that are one in so many, it is the one at
    /// `first` and each that follows by this many.
    pub(crate) fn has(self, at: u64, total: u64, first: impl Fn(u64) -> u64) -> bool {
        match self {
            Self::None => false,
            Self::Every(every) => at % every == first(every),
            Self::Last(_) => at >= total - self.count(total),
        }
    }

    /// Number of those of `total` that have the role: of a share at the end at least one, and not
    /// all.
    pub(crate) fn count(self, total: u64) -> u64 {
        match self {
            Self::None => 0,
            Self::Every(every) => total / every,
            Self::Last(share) => {
                let most = total.saturating_sub(1).max(1);
                ((share * total as f64).round() as u64).clamp(1, most)
            }
        }
    }
}

impl RoleRule {
    /// True where it takes the number of the rows to say which the last ones are.
    pub(crate) fn needs_total(&self) -> bool {
        self.test.is_last() || self.validation.is_last() && self.fold.is_none()
    }

    pub(super) fn is_plain(&self) -> bool {
        let is_every = matches!(self.validation, Share::None | Share::Every(_));
        self.test == Share::None
            && is_every
            && self.fold.is_none()
            && self.group.is_none()
            && self.given.is_none()
    }
}
