/// Category of the cell that was looked at last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Level {
    /// Number of its row, from 1 on, and its column.
    pub(super) cell: (u64, usize),
    /// Place of the feature that has it, or of a group; `None` where the cell is missing.
    pub(super) place: Option<usize>,
}
