//! Loss over epochs, drawn in the terminal, and the bar that runs until it is there.

use std::io::{IsTerminal, Write};

use crate::support::failure::Outcome;
use crate::support::format::number;
use crate::support::messages::{self, Bar};
use crate::support::output;
use crate::train::history::Epoch;

/// The progress of a fit.
pub(crate) struct Progress(Bar);

impl Progress {
    /// Bar of this many epochs.
    pub(crate) fn new(epochs: u32) -> Self {
        Self(Bar::new(
            epochs.into(),
            "epoch {pos}/{len} {bar:24} {msg} [{elapsed}, {per_sec}, {eta} left]",
        ))
    }

    /// One epoch is done.
    pub(crate) fn epoch(&self, epoch: &Epoch) {
        self.0.step(|| match epoch.validation {
            Some(validation) => format!("loss {:.5}, validation {validation:.5}", epoch.train),
            None => format!("loss {:.5}", epoch.train),
        });
    }

    /// A line above the bar.
    pub(crate) fn say(&self, line: &str) {
        self.0.say(line);
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.0.clear();
    }
}

/// Draws the losses: on standard output where somebody asks for it, else on standard error where
/// that is a terminal.
pub(crate) fn draw(history: &[Epoch], asked: bool) -> Outcome {
    let mut error = std::io::stderr().lock();
    let on_error = error.is_terminal() && !messages::is_quiet();
    match history.len() {
        0 | 1 => {}
        _ if asked => output::print(&plot(history, width(std::io::stdout().is_terminal())))?,
        _ if on_error => drop(write!(error, "{}", plot(history, width(true)))),
        _ => {}
    }
    Ok(())
}

/// Columns and rows of the picture, where there is room.
const WIDTH: usize = 60;
const HEIGHT: usize = 10;
/// Columns before it, and its columns at the least.
const MARGIN: usize = 14;
const LEAST: usize = 16;
/// Most rows that are drawn.
const MOST_ROWS: usize = 5000;

/// The columns that a picture has room for, on a terminal or elsewhere.
fn width(on_terminal: bool) -> usize {
    let size = on_terminal.then(terminal_size::terminal_size).flatten();
    size.map_or(WIDTH, |(columns, _)| {
        usize::from(columns.0)
            .saturating_sub(MARGIN)
            .clamp(LEAST, WIDTH)
    })
}

/// The picture of one fit: `·` training rows, `o` validation rows.
fn plot(history: &[Epoch], width: usize) -> String {
    let train: Vec<f64> = history.iter().map(|epoch| epoch.train).collect();
    let validation: Vec<f64> = history
        .iter()
        .filter_map(|epoch| epoch.validation)
        .collect();
    let curves = [('·', &train[..]), ('o', &validation[..])];
    let title = "loss: · training, o validation";
    picture(title, &curves, epochs(&curves), width) + "\n"
}

/// The losses of steps, the last of them at the right; nothing of fewer than two.
pub(crate) fn losses(losses: &[f64]) -> String {
    if losses.len() < 2 {
        return String::new();
    }
    let ends = [format!("{} steps ago", losses.len() - 1), "now".into()];
    let width = width(std::io::stdout().is_terminal());
    picture("loss of each step", &[('·', losses)], ends, width) + "\n"
}

/// Scores of rows in their order, each kind with a mark of its own; nothing of fewer than two.
pub(crate) fn scores(curves: &[(char, &[f64])]) -> String {
    let rows = curves.first().map_or(0, |curve| curve.1.len());
    if rows < 2 {
        return String::new();
    }
    let title = "scores: · normal, x not normal, ! alarm, - threshold";
    let ends = ["first row".into(), format!("row {rows}")];
    let width = width(std::io::stdout().is_terminal());
    picture(title, curves, ends, width) + "\n"
}

/// Curves over the epochs, each drawn with a mark of its own, under a title; values upwards.
/// What is not finite is left out.
pub(crate) fn overlay(title: &str, curves: &[(char, &[f64])]) -> String {
    let width = width(std::io::stdout().is_terminal());
    picture(title, curves, epochs(curves), width)
}

