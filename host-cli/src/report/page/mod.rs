//! Reports: one page of HTML that holds everything it shows, without scripts and without network.

mod amount_plots;
mod axis;
pub(crate) mod certificate;
mod chart;
mod class_plots;
mod diagnostic_plots;
pub(crate) mod fit;
mod losses;
pub(crate) mod solver;
mod svg;
mod table;
mod text;

use std::path::Path;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::support::failure::{Failure, Outcome};
use crate::support::output;
use crate::support::printable::printable;

pub(crate) use amount_plots::in_units;
pub(crate) use axis::Axis;
pub(crate) use chart::{Chart, Mark, Series, Shape, Tone};
pub(crate) use diagnostic_plots::diagnostic_plots;
pub(crate) use losses::{MANY, losses};
use table::table;
pub(crate) use text::{command_line, reproduce};

/// The place of a page that will be written.
pub(crate) struct Report {
    target: output::Target,
}

impl Report {
    /// The place that `--report` names, if it is given, looked at before any work is done: neither
    /// the inputs nor what goes to `--out` is there.
    pub(crate) fn asked(
        report: Option<&Path>,
        out: Option<&Path>,
        inputs: &[&Path],
    ) -> Outcome<Option<Self>> {
        let Some(path) = report else { return Ok(None) };
        if out.is_some_and(|out| output::is_one_file(out, path)) {
            return Err(Failure::Usage(
                "`--out` and `--report` name the same file; name two".into(),
            ));
        }
        let target = output::Target::new(path, inputs)?;
        Ok(Some(Self { target }))
    }

    /// Writes the page there.
    pub(crate) fn write(&self, page: &Page) -> Outcome {
        self.target.write(&page.html())
    }
}

/// Something to say in words.
pub(crate) struct Remark {
    /// Subject of the remark.
    pub(crate) title: String,
    /// Parts of the remark, each after its name.
    pub(crate) parts: Vec<(&'static str, String)>,
}

/// A page that grows section by section.
pub(crate) struct Page {
    title: String,
    lead: Vec<String>,
    sections: Vec<Markup>,
}

impl Page {
    /// With a title, and a sentence or two below it.
    pub(crate) fn new(title: &str, lead: &[String]) -> Self {
        Self {
            title: title.into(),
            lead: lead.into(),
            sections: Vec::new(),
        }
    }

    /// Adds a section of charts, side by side where there is room.
    pub(crate) fn charts(&mut self, title: &str, charts: &[Chart]) {
        if charts.is_empty() {
            return;
        }
        self.section(
            title,
            html! {
                div.charts {
                    @for chart in charts {
                        (chart.figure(&format!("{}-{}", anchor(title), anchor(&chart.title))))
                    }
                }
            },
        );
    }

    /// Adds a table: names of the columns, and rows whose first cell is a name.
    pub(crate) fn table(&mut self, title: &str, note: &str, head: &[&str], rows: &[Vec<String>]) {
        self.section(
            title,
            html! {
                @if !note.is_empty() { p { (note) } }
                (table(title, head, rows))
            },
        );
    }

    /// Adds remarks in words.
    pub(crate) fn remarks(&mut self, title: &str, remarks: &[Remark]) {
        if remarks.is_empty() {
            return;
        }
        self.section(
            title,
            html! {
                @for Remark { title, parts } in remarks {
                    article {
                        h3 { (title) }
                        dl { @for (name, text) in parts { dt { (name) } dd { (text) } } }
                    }
                }
            },
        );
    }

    /// Adds text as it was typed or printed.
    pub(crate) fn code(&mut self, title: &str, note: &str, code: &str) {
        self.section(
            title,
            html! {
                pre {
                    code {
                        @for (at, word) in code.split(' ').enumerate() {
                            @if at > 0 { " " }
                            // An option is not to be broken at its dashes.
                            @if word.starts_with("--") { span { (word) } } @else { (word) }
                        }
                    }
                }
                p { (note) }
            },
        );
    }

    fn section(&mut self, title: &str, content: Markup) {
        self.sections.push(html! {
            section id=(anchor(title)) { h2 { (title) } (content) }
        });
    }

    /// The whole page.
    pub(crate) fn html(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    link rel="icon" href="data:,";
                    title { (self.title) }
                    style { (PreEscaped(include_str!("style.css"))) }
                }
                body {
                    header { h1 { (self.title) } @for line in &self.lead { p { (line) } } }
                    main { @for section in &self.sections { (section) } }
                    footer { "Written by downhill " (env!("CARGO_PKG_VERSION")) "." }
                }
            }
        };
        // What is no character of HTML, such as ESC, would reach whoever prints the page.
        printable(&page.into_string()).into_owned() + "\n"
    }
}

/// A name as an anchor.
fn anchor(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    name.chars().map(plain).collect()
}
