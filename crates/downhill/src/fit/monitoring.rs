use crate::health::{Monitor, TrainerOf};
use crate::{Arena, Real};

/// The place of a [`Fit`](super::Fit)'s monitor: `()`, which costs nothing, or
/// `Option<Monitor>`, where a recipe decides.
pub trait Monitoring<T: Real> {
    /// Words of the monitor.
    type Words: Arena<Real = T>;

    /// The monitor, if there is one.
    fn monitor(&self) -> Option<&Monitor<Self::Words>>;

    /// The monitor, to tell it something.
    fn monitor_mut(&mut self) -> Option<&mut Monitor<Self::Words>>;

    /// Replaces the monitor, if there is one, by a new one that has seen nothing.
    fn restart(&mut self, trainer: &impl TrainerOf<T>);
}

impl<T: Real> Monitoring<T> for () {
    type Words = [T; 0];

    #[inline(always)]
    fn monitor(&self) -> Option<&Monitor<[T; 0]>> {
        None
    }

    #[inline(always)]
    fn monitor_mut(&mut self) -> Option<&mut Monitor<[T; 0]>> {
        None
    }

    #[inline(always)]
    fn restart(&mut self, _: &impl TrainerOf<T>) {}
}

impl<T: Real, B: Arena<Real = T>> Monitoring<T> for Option<Monitor<B>> {
    type Words = B;

    #[inline(always)]
    fn monitor(&self) -> Option<&Monitor<B>> {
        self.as_ref()
    }

    #[inline(always)]
    fn monitor_mut(&mut self) -> Option<&mut Monitor<B>> {
        self.as_mut()
    }

    // Not inlined: a monitor is large, and the stack of a small board does not hold many at once.
    #[inline(never)]
    fn restart(&mut self, trainer: &impl TrainerOf<T>) {
        if let Some(monitor) = self.take() {
            let health = monitor.health();
            // Cannot fail: the one before had the same fit and the same words.
            *self = Monitor::new(health, trainer, monitor.into_words()).ok();
        }
    }
}
