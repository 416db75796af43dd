//! Roles of rows: what each is used for.

use crate::data::samples::{Samples, Split};
use downhill::Real;

/// Gives each row its role, in the file's order. Of a target of classes the rows of each class are
/// counted on their own, so that each class has its share of every role.
#[derive(Clone, Debug)]
pub(crate) struct Roles {
    /// Distance from one validation row to the next; 0 where there are none.
    every: u64,
    /// Rows until here, of each class.
    rows: Vec<u64>,
}

impl Roles {
    /// Makes every `every`-th row a validation row; none where `every` is 0.
    pub(crate) fn new(every: usize) -> Self {
        Self {
            every: every as u64,
            rows: Vec::new(),
        }
    }

    /// True where the next row, which is of this class if there are classes, is a validation row.
    pub(crate) fn next(&mut self, class: Option<usize>) -> bool {
        let is_class = class.is_some();
        let class = class.unwrap_or(0);
        if class >= self.rows.len() {
            self.rows.resize(class + 1, 0);
        }
        let row = &mut self.rows[class];
        *row += 1;
        // Of classes the second row of each, and so one of every class that has two.
        let first = if is_class { 2 } else { self.every };
        self.every > 0 && *row % self.every == first % self.every
    }

    /// Roles of rows that are held; their targets are classes where they `have_classes`.
    pub(crate) fn split<T: Real>(mut self, samples: &Samples<T>, have_classes: bool) -> Split {
        if !have_classes {
            return Split::every(samples.len(), self.every as usize);
        }
        let rows = 0..samples.len() as u32;
        let (validation, train) = rows.partition(|&row| self.next(samples.class(row as usize)));
        Split { train, validation }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validation(every: usize, classes: &[Option<usize>]) -> Vec<usize> {
        let mut roles = Roles::new(every);
        let is_validation = |&row: &usize| roles.next(classes[row]);
        (0..classes.len()).filter(is_validation).collect()
    }

    #[test]
    fn each_class_has_its_share_of_validation_rows() {
        assert_eq!(validation(5, &[None; 11]), [4, 9]);
        // In turn, as every fifth row would miss two of three.
        let turn: Vec<Option<usize>> = (0..15).map(|row| Some(row % 3)).collect();
        assert_eq!(validation(3, &turn), [3, 4, 5, 12, 13, 14]);
        // A class of one row has none, one of two has one.
        let rare = [0, 1, 0, 2, 0, 2, 0, 0, 0].map(Some);
        assert_eq!(validation(5, &rare), [2, 5]);
        assert_eq!(validation(2, &rare), [2, 5, 6, 8]);
        assert!(validation(0, &rare).is_empty());
    }
}
