//! Recursive least squares.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::online::{self, Seen};
use super::qr::packed;
use crate::model::Model;
use crate::{Fault, Real, Setting, kernel};

/// The settings of [`Rls`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Recursive<T> {
    /// How much a row counts when the next one has come, 0.5 ≤ forgetting ≤ 1: at 0.99 the last
    /// 100 rows or so decide, at 1 all rows count alike.
    pub forgetting: T,
    /// How unsure each parameter is at the start, and on average at most ever: its variance, in
    /// units of the noise's. Finite and above 0.
    pub variance: T,
}

impl<T> Recursive<T> {
    /// Numbers of state that an [`Rls`] of a model with this many parameters and this long a tape
    /// holds.
    pub const fn words(parameters: usize, tape: usize) -> usize {
        4 * parameters + packed(parameters) + tape
    }
}

impl<T: Real> Default for Recursive<T> {
    fn default() -> Self {
        Self {
            forgetting: T::from_f64(0.99),
            variance: T::from_f64(1e6),
        }
    }
}

/// Recursive least squares: after every row, the parameters that fit all rows so far best, old
/// rows counting less and less.
///
/// Forgetting is confined to what the new row replaces: information in the direction of its
/// derivatives (Kulhavý, "Restricted exponential forgetting in real-time identification", 1987). A
/// constant input therefore cannot blow the covariance up, and its trace never exceeds what it was
/// at the start. The covariance is kept as U D Uᵀ, which cannot become asymmetric or negative
/// (Bierman, "Factorization Methods for Discrete Sequential Estimation", 1977; Agee and Turner,
/// 1972).
///
/// For models that are not linear, rows are the derivatives of the prediction at the parameters
/// of the moment (an extended Kalman filter whose state stands still). One update takes about
/// 3 K² multiplications for K parameters. Memory: [`Recursive::words`].
///
/// ```
/// use downhill::least_squares::{Recursive, Rls};
/// use downhill::{Const, model::Linear};
/// # fn main() -> Result<(), downhill::Fault> {
/// let model = Linear::<Const<1>>::new();
/// let mut line = Rls::new(Recursive::default(), &model, [0.0f32; 12])?;
/// for k in 0..20 {
///     let x = (k % 4) as f32;
///     line.observe(&[x], 2.0 * x + 1.0)?;
/// }
/// let &[slope, offset] = line.parameters() else { unreachable!() };
/// assert!((slope - 2.0).abs() < 1e-4 && (offset - 1.0).abs() < 1e-4);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Rls<T, M, A> {
    settings: Recursive<T>,
    model: M,
    words: A,
    parameters: usize,
    tape: usize,
}

/// Parameters, covariance, and scratch: the row, Uᵀ times it, and the covariance times it.
struct Pieces<'a, T> {
    parameters: &'a mut [T],
    /// U above its diagonal of ones, column by column, and D on the diagonal.
    factors: &'a mut [T],
    row: &'a mut [T],
    turned: &'a mut [T],
    gain: &'a mut [T],
    tape: &'a mut [T],
}

impl<'a, T: Real> Pieces<'a, T> {
    #[inline(always)]
    fn cut(words: &'a mut [T], (parameters, tape): (usize, usize)) -> Option<Self> {
        let mut rest = words;
        let mut take = |length: usize| rest.split_off_mut(..length);
        Some(Self {
            parameters: take(parameters)?,
            factors: take(packed(parameters))?,
            row: take(parameters)?,
            turned: take(parameters)?,
            gain: take(parameters)?,
            tape: take(tape)?,
        })
    }

    /// Forgets everything: the covariance is that of the start.
    fn reset(&mut self, variance: T) {
        self.factors.fill(T::ZERO);
        for (_, diagonal) in columns(self.factors, self.row.len()) {
            *diagonal = variance;
        }
    }

    /// The trace of the covariance: Σ Dⱼ (1 + Σ Uᵢⱼ²).
    fn trace(&mut self) -> T {
        let mut trace = T::ZERO;
        for (above, diagonal) in columns(self.factors, self.row.len()) {
            trace += *diagonal * (T::ONE + kernel::sum_squares(above));
        }
        trace
    }

    /// Turns the row (Uᵀ x), multiplies it with the covariance (P x), and returns xᵀ P x.
    fn turn(&mut self) -> T {
        self.gain.fill(T::ZERO);
        let mut power = T::ZERO;
        let places = self.turned.iter_mut().zip(&*self.row).enumerate();
        for ((above, diagonal), (j, (turned, &x))) in
            columns(self.factors, self.row.len()).zip(places)
        {
            let before = self.row.get(..j).unwrap_or(&[]);
            *turned = x + kernel::dot(above, before);
            let weighted = *diagonal * *turned;
            power += *turned * weighted;
            let (upper, rest) = self
                .gain
                .split_at_mut_checked(j)
                .unwrap_or((&mut [], &mut []));
            for (gain, &u) in upper.iter_mut().zip(&*above) {
                *gain += u * weighted;
            }
            if let Some(gain) = rest.first_mut() {
                *gain += weighted;
            }
        }
        power
    }

    /// P − P x xᵀ P / (noise + xᵀ P x), by Bierman's update. Uses up `turned` and `gain`.
    fn gather(&mut self, noise: T) {
        let mut before = noise;
        self.gain.fill(T::ZERO);
        for ((above, diagonal), (j, &turned)) in
            columns(self.factors, self.row.len()).zip(self.turned.iter().enumerate())
        {
            let weighted = *diagonal * turned;
            let after = before + turned * weighted;
            let (upper, rest) = self
                .gain
                .split_at_mut_checked(j)
                .unwrap_or((&mut [], &mut []));
            for (u, gain) in above.iter_mut().zip(upper) {
                let old = *u;
                *u = old - turned * (*gain / before);
                *gain += old * weighted;
            }
            if let Some(gain) = rest.first_mut() {
                *gain = weighted;
            }
            *diagonal *= before / after;
            before = after;
        }
    }

