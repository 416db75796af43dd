#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::Real;
use crate::registry::Smoothness;

/// Activation function of a hidden unit.
pub trait Activation<T: Real>: Copy {
    /// True where the starting weights are He's (for a unit that is off half of the time) instead
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

/// Defines every activation as a type, [`AnyActivation`] and its dispatch from one list. The order
/// of the list is that of the variants on the wire: a new activation goes to its end.
macro_rules! activations {
    ($(
        $(#[$doc:meta])*
        $activation:ident, $name:literal, $smoothness:ident, he: $he:literal,
            $z:ident => $value:expr, $a:ident => $slope:expr;
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
            #[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
            pub struct $activation;

            impl<T: Real> Activation<T> for $activation {
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
        )*

        /// An activation chosen at run time.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        pub enum AnyActivation {
            $(
                #[doc = concat!("[`", stringify!($activation), "`].")]
                $activation,
            )*
        }

        impl AnyActivation {
            /// Every activation, in the order of the enum.
            pub const ALL: &[Self] = &[$(Self::$activation),*];

            /// Name, as the command line and a model file have it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$activation => $name,)*
                }
            }

            /// Where its derivatives exist.
            pub const fn smoothness(self) -> Smoothness {
                match self {
                    $(Self::$activation => Smoothness::$smoothness,)*
                }
            }
        }

        impl<T: Real> Activation<T> for AnyActivation {
            #[inline]
            fn value(self, z: T) -> T {
                match self {
                    $(Self::$activation => $activation.value(z),)*
                }
            }

            #[inline]
            fn slope(self, value: T) -> T {
                match self {
                    $(Self::$activation => $activation.slope(value),)*
                }
            }

            fn he(self) -> bool {
                match self {
                    $(Self::$activation => $he,)*
                }
            }
        }
    };
}

activations! {
    /// The sum itself: layers without a bend.
    Identity, "identity", Smooth, he: false, z => z, a => { let _ = a; T::ONE };
    /// max(z, 0) (Nair and Hinton 2010). The slope at 0 is 0.
    Relu, "relu", Kinked, he: true,
        z => if z < T::ZERO { T::ZERO } else { z },
        a => if a > T::ZERO { T::ONE } else { T::ZERO };
    /// z above 0 and z / 100 below (Maas et al. 2013): a unit that cannot die.
    LeakyRelu, "leaky_relu", Kinked, he: true,
        z => if z < T::ZERO { T::from_f64(0.01) * z } else { z },
        a => if a > T::ZERO { T::ONE } else { T::from_f64(0.01) };
    /// The hyperbolic tangent, with slope 1 − a².
    Tanh, "tanh", Smooth, he: false, z => z.tanh(), a => T::ONE - a * a;
    /// 1 / (1 + e^-z), with slope a (1 − a).
    Sigmoid, "sigmoid", Smooth, he: false, z => z.sigmoid(), a => a * (T::ONE - a);
    /// ln(1 + e^z), a smooth [`Relu`] (Dugas et al. 2001), with slope 1 − e^-a.
    Softplus, "softplus", Smooth, he: true,
        z => z.larger(T::ZERO) + (-z.abs()).exp_unit().ln_1p_unit() + z * T::ZERO,
        a => T::ONE - (-a).exp_unit();
}

#[allow(clippy::derivable_impls, reason = "the enum is made from the list")]
impl Default for AnyActivation {
    fn default() -> Self {
        Self::Tanh
    }
}
