use crate::how_read::Skipped;
use crate::notes::Note;

/// Findings of a piece whose rows were gone through.
#[derive(Clone, Debug)]
pub struct PieceEnd {
    /// Count of its lines.
    pub(crate) lines: u64,
    pub(crate) skipped: Skipped,
    pub(crate) notes: Vec<Note>,
    /// True where no quote is open at its end.
    pub(crate) is_closed: bool,
}

impl PieceEnd {
    /// Tells whether what follows can be rows as well: no end of the table was met.
    pub(crate) fn is_of_rows(&self) -> bool {
        self.skipped.footer_lines == 0
    }
}
