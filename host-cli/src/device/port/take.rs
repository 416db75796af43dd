//! What a board says: answers to what was asked, and events.

use downhill_link::{ClientEvent, Event, PROTOCOL};

use super::Port;
use crate::device::events::Learned;
use crate::device::session;
use crate::support::failure::{Failure, Outcome};

/// The most samples and the most alerts that wait to be asked for.
const WAITING: usize = 16_384;

impl Port {
    /// Takes bytes from the line, and what they say.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Outcome {
        for &byte in bytes {
            let missed = self.client.missed();
            match self.client.receive(byte) {
                Some(ClientEvent::Mismatch { version }) => {
                    return Err(Failure::Input(format!(
                        "the firmware speaks version {version} of the link and this program \
                         version {PROTOCOL}; {}",
                        match version < PROTOCOL {
                            true => "build the firmware from this program's sources and flash it",
                            false => "use the program of the firmware's release",
                        }
                    )));
                }
                Some(ClientEvent::Lost(lost)) => {
                    self.executed = lost.executed;
                    return Err(session::lost(&lost));
                }
                Some(ClientEvent::Conflict { seq }) => return Err(session::conflict(seq)),
                Some(ClientEvent::State(state) | ClientEvent::Checkpoint(state))
                    if state.at as usize == self.pulled.words.len() =>
                {
                    let pulled = &mut self.pulled;
                    pulled.announced(state.length as usize)?;
                    pulled.steps = state.steps;
                    pulled.fingerprint = Some(state.fingerprint);
                    pulled.told = self.learned.len();
                    pulled.missed = missed;
                    pulled.words.extend(state.words.iter());
                }
                Some(ClientEvent::Counters(counters)) => self.counters = Some(counters),
                Some(ClientEvent::Recipe(recipe, signal)) => {
                    self.recipe = Some(recipe.map(|recipe| (recipe, signal.bytes().to_vec())));
                }
                Some(ClientEvent::Estimate {
                    estimate,
                    correlation,
                }) => self.estimate = estimate.map(|estimate| (estimate, correlation)),
                Some(ClientEvent::Summary(summary)) => self.summary = summary,
                Some(ClientEvent::Event(event)) => match event {
                    Event::Learned {
                        sample,
                        step,
                        loss,
                        fingerprint,
                        features,
                        target,
                    } => {
                        let learned = Learned {
                            sample,
                            step,
                            loss,
                            fingerprint,
                            features: features.iter().collect(),
                            target: target.iter().collect(),
                        };
                        self.heed(learned)?;
                    }
                    Event::Alert { sample, alert } => {
                        self.alert(format!("sample {sample}: {alert}"));
                    }
                    Event::Verdict { sample, verdict } => {
                        self.alert(format!("sample {sample}: {}", verdict.finding));
                    }
                    Event::SampleTaken { sample, .. } => self.taken = Some(sample),
                },
                _ => {}
            }
        }
        Ok(())
    }

    /// Keeps a sample that was learned from until it is asked for.
    fn heed(&mut self, learned: Learned) -> Outcome {
        if !learned.is_finite() {
            return Err(Failure::Input(format!(
                "{} tells of a sample with a number that no fit learns from; does it run \
                 Downhill's firmware, of these sources?",
                self.board
            )));
        }
        if self.learned.len() >= WAITING {
            return Err(Failure::Input(format!(
                "{} tells of more than {WAITING} samples before it answers; let it take samples \
                 more slowly",
                self.board
            )));
        }
        if !self.is_coarse
            && let Some(coarse) = learned.coarse()
        {
            self.is_coarse = true;
            self.alert(format!("sample {}: {coarse}", learned.sample));
        }
        self.learned.push_back(learned);
        Ok(())
    }

    /// Keeps an alert until it is asked for, or until there are too many newer ones.
    fn alert(&mut self, alert: String) {
        if self.alerts.len() >= WAITING {
            self.alerts.pop_front();
        }
        self.alerts.push_back(alert);
    }
}
