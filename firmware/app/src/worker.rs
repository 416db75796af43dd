use downhill::health::Verdict;
use downhill::least_squares::AnyEstimator;
use downhill::{Fingerprint, Recipe};
use downhill_link::{
    Capabilities, Command, CommandError, Counters, Event, Progress, Scores, Topics,
};

/// Where notices go.
pub struct Tell<'a> {
    topics: Topics,
    hear: &'a mut dyn FnMut(Event<'_>),
}

impl<'a> Tell<'a> {
    /// To someone who wants to hear about these topics.
    pub fn new(topics: Topics, hear: &'a mut dyn FnMut(Event<'_>)) -> Self {
        Self { topics, hear }
    }

    /// What is worth saying.
    pub fn topics(&self) -> Topics {
        self.topics
    }

    /// Says something.
    pub fn say(&mut self, event: Event<'_>) {
        if self.topics.want(&event) {
            (self.hear)(event);
        }
    }
}

impl core::fmt::Debug for Tell<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Tell").field(&self.topics).finish()
    }
}

/// What carries out the commands of a [`Session`](crate::Session): it owns the fit and everything
/// around it, and knows neither line nor command numbers.
pub trait Worker {
    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// The longest fit there is room for, in words.
    fn room(&self) -> usize;

    /// Carries out a command and counts what it learned.
    ///
    /// # Errors
    /// Why it did not; then nothing has changed.
    fn carry_out(
        &mut self,
        command: &Command<'_>,
        counters: &mut Counters,
        tell: &mut Tell<'_>,
    ) -> Result<Progress, CommandError>;

    /// The fit's state, empty if there is none.
    fn state(&self) -> &[f32];

    /// How many steps the fit has made, 0 if there is none.
    fn steps(&self) -> u64;

    /// The fit's fingerprint, 0 if there is none.
    fn fingerprint(&self) -> Fingerprint;

    /// What the fit was built from.
    fn recipe(&self) -> Option<Recipe<f32>>;

    /// A checkpoint of the fit as it is now, its bytes as words: where pieces of state that were
    /// pushed waited until now.
    ///
    /// # Errors
    /// How many words it has, where there is no room for them; 0 where there is no fit.
    fn checkpoint(&mut self) -> Result<&[f32], usize>;

    /// The next verdict on the fit, if there is one and nobody was told.
    fn verdict(&mut self) -> Option<Verdict>;

    /// How good its predictions were, if it keeps account.
    fn scores(&self) -> Option<Scores> {
        None
    }

    /// The fit by least squares, if there is one.
    fn estimator(&self) -> Option<&AnyEstimator<'_, f32>> {
        None
    }

    /// Asks the sensor, if it has one that is to be asked now; whether it was.
    fn turn(&mut self, counters: &mut Counters, tell: &mut Tell<'_>) -> bool {
        let _ = (counters, tell);
        false
    }

    /// Does what stalls the core and can wait: a checkpoint that is due.
    fn tend(&mut self, counters: &mut Counters, tell: &mut Tell<'_>) {
        let _ = (counters, tell);
    }
}

/// One more.
pub(crate) fn count(counter: &mut u32) {
    *counter = counter.saturating_add(1);
}
