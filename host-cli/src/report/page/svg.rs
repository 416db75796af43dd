//! Charts as SVG, with their numbers beside them for whoever does not see the picture.

use std::fmt::Write;

use maud::{Markup, html};

use super::chart::{Chart, Series, Shape};
use super::table::table;

/// The paper, and its margins: left, right, top, bottom.
const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 300.0;
const MARGIN: [f64; 4] = [72.0, 14.0, 22.0, 54.0];
/// The most letters of an axis label that find room.
const LETTERS: usize = 38;
/// The most letters of a number for which the left margin is wide enough, and what each further
/// one takes.
const SHORT: usize = 5;
const DIGIT: f64 = 9.0;
/// The room that a mark's number takes.
const FLAG: f64 = 20.0;
/// The most points of a cloud that are drawn.
const POINTS: usize = 1500;

impl Chart {
    /// The figure of HTML with this id.
    pub(super) fn figure(&self, id: &str) -> Markup {
        let thinned = |series: &&Series| series.drawn_every() > 1;
        let (head, rows) = &self.numbers;
        html! {
            figure id=(id) {
                figcaption { (self.title) }
                (self.legend())
                (self.svg(id))
                p { (self.description) }
                @for (at, mark) in self.marks.iter().enumerate() {
                    p.note { (at + 1) ": " (mark.name) }
                }
                @if let Some(series) = self.series.iter().find(thinned) {
                    p {
                        "Drawn: every " (series.drawn_every()) "th of " (series.points.len())
                        " points."
                    }
                }
                @if !rows.is_empty() {
                    details {
                        summary { "Numbers" }
                        (table(&format!("Numbers of {}", self.title), head, rows))
                    }
                }
            }
        }
    }

    /// Samples of the series with their names, where there is more than one.
    fn legend(&self) -> Markup {
        let named = || self.series.iter().filter(|series| !series.name.is_empty());
        let sample = |series: &Series| match series.shape {
            Shape::Dots => "M8 6h0M16 6h0M24 6h0".into(),
            Shape::Rings => format!("M0 6h11{}M19 6h11", ring(15.0, 6.0)),
            _ => String::from("M0 6h30"),
        };
        html! {
            @if named().count() > 1 {
                ul.legend {
                    @for series in named() {
                        li {
                            svg viewBox="0 0 30 12" aria-hidden="true" {
                                path class=(series.class()) d=(sample(series)) {}
                            }
                            (series.name)
                        }
                    }
                }
            }
        }
    }

    fn svg(&self, id: &str) -> Markup {
        html! {
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img"
                aria-labelledby={ (id) "-title " (id) "-desc" } {
                title id={ (id) "-title" } { (self.title) }
                desc id={ (id) "-desc" } { (self.description) }
                (self.axes())
                @for series in &self.series {
                    path class=(series.class()) d=(series.path(self)) {}
                }
                (self.flags())
            }
        }
    }

    /// A line at each mark, and a flag on top of it that points to the list below.
    fn flags(&self) -> Markup {
        let (top, bottom) = (MARGIN[2], HEIGHT - MARGIN[3]);
        let mut free = f64::MIN;
        // A flag gives way to the one before. One that had to go too far is left out; the list
        // below has it.
        let mut flag = |x: f64| {
            let flag = x.max(free);
            let fits = flag - x <= FLAG;
            free = if fits { flag + FLAG } else { free };
            fits.then(|| format!("{flag:.1}"))
        };
        html! {
            @for (at, mark) in self.marks.iter().enumerate() {
                @let x = self.left(mark.x);
                path.mark d=(format_args!("M{x:.1} {top}V{bottom}")) {}
                @if let Some(x) = flag(x) {
                    text.flag x=(x) y=(top - 6.0) text-anchor="middle" { (at + 1) }
                }
            }
        }
    }

    fn left(&self, x: f64) -> f64 {
        let start = self.start();
        start + self.x.share(x) * (WIDTH - start - MARGIN[1])
    }

    /// Position of the y axis: long numbers beside it need more room.
    fn start(&self) -> f64 {
        let ticks = self.y.ticks().into_iter();
        let longest = ticks.map(|tick| tick.text.len()).max().unwrap_or(0);
        MARGIN[0] + longest.saturating_sub(SHORT) as f64 * DIGIT
    }

