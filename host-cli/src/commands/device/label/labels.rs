//! Labels from the command line, or from lines of standard input.

use std::io::BufRead;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use crate::arguments::device::LabelArguments;
use crate::data::classes::Classes;
use crate::model::model_file::Model;
use crate::model::twin::Twin;
use crate::support::failure::{Failure, Outcome};
use crate::support::format::{counted, printable};

/// How long the board is listened to, and the labels are waited for, in turn.
pub(super) const TURN: Duration = Duration::from_millis(20);

/// Labels that were read and wait.
const AHEAD: usize = 16;

/// Label of a sample: a number for each target.
pub(super) struct Label {
    /// Place where it was written.
    pub(super) place: String,
    /// As it was written.
    pub(super) said: String,
    pub(super) targets: Vec<f32>,
}

/// What labels mean to the fit of a board.
#[derive(Default)]
pub(super) struct Meaning {
    /// Classes of the target; none of an amount.
    classes: Classes,
    /// Origin of each target; none where each is 0.
    origins: Vec<f64>,
    is_of_model: bool,
}

impl Meaning {
    /// By the model that the board fits.
    pub(super) fn of_model(model: &Model<f32, Twin>) -> Self {
        Self {
            classes: model.file.target.classes.clone(),
            origins: model.file.origins.targets.clone(),
            is_of_model: true,
        }
    }

    /// A target less its origin, as the board takes it.
    fn target(&self, place: &str, at: usize, number: f64) -> Outcome<f32> {
        let origin = self.origins.get(at).copied().unwrap_or_default();
        let target = (number - origin) as f32;
        let is_whole = (f64::from(target) - (number - origin)).abs() < 0.5;
        if is_whole && target.is_finite() {
            return Ok(target);
        }
        let cure = match self.is_of_model {
            true => "fit the model anew with rows of such targets",
            false => {
                "name the model that it fits with `--model`, whose origin is subtracted, or \
                 subtract the same number from each"
            }
        };
        Err(Failure::Input(format!(
            "{place}: `{number}` has more digits than the numbers of a board; {cure}"
        )))
    }
}

/// Source of labels.
pub(super) enum Labels {
    One(Option<Label>),
    /// Lines of standard input, which a thread reads: the board is listened to meanwhile.
    Lines {
        lines: Receiver<std::io::Result<String>>,
        number: u64,
        meaning: Meaning,
    },
}

/// Next event of a source.
pub(super) enum Next {
    Label(Label),
    NotYet,
    None,
}

impl Label {
    /// The label of a class, or the numbers of a line, between spaces, commas or semicolons.
    fn parse(place: String, text: &str, meaning: &Meaning) -> Outcome<Self> {
        let classes = &meaning.classes;
        if !classes.is_empty() {
            let class = classes.named(text.trim()).ok_or_else(|| {
                Failure::Input(format!(
                    "{place}: `{}` is none of the model's classes, {classes}; write one of them",
                    printable(text.trim())
                ))
            })?;
            return Ok(Self {
                place,
                said: printable(text.trim()),
                targets: vec![class as f32],
            });
        }
        let words = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
        let (mut targets, mut said) = (Vec::new(), Vec::new());
        for word in words.filter(|word| !word.is_empty()) {
            match word.parse::<f64>() {
                Ok(number) if number.is_finite() => {
                    targets.push(meaning.target(&place, targets.len(), number)?);
                    said.push(number.to_string());
                }
                _ => {
                    return Err(Failure::Input(format!(
                        "{place}: `{}` is no finite number; write one for each target of the \
                         board's fit",
                        word.escape_debug()
                    )));
                }
            }
        }
        Ok(Self {
            place,
            said: said.join(", "),
            targets,
        })
    }

    pub(super) fn check(&self, width: usize) -> Outcome {
        match self.targets.len() == width {
            true => Ok(()),
            false => Err(Failure::Input(format!(
                "{}: {}, and the board's fit has {}; write one for each, with a decimal point",
                self.place,
                counted(self.targets.len(), "number"),
                counted(width, "target")
            ))),
        }
    }
}

impl Labels {
    /// Labels that are given; of a target of classes by their labels, else as numbers.
    pub(super) fn new(arguments: &LabelArguments, meaning: Meaning) -> Outcome<Self> {
        if arguments.targets != ["-"] {
            let label = Label::parse("the label".into(), &arguments.targets.join(" "), &meaning)?;
            return Ok(Self::One(Some(label)));
        }
        if arguments.sample.is_some() {
            return Err(Failure::Usage(
                "`--sample` is for one label; standard input has many".into(),
            ));
        }
        let (send, lines) = sync_channel(AHEAD);
        thread::spawn(move || {
            for line in std::io::stdin().lock().lines() {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self::Lines {
            lines,
            number: 0,
            meaning,
        })
    }

    pub(super) fn next(&mut self) -> Outcome<Next> {
        match self {
            Self::One(label) => Ok(label.take().map_or(Next::None, Next::Label)),
            Self::Lines {
                lines,
                number,
                meaning,
            } => {
                let line = match lines.recv_timeout(TURN) {
                    Ok(line) => line,
                    Err(RecvTimeoutError::Timeout) => return Ok(Next::NotYet),
                    Err(RecvTimeoutError::Disconnected) => return Ok(Next::None),
                };
                *number += 1;
                let place = format!("standard input, line {number}");
                let line = line.map_err(|error| Failure::Input(format!("{place}: {error}")))?;
                match line.trim() {
                    "" => Ok(Next::NotYet),
                    line => Label::parse(place, line, meaning).map(Next::Label),
                }
            }
        }
    }
}
