/// End of the rows of a file, where lines follow that are none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    /// Place behind the last row in the text.
    pub(crate) place: u64,
    /// Blank lines between the last row and the first of those lines.
    pub(crate) blank: u64,
    /// Count of the lines.
    pub(crate) count: u64,
}
