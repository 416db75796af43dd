use crate::loss::Link;
use crate::model::Model;
use crate::{Fault, Real, scaler};

/// A model that predicts and does not learn: no optimizer state, no gradient, and parameters
/// that may lie in flash.
///
/// The scratch holds [`Predictor::SCRATCH`] numbers (or
/// [`scratch_len`](Predictor::scratch_len), for a shape chosen at run time); the prediction's
/// bits are those of the trainer's.
///
/// ```
/// use downhill::loss::Link;
/// use downhill::{Const, Predictor, model::Linear};
/// # fn main() -> Result<(), downhill::Fault> {
/// static PARAMETERS: [f32; 3] = [2.0, -1.0, 0.5];
/// let model = Linear::<Const<2>>::new();
/// let mut scratch = [0.0; 1];
/// let mut predictor = Predictor::new(model, Link::Identity, &PARAMETERS, &mut scratch)?;
/// assert_eq!(predictor.predict(&[1.0, 1.0])?, [1.5]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Predictor<'p, 's, T, M> {
    model: M,
    link: Link,
    parameters: &'p [T],
    scaler: &'p [T],
    scaled_targets: bool,
    scratch: &'s mut [T],
}

impl<'p, 's, T: Real, M: Model<T>> Predictor<'p, 's, T, M> {
    /// The scratch of a predictor with compile-time shapes and no scaler.
    pub const SCRATCH: usize = match M::SIZES {
        Some(sizes) => sizes.tape + sizes.outputs,
        None => panic!("this model has a shape chosen at run time: use `scratch_len` instead"),
    };

    /// The scratch of a predictor, in numbers; `scaled` where there is a scaler.
    pub fn scratch_len(model: &M, scaled: bool) -> usize {
        let sizes = model.sizes();
        sizes.tape + sizes.outputs + if scaled { sizes.features } else { 0 }
    }

    /// A predictor without a scaler; `link` is the loss's.
    ///
    /// # Errors
    /// [`Fault::Length`] where the parameters are not as many as the model has, and
    /// [`Fault::Arena`] where the scratch is too short.
    pub fn new(
        model: M,
        link: Link,
        parameters: &'p [T],
        scratch: &'s mut [T],
    ) -> Result<Self, Fault> {
        Self::with_scaler(model, link, parameters, (&[], false), scratch)
    }

    /// A predictor with a frozen [scaler](crate::scaler) and whether it scales the targets.
    ///
    /// # Errors
    /// As [`new`](Predictor::new), and [`Fault::Scaler`] where the scaler is not frozen.
    pub fn with_scaler(
        model: M,
        link: Link,
        parameters: &'p [T],
        (scaler, scaled_targets): (&'p [T], bool),
        scratch: &'s mut [T],
    ) -> Result<Self, Fault> {
        let need = model.sizes().parameters;
        if parameters.len() != need {
            return Err(Fault::Length {
                need: need as u32,
                got: parameters.len() as u32,
            });
        }
        if !scaler.is_empty() && !scaler::is_frozen(scaler) {
            return Err(Fault::Scaler);
        }
        let need = Self::scratch_len(&model, !scaler.is_empty());
        if scratch.len() < need {
            return Err(Fault::Arena {
                need: need as u32,
                got: scratch.len() as u32,
            });
        }
        Ok(Self {
            model,
            link,
            parameters,
            scaler,
            scaled_targets,
            scratch,
        })
    }

    /// Predicts, in the target's own units.
    ///
    /// # Errors
    /// [`Fault::Length`], [`Fault::Feature`] or [`Fault::Prediction`].
    #[inline]
    pub fn predict(&mut self, features: &[T]) -> Result<&[T], Fault> {
        let sizes = self.model.sizes();
        if features.len() != sizes.features {
            let (need, got) = (sizes.features as u32, features.len() as u32);
            return Err(Fault::Length { need, got });
        }
        if let Some(index) = features.iter().position(|feature| !feature.is_finite()) {
            return Err(Fault::Feature {
                index: index as u16,
            });
        }
        let short = Fault::Arena { need: 0, got: 0 };
        let (tape, rest) = self.scratch.split_at_mut_checked(sizes.tape).ok_or(short)?;
        let (outputs, rest) = rest.split_at_mut_checked(sizes.outputs).ok_or(short)?;
        let inputs = if self.scaler.is_empty() {
            features
        } else {
            let scaled = rest.get_mut(..sizes.features).ok_or(short)?;
            scaler::scale(self.scaler, 0, features, scaled);
            scaled
        };
        self.model.forward(self.parameters, inputs, tape, outputs);
        self.link.apply(outputs);
        if self.scaled_targets {
            scaler::unscale(self.scaler, sizes.features, outputs);
        }
        match outputs.iter().all(|output| output.is_finite()) {
            true => Ok(outputs),
            false => Err(Fault::Prediction),
        }
    }
}
