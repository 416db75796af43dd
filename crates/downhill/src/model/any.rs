/// Defines [`AnyModel`](super::AnyModel), its dispatch and [`MODELS`](super::MODELS) from one list.
/// The order of the list is that of the variants on the wire: a new model goes to its end.
macro_rules! models {
    ($(
        $(#[$doc:meta])*
        $model:ident($type:ty) {
            $(
                $name:literal, $arguments:expr, $form:ident, $task:ident, $summary:expr
                $(=> |$shape:ident| $build:expr)?;
            )*
        }
    )*) => {
        /// A model chosen at run time: from a recipe, a file or the link.
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
        #[cfg_attr(feature = "serde", serde(
            rename_all = "snake_case",
            bound(
                serialize = "T: Real + Serialize",
                deserialize = "T: Real + Deserialize<'de>"
            )
        ))]
        #[allow(
            clippy::large_enum_variant,
            reason = "there is no heap to box a formula in"
        )]
        #[non_exhaustive]
        pub enum AnyModel<T = f32> {
            $($(#[$doc])* $model($type),)*
        }

        /// Every model by its name, in the order of [`AnyModel`].
        pub const MODELS: &[Choice<ModelFacts>] = &[$($(
            Choice::new(
                $name,
                const { &$arguments },
                $summary,
                ModelFacts {
                    form: Form::$form,
                    task: Task::$task,
                },
            ),
        )*)*];

        impl<T: Real> AnyModel<T> {
            /// The model of this name in [`MODELS`] in a shape; `None` where there is no such
            /// name, and of one that is written as a text, which is to be
            /// [parsed](crate::model::formula::parse).
            pub fn named(name: &str, shape: &AnyShape) -> Option<Self> {
                match name {
                    $($($(
                        $name => {
                            let $shape = shape;
                            Some(Self::$model($build))
                        }
                    )?)*)*
                    _ => None,
                }
            }
        }

        impl<T: Real> Model<T> for AnyModel<T> {
            const IN_BLOCKS: bool = <Program<T> as Model<T>>::IN_BLOCKS;

            #[inline]
            fn sizes(&self) -> Sizes {
                match self {
                    $(Self::$model(model) => Model::<T>::sizes(model),)*
                }
            }

            #[inline]
            fn forward(&self, parameters: &[T], features: &[T], tape: &mut [T], outputs: &mut [T]) {
                match self {
                    $(Self::$model(model) => model.forward(parameters, features, tape, outputs),)*
                }
            }

            #[inline]
            fn backward(&self, parameters: &[T], features: &[T], tape: &mut [T], slopes: &[T]) {
                match self {
                    $(Self::$model(model) => model.backward(parameters, features, tape, slopes),)*
                }
            }

            #[inline]
            fn gradient(&self, features: &[T], tape: &[T], slopes: &[T], sink: &mut impl Sink<T>) {
                match self {
                    $(Self::$model(model) => model.gradient(features, tape, slopes, sink),)*
                }
            }

            fn parameter_groups(&self, visit: &mut impl FnMut(Range<usize>, ParameterKind)) {
                match self {
                    $(Self::$model(model) => Model::<T>::parameter_groups(model, visit),)*
                }
            }

            #[inline]
            fn fast_path(&self, _: Internal) -> Option<Dyn> {
                match self {
                    Self::Linear(linear) => linear.features_of_one_output(),
                    _ => None,
                }
            }

            #[inline(always)]
            fn blocks(
                &self,
                internal: Internal,
                parameters: &[T],
                rows: (&[T], usize),
                columns: &mut [[T; BLOCK]],
                visit: &mut impl Visit<T>,
            ) -> usize {
                match self {
                    Self::Formula(model) => model.blocks(internal, parameters, rows, columns, visit),
                    _ => 0,
                }
            }

            fn initialize(&self, random: &mut Random, parameters: &mut [T]) {
                match self {
                    $(Self::$model(model) => model.initialize(random, parameters),)*
                }
            }
        }
    };
}
