use crate::loss::Loss;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::rules::Rules;
use crate::{Arena, Real, Trainer};

/// Every [`Trainer`] of numbers of type `T`, whatever its model, loss, optimizer, rules and arena:
/// what a [`Monitor`](super::Monitor) watches. Nothing else implements it.
pub trait TrainerOf<T: Real> {
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
    fn trainer(&self) -> &Inner<T, Self>;

    /// The trainer itself, to be changed by a recovery.
    fn trainer_mut(&mut self) -> &mut Inner<T, Self>;
}

/// The trainer that a type is.
type Inner<T, W> = Trainer<
    <W as TrainerOf<T>>::Model,
    <W as TrainerOf<T>>::Loss,
    <W as TrainerOf<T>>::Optimizer,
    <W as TrainerOf<T>>::Rules,
    <W as TrainerOf<T>>::Arena,
>;

impl<T, M, L, O, R, A> TrainerOf<T> for Trainer<M, L, O, R, A>
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
