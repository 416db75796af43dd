//! Numbers in memory, in rows and columns.

use downhill::Real;

/// Numbers in memory that belong to someone else, in rows and columns.
#[derive(Clone, Copy, Debug)]
pub struct Grid<'a> {
    numbers: Numbers<'a>,
    rows: usize,
    columns: usize,
    /// Distance from a row to the next, and from a column to the next.
    strides: [usize; 2],
}

/// Numbers in the precision they have.
#[derive(Clone, Copy, Debug)]
pub enum Numbers<'a> {
    /// Single precision.
    F32(&'a [f32]),
    /// Double precision.
    F64(&'a [f64]),
}

impl Numbers<'_> {
    fn len(&self) -> usize {
        match self {
            Self::F32(numbers) => numbers.len(),
            Self::F64(numbers) => numbers.len(),
        }
    }
}

impl<'a> Grid<'a> {
    /// So many rows and columns, row after row or, where `is_by_column`, column after column;
    /// `None` where there are not as many numbers.
    pub fn new(
        numbers: Numbers<'a>,
        (rows, columns): (usize, usize),
        is_by_column: bool,
    ) -> Option<Self> {
        let strides = match is_by_column {
            true => [1, rows],
            false => [columns, 1],
        };
        (rows.checked_mul(columns) == Some(numbers.len())).then_some(Self {
            numbers,
            rows,
            columns,
            strides,
        })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The number of a cell.
    #[inline(always)]
    pub(crate) fn number(&self, row: usize, column: usize) -> f64 {
        let at = row * self.strides[0] + column * self.strides[1];
        match self.numbers {
            Numbers::F32(numbers) => numbers[at].into(),
            Numbers::F64(numbers) => numbers[at],
        }
    }

    /// The first numbers of a column.
    pub(crate) fn column(&self, column: usize, rows: usize) -> Vec<f64> {
        let rows = 0..rows.min(self.rows);
        rows.map(|row| self.number(row, column)).collect()
    }

    /// A row of numbers of this type that stands in one piece; `None` where none does.
    #[inline(always)]
    pub(crate) fn row<T: Native>(&self, row: usize) -> Option<&'a [T]> {
        let numbers = T::native(self.numbers).filter(|_| self.strides[1] == 1)?;
        numbers.get(row * self.strides[0]..row * self.strides[0] + self.columns)
    }
}

/// Numbers that arrays have.
pub(crate) trait Native: Real {
    /// These numbers, if they are of this type.
    fn native(numbers: Numbers<'_>) -> Option<&[Self]>;
}

impl Native for f32 {
    fn native(numbers: Numbers<'_>) -> Option<&[Self]> {
        match numbers {
            Numbers::F32(numbers) => Some(numbers),
            Numbers::F64(_) => None,
        }
    }
}

impl Native for f64 {
    fn native(numbers: Numbers<'_>) -> Option<&[Self]> {
        match numbers {
            Numbers::F32(_) => None,
            Numbers::F64(numbers) => Some(numbers),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_lie_either_way() {
        let numbers = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0];
        let by_row = Grid::new(Numbers::F32(&numbers), (2, 3), false).unwrap();
        let by_column = Grid::new(Numbers::F32(&numbers), (3, 2), true).unwrap();
        assert_eq!(by_row.row::<f32>(1), Some(&numbers[3..]));
        assert_eq!(by_row.row::<f64>(1), None);
        assert_eq!(by_column.row::<f32>(1), None);
        assert_eq!([0, 1].map(|at| by_column.number(2, at)), [3.0, 6.0]);
        assert_eq!(by_row.column(2, 9), [3.0, 6.0]);
        assert!(Grid::new(Numbers::F32(&numbers), (2, 2), false).is_none());
    }
}
