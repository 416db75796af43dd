//! Bounds of a program: those of a board, and those of a host.

/// The most that a [`Program`](super::Program) holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Operations, both sides together.
    pub operations: usize,
    /// Numbers.
    pub numbers: usize,
    /// Parameters.
    pub parameters: usize,
    /// Columns.
    pub features: usize,
}

impl Limits {
    /// Limits without the feature `large-formulas`: those of a board.
    pub const BOARD: Self = Self {
        operations: 96,
        numbers: 24,
        parameters: 16,
        features: 16,
    };

    /// Limits with the feature `large-formulas`, which takes some kilobytes.
    pub const HOST: Self = Self {
        operations: 1024,
        numbers: 250,
        parameters: 250,
        features: 64,
    };

    /// What a program holds here.
    pub const HERE: Self = match cfg!(feature = "large-formulas") {
        true => Self::HOST,
        false => Self::BOARD,
    };
}

/// Most operations of a [`Program`](super::Program), both sides together.
pub const OPERATIONS: usize = Limits::HERE.operations;
/// Most values that a [`Program`](super::Program) holds at once.
pub const STACK: usize = 16;
/// Most numbers of a [`Program`](super::Program).
pub const NUMBERS: usize = Limits::HERE.numbers;
/// Most parameters of a [`Program`](super::Program).
pub const PARAMETERS: usize = Limits::HERE.parameters;
/// Most columns of a [`Program`](super::Program).
pub const FEATURES: usize = Limits::HERE.features;
/// Most values that wait for their operators, and operators that wait for their values, while a
/// formula is read.
pub(super) const WAITING: usize = match cfg!(feature = "large-formulas") {
    true => 512,
    false => 48,
};
