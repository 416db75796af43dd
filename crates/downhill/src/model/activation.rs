use serde::{Deserialize, Serialize};

use crate::Real;

/// What a hidden unit does to its sum.
pub trait Activation<T: Real>: Copy {
    /// Whether the starting weights are He's (for a unit that is off half of the time) instead
    /// of Glorot's.
    const HE: bool = false;

    /// The unit's value for the sum `z`.
    fn value(self, z: T) -> T;

    /// The slope of the value with respect to the sum, from the value alone.
    fn slope(self, value: T) -> T;

    /// See [`HE`](Activation::HE).
    fn he(self) -> bool {
        Self::HE
    }
}

macro_rules! activation {
    ($(#[$doc:meta])* $name:ident, he: $he:literal, $z:ident => $value:expr, $a:ident => $slope:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name;

        impl<T: Real> Activation<T> for $name {
            const HE: bool = $he;

            #[inline(always)]
            fn value(self, $z: T) -> T {
                $value
            }

            #[inline(always)]
            fn slope(self, $a: T) -> T {
                $slope
            }
        }
    };
}

activation!(
    /// The sum itself: layers without a bend.
    Identity, he: false, z => z, a => { let _ = a; T::ONE });
activation!(
    /// max(z, 0) (Nair and Hinton 2010). The slope at 0 is 0.
    Relu, he: true,
    z => if z < T::ZERO { T::ZERO } else { z },
    a => if a > T::ZERO { T::ONE } else { T::ZERO });
activation!(
    /// z above 0 and z / 100 below (Maas et al. 2013): a unit that cannot die.
    LeakyRelu, he: true,
    z => if z < T::ZERO { T::from_f64(0.01) * z } else { z },
    a => if a > T::ZERO { T::ONE } else { T::from_f64(0.01) });
activation!(
    /// The hyperbolic tangent, with slope 1 − a².
    Tanh, he: false, z => z.tanh(), a => T::ONE - a * a);
activation!(
    /// 1 / (1 + e^-z), with slope a (1 − a).
    Sigmoid, he: false, z => z.sigmoid(), a => a * (T::ONE - a));
activation!(
    /// ln(1 + e^z), a smooth [`Relu`] (Dugas et al. 2001), with slope 1 − e^-a.
    Softplus, he: true,
    z => z.larger(T::ZERO) + (-z.abs()).exp_unit().ln_1p_unit() + z * T::ZERO,
    a => T::ONE - (-a).exp_unit());

/// An activation chosen at run time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnyActivation {
    /// [`Identity`].
    Identity,
    /// [`Relu`].
    Relu,
    /// [`LeakyRelu`].
    LeakyRelu,
    /// [`Tanh`].
    #[default]
    Tanh,
    /// [`Sigmoid`].
    Sigmoid,
    /// [`Softplus`].
    Softplus,
}

macro_rules! each {
    ($any:expr, $activation:ident => $call:expr) => {
        match $any {
            AnyActivation::Identity => {
                let $activation = Identity;
                $call
            }
            AnyActivation::Relu => {
                let $activation = Relu;
                $call
            }
            AnyActivation::LeakyRelu => {
                let $activation = LeakyRelu;
                $call
            }
            AnyActivation::Tanh => {
                let $activation = Tanh;
                $call
            }
            AnyActivation::Sigmoid => {
                let $activation = Sigmoid;
                $call
            }
            AnyActivation::Softplus => {
                let $activation = Softplus;
                $call
            }
        }
    };
}

impl<T: Real> Activation<T> for AnyActivation {
    #[inline]
    fn value(self, z: T) -> T {
        each!(self, activation => activation.value(z))
    }

    #[inline]
    fn slope(self, value: T) -> T {
        each!(self, activation => activation.slope(value))
    }

    fn he(self) -> bool {
        matches!(self, Self::Relu | Self::LeakyRelu | Self::Softplus)
    }
}
