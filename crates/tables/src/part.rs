use crate::advice::difference;
use crate::ends::end::End;
use crate::error::TableError;
use crate::files;
use crate::header::Header;
use crate::notes::{Note, NoteKind};
use crate::place::Place;
use crate::source::Source;

/// One of the files that hold a table, and how its rows are written.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) source: Source,
    pub(crate) header: Header,
    /// Cell of each column, in the order of the first file; empty where it is the same one.
    pub(crate) cells: Vec<usize>,
    /// End of its rows, where lines follow that are none.
    pub(crate) end: Option<End>,
}

impl Part {
    pub(crate) fn new(source: Source, header: Header) -> Self {
        Self {
            source,
            header,
            cells: Vec::new(),
            end: None,
        }
    }

    /// Names the columns in the order of the first file.
    ///
    /// # Errors
    ///
    /// One is missing, there is one more, or one has another unit.
    pub(crate) fn follow(&mut self, first: &Header) -> Result<(), TableError> {
        let own = &self.header;
        let beside = |names: &[String], other: &Header| -> Vec<String> {
            let is_new = |name: &&String| !other.places.contains_key(*name);
            names.iter().filter(is_new).cloned().collect()
        };
        let missing = beside(&first.names, own);
        let extra = beside(&own.names, first);
        if !missing.is_empty() || !extra.is_empty() {
            return Err(TableError::Columns {
                place: Place::line(&own.path, own.line()),
                cause: difference(&missing, &extra, &Place::line(&first.path, first.line())),
                cure: "files that are read together have the same columns, in any order",
            });
        }
        let cells: Vec<usize> = first.names.iter().map(|name| own.places[name]).collect();
        for (column, &cell) in cells.iter().enumerate() {
            let (unit, other) = (&first.units[column], &own.units[cell]);
            if let (Some(unit), Some(other)) = (unit, other)
                && unit != other
            {
                let mut place = Place::line(&own.path, own.units_line());
                place.column = Some(first.names[column].clone());
                return Err(TableError::Columns {
                    place,
                    cause: format!(
                        "the unit is `{other}`, and in {} it is `{unit}`",
                        first.path.display()
                    ),
                    cure: "convert the numbers of one of the files",
                });
            }
        }
        if cells
            .iter()
            .enumerate()
            .any(|(column, &cell)| column != cell)
        {
            self.cells = cells;
        }
        self.header.names = first.names.clone();
        self.header.places = first.places.clone();
        Ok(())
    }

    /// Note on the first unit that this file says, and the first one does not.
    pub(crate) fn note_on_units(&self, first: &Header, file: usize) -> Option<Note> {
        let new = |column: &usize| first.units[*column].is_none();
        let mut columns = (0..first.names.len()).filter(new);
        let (column, unit) = columns.find_map(|column| {
            let unit = self.header.units[self.cell(column)].clone();
            Some((column, unit?))
        })?;
        Some(Note {
            kind: NoteKind::Units,
            column: first.names[column].clone(),
            text: unit,
            line: files::base(file) + self.header.units_line(),
            file: None,
            cells: 1,
        })
    }

    /// Cell of a column.
    #[inline(always)]
    pub(crate) fn cell(&self, column: usize) -> usize {
        match self.cells.is_empty() {
            true => column,
            false => self.cells.get(column).copied().unwrap_or(usize::MAX),
        }
    }

    /// Column that a cell belongs to.
    pub(crate) fn column(&self, cell: usize) -> usize {
        let found = self.cells.iter().position(|&other| other == cell);
        found.unwrap_or(cell)
    }

    /// Values of the columns, each at the place of its cell.
    pub(crate) fn by_cell<A: Copy>(&self, of_columns: &[A]) -> Vec<A> {
        let mut of_cells = of_columns.to_vec();
        for (column, &one) in of_columns.iter().enumerate() {
            if let Some(place) = of_cells.get_mut(self.cell(column)) {
                *place = one;
            }
        }
        of_cells
    }
}
