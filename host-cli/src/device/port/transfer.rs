//! State on its way to a board and from it.

use std::time::Instant;

use downhill::Fingerprint;
use downhill_link::{Client, Command, FRAME, Numbers, numbers_in_sample, words_in_state};

use super::{Deadline, Port};
use crate::device::events::Pulled;
use crate::support::failure::{Failure, Outcome};

/// Words that a checkpoint may have beside those of its fit.
const CHECKPOINT: usize = 256;
/// Pieces of a state in the total time of one exchange, on average.
const PIECES: u32 = 20;

impl Port {
    /// Hands the whole state of a fit that has made `steps` steps to the board.
    pub(crate) fn push(&mut self, state: &[f32], steps: u64) -> Outcome<downhill_link::Ack> {
        self.put(state, &Command::Commit { steps })
    }

    /// Hands a checkpoint to the board, whose fit goes on where that one stopped.
    pub(crate) fn resume(&mut self, checkpoint: &[u8]) -> Outcome<downhill_link::Ack> {
        let (words, _) = checkpoint.as_chunks();
        let words: Vec<f32> = words.iter().map(|&word| f32::from_le_bytes(word)).collect();
        self.put(&words, &Command::Resume)
    }

    /// Hands words to the board, piece by piece, and says last what they are.
    fn put(&mut self, state: &[f32], last: &Command<'_>) -> Outcome<downhill_link::Ack> {
        let piece = self.client.device().map_or(1, |device| device.numbers());
        let piece = piece.clamp(1, numbers_in_sample(FRAME));
        let start = Instant::now();
        let mut pieces = state.chunks(piece).enumerate().map(|(index, words)| {
            let at = index * piece;
            let words = Numbers::new(words);
            (
                at,
                Command::Push {
                    at: at as u32,
                    words,
                },
            )
        });
        let taken = pieces.try_for_each(|(at, push)| {
            self.deadline = self.end(start, state.len(), piece, Some((at, state.len())));
            self.demand(&push).map(drop)
        });
        self.deadline = None;
        taken.and_then(|()| self.demand(last))
    }

    /// The end of the exchanges that hand over so many words from this start on: as many pieces as
    /// there may be, each in its time.
    fn end(
        &self,
        start: Instant,
        words: usize,
        piece: usize,
        pushed: Option<(usize, usize)>,
    ) -> Option<Deadline> {
        let pieces = u32::try_from(words / piece + 1).unwrap_or(u32::MAX);
        let time = (self.silence / PIECES).saturating_mul(pieces);
        let end = start.checked_add(self.silence.saturating_add(time))?;
        Some(Deadline { end, pushed })
    }

    /// Asks the board how far its fit is: its steps and its fingerprint.
    pub(crate) fn position(&mut self) -> Outcome<(u64, Option<Fingerprint>)> {
        self.pulled = Pulled::of_at_most(self.room()?);
        self.piece(Client::pull)?;
        Ok((self.pulled.steps, self.pulled.fingerprint))
    }

    /// Asks the board for the whole state of a fit that has so many words of memory.
    pub(crate) fn pull(&mut self, words: usize) -> Outcome<Pulled> {
        self.gather(Client::pull, words)
    }

    /// Asks the board for a checkpoint of such a fit, as bytes. They are none where it has no room
    /// to put one together.
    pub(crate) fn pull_checkpoint(&mut self, words: usize) -> Outcome<Vec<u8>> {
        let words = words.saturating_add(CHECKPOINT);
        let words = self.gather(Client::pull_checkpoint, words)?.words;
        Ok((words.into_iter())
            .flat_map(|word| word.to_bits().to_le_bytes())
            .collect())
    }

    /// Asks for at most so many words piece by piece, each from where the one before ended.
    fn gather(&mut self, ask: fn(&mut Client, u32), words: usize) -> Outcome<Pulled> {
        self.pulled = Pulled::of_at_most(words.min(self.room()?.saturating_add(CHECKPOINT)));
        let piece = words_in_state(FRAME.min(self.device()?.frame.into())).max(1);
        let start = Instant::now();
        let whole = loop {
            let have = self.pulled.words.len();
            if let Err(failure) = self.piece(ask) {
                break Err(failure);
            }
            let pulled = &self.pulled;
            if pulled.words.len() >= pulled.length {
                break Ok(());
            }
            if pulled.words.len() == have {
                break Err(Failure::Input(format!(
                    "{} sends no more of its state than {have} of {} words; pull it again",
                    self.board, pulled.length
                )));
            }
            self.deadline = self.end(start, pulled.length, piece, None);
        };
        self.deadline = None;
        whole.map(|()| std::mem::take(&mut self.pulled))
    }

    /// Asks for the next piece.
    fn piece(&mut self, ask: fn(&mut Client, u32)) -> Outcome {
        ask(&mut self.client, self.pulled.words.len() as u32);
        self.until(|port| (!port.client.is_waiting()).then_some(()))
    }
}
