//! Tables that are held as a whole.

use downhill_tables::{CsvFile, Table, shell_word};

use crate::support::failure::{Failure, Outcome};

/// All rows of a file, for a command that needs them at once, and holds so many numbers at most.
///
/// # Errors
/// There are more than are held, or the file cannot be read.
pub(crate) fn table(file: &CsvFile, command: &str, numbers: usize) -> Outcome<Table> {
    let columns = file.names().len();
    let most = numbers / columns.max(1);
    let table = file.table(most + 1)?;
    if table.lines.len() <= most {
        return Ok(table);
    }
    let path = file.files().paths()[0].display().to_string();
    Err(Failure::Input(format!(
        "{}: `{command}` holds all rows, and of {columns} columns at most {most}; take fewer rows, such \
         as by `head -n {most} {} > part.csv`, or a file with fewer columns",
        file.files(),
        shell_word(&path)
    )))
}
