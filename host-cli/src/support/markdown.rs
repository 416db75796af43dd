//! Markdown as text for a terminal.

use comfy_table::{Table, presets};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// The part of a page below a heading, up to the next one of its level or above; `None` where the
/// page has no such heading.
pub(crate) fn section<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let mut found: Option<(HeadingLevel, usize)> = None;
    let mut open: Option<(HeadingLevel, usize)> = None;
    let mut words = String::new();
    for (event, place) in Parser::new_ext(page, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                if let Some((own, start)) = found
                    && level <= own
                {
                    return Some(page[start..place.start].trim());
                }
                words.clear();
                open = Some((level, place.end));
            }
            Event::Text(text) | Event::Code(text) if open.is_some() => words.push_str(&text),
            Event::End(TagEnd::Heading(_)) => {
                let here = open.take().filter(|_| words == heading);
                found = found.or(here);
            }
            _ => {}
        }
    }
    found.map(|(_, start)| page[start..].trim())
}

/// A page in lines of so many columns: a table as columns where it is that narrow, and as a list
/// otherwise.
pub(crate) fn text(page: &str, width: usize) -> String {
    let mut writer = Writer {
        width,
        ..Writer::default()
    };
    for event in Parser::new_ext(page, Options::ENABLE_TABLES) {
        writer.take(event);
    }
    writer.text
}

/// The text so far, and what is being read.
#[derive(Default)]
struct Writer {
    text: String,
    width: usize,
    words: String,
    /// Text whose lines are kept.
    verbatim: bool,
    /// Indentation of the paragraphs of a list.
    indent: usize,
    rows: Vec<Vec<String>>,
}

impl Writer {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.verbatim = true,
            Event::Start(Tag::List(_)) => {
                self.paragraph();
                self.indent += 2;
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => self.rows.push(Vec::new()),
            Event::Text(text) | Event::Code(text) => self.words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => self.words.push(' '),
            Event::End(TagEnd::Heading(_)) => {
                let heading = std::mem::take(&mut self.words);
                self.block(&format!("{}:", heading.trim_end_matches('.')));
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item) => self.paragraph(),
            Event::End(TagEnd::List(_)) => self.indent -= 2,
            Event::End(TagEnd::CodeBlock) => {
                self.verbatim = false;
                let code = std::mem::take(&mut self.words);
                let lines = code.lines().map(|line| format!("    {line}"));
                self.block(&lines.collect::<Vec<_>>().join("\n"));
            }
            Event::End(TagEnd::TableCell) => {
                let cell = std::mem::take(&mut self.words);
                self.rows.last_mut().expect("a row has begun").push(cell);
            }
            Event::End(TagEnd::Table) => {
                let rows = std::mem::take(&mut self.rows);
                let table = columns(&rows);
                let is_narrow = table.lines().all(|line| line.chars().count() <= self.width);
                self.block(&match is_narrow {
                    true => table,
                    false => self.list(&rows),
                });
            }
            _ => {}
        }
    }

    /// Ends a paragraph, if there is one.
    fn paragraph(&mut self) {
        let words = std::mem::take(&mut self.words);
        if words.is_empty() {
            return;
        }
        let (first, later) = match self.indent {
            0 => (String::new(), String::new()),
            indent => (format!("{}- ", " ".repeat(indent - 2)), " ".repeat(indent)),
        };
        let lines = self.wrapped(&words, &first, &later);
        self.block(&lines);
    }

    /// Adds a block, with a blank line in front.
    fn block(&mut self, block: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(block);
        self.text.push('\n');
    }

    fn wrapped(&self, words: &str, first: &str, later: &str) -> String {
        let options = textwrap::Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(later)
            .break_words(false);
        textwrap::fill(words, options)
    }

    /// Rows of a table as a list: the first cell, and below it the others, each behind its heading
    /// where there are several.
    fn list(&self, rows: &[Vec<String>]) -> String {
        let [head, rows @ ..] = rows else {
            return String::new();
        };
        let mut lines = Vec::new();
        for row in rows {
            let [name, others @ ..] = &row[..] else {
                continue;
            };
            lines.push(self.wrapped(name, "  ", "  "));
            for (cell, heading) in others.iter().zip(&head[1..]) {
                let words = match others.len() > 1 && !heading.is_empty() {
                    true => format!("{heading}: {cell}"),
                    false => cell.clone(),
                };
                if !cell.is_empty() {
                    lines.push(self.wrapped(&words, "      ", "      "));
                }
            }
        }
        lines.join("\n")
    }
}

/// Rows of a table below each other.
fn columns(rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((2, 0));
    }
    let lines = table.lines().map(|line| line.trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Page\n\n## One `a`\n\nText of *one*\nand more.\n\n### Below\n\n- item\n\n## Two\n\n\
        | a | b |\n|---|---|\n| `x` | y |\n";

    #[test]
    fn a_section_ends_at_the_next_heading_of_its_level() {
        assert_eq!(
            section(PAGE, "One a"),
            Some("Text of *one*\nand more.\n\n### Below\n\n- item")
        );
        assert_eq!(section(PAGE, "Below"), Some("- item"));
        assert_eq!(section(PAGE, "Three"), None);
    }

    #[test]
    fn marks_are_left_out_and_tables_fit() {
        let two = section(PAGE, "Two").unwrap();
        assert_eq!(text(two, 20), "  a  b\n  x  y\n");
        assert_eq!(text(two, 5), "  x\n      y\n");
        assert_eq!(
            text(section(PAGE, "One a").unwrap(), 12),
            "Text of one\nand more.\n\nBelow:\n\n- item\n"
        );
    }
}
