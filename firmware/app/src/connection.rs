use downhill_link::{FRAME, WINDOW};

use crate::layer::Plain;
use crate::session::BoardStats;

/// A board's name and its line to the host: how a [`Lab`](crate::Lab) or a [`Node`](crate::Node)
/// is set up.
///
/// `N` is the longest frame in bytes, of which the firmware keeps two in memory.
#[derive(Debug)]
pub struct Connection<'a, L, const N: usize = FRAME, Y = Plain> {
    pub(crate) board: &'a str,
    pub(crate) line: L,
    pub(crate) layer: Y,
    pub(crate) window: u8,
    pub(crate) stats: BoardStats,
}

impl<'a, L> Connection<'a, L> {
    /// A connection of a board of this name over this line, with frames of up to [`FRAME`] bytes.
    #[inline(always)]
    pub fn new(board: &'a str, line: L) -> Self {
        Self {
            board,
            line,
            layer: Plain,
            window: WINDOW as u8,
            stats: BoardStats::default(),
        }
    }
}

impl<'a, L, const N: usize, Y> Connection<'a, L, N, Y> {
    /// Takes and sends frames of up to `M` bytes, from 96 on: 128 are enough for 24 numbers in a
    /// sample.
    #[must_use]
    #[inline(always)]
    pub fn frame<const M: usize>(self) -> Connection<'a, L, M, Y> {
        Connection {
            board: self.board,
            line: self.line,
            layer: self.layer,
            window: self.window,
            stats: self.stats,
        }
    }

    /// Lets the host have at most this many commands under way, from 1 to [`WINDOW`]: fewer where
    /// the line keeps fewer bytes while a step is computed than eight frames have.
    #[must_use]
    #[inline(always)]
    pub fn window(mut self, commands: u8) -> Self {
        self.window = commands.clamp(1, WINDOW as u8);
        self
    }

    /// Lets the host read what the board measures of itself.
    #[must_use]
    #[inline(always)]
    pub fn board_stats(mut self, stats: BoardStats) -> Self {
        self.stats = stats;
        self
    }

    /// Puts another layer between frames and messages.
    #[must_use]
    #[inline(always)]
    pub fn layer<Z>(self, layer: Z) -> Connection<'a, L, N, Z> {
        Connection {
            board: self.board,
            line: self.line,
            layer,
            window: self.window,
            stats: self.stats,
        }
    }
}
