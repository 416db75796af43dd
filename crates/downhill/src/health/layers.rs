use super::Finding;
use super::thresholds::DEAD;
use crate::{Real, Sink, kernel};

/// The most layers that are told apart: three hidden ones and the last.
const LAYERS: usize = 4;
/// Looks before layers are judged.
const ENOUGH: u32 = 64;
/// Looks that a unit may sit out before it looks dead.
const FEW: u32 = 16;
/// A layer's share of the last one's gradient from which on it vanishes.
const VANISHING: f64 = 1e-3;

/// Gradients by layer, and at which look each unit of a hidden layer last passed one on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layers<T> {
    /// The sum of the mean square of each layer's gradients.
    squares: [T; LAYERS],
    widths: [u16; LAYERS],
    count: usize,
    looks: u32,
}

impl<T: Real> Layers<T> {
    pub(super) const NEW: Self = Self {
        squares: [T::ZERO; LAYERS],
        widths: [0; LAYERS],
        count: 0,
        looks: 0,
    };

    /// A sink for the gradient of one sample; `alive` has a number for each unit: the look at which
    /// it last passed a gradient on, 0 for never.
    pub(super) fn sink<'a>(&'a mut self, alive: &'a mut [T]) -> Flow<'a, T> {
        self.count = 0;
        Flow {
            layers: self,
            alive,
            squares: T::ZERO,
        }
    }

    /// Judges the layers, once there was enough to see, and begins anew. Gradients that vanish
    /// are told only of a fit that was never better than `poor`: one that has learned has little
    /// left to pass on. Dead units are told only of a fit that is `astray` now.
    pub(super) fn judge(&mut self, alive: &mut [T], poor: bool, astray: bool) -> Option<Finding> {
        if self.looks < ENOUGH {
            return None;
        }
        let (found, last) = (self.find(alive, poor, astray), self.count);
        self.begin(alive);
        self.count = last;
        found
    }

    /// Forgets what was seen.
    pub(super) fn begin(&mut self, alive: &mut [T]) {
        *self = Self::NEW;
        alive.fill(T::ZERO);
    }

    /// The layer of which the largest share of units has sat out the last looks, and that share.
    pub(super) fn dying(&self, mut alive: &[T]) -> Option<(u8, f32)> {
        let since = T::from_u32(self.looks.checked_sub(FEW)?);
        let mut most = None;
        for (layer, &width) in (0..).zip(self.widths.iter().take(self.count.checked_sub(1)?)) {
            let units = alive.split_off(..usize::from(width))?;
            let idle = units.iter().filter(|&&unit| unit <= since).count();
            let share = idle as f32 / f32::from(width);
            if most.is_none_or(|(_, most)| share > most) {
                most = Some((layer, share));
            }
        }
        most
    }

    fn find(&self, mut alive: &[T], poor: bool, astray: bool) -> Option<Finding> {
        let hidden = self.count.checked_sub(1)?;
        let last = *self.squares.get(hidden)?;
        let layers = self.squares.iter().zip(&self.widths).take(hidden);
        for (layer, (&squares, &width)) in layers.enumerate() {
            let layer = layer as u8;
            let units = alive.split_off(..usize::from(width))?;
            let dead = units.iter().filter(|&&unit| unit == T::ZERO).count();
            let share = dead as f32 / f32::from(width);
            if astray && share > DEAD {
                return Some(Finding::DeadUnits { layer, share });
            }
            let ratio = (squares / last).sqrt();
            if poor && ratio < T::from_f64(VANISHING) {
                let ratio = ratio.to_f64() as f32;
                return Some(Finding::VanishingGradient { layer, ratio });
            }
        }
        None
    }
}

/// Takes the gradient of one sample in.
pub(super) struct Flow<'a, T> {
    layers: &'a mut Layers<T>,
    alive: &'a mut [T],
    /// The gradient's squared norm.
    squares: T,
}

impl<T: Real> Flow<'_, T> {
    /// The gradient's squared norm, once all of it has come through. A gradient of nothing says
    /// nothing about units: a loss may be satisfied.
    pub(super) fn end(self) -> T {
        if self.squares > T::ZERO {
            self.layers.looks = self.layers.looks.saturating_add(1);
        }
        self.squares
    }
}

impl<T: Real> Sink<T> for Flow<'_, T> {
    fn outer(&mut self, _at: usize, deltas: &[T], inputs: &[T]) {
        let squares = kernel::sum_squares(deltas) * kernel::sum_squares(inputs);
        self.squares += squares;
        let layer = self.layers.count;
        self.layers.count += 1;
        if let Some(sum) = self.layers.squares.get_mut(layer)
            && let Some(width) = self.layers.widths.get_mut(layer)
        {
            *sum += squares / T::from_u32((deltas.len() * inputs.len()) as u32);
            *width = deltas.len() as u16;
        }
        let look = T::from_u32(self.layers.looks.saturating_add(1));
        let end = deltas.len().min(self.alive.len());
        let units = core::mem::take(&mut self.alive);
        let (units, rest) = units.split_at_mut_checked(end).unwrap_or_default();
        for (unit, &delta) in units.iter_mut().zip(deltas) {
            if delta != T::ZERO {
                *unit = look;
            }
        }
        self.alive = rest;
    }

    fn each(&mut self, _at: usize, deltas: &[T]) {
        self.squares += kernel::sum_squares(deltas);
    }
}
