//! Reports: one page of HTML that holds everything it shows, without scripts and without network.

mod axis;
mod chart;
mod evidence;
pub(crate) mod fit;
mod losses;
mod text;

use std::fmt::Write;
use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::output;

pub(crate) use axis::Axis;
pub(crate) use chart::{Chart, Mark, Series, Shape, Tone};
pub(crate) use evidence::{charts as evidence, in_units};
pub(crate) use losses::{MANY, losses};
pub(crate) use text::{escape, reproduce};

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
        if out == Some(path) {
            return Err(Failure::Usage(
                "`--out` and `--report` name the same file; name two".into(),
            ));
        }
        let mut taken = inputs.to_vec();
        taken.extend(out);
        let target = output::Target::new(path, &taken)?;
        Ok(Some(Self { target }))
    }

    /// Writes the page there.
    pub(crate) fn write(&self, page: &Page) -> Outcome {
        self.target.write(&page.html())
    }
}

/// Something to say in words.
pub(crate) struct Remark {
    /// What it is about.
    pub(crate) title: String,
    /// What is said, each part after its name.
    pub(crate) parts: Vec<(&'static str, String)>,
}

/// A page that grows section by section.
pub(crate) struct Page {
    title: String,
    body: String,
}

impl Page {
    /// With a title, and a sentence or two below it.
    pub(crate) fn new(title: &str, lead: &[String]) -> Self {
        let mut body = format!("<header><h1>{}</h1>\n", escape(title));
        for line in lead {
            let _ = writeln!(body, "<p>{}</p>", escape(line));
        }
        body += "</header>\n<main>\n";
        Self {
            title: title.into(),
            body,
        }
    }

    /// Adds a section of charts, side by side where there is room.
    pub(crate) fn charts(&mut self, title: &str, charts: &[Chart]) {
        if charts.is_empty() {
            return;
        }
        self.open(title);
        self.body += "<div class=\"charts\">\n";
        for chart in charts {
            let id = format!("{}-{}", anchor(title), anchor(&chart.title));
            self.body += &chart.figure(&id);
        }
        self.body += "</div>\n</section>\n";
    }

    /// Adds a table: names of the columns, and rows whose first cell is a name.
    pub(crate) fn table(&mut self, title: &str, note: &str, head: &[&str], rows: &[Vec<String>]) {
        self.open(title);
        if !note.is_empty() {
            let _ = writeln!(self.body, "<p>{}</p>", escape(note));
        }
        self.body += &table(title, head, rows);
        self.body += "</section>\n";
    }

    /// Adds remarks in words.
    pub(crate) fn remarks(&mut self, title: &str, remarks: &[Remark]) {
        if remarks.is_empty() {
            return;
        }
        self.open(title);
        for Remark { title, parts } in remarks {
            let _ = writeln!(self.body, "<article><h3>{}</h3>\n<dl>", escape(title));
            for (name, text) in parts {
                let _ = writeln!(self.body, "<dt>{name}</dt><dd>{}</dd>", escape(text));
            }
            self.body += "</dl></article>\n";
        }
        self.body += "</section>\n";
    }

    /// Adds text as it was typed or printed.
    pub(crate) fn code(&mut self, title: &str, note: &str, code: &str) {
        self.open(title);
        // An option is not to be broken at its dashes.
        let words = code.split(' ').map(|word| match word.starts_with("--") {
            true => format!("<span>{}</span>", escape(word)),
            false => escape(word),
        });
        let code = words.collect::<Vec<_>>().join(" ");
        let _ = writeln!(self.body, "<pre><code>{code}</code></pre>");
        let _ = writeln!(self.body, "<p>{}</p>\n</section>", escape(note));
    }

    fn open(&mut self, title: &str) {
        let (id, title) = (anchor(title), escape(title));
        let _ = writeln!(self.body, "<section id=\"{id}\"><h2>{title}</h2>");
    }

    /// The whole page.
    fn html(&self) -> String {
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n\
             <style>\n{}</style>\n</head>\n<body>\n{}</main>\n\
             <footer>Written by downhill {}.</footer>\n</body>\n</html>\n",
            escape(&self.title),
            include_str!("style.css"),
            self.body,
            env!("CARGO_PKG_VERSION")
        )
    }
}

/// A table of HTML that scrolls by itself where it is too wide.
fn table(name: &str, head: &[&str], rows: &[Vec<String>]) -> String {
    let label = escape(name);
    let mut text = format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\">\n<table>\n<thead><tr>"
    );
    for name in head {
        let _ = write!(text, "<th scope=\"col\">{}</th>", escape(name));
    }
    text += "</tr></thead>\n<tbody>\n";
    for row in rows {
        text += "<tr>";
        for (at, cell) in row.iter().enumerate() {
            let cell = escape(cell);
            let _ = match at {
                0 => write!(text, "<th scope=\"row\">{cell}</th>"),
                _ => write!(text, "<td>{cell}</td>"),
            };
        }
        text += "</tr>\n";
    }
    text + "</tbody>\n</table>\n</div>\n"
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
