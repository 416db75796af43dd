//! `cargo xtask readme-svg`: the runs that README.md shows, as a picture of a terminal.

use std::fmt::Write as _;

use anyhow::{Context, Result};

const LINE: usize = 19;
const TOP: usize = 52;

pub(crate) fn run() -> Result<()> {
    let root = crate::root();
    let readme = std::fs::read_to_string(root.join("README.md")).context("README.md")?;
    let svg = draw(&lines(&readme));
    std::fs::write(root.join("docs/run.svg"), svg).context("docs/run.svg")
}

/// The lines of every block of README.md that shows a terminal.
fn lines(readme: &str) -> Vec<&str> {
    let blocks = readme.split("```console\n").skip(1);
    let blocks: Vec<&str> = blocks
        .filter_map(|rest| rest.split("\n```").next())
        .collect();
    let mut lines = Vec::new();
    for block in blocks {
        if !lines.is_empty() {
            lines.push("");
        }
        lines.extend(block.lines());
    }
    lines
}

/// A command that is too long for the picture goes on in lines of its own.
fn wrapped(line: &str) -> Vec<String> {
    if !line.starts_with("$ ") {
        return vec![line.to_owned()];
    }
    let mut rows = vec![String::new()];
    for word in line.split(' ') {
        let row = rows.last_mut().expect("there is a first row");
        if row.len() + word.len() > 84 && row.len() > 2 {
            row.push_str(" \\");
            rows.push(format!("    {word}"));
        } else {
            if !row.is_empty() {
                row.push(' ');
            }
            row.push_str(word);
        }
    }
    rows
}

fn draw(lines: &[&str]) -> String {
    let rows: Vec<(bool, String)> = lines
        .iter()
        .flat_map(|line| {
            let command = line.starts_with("$ ");
            wrapped(line).into_iter().map(move |row| (command, row))
        })
        .collect();
    let height = TOP + rows.len() * LINE + 16;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 980 {height}\" role=\"img\" \
         aria-label=\"A terminal: a fit and a crosscheck\">\n\
         <rect width=\"980\" height=\"{height}\" rx=\"10\" fill=\"#14191f\"/>\n\
         <circle cx=\"24\" cy=\"22\" r=\"6\" fill=\"#5b6570\"/>\
         <circle cx=\"44\" cy=\"22\" r=\"6\" fill=\"#5b6570\"/>\
         <circle cx=\"64\" cy=\"22\" r=\"6\" fill=\"#5b6570\"/>\n\
         <g font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
         font-size=\"14\" fill=\"#d5dbe1\" xml:space=\"preserve\">\n"
    );
    for (index, (command, row)) in rows.iter().enumerate() {
        let text = row.replace('&', "&amp;").replace('<', "&lt;");
        let color = if *command { " fill=\"#7fd1ff\"" } else { "" };
        let y = TOP + index * LINE;
        writeln!(svg, "<text x=\"24\" y=\"{y}\"{color}>{text}</text>").expect("a String takes all");
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_that_of_the_readme() {
        let root = crate::root();
        let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
        let picture = std::fs::read_to_string(root.join("docs/run.svg")).unwrap();
        assert!(!lines(&readme).is_empty());
        assert_eq!(
            draw(&lines(&readme)),
            picture,
            "run `cargo xtask readme-svg`"
        );
    }
}
