//! Charts in SVG, with their numbers beside them for whoever does not see the picture.

use std::fmt::Write;

use super::axis::Axis;
use super::{escape, table};

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

/// A picture of numbers.
pub(crate) struct Chart {
    pub(crate) title: String,
    /// What is to be seen, in a sentence with the numbers that matter.
    pub(crate) description: String,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) series: Vec<Series>,
    pub(crate) marks: Vec<Mark>,
    /// Names of the columns and rows of its numbers; empty where the picture has too many.
    pub(crate) numbers: (Vec<&'static str>, Vec<Vec<String>>),
}

/// What belongs together in a chart.
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) tone: Tone,
    pub(crate) points: Vec<(f64, f64)>,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    /// Points joined by a line.
    Line,
    /// A cloud of points.
    Dots,
    /// A line with a ring at every point.
    Rings,
    /// A bar of this width at every point, from 0 on.
    Bars(f64),
    /// A thin line to compare with.
    Guide,
}

/// Colors that are told apart without color vision too, by their dashes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Tone {
    A,
    B,
    C,
    D,
    E,
    F,
}

/// Something that happened at one place of the x axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mark {
    pub(crate) x: f64,
    pub(crate) name: String,
}

impl Tone {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [Self::A, Self::B, Self::C, Self::D, Self::E, Self::F];

    fn class(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::C => "c",
            Self::D => "d",
            Self::E => "e",
            Self::F => "f",
        }
    }
}

impl Chart {
    /// The figure of HTML with this id.
    pub(super) fn figure(&self, id: &str) -> String {
        let mut text = format!(
            "<figure id=\"{id}\"><figcaption>{}</figcaption>\n",
            escape(&self.title)
        );
        text += &self.legend();
        text += &self.svg(id);
        let _ = writeln!(text, "<p>{}</p>", escape(&self.description));
        for (at, mark) in self.marks.iter().enumerate() {
            let _ = writeln!(
                text,
                "<p class=\"note\">{}: {}</p>",
                at + 1,
                escape(&mark.name)
            );
        }
        let thinned = self
            .series
            .iter()
            .find(|s| s.shape == Shape::Dots && s.points.len() > POINTS);
        if let Some(series) = thinned {
            let _ = writeln!(
                text,
                "<p>Drawn: every {}th of {} points.</p>",
                series.points.len().div_ceil(POINTS),
                series.points.len()
            );
        }
        let (head, rows) = &self.numbers;
        if !rows.is_empty() {
            let name = format!("Numbers of {}", self.title);
            let _ = write!(
                text,
                "<details><summary>Numbers</summary>\n{}</details>\n",
                table(&name, head, rows)
            );
        }
        text + "</figure>\n"
    }

    /// Samples of the series with their names, where there is more than one.
    fn legend(&self) -> String {
        let named: Vec<&Series> = self.series.iter().filter(|s| !s.name.is_empty()).collect();
        if named.len() < 2 {
            return String::new();
        }
        let mut text = String::from("<ul class=\"legend\">");
        for series in named {
            let sample = match series.shape {
                Shape::Dots => "M8 6h0M16 6h0M24 6h0".into(),
                Shape::Rings => format!("M0 6h11{}M19 6h11", ring(15.0, 6.0)),
                _ => String::from("M0 6h30"),
            };
            let _ = write!(
                text,
                "<li><svg viewBox=\"0 0 30 12\" aria-hidden=\"true\"><path class=\"{}\" d=\"{sample}\"/></svg>{}</li>",
                series.class(),
                escape(&series.name)
            );
        }
        text + "</ul>\n"
    }

    fn svg(&self, id: &str) -> String {
        let mut text = format!(
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
             <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n",
            escape(&self.title),
            escape(&self.description)
        );
        self.axes(&mut text);
        for series in &self.series {
            series.draw(&mut text, self);
        }
        let mut free = f64::MIN;
        for (at, mark) in self.marks.iter().enumerate() {
            let x = self.left(mark.x);
            let (top, bottom) = (MARGIN[2], HEIGHT - MARGIN[3]);
            let _ = write!(text, "<path class=\"mark\" d=\"M{x:.1} {top}V{bottom}\"/>");
            // A flag gives way to the one before. One that had to go too far is left out; the
            // list below has it.
            let flag = x.max(free);
            if flag - x <= FLAG {
                free = flag + FLAG;
                let _ = write!(
                    text,
                    "<text class=\"flag\" x=\"{flag:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                    top - 6.0,
                    at + 1
                );
            }
        }
        text + "</svg>\n"
    }

    fn left(&self, x: f64) -> f64 {
        let start = self.start();
        start + self.x.share(x) * (WIDTH - start - MARGIN[1])
    }

    /// Where the y axis is: long numbers beside it need more room.
    fn start(&self) -> f64 {
        let ticks = self.y.ticks().into_iter();
        let longest = ticks.map(|tick| tick.text.len()).max().unwrap_or(0);
        MARGIN[0] + longest.saturating_sub(SHORT) as f64 * DIGIT
    }

    fn top(&self, y: f64) -> f64 {
        let bottom = HEIGHT - MARGIN[3];
        bottom - self.y.share(y) * (bottom - MARGIN[2])
    }

    fn axes(&self, text: &mut String) {
        let (right, bottom) = (WIDTH - MARGIN[1], HEIGHT - MARGIN[3]);
        let (start, top) = (self.start(), MARGIN[2]);
        for tick in self.x.ticks() {
            let x = start + tick.share * (right - start);
            let _ = writeln!(
                text,
                "<path class=\"grid\" d=\"M{x:.1} {top}V{bottom}\"/>\
                 <text class=\"tick\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                bottom + 23.0,
                tick.text
            );
        }
        for tick in self.y.ticks() {
            let y = bottom - tick.share * (bottom - top);
            let _ = writeln!(
                text,
                "<path class=\"grid\" d=\"M{start} {y:.1}H{right}\"/>\
                 <text class=\"tick\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                start - 7.0,
                y + 4.5,
                tick.text
            );
        }
        let (middle, center) = ((start + right) / 2.0, (top + bottom) / 2.0);
        let _ = write!(
            text,
            "<path class=\"frame\" d=\"M{start} {top}V{bottom}H{right}\"/>\n\
             <text x=\"{middle:.0}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n\
             <text transform=\"translate(15 {center:.0}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
            HEIGHT - 6.0,
            label(&self.x.label, LETTERS),
            label(&self.y.label, LETTERS - 8)
        );
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

    fn draw(&self, text: &mut String, chart: &Chart) {
        let mut path = String::new();
        let finite = |point: &&(f64, f64)| point.0.is_finite() && point.1.is_finite();
        let every = match self.shape {
            Shape::Dots => self.points.len().div_ceil(POINTS).max(1),
            _ => 1,
        };
        let points = self.points.iter().step_by(every).filter(finite);
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
        let _ = writeln!(text, "<path class=\"{}\" d=\"{path}\"/>", self.class());
    }
}

/// A small circle.
fn ring(x: f64, y: f64) -> String {
    format!("M{:.1} {y:.1}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0", x - 4.0)
}

/// A label that finds room; the whole of it for whoever points at it.
fn label(whole: &str, letters: usize) -> String {
    let shown = short(whole, letters);
    let rest = match shown == whole {
        true => String::new(),
        false => format!("<title>{}</title>", escape(whole)),
    };
    escape(&shown) + &rest
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
