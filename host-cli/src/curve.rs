//! Loss over epochs, drawn in the terminal, and the bar that runs until it is there.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

use crate::course::Epoch;
use crate::failure::Outcome;
use crate::output;

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

    /// A line above the bar.
    pub(crate) fn say(&self, line: &str) {
        self.0.println(line);
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// Draws the losses: on standard output where somebody asks for it, else on standard error where
/// that is a terminal.
pub(crate) fn draw(history: &[Epoch], asked: bool) -> Outcome {
    let mut error = std::io::stderr().lock();
    match history.len() {
        0 | 1 => {}
        _ if asked => output::print(&plot(history))?,
        _ if error.is_terminal() => drop(write!(error, "{}", plot(history))),
        _ => {}
    }
    Ok(())
}

/// Columns and rows of the picture.
const WIDTH: usize = 60;
const HEIGHT: usize = 10;

/// The picture: `·` rows learned from, `o` rows held out, loss upwards and epochs to the right.
fn plot(history: &[Epoch]) -> String {
    let losses = || {
        history
            .iter()
            .flat_map(|e| [Some(e.train), e.test])
            .flatten()
    };
    let top = losses().fold(f64::MIN, f64::max);
    let bottom = losses().fold(f64::MAX, f64::min);
    let mut cells = [[' '; WIDTH]; HEIGHT];
    let last = (history.len() - 1).max(1);
    for (at, epoch) in history.iter().enumerate() {
        let column = at * (WIDTH - 1) / last;
        for (loss, mark) in [(Some(epoch.train), '·'), (epoch.test, 'o')] {
            let share = loss.map(|loss| (top - loss) / (top - bottom).max(f64::MIN_POSITIVE));
            if let Some(share) = share.filter(|share| share.is_finite()) {
                cells[(share * (HEIGHT - 1) as f64).round() as usize][column] = mark;
            }
        }
    }
    let mut text = String::from("loss: · learned from, o held out\n");
    for (row, cells) in cells.iter().enumerate() {
        let label = match row {
            0 => format!("{top:.5}"),
            row if row == HEIGHT - 1 => format!("{bottom:.5}"),
            _ => String::new(),
        };
        let cells: String = cells.iter().collect();
        text += &format!("{label:>12} │{}\n", cells.trim_end());
    }
    let last = format!("epoch {}", history.len());
    text += &format!("{:13}└{}\n{:14}1{last:>59}\n\n", "", "─".repeat(WIDTH), "");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_loss_is_at_the_top_left_and_the_last_at_the_bottom_right() {
        let loss = |epoch| Epoch {
            epoch,
            train: 1.0 / f64::from(epoch),
            test: None,
        };
        let picture = plot(&[loss(1), loss(2), loss(4)]);
        let lines: Vec<&str> = picture.lines().collect();
        assert_eq!(lines[1], "     1.00000 │·");
        assert_eq!(lines[HEIGHT], format!("     0.25000 │{}·", " ".repeat(59)));
    }
}
