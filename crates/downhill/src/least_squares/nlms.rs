//! Normalized least mean squares.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::online::{self, Seen};
use crate::model::Model;
use crate::{Fault, Real, Setting, kernel};

/// The settings of [`Nlms`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Normalized<T> {
    /// Which share of a row's error one update takes away, 0 < rate < 2; below 1 averages noise
    /// away.
    pub rate: T,
    /// Addend to the square of a row's length: rows much shorter than its root, silence above all,
    /// move nothing. In units of the derivatives, squared; finite and above 1e-30.
    pub floor: T,
}

impl<T> Normalized<T> {
    /// Numbers of state that an [`Nlms`] of a model with this many parameters and this long a tape
    /// holds.
    pub const fn words(parameters: usize, tape: usize) -> usize {
        2 * parameters + tape
    }
}

impl<T: Real> Default for Normalized<T> {
    fn default() -> Self {
        Self {
            rate: T::HALF,
            floor: T::from_f64(1e-6),
        }
    }
}

/// Normalized least mean squares: each row moves the parameters straight towards those that
/// would predict it, θ += μ e x / (ε + ‖x‖²) (Nagumo and Noda, 1967).
///
/// The cheapest estimator there is, indifferent to how large features are, and stable for any
/// rate below 2. For models that are not linear, x is the derivative of the prediction. One
/// update is about as much work as two predictions. Memory: [`Normalized::words`].
///
/// ```
/// use downhill::least_squares::{Nlms, Normalized};
/// use downhill::{Const, model::Linear};
/// # fn main() -> Result<(), downhill::Fault> {
/// let model = Linear::<Const<2>>::new();
/// let mut echo = Nlms::new(Normalized::default(), &model, [0.0f32; 6])?;
/// for k in 0..400 {
///     let (a, b) = ((k % 7) as f32 - 3.0, (k % 5) as f32 - 2.0);
///     echo.observe(&[a, b], 3.0 * a - b + 0.5)?;
/// }
/// assert!((echo.parameters()[0] - 3.0).abs() < 1e-3);
/// assert!(echo.observe(&[f32::NAN, 0.0], 1.0).is_err()); // and nothing has changed
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Nlms<T, M, A> {
    settings: Normalized<T>,
    model: M,
    words: A,
    parameters: usize,
    tape: usize,
}

impl<T: Real, M: Model<T>, A: AsRef<[T]> + AsMut<[T]>> Nlms<T, M, A> {
    /// An estimator with its parameters at 0.
    ///
    /// # Errors
    /// [`Fault::Arena`] with the length needed where `words` is too short, [`Fault::Setting`]
    /// where a setting is impossible or the model has more than one output.
    pub fn new(settings: Normalized<T>, model: M, mut words: A) -> Result<Self, Fault> {
        if !(settings.rate > T::ZERO && settings.rate < T::TWO) {
            return Err(Fault::Setting(Setting::NormalizedRate));
        }
        if !(settings.floor > T::from_f64(1e-30) && settings.floor.is_finite()) {
            return Err(Fault::Setting(Setting::Floor));
        }
        let sizes = model.sizes();
        let need = Normalized::<T>::words(sizes.parameters, sizes.tape);
        online::check(&model, need, words.as_ref().len())?;
        words.as_mut().fill(T::ZERO);
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

    /// Gives the memory back.
    pub fn into_words(self) -> A {
        self.words
    }

    /// Learns from one row, and returns the error that its prediction had, target − prediction.
    ///
    /// # Errors
    /// A [`Fault`] that names what was wrong; then nothing has changed.
    pub fn observe(&mut self, features: &[T], target: T) -> Result<T, Fault> {
        let short = Fault::Arena { need: 0, got: 0 };
        let words = self.words.as_mut();
        let (parameters, rest) = words.split_at_mut_checked(self.parameters).ok_or(short)?;
        let (row, rest) = rest.split_at_mut_checked(self.parameters).ok_or(short)?;
        let tape = rest.get_mut(..self.tape).ok_or(short)?;
        let pieces = (&*parameters, &mut *row, tape);
        let Seen { size, error } = online::see(&self.model, pieces, features, target)?;
        let power = self.settings.floor / size / size + kernel::dot(row, row);
        let step = self.settings.rate * (error / size) / power;
        // Each derivative is at most 1 here.
        let moved = |(&p, &x): (&T, &T)| (p + step * x).is_finite();
        if !parameters.iter().zip(&*row).all(moved) {
            return Err(Fault::Update);
        }
        for (parameter, &derivative) in parameters.iter_mut().zip(&*row) {
            *parameter += step * derivative;
        }
        Ok(error)
    }
}
