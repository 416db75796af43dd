//! `downhill device watch`: a board's fit as it goes.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use downhill::checkpoint::Checkpoint;
use downhill::model::Model;
use downhill::normal::{self, Phase};
use downhill::rules::ScalingMethod;
use downhill::{NumberType, Recipe};
use downhill_link::{Capabilities, Counters};

use super::connect::open;
use super::node;
use super::source::Fitted;
use super::stream::{self, SampleStream};
use crate::arguments::device::WatchArguments;
use crate::device::Port;
use crate::model::normal::build;
use crate::model::{fixed_fit, parameters};
use crate::report::loss_plot;
use crate::support::failure::Outcome;
use crate::support::{interrupt, output};

/// The most parameters and alerts that are shown.
const PARAMETERS: usize = 12;
const ALERTS: usize = 4;
/// The losses that a loss_plot is drawn of.
const LOSSES: usize = 2000;

/// State of the view, frame by frame.
struct View {
    board: String,
    losses: VecDeque<f64>,
    step: u64,
    began: (Instant, u64),
    alerts: VecDeque<String>,
    features: Vec<String>,
    /// Number of the fit's parameters.
    parameters: usize,
    /// Words of the fit's memory.
    words: usize,
    /// The detector in place of a fit, and its recipe.
    detector: Option<(normal::Description<f32>, Recipe<f32>)>,
    /// True where they are those of scaled columns.
    scaled: bool,
    /// True where they are integers.
    fixed: bool,
    every: Duration,
    drawn: Instant,
    frames: u32,
    most: u32,
}

pub(super) fn run(arguments: &WatchArguments) -> Outcome {
    let model = arguments.model.as_deref().map(Fitted::read).transpose()?;
    let rows = match (&arguments.data, &model) {
        (Some(data), Some(model)) => Some(SampleStream::read(model, data, &arguments.table, None)?),
        _ => None,
    };
    let mut port = open(&arguments.line)?;
    let senses = port.device()?.capabilities.contains(Capabilities::SENSOR);
    let board = port.board().to_owned();
    let names = model.as_ref().map(|model| model.rows().features.to_vec());
    let mut view = View {
        board,
        losses: VecDeque::new(),
        step: 0,
        began: (Instant::now(), 0),
        alerts: VecDeque::new(),
        features: names.unwrap_or_default(),
        parameters: 0,
        words: 0,
        detector: None,
        scaled: false,
        fixed: false,
        every: Duration::from_millis(arguments.every),
        drawn: Instant::now(),
        frames: 0,
        most: arguments.frames.unwrap_or(u32::MAX),
    };
    match (rows, model) {
        (Some(rows), Some(model)) => {
            stream::prepare(&mut port, model)?;
            view.start(&mut port)?;
            rows.feed(&mut port, |port, progress| {
                view.note(progress.step, progress.loss);
                view.frame_if_due(port)
            })?;
        }
        _ => {
            view.start(&mut port)?;
            if senses {
                node::subscribe(&mut port, node::LEARNING)?;
            }
            while !interrupt::asked() {
                for learned in port.listen(view.every)? {
                    view.note(learned.step, learned.loss);
                }
                if !view.frame_if_due(&mut port)? {
                    break;
                }
            }
            if senses {
                node::unsubscribe(&mut port)?;
            }
        }
    }
    // What has come since the last frame.
    match view.frames < view.most {
        true => view.frame(&mut port),
        false => Ok(()),
    }
}

impl View {
    fn start(&mut self, port: &mut Port) -> Outcome {
        if let Some(setup) = port.setup()? {
            let recipe = &setup.recipe;
            self.detector = setup.detector().map(|detector| (detector, *recipe));
            self.words = setup.words();
            self.parameters = Model::<f32>::sizes(&recipe.model).parameters;
            self.fixed = recipe.number == NumberType::Q15;
            self.scaled = recipe.rules.scaling.method != ScalingMethod::None;
        }
        self.step = port.position()?.0;
        self.began = (Instant::now(), self.step);
        Ok(())
    }

    fn note(&mut self, step: u64, loss: f32) {
        self.step = step;
        // The sign of a detector's score is its alarm.
        let loss = match self.detector {
            Some(_) => loss.abs(),
            None => loss,
        };
        self.losses.push_back(f64::from(loss));
        if self.losses.len() > LOSSES {
            self.losses.pop_front();
        }
    }

