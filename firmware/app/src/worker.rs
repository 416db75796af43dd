use downhill::health::Verdict;
use downhill::least_squares::AnyEstimator;
use downhill::{Fingerprint, Recipe};
use downhill_link::{
    Capabilities, Command, CommandError, Counters, Event, Progress, Scores, Signal, Topics,
};

use crate::store::Wear;

/// Receiver of events, for the topics that the host subscribed to.
pub struct EventSink<'a> {
    topics: Topics,
    listener: &'a mut dyn FnMut(Event<'_>),
}

impl<'a> EventSink<'a> {
    /// Creates a sink that hands events of these topics to the listener.
    pub fn new(topics: Topics, listener: &'a mut dyn FnMut(Event<'_>)) -> Self {
        Self { topics, listener }
    }

    /// Topics that are subscribed.
    pub fn topics(&self) -> Topics {
        self.topics
    }

    /// Hands an event on, if its topic is subscribed.
    pub fn emit(&mut self, event: Event<'_>) {
        if self.topics.want(&event) {
            (self.listener)(event);
        }
    }
}

impl core::fmt::Debug for EventSink<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("EventSink").field(&self.topics).finish()
    }
}

/// Executor of a [`Session`](crate::Session)'s commands: it owns the fit and everything around it,
/// and knows neither line nor sequence numbers.
pub trait Worker {
    /// Capabilities that the hello names.
    fn capabilities(&self) -> Capabilities;

    /// Length of the longest fit that there is room for, in words.
    fn room(&self) -> usize;

    /// Carries out a command and counts what it learned.
    ///
    /// # Errors
    /// The cause; then nothing has changed.
    fn execute(
        &mut self,
        command: &Command<'_>,
        counters: &mut Counters,
        events: &mut EventSink<'_>,
    ) -> Result<Progress, CommandError>;

    /// The fit's state, empty if there is none.
    fn state(&self) -> &[f32];

    /// Steps of the fit, 0 if there is none.
    fn steps(&self) -> u64;

    /// The fit's fingerprint, 0 if there is none.
    fn fingerprint(&self) -> Fingerprint;

    /// Recipe of the fit.
    fn recipe(&self) -> Option<Recipe<f32>>;

    /// Signal stage in front of the fit.
    fn signal(&self) -> Signal<'_> {
        Signal::NONE
    }

    /// A checkpoint of the fit as it is now, its bytes as words: where pieces of state that were
    /// pushed waited until now.
    ///
    /// # Errors
    /// Words that it needs, where there is no room for them; 0 where there is no fit.
    fn checkpoint(&mut self) -> Result<&[f32], usize>;

    /// Forgets the pieces of state that were pushed: the host whose they are has gone.
    fn forget_pushed(&mut self);

    /// Takes the next verdict on the fit that was not told yet.
    fn verdict(&mut self) -> Option<Verdict>;

    /// Scores of the predictions, where they are compared.
    fn scores(&self) -> Option<Scores> {
        None
    }

    /// Wear of the store, where there is one.
    fn wear(&self) -> Wear {
        Wear::default()
    }

    /// The fit by least squares, if there is one.
    fn estimator(&self) -> Option<&AnyEstimator<'_, f32>> {
        None
    }

    /// Reads the sensor, where there is one; returns whether it was read.
    fn poll(&mut self, counters: &mut Counters, events: &mut EventSink<'_>) -> bool {
        let _ = (counters, events);
        false
    }

    /// Writes the checkpoint that is due, by the steps of the fit and the uptime among the counters:
    /// it stalls the core, and can wait.
    fn maintain(&mut self, counters: &mut Counters, events: &mut EventSink<'_>) {
        let _ = (counters, events);
    }
}

/// Increments a counter.
pub(crate) fn count(counter: &mut u32) {
    *counter = counter.saturating_add(1);
}
