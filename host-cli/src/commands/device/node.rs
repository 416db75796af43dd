//! A board with a sensor of its own: what it is told to tell, and how that is written down.

use std::thread;
use std::time::{Duration, Instant};

use downhill::Recipe;
use downhill_link::{Capabilities, Command, Topics};

use crate::device::{Learned, Port};
use crate::support::failure::{Failure, Outcome};
use crate::support::{interrupt, messages};

/// After how long without a sample a recording ends.
const SILENCE: Duration = Duration::from_secs(30);
/// After how long without a turn of its sensor a board is taken to be stopped.
const TURNLESS: Duration = Duration::from_secs(3);
/// How often it is asked meanwhile.
const AGAIN: Duration = Duration::from_millis(20);
/// How often a state is pulled until one is whole: a fit may move meanwhile.
const PULLS: u32 = 50;

/// Topics of learning: steps and verdicts.
pub(super) const LEARNING: Topics = Topics {
    samples: false,
    steps: true,
    verdicts: true,
};

/// The recipe of a board that learns from its own sensor.
pub(super) fn recipe(port: &mut Port, otherwise: &str) -> Outcome<Recipe<f32>> {
    if !port.device()?.capabilities.contains(Capabilities::SENSOR) {
        return Err(Failure::Input(format!(
            "the board has no sensor of its own{otherwise}"
        )));
    }
    port.recipe()?.ok_or_else(|| {
        Failure::Input(
            "the board has no fit; configure one with `downhill device configure`".into(),
        )
    })
}

/// Asks the board to tell what happens.
pub(super) fn subscribe(port: &mut Port, topics: Topics) -> Outcome {
    // They have the number of the first event that is to come.
    port.counters()?;
    let credit = u32::MAX;
    port.demand(&Command::Subscribe { topics, credit })
        .map(drop)
}

/// Asks it to be silent again: nobody listens any more.
pub(super) fn unsubscribe(port: &mut Port) -> Outcome {
    let topics = Topics::default();
    let silence = Command::Subscribe { topics, credit: 0 };
    port.demand(&silence).map(drop)
}

/// Refuses a board that is stopped, and takes no samples by itself, as far as its counters tell:
/// one that has asked its sensor before may ask it seldom.
pub(super) fn check_runs(port: &mut Port, cure: &str) -> Outcome {
    let (before, start) = (port.counters()?.turns, Instant::now());
    while start.elapsed() < TURNLESS && !interrupt::asked() {
        thread::sleep(AGAIN);
        if port.counters()?.turns != before {
            return Ok(());
        }
    }
    if interrupt::asked() {
        return Ok(());
    }
    if before == 0 {
        unsubscribe(port)?;
        return Err(Failure::Input(format!(
            "the node is stopped: it has not asked its sensor since it booted, and takes no \
             samples by itself; {cure}"
        )));
    }
    messages::say(format_args!(
        "note: the node has not asked its sensor for {} s: it is stopped, or asks seldom; {cure}; \
         waiting",
        TURNLESS.as_secs()
    ));
    Ok(())
}

/// Writes down the state that the board has now, where there is a recording. What it has told
/// since it was asked to is in that state, or is told after it.
pub(super) fn begin(port: &mut Port, recipe: &Recipe<f32>) -> Outcome {
    if port.recorder.is_none() {
        return Ok(());
    }
    let words = port.check_recipe(recipe)?;
    let start = Instant::now();
    for _ in 0..PULLS {
        let pulled = port.pull(words)?;
        port.forget_learned(&pulled);
        let recorder = port.recorder.as_mut();
        if recorder.map_or(Ok(true), |recorder| recorder.begin(recipe, &pulled))? {
            return Ok(());
        }
        if start.elapsed() > 2 * port.silence() {
            break;
        }
    }
    Err(Failure::Input(
        "the board's fit moves while its state is pulled, or a batch of it is under way; record \
         it while its sensor stands still"
            .into(),
    ))
}

/// Waits a little for what the board has learned, and writes it down where there is a recording.
pub(super) fn hear(port: &mut Port, at_most: Duration) -> Outcome<Vec<Learned>> {
    let heard = port.listen(at_most)?;
    if let Some(recorder) = &mut port.recorder {
        for learned in &heard {
            recorder.learned(learned)?;
        }
    }
    Ok(heard)
}

/// Writes down what the board learns from its own sensor, from the state on that it has now.
pub(super) fn record(port: &mut Port, limit: Option<usize>) -> Outcome {
    let limit = limit.unwrap_or(usize::MAX);
    let recipe = recipe(
        port,
        " to record; feed it with rows: name DATA.csv and `--model MODEL`",
    )?;
    subscribe(port, LEARNING)?;
    begin(port, &recipe)?;
    check_runs(
        port,
        "`downhill device label - --take --record FILE` has it take one for each label",
    )?;
    let (mut heard, mut last) = (0, Instant::now());
    while heard < limit && !interrupt::asked() && last.elapsed() < SILENCE {
        let told = port.listen(Duration::from_millis(500))?;
        for alert in port.alerts() {
            messages::say(format_args!("{alert}"));
        }
        for learned in told {
            if heard < limit
                && let Some(recorder) = &mut port.recorder
            {
                heard += 1;
                recorder.learned(&learned)?;
            }
            last = Instant::now();
        }
    }
    if heard == limit {
        port.stop_recording();
    }
    unsubscribe(port)
}
