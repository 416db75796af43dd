use super::adam::AdamCoefficients;
use super::averaged::AveragedCoefficients;

/// The coefficients of one step of whichever optimizer it is.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "each holds what the steps of its optimizers need"
)]
pub enum AnyCoefficients<T> {
    Rate(T),
    Adam(AdamCoefficients<T>),
    Averaged(AveragedCoefficients<T>),
}

/// Defines [`AnyOptimizer`](super::AnyOptimizer), its dispatch and
/// [`OPTIMIZERS`](super::OPTIMIZERS) from one list. The order of the list is that of the variants
/// on the wire: a new optimizer goes to its end.
macro_rules! optimizers {
    ($(
        $(#[$meta:meta])*
        $optimizer:ident($type:ty), $coefficients:ident {
            $(
                $name:literal $(: $variant:literal $(| $alias:literal)*)?, $argument:expr, $rate:expr, $schedule:literal,
                $batch:ident, $summary:expr => |$at:ident, $number:ident| $build:expr;
            )*
        }
    )*) => {
        /// An optimizer chosen at run time.
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        #[non_exhaustive]
        pub enum AnyOptimizer<T> {
            $(
                #[doc = concat!("[`", stringify!($type), "`].")]
                $(#[$meta])*
                $optimizer($type),
            )*
        }

        /// Every optimizer by its name, in the order of [`AnyOptimizer`].
        pub const OPTIMIZERS: &[Choice<OptimizerFacts>] = &[$($(
            Choice {
                name: $name,
                variant: optimizers!(@variant $($variant)?),
                variant_aliases: &[$($($alias),*)?],
                arguments: const { &$argument },
                summary: $summary,
                facts: OptimizerFacts {
                    rate: $rate,
                    schedule: $schedule,
                    batch: Batch::$batch,
                },
            },
        )*)*];

        impl<T: Real> AnyOptimizer<T> {
            /// The optimizer of this name and variant in [`OPTIMIZERS`] at a learning rate, with
            /// these numbers; `None` where there is no such name, or one number too few.
            pub fn named(
                name: &str,
                variant: Option<&str>,
                rate: f64,
                numbers: &[f64],
            ) -> Option<Self> {
                let rate = T::from_f64(rate);
                let number = numbers.first().map(|&number| T::from_f64(number));
                match (name, variant) {
                    $($(($name, optimizers!(@pattern $($variant $(| $alias)*)?)) => {
                        let ($at, $number) = (rate, number);
                        Some(Self::$optimizer($build))
                    })*)*
                    _ => None,
                }
            }

            /// Calls `visitor` with the optimizer as its own type.
            #[inline]
            pub fn visit<V: OptimizerVisitor<T>>(self, visitor: V) -> V::Output {
                match self {
                    $(Self::$optimizer(optimizer) => visitor.visit(optimizer),)*
                }
            }
        }

        impl<T: Real> Optimizer<T> for AnyOptimizer<T> {
            type StepCoefficients = AnyCoefficients<T>;
            const SLOTS: usize = {
                let mut most = 0;
                $(if <$type as Optimizer<T>>::SLOTS > most {
                    most = <$type as Optimizer<T>>::SLOTS;
                })*
                most
            };
            const SHARED: usize = {
                let mut most = 0;
                $(if <$type as Optimizer<T>>::SHARED > most {
                    most = <$type as Optimizer<T>>::SHARED;
                })*
                most
            };

            #[inline]
            fn slots(&self) -> usize {
                match self {
                    $(Self::$optimizer(optimizer) => Optimizer::<T>::slots(optimizer),)*
                }
            }

            #[inline]
            fn shared(&self) -> usize {
                match self {
                    $(Self::$optimizer(optimizer) => Optimizer::<T>::shared(optimizer),)*
                }
            }

            #[inline]
            fn fast_path(&self, _: Internal) -> Option<T> {
                match self {
                    Self::Sgd(descent) => Some(descent.learning_rate),
                    _ => None,
                }
            }

            fn check(&self) -> Result<(), Setting> {
                match self {
                    $(Self::$optimizer(optimizer) => optimizer.check(),)*
                }
            }

            #[inline]
            fn step_coefficients(&self, shared: &[T], factor: T) -> AnyCoefficients<T> {
                match self {
                    $(Self::$optimizer(optimizer) => AnyCoefficients::$coefficients(optimizer.step_coefficients(shared, factor)),)*
                }
            }

            #[inline]
            fn advance(&self, coefficients: &AnyCoefficients<T>, shared: &mut [T]) {
                match (self, coefficients) {
                    $((Self::$optimizer(optimizer), AnyCoefficients::$coefficients(coefficients)) => {
                        optimizer.advance(coefficients, shared);
                    })*
                    _ => {}
                }
            }

            #[inline]
            fn gain(&self, coefficients: &AnyCoefficients<T>) -> T {
                match (self, coefficients) {
                    $((Self::$optimizer(optimizer), AnyCoefficients::$coefficients(coefficients)) => optimizer.gain(coefficients),)*
                    _ => T::ZERO,
                }
            }

            #[inline]
            fn learning_rate(&self, coefficients: &AnyCoefficients<T>) -> T {
                match (self, coefficients) {
                    $((Self::$optimizer(optimizer), AnyCoefficients::$coefficients(coefficients)) => {
                        optimizer.learning_rate(coefficients)
                    })*
                    _ => T::ZERO,
                }
            }

            #[inline]
            fn max_update(&self, coefficients: &AnyCoefficients<T>, max_gradient: T) -> T {
                match (self, coefficients) {
                    $((Self::$optimizer(optimizer), AnyCoefficients::$coefficients(coefficients)) => {
                        optimizer.max_update(coefficients, max_gradient)
                    })*
                    _ => T::NAN,
                }
            }

            #[inline]
            fn update(
                &self,
                coefficients: &AnyCoefficients<T>,
                parameter: T,
                state: &mut [T],
                gradient: T,
            ) -> T {
                match (self, coefficients) {
                    $((Self::$optimizer(optimizer), AnyCoefficients::$coefficients(coefficients)) => {
                        optimizer.update(coefficients, parameter, state, gradient)
                    })*
                    _ => parameter,
                }
            }

            #[inline]
            fn shrink(&self, coefficients: &AnyCoefficients<T>, parameter: T) -> T {
                match (self, coefficients) {
                    $((Self::$optimizer(optimizer), AnyCoefficients::$coefficients(coefficients)) => {
                        optimizer.shrink(coefficients, parameter)
                    })*
                    _ => parameter,
                }
            }

            #[inline]
            fn after_step(&self, coefficients: &AnyCoefficients<T>, parameter: T, state: &mut [T]) {
                match (self, coefficients) {
                    $((Self::$optimizer(optimizer), AnyCoefficients::$coefficients(coefficients)) => {
                        optimizer.after_step(coefficients, parameter, state);
                    })*
                    _ => {}
                }
            }

            fn finish(&self, shared: &[T], parameters: &mut [T], state: &[T]) {
                match self {
                    $(Self::$optimizer(optimizer) => {
                        optimizer.finish(shared, parameters, state);
                    })*
                }
            }

            #[inline(never)]
            fn outer<R: Rules<T>>(
                &self,
                coefficients: &AnyCoefficients<T>,
                rules: &R,
                run: ParameterGroup<'_, T>,
                deltas: (&[T], T),
                inputs: &[T],
            ) {
                match (self, coefficients) {
                    $((Self::$optimizer(optimizer), AnyCoefficients::$coefficients(coefficients)) => {
                        optimizer.outer(coefficients, rules, run, deltas, inputs);
                    })*
                    _ => {}
                }
            }
        }
    };
    (@variant) => { None };
    (@variant $variant:literal) => { Some($variant) };
    (@pattern) => { None };
    (@pattern $($variant:literal)|+) => { Some($($variant)|+) };
}
