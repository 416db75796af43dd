//! Trends over windows of looks.

use super::baseline::times;
use super::thresholds::{OSCILLATING, STALE, USEFUL, WINDOW};
use super::verdict::bit;
use super::{Finding, Monitor, PowerIteration, TrainerOf};
use crate::loss::Loss;
use crate::rules::{Rules, ScalingMethod};
use crate::{Arena, Real};

/// Loss of a window, relative to the best, below which it is better.
const BETTER: f64 = 0.95;
/// Such a loss for a fit that had settled.
const MUCH_BETTER: f64 = 0.9;
/// Loss of a window, relative to the best, up to which the state is worth keeping.
const NEAR: f64 = 1.25;
/// Share of a layer's units from which on a poor fit whose units look dead is initialized anew.
const DYING: f32 = 0.8;
/// Learning rate, in units of the configured one, below which the schedule has taken it away.
const TAKEN: f64 = 0.25;
/// Windows that stand still before a saddle is suspected: by then dead units are known as such.
const PATIENCE: u32 = 5;
/// Norm of the gradient, relative to its first mean, from which on it explodes.
const EXPLODING: f64 = 1000.0;
/// The share of its first size at which a step is taken for none.
const STILL: f64 = 1e-3;

impl<T: Real, A: Arena<Real = T>> Monitor<A> {
    /// Judges a window that is complete.
    pub(super) fn window(&mut self, fit: &impl TrainerOf<T>, step: u64) {
        let share = T::ONE / T::from_u32(WINDOW);
        let (mean, steepness) = (self.sum * share, self.steepness * share);
        let motion = self.moves.judge();
        self.cosine = motion.cosine;
        (self.sum, self.steepness, self.looks) = (T::ZERO, T::ZERO, 0);
        self.windows = self.windows.saturating_add(1);
        // Steps shrink with the schedule too, which says nothing about the loss.
        let size = motion.size / fit.trainer().learning_rate();
        if self.windows == 1 {
            self.first_size = size;
        }
        self.trend(fit, mean, step);
        let still = size <= self.first_size * T::from_f64(STILL);
        let base = self.first_level.smaller(self.baseline.loss);
        let lost = still && mean > base * T::from_f64(USEFUL);
        self.still = if lost { self.still + 1 } else { 0 };
        if self.still > PATIENCE {
            self.still = 0;
            let ratio = times(size, self.first_size);
            self.advise(step, Finding::SaddleSuspected { ratio });
            self.recovery.leave = true;
        }
        if self.cosine < T::from_f64(OSCILLATING) && self.stale > 0 {
            let cosine = self.cosine.to_f64() as f32;
            self.advise(step, Finding::Oscillating { cosine });
            self.too_high(fit, step);
        }
        let explosion = steepness / self.first_steepness;
        // What a clip limits does no harm.
        let limited = fit.trainer().rules().max_norm().is_some();
        if explosion > T::from_f64(EXPLODING) && explosion.is_finite() && !limited {
            let ratio = explosion.to_f64() as f32;
            self.fail(step, Finding::ExplodingGradient { ratio });
        }
        self.structure(fit, step);
        if self.danger < T::MAX {
            self.arm();
            self.recovery.keep = mean <= self.best * T::from_f64(NEAR);
        }
        if self.health.drift.is_some() && self.reference == T::ZERO && self.windows >= 2 {
            self.reference = mean * T::from_u32(4);
            self.wake();
        }
    }

    /// Judges whether the loss falls, by the means of windows.
    fn trend(&mut self, fit: &impl TrainerOf<T>, mean: T, step: u64) {
        let settled = self.stale >= STALE;
        let enough = if settled { MUCH_BETTER } else { BETTER };
        if mean < self.best * T::from_f64(enough) {
            (self.best, self.stale) = (mean, 0);
            if self.windows > 1 {
                self.clear(bit::PLATEAU | bit::CONVERGED);
                let loss = mean.to_f64() as f32;
                self.advise(step, Finding::Converging { loss });
            }
            return;
        }
        self.best = self.best.smaller(mean);
        // A loss that stands still says nothing where the schedule has taken the rate away.
        let base = fit.trainer().base_learning_rate() * fit.trainer().halving_factor();
        if fit.trainer().learning_rate() < base * T::from_f64(TAKEN) {
            return;
        }
        self.stale = self.stale.saturating_add(1);
        if self.stale == STALE {
            self.clear(bit::CONVERGING);
            self.settle(mean, step);
        }
    }

