use crate::how_read::Skipped;
use crate::notes::Note;

/// Findings of a piece whose rows were gone through.
#[derive(Clone, Debug)]
pub struct PieceEnd {
    /// Count of its lines.
    pub(crate) lines: u64,
    pub(crate) skipped: Skipped,
    pub(crate) notes: Vec<Note>,
    /// True where it has rows and nothing else, as far as can be told without what follows.
    pub(crate) is_closed: bool,
}

impl PieceEnd {
    /// Tells whether what follows can be rows as well: no quote is open, and no end of the table
    /// was met.
    pub(crate) fn is_of_rows(&self) -> bool {
        self.is_closed && self.skipped.footer_lines == 0
    }
}
