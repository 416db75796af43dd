use crate::{Real, kernel};

/// Parameters that are followed, spread evenly over all.
const FOLLOWED: usize = 4;

/// How some of the parameters move in two steps that follow each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moves<T> {
    last: [T; FOLLOWED],
    moved: [T; FOLLOWED],
    /// The sum of the cosines between a step and the next, and how many there are.
    cosines: T,
    count: u32,
    /// The sum of the sizes of steps.
    sizes: T,
}

/// Means over a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Motion<T> {
    /// The mean cosine between a step and the next.
    pub(super) cosine: T,
    /// The mean size of a step.
    pub(super) size: T,
}

impl<T: Real> Moves<T> {
    pub(super) const NEW: Self = Self {
        last: [T::ZERO; FOLLOWED],
        moved: [T::ZERO; FOLLOWED],
        cosines: T::ZERO,
        count: 0,
        sizes: T::ZERO,
    };

    /// Takes the parameters as they are, and what has changed since the last time.
    fn step(&mut self, parameters: &[T]) -> [T; FOLLOWED] {
        let stride = (parameters.len() / FOLLOWED).max(1);
        let mut moved = [T::ZERO; FOLLOWED];
        let followed = parameters.iter().step_by(stride);
        for ((last, moved), &parameter) in self.last.iter_mut().zip(&mut moved).zip(followed) {
            *moved = parameter - *last;
            *last = parameter;
        }
        moved
    }

    /// Before the first of the two steps.
    pub(super) fn begin(&mut self, parameters: &[T]) {
        self.step(parameters);
    }

    /// Between them.
    pub(super) fn go_on(&mut self, parameters: &[T]) {
        self.moved = self.step(parameters);
    }

    /// After the second.
    pub(super) fn end(&mut self, parameters: &[T]) {
        let (first, second) = (self.moved, self.step(parameters));
        let size = kernel::sum_squares(&second).sqrt();
        let product = kernel::sum_squares(&first).sqrt() * size;
        if product > T::ZERO {
            self.cosines += kernel::dot(&first, &second) / product;
        }
        self.sizes += size;
        self.count += 1;
    }

    /// Means over the looks since the last call; begins anew.
    pub(super) fn judge(&mut self) -> Motion<T> {
        let share = T::ONE / T::from_u32(self.count.max(1));
        let motion = Motion {
            cosine: self.cosines * share,
            size: self.sizes * share,
        };
        (self.cosines, self.sizes, self.count) = (T::ZERO, T::ZERO, 0);
        motion
    }
}
