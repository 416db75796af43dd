//! Loss over epochs, drawn in the terminal, and the bar that runs until it is there.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use textplots::{Chart, Plot, Shape};

use crate::train::Epoch;

/// A bar on standard error; nothing where that is no terminal.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar of this many epochs.
    pub(crate) fn new(epochs: u32) -> Self {
        let style = ProgressStyle::with_template(
            "epoch {pos}/{len} {bar:24} {msg} [{elapsed}, {eta} left]",
        );
        let bar = ProgressBar::new(epochs.into());
        Self(match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        })
    }

    /// One epoch is done.
    pub(crate) fn epoch(&self, epoch: &Epoch) {
        self.0.set_message(match epoch.test {
            Some(test) => format!("loss {:.5}, held out {test:.5}", epoch.train),
            None => format!("loss {:.5}", epoch.train),
        });
        self.0.inc(1);
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// Draws the losses on standard error, where that is a terminal.
pub(crate) fn draw(history: &[Epoch]) {
    let mut out = std::io::stderr().lock();
    if history.len() > 1 && out.is_terminal() {
        let _ = write!(out, "{}", plot(history));
    }
}

/// The picture of the losses: held out where there are rows held out, else learned from.
fn plot(history: &[Epoch]) -> String {
    let held_out = history.iter().all(|epoch| epoch.test.is_some());
    let loss = |epoch: &Epoch| epoch.test.unwrap_or(epoch.train) as f32;
    let points: Vec<(f32, f32)> = history.iter().map(|e| (e.epoch as f32, loss(e))).collect();
    let last = history.len() as f32;
    let name = if held_out {
        "held-out loss"
    } else {
        "training loss"
    };
    let picture = Chart::new(100, 32, 1.0, last)
        .lineplot(&Shape::Lines(&points))
        .to_string();
    format!("{name} over epochs\n{picture}\n")
}
