//! Exchanges with a board: each has its time, whatever the board says meanwhile.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use super::{Deadline, Port};
use crate::support::failure::{Failure, Outcome};
use crate::support::format::counted;
use crate::support::interrupt;

/// How long an exchange may go on after somebody has interrupted.
const INTERRUPTED: Duration = Duration::from_secs(5);

/// Counts of the bytes and damaged frames of an exchange.
#[derive(Default)]
struct Heard {
    bytes: usize,
    /// Damaged frames before it.
    damaged: u32,
}

impl Port {
    /// Writes what there is to write and reads until `done` has a result.
    pub(super) fn until<T>(&mut self, done: impl FnMut(&mut Self) -> Option<T>) -> Outcome<T> {
        self.within(self.silence, done)
    }

    /// Does so in this time.
    pub(super) fn within<T>(
        &mut self,
        time: Duration,
        done: impl FnMut(&mut Self) -> Option<T>,
    ) -> Outcome<T> {
        let result = self.exchange(time, done);
        self.lost |= result.is_err();
        result
    }

    fn exchange<T>(
        &mut self,
        time: Duration,
        mut done: impl FnMut(&mut Self) -> Option<T>,
    ) -> Outcome<T> {
        let start = Instant::now();
        let mut interrupted = None;
        let mut heard = Heard {
            bytes: 0,
            damaged: self.client.bad(),
        };
        let mut bytes = [0; 1024];
        loop {
            while let Some(frame) = self.client.transmit() {
                if let Err(error) = self.line.write(frame, self.silence) {
                    return Err(self.gone(&error));
                }
            }
            match self.line.read(&mut bytes) {
                Ok(0) => self.client.timeout(),
                Ok(count) => {
                    heard.bytes += count;
                    self.take(&bytes[..count])?;
                    self.line.check_plain()?;
                }
                Err(error) => return Err(self.gone(&error)),
            }
            // Also where each exchange has its answer; a silent one says so itself.
            let now = Instant::now();
            if let Some(deadline) = self.deadline
                && now > deadline.end
                && now - start <= time
            {
                return Err(self.slow(deadline));
            }
            if let Some(result) = done(self) {
                return Ok(result);
            }
            if now - start > time {
                return Err(self.silent(&heard, now - start));
            }
            let asked = interrupt::asked().then_some(now);
            interrupted = interrupted.or(asked);
            if interrupted.is_some_and(|then| now - then > INTERRUPTED.min(self.silence)) {
                let state = self.line.state();
                return Err(Failure::Input(format!(
                    "interrupted, and the board does not answer ({state})"
                )));
            }
        }
    }

    /// Failure of a line that ended, or takes nothing.
    fn gone(&mut self, error: &std::io::Error) -> Failure {
        if error.kind() == ErrorKind::TimedOut {
            return self.lost("takes nothing");
        }
        let ending = self.line.ending(error);
        self.lost_at("has gone", &ending)
    }

    /// Failure of a board that has not answered in all this time.
    fn silent(&mut self, heard: &Heard, time: Duration) -> Failure {
        let damaged = (self.client.bad() - heard.damaged) as usize;
        let frames = counted(damaged, "damaged frame");
        let seconds = time.as_secs_f64();
        // Whoever has said hello speaks our language.
        if self.client.device().is_none() && heard.bytes > 0 {
            let what = match damaged {
                0 => format!("{}, and no frame", counted(heard.bytes, "byte")),
                _ => frames,
            };
            let cure = self.line.advice_on_noise();
            return Failure::Input(format!(
                "nothing readable in {seconds:.0} s ({}): {what}; {cure}",
                self.line.state()
            ));
        }
        let meanwhile = match damaged {
            0 => String::new(),
            _ => format!(" in {seconds:.0} s, and {frames} came"),
        };
        let failure = self.lost(&format!("does not answer{meanwhile}"));
        match self.line.is_refused() {
            true => failure.and(
                "it refuses this session's frames: it was started anew, or another program has \
                 opened a session since",
            ),
            false => failure,
        }
    }

    /// Failure of a board that answers, and whose answers together take too long.
    fn slow(&mut self, deadline: Deadline) -> Failure {
        let (does, (have, length)) = match deadline.pushed {
            Some(pushed) => ("takes", pushed),
            None => ("sends", (self.pulled.words.len(), self.pulled.length)),
        };
        Failure::Input(format!(
            "the board {does} its state too slowly: {have} of {length} words so far ({}); a larger \
             `--timeout` gives it more time",
            self.line.state()
        ))
    }

    fn lost(&mut self, how: &str) -> Failure {
        let state = self.line.state();
        self.lost_at(how, &state)
    }

    fn lost_at(&self, how: &str, state: &str) -> Failure {
        // Whoever has said hello runs our firmware.
        Failure::Input(match self.client.device() {
            Some(_) => format!("the board {how} ({state})"),
            None => format!("the board {how} ({state}); {}", self.line.advice()),
        })
    }
}
