//! The end of a recording of what a board is told and tells.

use std::path::Path;

use super::Port;
use crate::support::failure::{Failure, Outcome};
use crate::support::format::counted;

impl Port {
    /// Takes no event that comes from now on to be missing in the recording.
    pub(crate) fn stop_recording(&mut self) {
        self.missed_until = Some(self.client.missed());
    }

    /// Ends the recording, if there is one, after what was recorded: with its end mark, unless
    /// something that the board was told, or told, is missing. Returns its number of entries.
    pub(crate) fn end_recording(&mut self, recorded: Outcome, path: &Path) -> Outcome<Option<u64>> {
        if self.recorder.is_none() {
            return recorded.map(|()| None);
        }
        // They have the number of the last event.
        let counted_by_board = match self.lost {
            true => Ok(()),
            false => self.counters().map(drop),
        };
        let recorded = recorded.and(counted_by_board);
        let Some(recorder) = self.recorder.take() else {
            return recorded.map(|()| None);
        };
        let missed = self.missed_until.unwrap_or(self.client.missed()) - self.missed;
        let path = path.display();
        match recorded {
            Ok(()) if missed == 0 => recorder.finish().map(Some),
            Ok(()) => {
                let entries = recorder.close()?;
                Err(Failure::Input(format!(
                    "{} of the board did not arrive ({}): the {entries} entries in {path} lack what \
                     they told, and have no end mark; record it again",
                    counted(missed as usize, "event"),
                    self.line.state()
                )))
            }
            Err(failure) => match recorder.kept() {
                Some(entries) => {
                    if !self.lost && missed == 0 && self.learned.is_empty() {
                        // It is as good as it can be, and the failure says more.
                        let _ = recorder.finish();
                    }
                    Err(failure.and(&format!("{entries} entries until then are in {path}")))
                }
                None => Err(failure),
            },
        }
    }
}
