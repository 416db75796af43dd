//! Control between two passes: judges the step that was tried, and chooses the next.

use super::settings::least_normal;
use super::solver::{Pass, Solver, Trial};
use super::workspace::Pieces;
use super::{Method, SolveError, Termination, qr};
use crate::model::Model;
use crate::{Real, kernel};

impl<T: Real, M: Model<T>> Solver<'_, T, M> {
    /// Ends a pass: judges the parameters it tried, and chooses the next ones. `Some` where the
    /// fit has ended.
    ///
    /// # Errors
    /// After the first pass, [`SolveError::Row`] where a row cannot be computed at the start,
    /// [`SolveError::Rows`] where there are fewer rows than parameters, and
    /// [`SolveError::Overflow`] where the rows' squares are too large together. Then the pass has
    /// not been, and the next one is the first again.
    pub fn advance(&mut self) -> Result<Option<Termination>, SolveError> {
        if self.end.is_some() {
            return Ok(self.end);
        }
        self.fold();
        let judged = self.weigh();
        self.pass = Pass::NEW;
        if judged.is_ok() {
            self.passes = self.passes.saturating_add(1);
            if self.end.is_none() && self.doubted.is_none() {
                self.propose();
            }
            if self.end.is_none() && self.passes >= self.settings.passes {
                self.finish(Termination::Passes);
            }
        }
        if let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) {
            pieces.triangle.fill(T::ZERO);
            pieces.z.fill(T::ZERO);
        }
        judged.map(|()| self.end)
    }

    /// Looks at what the pass added up, and takes over what it tried if that is better.
    fn weigh(&mut self) -> Result<(), SolveError> {
        let cost = self.pass.cost.value();
        let usable = self.pass.bad.is_none() && cost.is_finite() && self.pass.signal.is_finite();
        if self.passes == 0 {
            if let Some(row) = self.pass.bad {
                return Err(SolveError::Row { row });
            }
            let (need, got) = (self.parameters as u32, self.pass.counted);
            if got < need || got == 0 {
                return Err(SolveError::Rows { need, got });
            }
            if !usable {
                return Err(SolveError::Overflow);
            }
            self.rows = got;
            self.accept((cost, self.pass.signal, self.pass.lost));
            self.radius = self.first_radius();
        } else if let Some(end) = self.doubted.take() {
            self.learn(end, usable);
        } else if self.trial.polish {
            self.polish(cost, usable);
        } else {
            self.judge(cost, usable);
        }
        Ok(())
    }

    /// Takes over the parameters that were tried, and leaves those there were in their place.
    fn accept(&mut self, sums: (T, T, bool)) {
        (self.cost, self.signal, self.lost) = sums;
        if let Some(mut pieces) = Pieces::cut(self.words, self.parameters, self.tape) {
            pieces.best.swap_with_slice(pieces.trial);
            pieces.best_triangle.swap_with_slice(pieces.triangle);
            pieces.best_z.swap_with_slice(pieces.z);
            pieces.rescale();
            pieces.hold();
            self.gain = pieces.simplify();
        }
    }

    /// The first trust region: as long as the parameters themselves.
    fn first_radius(&mut self) -> T {
        let gauss_newton = self.settings.method == Method::GaussNewton;
        let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) else {
            return T::ZERO;
        };
        let places = pieces.best.iter().zip(&*pieces.scale);
        for (scaled, (&p, &scale)) in pieces.singular.iter_mut().zip(places) {
            *scaled = p * scale;
        }
        let length = qr::length(pieces.singular.iter().copied());
        if length > T::ZERO && !gauss_newton {
            length
        } else {
            T::MAX
        }
    }

    /// How small a change of the cost can be before its own rounding hides it.
    fn noise(&self) -> T {
        T::EPSILON * (self.cost + T::TWO * self.cost.sqrt() * self.signal.sqrt())
    }

    /// Compares what a step did with what it promised, and sets the trust region after it.
    fn judge(&mut self, cost: T, usable: bool) {
        let Trial {
            promise,
            slope: down,
            length,
            ..
        } = self.trial;
        let gained = self.cost - cost;
        let ratio = if usable { gained / promise } else { -T::ONE };
        let quarter = T::from_f64(0.25);
        if !(ratio > quarter) {
            // The parabola through what is known has its minimum here (Moré, 1978).
            let tenth = T::from_f64(0.1);
            let shrink = if usable && gained < T::ZERO {
                (T::HALF * down / (down - T::HALF * gained))
                    .larger(tenth)
                    .smaller(T::HALF)
            } else if usable {
                T::HALF
            } else {
                quarter
            };
            self.radius = shrink * self.radius.smaller(length / tenth).smaller(length);
        } else if ratio >= T::from_f64(0.75) || self.trial.whole {
            self.radius = self.radius.larger(T::TWO * length);
        }
        if usable && gained > T::ZERO && ratio >= T::from_f64(1e-4) {
            self.accept((cost, self.pass.signal, self.pass.lost));
        } else {
            self.trial.free = false;
            if promise <= self.noise() {
                self.finish(Termination::Stalled);
            }
        }
    }

    /// Where the cost is too coarse to judge a step: goes on as long as what is left to gain
    /// falls, which the gradient shows far below the rounding of the cost.
    fn polish(&mut self, cost: T, usable: bool) {
        let before = self.gain;
        let slack = T::from_f64(16.0) * self.noise();
        if !usable || !(cost <= self.cost + slack) {
            return self.finish(Termination::Gradient);
        }
        let old = (self.cost, self.signal, self.lost);
        self.accept((cost, self.pass.signal, self.pass.lost));
        if self.gain < T::from_f64(0.9) * before {
            return;
        }
        if !(self.gain < before) {
            self.accept(old);
        }
        if self.trial.extrapolated {
            self.trial.free = false;
        } else {
            self.finish(Termination::Gradient);
        }
    }

    /// Chooses the parameters that the next pass tries.
    fn propose(&mut self) {
        let tolerance = self.settings.tolerance.larger(closest());
        let offset = self.offset();
        // Of an exact relation, rows whose target is 0 leave ever less.
        let nothing = self.cost.sqrt() <= self.floor() * T::from_f64(NOTHING);
        if offset <= tolerance || self.gain == T::ZERO || nothing {
            return self.finish(Termination::Gradient);
        }
        // What a free step left of the one before it, another one will leave of it.
        let follows = self.trial.free;
        let left = (self.gain / self.trial.gain).sqrt();
        let most = left.larger(self.trial.left);
        let is_last =
            follows && offset <= T::from_f64(1e-3) && most * offset <= tolerance * (T::ONE - most);
        let noise = self.noise();
        let gauss_newton = self.settings.method == Method::GaussNewton;
        let Some(mut pieces) = Pieces::cut(self.words, self.parameters, self.tape) else {
            return;
        };
        pieces.remember();
        let (mut whole, mut polish) = (true, false);
        // Each round but the last holds one parameter more.
        for _ in 0..=self.parameters {
            (whole, polish) = (true, self.gain <= noise);
            let share = if polish || gauss_newton {
                self.radius / pieces.solve(T::ZERO)
            } else {
                whole = pieces.damp(self.radius) == T::ZERO;
                T::ONE
            };
            if gauss_newton && !polish {
                whole = !(share < T::ONE);
                pieces.shorten(share.smaller(T::ONE));
            }
            if !pieces.hold_pushed() {
                break;
            }
            self.gain = pieces.simplify();
        }
        let free = whole && pieces.is_free();
        // Far from the end, two steps show a bend that is another one where they lead.
        let near = self.gain <= T::from_f64(NEAR) * self.cost;
        let further = if free {
            pieces.extrapolate(follows && near)
        } else {
            None
        };
        let fraction = pieces.room();
        let moved = pieces.try_step(fraction);
        let (slope, promise) = pieces.promise();
        self.trial = Trial {
            promise: further.map_or(promise, |further| further * fraction * (T::TWO - fraction)),
            slope,
            length: qr::length(pieces.step.iter().copied()),
            whole,
            polish: polish && fraction == T::ONE,
            free: free && fraction == T::ONE,
            extrapolated: further.is_some(),
            gain: self.gain,
            left: if follows { left } else { T::ONE },
        };
        if !moved {
            self.finish(if self.trial.whole {
                Termination::Step
            } else {
                Termination::Stalled
            });
        } else if is_last && self.trial.free {
            // Nothing that another pass could show would change anything.
            kernel::copy(pieces.trial, pieces.best);
            self.cost = (self.cost - self.trial.promise).larger(T::ZERO);
            self.finish(Termination::Gradient);
        }
    }

    /// Predicted reduction that remains, as a share of the parameters' standard errors.
    fn offset(&self) -> T {
        let parameters = self.parameters as u32;
        let freedom = T::from_u32(self.rows.saturating_sub(parameters).max(1));
        let unit = self.cost / freedom * T::from_u32(parameters.max(1));
        if unit > T::ZERO {
            (self.gain / unit).sqrt()
        } else {
            T::ZERO
        }
    }

    /// Root of the sum of squared residuals that rounding alone may leave.
    fn floor(&self) -> T {
        T::from_f64(4.0) * T::EPSILON * self.signal.sqrt()
    }

    /// Ends the fit, under the name that says most.
    fn finish(&mut self, end: Termination) {
        let pieces = Pieces::cut(self.words, self.parameters, self.tape);
        let (undetermined, reach) = pieces.map_or((None, T::MAX), |mut pieces| {
            pieces.count_all();
            pieces.decompose();
            (pieces.undetermined(), pieces.reach())
        });
        let floor = self.floor();
        let mut end = match end {
            Termination::Passes => end,
            Termination::Stalled if self.offset() <= T::from_f64(1e-3) => Termination::Gradient,
            _ => end,
        };
        let rows = T::from_u32(self.rows);
        // What the squares may have lost to underflow, all together.
        let doubt = if self.lost {
            rows * (least_normal::<T>() * T::EPSILON)
        } else {
            T::ZERO
        };
        if end.is_converged() && (self.cost + doubt).sqrt() <= floor {
            end = Termination::Residual;
        } else if self.lost && self.cost < rows * least_normal() {
            self.end = Some(Termination::Underflow);
            return;
        }
        match undetermined {
            Some(parameter) if end != Termination::Passes => {
                self.end = Some(Termination::Singular { parameter });
            }
            _ if end.is_converged() && !self.all_matter(reach) => self.doubt(end),
            _ => self.end = Some(end),
        }
    }
}

/// The share of what rounding may leave below which no residual is left of a target but 0.
const NOTHING: f64 = 1.0 / 1024.0;

/// The share of the cost that is still to gain, at most, where a fit is near its end.
const NEAR: f64 = 0.01;

/// The least tolerance: closer than this, a parameter is known far better than its standard error says.
fn closest<T: Real>() -> T {
    T::from_f64(0.01) * T::EPSILON.sqrt()
}
