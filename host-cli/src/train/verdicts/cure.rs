//! Cures that an advice names: each is followed by a test.

/// Declares the cures, with their names in JSON.
macro_rules! cures {
    ($($(#[$doc:meta])* $cure:ident $name:literal,)*) => {
        /// Cure that an advice names, and that options of `fit` carry out.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Cure {
            $($(#[$doc])* $cure,)*
        }

        impl Cure {
            /// Every cure.
            #[allow(dead_code, reason = "the test that follows them goes over them")]
            pub(crate) const ALL: &[Self] = &[$(Self::$cure,)*];

            /// Its name, as it is written in JSON.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$cure => $name,)*
                }
            }
        }
    };
}

cures! {
    /// A lower learning rate.
    LowerRate "lower_rate",
    /// A search for the learning rate.
    SearchRate "search_rate",
    /// A higher learning rate.
    HigherRate "higher_rate",
    /// A learning rate that falls.
    FallingRate "falling_rate",
    /// More epochs.
    MoreEpochs "more_epochs",
    /// A limit of the gradient's norm.
    ClipNorm "clip_norm",
    /// Hidden units that do not rest, or do not saturate.
    OtherUnits "other_units",
    /// A model that can make more of the features.
    LargerModel "larger_model",
    /// A polynomial of a lower degree.
    LowerDegree "lower_degree",
    /// An end at the least validation loss.
    StopEarly "stop_early",
    /// A penalty on the weights.
    Penalty "penalty",
    /// No penalty on the weights.
    NoPenalty "no_penalty",
    /// All layers are trained.
    Unfreeze "unfreeze",
    /// A loss to which rows far out count for less.
    RobustLoss "robust_loss",
    /// Least squares to which rows far out count for less.
    RobustSquares "robust_squares",
    /// Features of one scale.
    Scale "scale",
    /// Features between 0 and 1.
    Bound "bound",
    /// Fewer features.
    LeaveOut "leave_out",
    /// A threshold that is chosen on the validation rows, for the rare class.
    ChooseThreshold "choose_threshold",
    /// A loss of classes.
    ClassLoss "class_loss",
    /// A loss to which usual errors count in full.
    WiderLoss "wider_loss",
    /// Least squares in place of a gradient.
    LeastSquares "least_squares",
    /// Recovery from what goes wrong.
    Recover "recover",
}