    fn top(&self, y: f64) -> f64 {
        let bottom = HEIGHT - MARGIN[3];
        bottom - self.y.share(y) * (bottom - MARGIN[2])
    }

    fn axes(&self) -> Markup {
        let (right, bottom) = (WIDTH - MARGIN[1], HEIGHT - MARGIN[3]);
        let (start, top) = (self.start(), MARGIN[2]);
        let (middle, center) = ((start + right) / 2.0, (top + bottom) / 2.0);
        html! {
            @for tick in self.x.ticks() {
                @let x = format!("{:.1}", start + tick.share * (right - start));
                path.grid d=(format_args!("M{x} {top}V{bottom}")) {}
                text.tick x=(x) y=(bottom + 23.0) text-anchor="middle" { (tick.text) }
            }
            @for tick in self.y.ticks() {
                @let y = bottom - tick.share * (bottom - top);
                path.grid d=(format_args!("M{start} {y:.1}H{right}")) {}
                text.tick x=(start - 7.0) y=(format_args!("{:.1}", y + 4.5)) text-anchor="end" {
                    (tick.text)
                }
            }
            path.frame d=(format_args!("M{start} {top}V{bottom}H{right}")) {}
            text x=(format_args!("{middle:.0}")) y=(HEIGHT - 6.0) text-anchor="middle" {
                (label(&self.x.label, LETTERS))
            }
            text transform=(format_args!("translate(15 {center:.0}) rotate(-90)"))
                text-anchor="middle" {
                (label(&self.y.label, LETTERS - 8))
            }
        }
    }
}

impl Series {
    fn class(&self) -> String {
        match self.shape {
            Shape::Line => format!("line {}", self.tone.class()),
            Shape::Dots => format!("dots {}", self.tone.class()),
            Shape::Rings => format!("rings {}", self.tone.class()),
            Shape::Bars(_) => "bars".into(),
            Shape::Guide => "guide".into(),
        }
    }

    /// Number of points of which one is drawn.
    fn drawn_every(&self) -> usize {
        match self.shape {
            Shape::Dots => self.points.len().div_ceil(POINTS).max(1),
            _ => 1,
        }
    }

    fn path(&self, chart: &Chart) -> String {
        let mut path = String::new();
        let finite = |point: &&(f64, f64)| point.0.is_finite() && point.1.is_finite();
        let points = self
            .points
            .iter()
            .step_by(self.drawn_every())
            .filter(finite);
        for (at, &(x, y)) in points.enumerate() {
            let (left, top) = (chart.left(x), chart.top(y));
            let _ = match self.shape {
                Shape::Dots => write!(path, "M{left:.1} {top:.1}h0"),
                Shape::Bars(width) => {
                    let (right, zero) = (chart.left(x + width), chart.top(0.0));
                    write!(
                        path,
                        "M{left:.1} {zero:.1}V{top:.1}H{:.1}V{zero:.1}Z",
                        right - 1.0
                    )
                }
                _ if at == 0 => write!(path, "M{left:.1} {top:.1}"),
                _ => write!(path, "L{left:.1} {top:.1}"),
            };
        }
        if self.shape == Shape::Rings {
            for &(x, y) in self.points.iter().filter(finite) {
                path += &ring(chart.left(x), chart.top(y));
            }
        }
        path
    }
}

/// A small circle.
fn ring(x: f64, y: f64) -> String {
    format!("M{:.1} {y:.1}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0", x - 4.0)
}

/// A label that finds room; the whole of it for whoever points at it.
fn label(whole: &str, letters: usize) -> Markup {
    let shown = short(whole, letters);
    html! { (shown) @if shown != whole { title { (whole) } } }
}

/// A label of at most so many letters: its name is cut before its unit is.
fn short(label: &str, letters: usize) -> String {
    let (name, unit) = match label.rfind(" (") {
        Some(at) if label.len() - at < letters * 2 / 3 => label.split_at(at),
        _ => (label, ""),
    };
    let room = letters - unit.chars().count();
    match name.chars().count() > room {
        true => name.chars().take(room - 1).chain(['…']).collect::<String>() + unit,
        false => label.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_cut_before_its_unit() {
        assert_eq!(short("predicted (ppm)", 15), "predicted (ppm)");
        assert_eq!(short("predicted CO (ppm)", 15), "predicte… (ppm)");
        assert_eq!(short("no unit at all", 6), "no un…");
    }
}
