use crate::Real;

/// The one piece of memory that a fit owns: a slice of numbers.
///
/// A device hands over a `&'static mut [f32]` or keeps a `[f32; N]` inside the trainer; a host
/// may implement this for its own heap type.
pub trait Arena {
    /// The number that the arena holds, and in which the fit is computed.
    type Real: Real;

    /// All of it.
    fn words(&self) -> &[Self::Real];

    /// All of it, to write.
    fn words_mut(&mut self) -> &mut [Self::Real];
}

impl<T: Real> Arena for &mut [T] {
    type Real = T;

    #[inline(always)]
    fn words(&self) -> &[T] {
        self
    }

    #[inline(always)]
    fn words_mut(&mut self) -> &mut [T] {
        self
    }
}

impl<T: Real, const N: usize> Arena for &mut [T; N] {
    type Real = T;

    #[inline(always)]
    fn words(&self) -> &[T] {
        *self
    }

    #[inline(always)]
    fn words_mut(&mut self) -> &mut [T] {
        *self
    }
}

impl<T: Real, const N: usize> Arena for [T; N] {
    type Real = T;

    #[inline(always)]
    fn words(&self) -> &[T] {
        self
    }

    #[inline(always)]
    fn words_mut(&mut self) -> &mut [T] {
        self
    }
}
