/// Defines [`AnyLoss`](super::AnyLoss), its dispatch and [`LOSSES`](super::LOSSES) from one list.
/// The order of the list is that of the variants on the wire: a new loss goes to its end.
macro_rules! losses {
    ($(
        $loss:ident $(<$t:ident> { $field:ident: $argument:expr })?,
        $name:literal, $task:ident, $smoothness:ident, $summary:expr;
    )*) => {
        /// A loss chosen at run time.
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        #[non_exhaustive]
        pub enum AnyLoss<T> {
            $(
                #[doc = concat!("[`", stringify!($loss), "`].")]
                $loss($loss $(<$t>)?),
            )*
        }

        /// Every loss by its name, in the order of [`AnyLoss`].
        pub const LOSSES: &[Choice<LossFacts>] = &[$(
            Choice::new(
                $name,
                const { &[$($argument)?] },
                $summary,
                LossFacts {
                    target: TargetKind::$task,
                    smoothness: Smoothness::$smoothness,
                },
            ),
        )*];

        impl<T: Real> AnyLoss<T> {
            /// The loss of this name in [`LOSSES`] with these numbers; `None` where there is no
            /// such name, or one number too few. Others than the first are not looked at.
            pub fn named(name: &str, numbers: &[f64]) -> Option<Self> {
                Some(match name {
                    $($name => Self::$loss($loss $({ $field: T::from_f64(*numbers.first()?) })?),)*
                    _ => return None,
                })
            }

            /// Calls `visitor` with the loss as its own type.
            #[inline]
            pub fn visit<V: LossVisitor<T>>(self, visitor: V) -> V::Output {
                match self {
                    $(Self::$loss(loss) => visitor.visit(loss),)*
                }
            }
        }

        impl<T: Real> Loss<T> for AnyLoss<T> {
            #[inline]
            fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
                match self {
                    $(Self::$loss(loss) => loss.eval(outputs, target),)*
                }
            }

            #[inline]
            fn targets(&self, outputs: usize) -> usize {
                match self {
                    $(Self::$loss(loss) => Loss::<T>::targets(loss, outputs),)*
                }
            }

            #[inline]
            fn pooled(&self, batch: &Pool<T>) -> Option<(T, [T; 2])> {
                match self {
                    $(Self::$loss(loss) => loss.pooled(batch),)*
                }
            }

            #[inline]
            fn fast_path(&self, _: Internal) -> bool {
                matches!(self, Self::Squared(_))
            }

            fn link(&self, outputs: usize) -> Link {
                match self {
                    $(Self::$loss(loss) => Loss::<T>::link(loss, outputs),)*
                }
            }

            fn fits(&self, outputs: usize) -> bool {
                match self {
                    $(Self::$loss(loss) => Loss::<T>::fits(loss, outputs),)*
                }
            }

            fn curvature(&self, outputs: usize) -> Option<T> {
                match self {
                    $(Self::$loss(loss) => Loss::<T>::curvature(loss, outputs),)*
                }
            }

            fn scales_target(&self) -> bool {
                match self {
                    $(Self::$loss(loss) => Loss::<T>::scales_target(loss),)*
                }
            }

            fn accepts(&self, target: T, outputs: usize) -> bool {
                match self {
                    $(Self::$loss(loss) => loss.accepts(target, outputs),)*
                }
            }

            fn is_possible(&self) -> bool {
                match self {
                    $(Self::$loss(loss) => Loss::<T>::is_possible(loss),)*
                }
            }
        }
    };
}