    /// The mean loss of windows no longer falls.
    fn settle(&mut self, mean: T, step: u64) {
        let finding = if mean < self.baseline.loss * T::from_f64(USEFUL) {
            let loss = mean.to_f64() as f32;
            Finding::Converged { loss }
        } else {
            let ratio = times(mean, self.baseline.loss);
            Finding::Plateau { ratio }
        };
        self.advise(step, finding);
    }

    /// Judges features, layers, target and learning rate.
    fn structure(&mut self, fit: &impl TrainerOf<T>, step: u64) {
        let worth = self.baseline.loss * T::from_f64(USEFUL);
        // Units may rest for long where what they are for is rare: the fit is no worse for it.
        let (poor, astray) = (!(self.best < worth), !(self.course < worth));
        let Some(pieces) = self.lengths.cut(self.words.words_mut()) else {
            return;
        };
        let mut power = PowerIteration::resume(pieces.power);
        power.end_round();
        let link = fit.trainer().loss().link(pieces.guess.len());
        let scales = fit.trainer().loss().scales_target();
        let imbalance = self.baseline.imbalance(link, pieces.means).to_f64() as f32;
        let unscaled = self.features.unscaled(pieces.features, false);
        let scaled = fit.trainer().rules().scaling().method != ScalingMethod::None;
        let dead = self.features.dead(pieces.features, scaled);
        let collinear = self.features.collinear(pieces.features);
        self.dying = self.layers.dying(pieces.alive);
        let layer = self.layers.judge(pieces.alive, poor, astray);
        if let Some(finding) = unscaled {
            self.advise(step, finding);
        }
        for finding in [dead, collinear].into_iter().flatten() {
            // Of another feature each time.
            self.clear(finding.bit());
            self.advise(step, finding);
        }
        if let Some(finding) = layer {
            self.recovery.draw_anew = true;
            self.fail(step, finding);
        }
        if let (true, true, Some((layer, share))) = (self.health.recover, poor, self.dying)
            && astray
            && share > DYING
        {
            self.recovery.draw_anew = true;
            self.fail(step, Finding::DeadUnits { layer, share });
        }
        if self.windows < 6 {
            return;
        }
        if let (true, Some(largest)) = (scales, self.baseline.classes()) {
            self.advise(step, Finding::WrongLoss { largest });
        }
        if !scales && imbalance > 10.0 {
            self.advise(step, Finding::ClassImbalance { ratio: imbalance });
        }
        if self
            .bound(fit)
            .is_some_and(|bound| fit.trainer().learning_rate() > bound)
        {
            self.too_high(fit, step);
        }
    }

    /// The largest stable rate of plain gradient descent on a model that is linear in its
    /// features, if it is that.
    fn bound(&mut self, fit: &impl TrainerOf<T>) -> Option<T> {
        let sizes = self.lengths.sizes;
        let linear = sizes.tape == 0 && sizes.parameters >= sizes.features * sizes.outputs;
        let curvature = fit.trainer().loss().curvature(sizes.outputs)?;
        let pieces = self.lengths.cut(self.words.words_mut())?;
        let bound = PowerIteration::resume(pieces.power).max_learning_rate(curvature);
        (linear && fit.trainer().gain() == fit.trainer().learning_rate() && bound.is_finite())
            .then_some(bound)
    }

    /// Says that the rate is too high, and what to try.
    fn too_high(&mut self, fit: &impl TrainerOf<T>, step: u64) {
        let rate = fit.trainer().learning_rate();
        let gentler = rate * T::from_f64(0.1);
        let bound = self.bound(fit);
        let suggested = bound.map_or(gentler, |bound| gentler.smaller(bound * T::HALF));
        let (rate, suggested) = (rate.to_f64() as f32, suggested.to_f64() as f32);
        self.advise(step, Finding::LearningRateTooHigh { rate, suggested });
    }

    /// Names what may have made a fit fail.
    pub(super) fn diagnose(&mut self, fit: &impl TrainerOf<T>, step: u64) {
        self.recovery.roll_back = true;
        if let Some(pieces) = self.lengths.cut(self.words.words_mut())
            && let Some(finding) = self.features.unscaled(pieces.features, true)
        {
            self.advise(step, finding);
        }
        self.too_high(fit, step);
    }
}