    /// Draws a frame where it is time; whether there shall be more.
    fn frame_if_due(&mut self, port: &mut Port) -> Outcome<bool> {
        if self.drawn.elapsed() >= self.every {
            self.frame(port)?;
        }
        Ok(self.frames < self.most)
    }

    fn frame(&mut self, port: &mut Port) -> Outcome {
        let counters = port.counters()?;
        let pulled = port.pull(self.words)?;
        self.step = pulled.steps;
        self.alerts.extend(port.alerts());
        // What comes with a command's outcome, and not by itself.
        let told = port.verdicts().iter();
        self.alerts
            .extend(told.map(|told| format!("step {}: {}", told.step, told.finding)));
        port.forget_verdicts();
        while self.alerts.len() > ALERTS {
            self.alerts.pop_front();
        }
        let mut text = self.text(&counters, &pulled.words, port.resent());
        if let Some(detector) = &self.detector {
            let bytes = port.pull_checkpoint(self.words)?;
            text += &seen(detector, &bytes, self.losses.back().copied());
        }
        let fingerprint = pulled
            .fingerprint
            .map_or_else(String::new, |f| f.to_string());
        // A terminal is drawn over; anything else gets one frame after the other.
        if std::io::stdout().is_terminal() {
            let _ = write!(std::io::stdout(), "\x1b[H\x1b[J");
        }
        self.frames += 1;
        if !output::print_on(&format!("{text}fingerprint {fingerprint}\n"))? {
            // Nobody looks any more.
            self.most = self.frames;
        }
        self.drawn = Instant::now();
        Ok(())
    }

    fn text(&self, counters: &Counters, words: &[f32], resent: u32) -> String {
        let seconds = self.began.0.elapsed().as_secs_f64().max(1e-3);
        let rate = (self.step.saturating_sub(self.began.1)) as f64 / seconds;
        let mut text = format!(
            "{}: step {}, {rate:.0} steps/s, frame {}\n",
            self.board,
            self.step,
            self.frames + 1
        );
        let losses: Vec<f64> = self.losses.iter().copied().collect();
        text += &loss_plot::losses(&losses);
        let names = parameters::names(&self.features);
        text += match self.scaled {
            _ if self.detector.is_some() => "",
            true => "parameters of the scaled columns, not in their own units:\n",
            false => "parameters:\n",
        };
        let parameters = match self.detector {
            Some(_) => 0,
            None => self.parameters,
        };
        let shown = words.iter().take(parameters.min(PARAMETERS));
        for (at, &word) in shown.enumerate() {
            let value = match self.fixed {
                true => fixed_fit::parameter(word),
                false => word,
            };
            let name = match names.get(at) {
                Some(name) if names.len() == self.parameters => name.clone(),
                _ => format!("parameter {at}"),
            };
            let _ = writeln!(text, "{name:20} {value:>12.6}");
        }
        if parameters > PARAMETERS {
            let _ = writeln!(text, "… and {} more", parameters - PARAMETERS);
        }
        for alert in &self.alerts {
            let _ = writeln!(text, "! {alert}");
        }
        let _ = writeln!(
            text,
            "since the board's start: samples {}, steps {}, refused {}, frames damaged {}, sent again {resent}, sensor \
             faults {}",
            counters.samples,
            counters.steps,
            counters.refused,
            counters.bad,
            counters.sensor.total()
        );
        text
    }
}

/// View of a detector, by its checkpoint: its phase, or the last score, the threshold, and whether
/// its votes are an alarm.
fn seen(
    (detector, recipe): &(normal::Description<f32>, Recipe<f32>),
    bytes: &[u8],
    score: Option<f64>,
) -> String {
    let Some(own) = Checkpoint::parse(bytes).ok().and_then(|saved| {
        let mut own = build(detector, recipe).ok()?;
        own.restore(&saved).ok().map(|()| own)
    }) else {
        // It moved while the pieces were pulled: the next frame may be whole.
        return String::new();
    };
    let [had, takes] = own.progress();
    let phase = match own.phase() {
        Phase::Learning => format!("learning: {had} of {takes} windows"),
        Phase::Calibrating => format!("calibrating: {had} of {takes} windows"),
        Phase::Watching => {
            let threshold = own.threshold().unwrap_or(f32::NAN);
            let alarm = if own.is_on() { "ALARM" } else { "no alarm" };
            let score =
                score.map_or_else(String::new, |score| format!("score {:.5}, ", score.abs()));
            format!("watching: {score}threshold {threshold:.5}, {alarm}")
        }
    };
    phase + "\n"
}
