//! Charts: titles, axes, series and marks.

use super::axis::Axis;

/// A picture of numbers.
pub(crate) struct Chart {
    pub(crate) title: String,
    /// Description, in a sentence with the numbers that matter.
    pub(crate) description: String,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) series: Vec<Series>,
    pub(crate) marks: Vec<Mark>,
    /// Names of the columns and rows of its numbers; empty where the picture has too many.
    pub(crate) numbers: (Vec<&'static str>, Vec<Vec<String>>),
}

/// Points of a chart that belong together.
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

impl Series {
    /// The only series of a chart, which needs no name, or a line to compare with.
    pub(crate) fn unnamed(shape: Shape, points: Vec<(f64, f64)>) -> Self {
        Self {
            name: String::new(),
            shape,
            tone: Tone::A,
            points,
        }
    }
}

impl Tone {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [Self::A, Self::B, Self::C, Self::D, Self::E, Self::F];

    /// Class of its elements in the page's style.
    pub(super) fn class(self) -> &'static str {
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
