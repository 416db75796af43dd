//! How a file is to be read.

use std::path::PathBuf;

use clap::Args;

use super::headings::FILES;
use super::values::at_least_one;
use downhill_tables::{DateStyle, ReadOptions, TempOptions, Thousands};

/// How a file is to be read.
#[derive(Clone, Debug, Args)]
pub(crate) struct TableArguments {
    /// Text of a missing cell; repeatable
    #[arg(long, value_name = "V", allow_hyphen_values = true, help_heading = FILES)]
    missing_value: Vec<String>,
    /// Separator of cells [by the file]
    #[arg(long, value_name = "C", value_parser = mark, hide = true, help_heading = FILES)]
    delimiter: Option<u8>,
    /// Decimal mark: . or , [by the file]
    #[arg(long, value_name = "C", value_parser = decimal, hide = true, help_heading = FILES)]
    decimal: Option<u8>,
    /// Line with the names of the columns [by the file]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..1_000_000), hide = true, help_heading = FILES)]
    header_line: Option<u64>,
    /// Take the first row for data: no line has names
    #[arg(long, conflicts_with = "header_line", hide = true, help_heading = FILES)]
    no_header: bool,
    /// Begin of lines that are no rows [# where the file begins so]
    #[arg(long, value_name = "TEXT", value_parser = comment, allow_hyphen_values = true, hide = true, help_heading = FILES)]
    comment: Option<String>,
    /// Separator of thousands: , . ' space or none [by the file]
    #[arg(long, value_name = "C", value_parser = thousands, hide = true, help_heading = FILES)]
    thousands: Option<Thousands>,
    /// How dates are written, such as %d/%m/%Y [by the file]
    #[arg(long, value_name = "FMT", hide = true, help_heading = FILES)]
    date_format: Option<DateStyle>,
    /// Threads that read the file [one a processor]
    #[arg(long, value_name = "N", value_parser = at_least_one, hide = true, help_heading = FILES)]
    threads: Option<usize>,
    /// Folder of temporary files [of the system]
    #[arg(long, value_name = "DIR", hide = true, help_heading = FILES)]
    temp_dir: Option<PathBuf>,
    /// Most that a temporary file takes [9/10 of what is free]
    #[arg(long, value_name = "MB", hide = true, help_heading = FILES)]
    temp_at_most: Option<u64>,
}

impl TableArguments {
    /// How the file is to be read, with what marked a missing cell before.
    pub(crate) fn reading(&self, missing: &[String]) -> ReadOptions {
        ReadOptions {
            missing: [missing, &self.missing_value].concat(),
            delimiter: self.delimiter,
            decimal: self.decimal,
            header_line: self.header_line,
            no_header: self.no_header,
            comment: self.comment.clone(),
            thousands: self.thousands,
            date_format: self.date_format.clone(),
            dates: None,
            threads: self.threads,
            temporary: TempOptions {
                dir: self.temp_dir.clone(),
                at_most: self.temp_at_most.map(|mb| mb.saturating_mul(1 << 20)),
            },
        }
    }
}

fn mark(text: &str) -> Result<u8, String> {
    match (text, text.as_bytes()) {
        ("\\t" | "tab", _) => Ok(b'\t'),
        (_, &[byte]) if byte != b'"' && (byte == b' ' || byte.is_ascii_punctuation()) => Ok(byte),
        _ => Err("`tab`, a space or a punctuation mark such as `;`, but no `\"`".into()),
    }
}

fn decimal(text: &str) -> Result<u8, String> {
    match text {
        "." | "," => Ok(text.as_bytes()[0]),
        _ => Err("`.` or `,`".into()),
    }
}

fn comment(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("the text that lines begin with which are no rows, such as `#`".into()),
        text => Ok(text.into()),
    }
}

fn thousands(text: &str) -> Result<Thousands, String> {
    let known = Thousands::ALL.iter().find(|known| known.1 == text);
    known
        .map(|known| known.0)
        .ok_or_else(|| "`,`, `.`, `'`, `space` or `none`".into())
}