    /// P + share · a aᵀ with `gain` for a, by Agee and Turner's update. Uses up `gain`.
    fn forget(&mut self, mut share: T) {
        let mut end = self.factors.len();
        for j in (0..self.row.len()).rev() {
            let start = end.saturating_sub(j + 1);
            let Some((diagonal, above)) = self
                .factors
                .get_mut(start..end)
                .and_then(|column| column.split_last_mut())
            else {
                return;
            };
            end = start;
            let Some((&mut a, upper)) = self.gain.get_mut(..=j).and_then(|x| x.split_last_mut())
            else {
                return;
            };
            let after = *diagonal + share * a * a;
            if !(after > T::ZERO) {
                continue;
            }
            for (u, gain) in above.iter_mut().zip(upper) {
                *gain -= a * *u;
                *u += share * a * *gain / after;
            }
            share *= *diagonal / after;
            *diagonal = after;
        }
    }
}

/// The columns of U above the diagonal, each with its element of D.
#[inline(always)]
fn columns<T>(factors: &mut [T], size: usize) -> impl Iterator<Item = (&mut [T], &mut T)> {
    let mut rest = factors;
    (0..size).map_while(move |j| {
        let (diagonal, above) = rest.split_off_mut(..=j)?.split_last_mut()?;
        Some((above, diagonal))
    })
}

impl<T: Real, M: Model<T>, A: AsRef<[T]> + AsMut<[T]>> Rls<T, M, A> {
    /// An estimator with its parameters at 0.
    ///
    /// # Errors
    /// [`Fault::Arena`] with the length needed where `words` is too short, [`Fault::Setting`]
    /// where a setting is impossible or the model has more than one output.
    pub fn new(settings: Recursive<T>, model: M, mut words: A) -> Result<Self, Fault> {
        if !(settings.forgetting >= T::HALF && settings.forgetting <= T::ONE) {
            return Err(Fault::Setting(Setting::Forgetting));
        }
        if !(settings.variance > T::ZERO && settings.variance.is_finite()) {
            return Err(Fault::Setting(Setting::Variance));
        }
        let sizes = model.sizes();
        let need = Recursive::<T>::words(sizes.parameters, sizes.tape);
        online::check(&model, need, words.as_ref().len())?;
        words.as_mut().fill(T::ZERO);
        if let Some(mut pieces) = Pieces::cut(words.as_mut(), (sizes.parameters, sizes.tape)) {
            pieces.reset(settings.variance);
        }
        Ok(Self {
            settings,
            model,
            words,
            parameters: sizes.parameters,
            tape: sizes.tape,
        })
    }

    /// The parameters.
    pub fn parameters(&self) -> &[T] {
        self.words.as_ref().get(..self.parameters).unwrap_or(&[])
    }

    /// The parameters, to start them elsewhere.
    pub fn parameters_mut(&mut self) -> &mut [T] {
        let parameters = self.parameters;
        self.words.as_mut().get_mut(..parameters).unwrap_or(&mut [])
    }

    /// The parameters and the covariance's factors: everything that decides what comes next.
    pub fn state(&self) -> &[T] {
        let lasting = self.parameters + packed(self.parameters);
        self.words.as_ref().get(..lasting).unwrap_or(&[])
    }

    /// Gives the memory back.
    pub fn into_words(self) -> A {
        self.words
    }

    /// Learns from one row, and returns the error that its prediction had, target − prediction.
    ///
    /// # Errors
    /// A [`Fault`] that names what was wrong; then nothing has changed.
    pub fn observe(&mut self, features: &[T], target: T) -> Result<T, Fault> {
        let Recursive {
            forgetting,
            variance,
        } = self.settings;
        let mut pieces = Pieces::cut(self.words.as_mut(), (self.parameters, self.tape))
            .ok_or(Fault::Arena { need: 0, got: 0 })?;
        let memory = (&*pieces.parameters, &mut *pieces.row, &mut *pieces.tape);
        let Seen { size, error } = online::see(&self.model, memory, features, target)?;
        let power = pieces.turn();
        if !(power > T::ZERO) {
            // A row without any derivative, or one that the covariance has no room for.
            return Ok(error);
        }
        // Dividing a row by its size makes its noise smaller by the square.
        let noise = (T::ONE / size / size).larger(T::from_f64(1e-30));
        let step = (error / size) / (noise + power);
        let moved = |(&p, &gain): (&T, &T)| (p + step * gain).is_finite();
        if !pieces.parameters.iter().zip(&*pieces.gain).all(moved) {
            return Err(Fault::Update);
        }
        for (parameter, &gain) in pieces.parameters.iter_mut().zip(&*pieces.gain) {
            *parameter += step * gain;
        }
        // What the row brings less what is forgotten for it, relative to the row's own noise.
        let net = forgetting - (T::ONE - forgetting) * (noise / power);
        let limit = variance * T::from_u32(self.parameters as u32);
        if net > T::ZERO {
            pieces.gather(noise / net);
        } else {
            let wanted = -net / (noise + net * power);
            let room = limit - pieces.trace();
            let squares = kernel::sum_squares(pieces.gain);
            let share = wanted.smaller(room / squares);
            if share > T::ZERO {
                pieces.forget(share);
            }
        }
        if !(pieces.trace() <= T::TWO * limit) {
            pieces.reset(variance);
        }
        Ok(error)
    }
}