/// Rows as points, a curve over the range of their feature, and the ends of a band around it.
pub(crate) fn relation(
    title: &str,
    fitted: &[(f64, f64)],
    band: &[[f64; 2]],
    rows: &[(f64, f64)],
) -> String {
    let width = width(std::io::stdout().is_terminal());
    let (low, high) = match fitted {
        [first, .., last] => (first.0, last.0),
        _ => return String::new(),
    };
    let place = |x: f64| {
        let share = (x - low) / (high - low).max(f64::MIN_POSITIVE);
        (share * (width - 1) as f64).round() as usize
    };
    // A picture has one value a column; rows of the same column lie in layers.
    let mut layers: Vec<Vec<f64>> = Vec::new();
    for &(x, y) in rows.iter().step_by(rows.len().div_ceil(MOST_ROWS).max(1)) {
        let at = place(x).min(width - 1);
        match layers.iter_mut().find(|layer| layer[at].is_nan()) {
            Some(free) => free[at] = y,
            None => {
                let mut layer = vec![f64::NAN; width];
                layer[at] = y;
                layers.push(layer);
            }
        }
    }
    let of = |values: &dyn Fn(usize) -> f64| -> Vec<f64> {
        let last = fitted.len() - 1;
        (0..width)
            .map(|at| values(at * last / (width - 1)))
            .collect()
    };
    let ends: Vec<Vec<f64>> = match band {
        [] => Vec::new(),
        band => vec![of(&|at| band[at][0]), of(&|at| band[at][1])],
    };
    let curve = of(&|at| fitted[at].1);
    let mut curves: Vec<(char, &[f64])> = Vec::new();
    curves.extend(ends.iter().map(|end| ('·', &end[..])));
    curves.push(('*', &curve));
    curves.extend(layers.iter().map(|layer| ('o', &layer[..])));
    let names = [low, high].map(|x| number(Some(x)));
    picture(title, &curves, names, width) + "\n"
}

/// The names of the first and the last epoch.
fn epochs(curves: &[(char, &[f64])]) -> [String; 2] {
    let longest = curves.iter().map(|(_, curve)| curve.len()).max();
    ["1".into(), format!("epoch {}", longest.unwrap_or(0))]
}

/// Curves over anything, whose ends have these names.
fn picture(
    title: &str,
    curves: &[(char, &[f64])],
    [left, right]: [String; 2],
    width: usize,
) -> String {
    let values = || {
        let all = curves.iter().flat_map(|(_, curve)| curve.iter().copied());
        all.filter(|value| value.is_finite())
    };
    let top = values().fold(f64::MIN, f64::max);
    let bottom = values().fold(f64::MAX, f64::min);
    let longest = curves.iter().map(|(_, curve)| curve.len()).max();
    let mut cells = vec![vec![' '; width]; HEIGHT];
    let last = longest.unwrap_or(0).saturating_sub(1).max(1);
    for &(mark, curve) in curves {
        for (at, value) in curve.iter().enumerate() {
            let share = (top - value) / (top - bottom).max(f64::MIN_POSITIVE);
            if share.is_finite() {
                let row = (share * (HEIGHT - 1) as f64).round() as usize;
                cells[row][at * (width - 1) / last] = mark;
            }
        }
    }
    let mut text = format!("{title}\n");
    for (row, cells) in cells.iter().enumerate() {
        let label = match row {
            0 => format!("{top:.5}"),
            row if row == HEIGHT - 1 => format!("{bottom:.5}"),
            _ => String::new(),
        };
        let cells: String = cells.iter().collect();
        text += &format!("{label:>12} │{}\n", cells.trim_end());
    }
    let rest = width.saturating_sub(left.chars().count());
    let line = "─".repeat(width);
    text += &format!("{:13}└{line}\n{:14}{left}{right:>rest$}\n", "", "");
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
            validation: None,
        };
        let picture = plot(&[loss(1), loss(2), loss(4)], WIDTH);
        let lines: Vec<&str> = picture.lines().collect();
        assert_eq!(lines[1], "     1.00000 │·");
        assert_eq!(lines[HEIGHT], format!("     0.25000 │{}·", " ".repeat(59)));
    }
}
