use crate::loss::Loss;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::rules::Rules;
use crate::{Arena, Real, Trainer};

/// Subject of a [`Monitor`](super::Monitor): every [`Trainer`] with numbers of type `T`.
pub trait Watch<T: Real> {
    /// Its model.
    type Model: Model<T>;
    /// Its loss.
    type Loss: Loss<T>;
    /// Its optimizer.
    type Optimizer: Optimizer<T>;
    /// Its rules.
    type Rules: Rules<T>;
    /// Where its numbers are.
    type Arena: Arena<Real = T>;

    /// The trainer itself.
    fn trainer(&self) -> &TrainerOf<T, Self>;

    /// The trainer itself, to be changed by a recovery.
    fn trainer_mut(&mut self) -> &mut TrainerOf<T, Self>;
}

/// The trainer of something that is watched.
type TrainerOf<T, W> = Trainer<
    <W as Watch<T>>::Model,
    <W as Watch<T>>::Loss,
    <W as Watch<T>>::Optimizer,
    <W as Watch<T>>::Rules,
    <W as Watch<T>>::Arena,
>;

impl<T, M, L, O, R, A> Watch<T> for Trainer<M, L, O, R, A>
where
    T: Real,
    M: Model<T>,
    L: Loss<T>,
    O: Optimizer<T>,
    R: Rules<T>,
    A: Arena<Real = T>,
{
    type Model = M;
    type Loss = L;
    type Optimizer = O;
    type Rules = R;
    type Arena = A;

    #[inline(always)]
    fn trainer(&self) -> &Self {
        self
    }

    #[inline(always)]
    fn trainer_mut(&mut self) -> &mut Self {
        self
    }
}
