#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// A dimension: known at compile time ([`Const`]) or chosen at run time ([`Dyn`]).
///
/// Both feed the same source, so a fit has the same bits under either.
pub trait Shape: Copy {
    /// The dimension, where the type alone tells it.
    const FIXED: Option<usize>;

    /// The dimension.
    fn len(self) -> usize;

    /// Returns `true` if the dimension is zero.
    fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// The dimension `N`, known at compile time. It takes no memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Const<const N: usize>;

impl<const N: usize> Shape for Const<N> {
    const FIXED: Option<usize> = Some(N);

    #[inline(always)]
    fn len(self) -> usize {
        N
    }
}

/// A dimension chosen at run time, at most 65,535.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Dyn(pub u16);

impl Shape for Dyn {
    const FIXED: Option<usize> = None;

    #[inline(always)]
    fn len(self) -> usize {
        usize::from(self.0)
    }
}
