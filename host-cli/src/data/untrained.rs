//! Classes of which no row is a training row.

use downhill::Real;

use crate::data::classes::Classes;
use crate::data::samples::{Samples, Split};
use crate::support::format::counted;

/// A class that has rows, of which none is a training row.
#[derive(Clone, Debug)]
pub(crate) struct Untrained {
    pub(crate) class: usize,
    /// Its validation rows.
    validation: usize,
    /// Its test rows.
    test: usize,
}

impl Untrained {
    /// All such classes, of rows that are held.
    pub(crate) fn find<T: Real>(samples: &Samples<T>, split: &Split, classes: usize) -> Vec<Self> {
        let mut is_trained = vec![false; classes];
        let mut left = classes;
        for &row in &split.train {
            if let Some(is_known) = samples
                .class(row as usize)
                .and_then(|at| is_trained.get_mut(at))
            {
                left -= usize::from(!std::mem::replace(is_known, true));
            }
            if left == 0 {
                return Vec::new();
            }
        }
        let rows = |rows: &[u32], class: usize| {
            let is_of = |&&row: &&u32| samples.class(row as usize) == Some(class);
            rows.iter().filter(is_of).count()
        };
        let missed = (0..classes).filter(|&class| !is_trained[class]);
        missed
            .map(|class| Self {
                class,
                validation: rows(&split.validation, class),
                test: rows(&split.test, class),
            })
            .collect()
    }

    /// Observation and cure, in words.
    pub(crate) fn said(&self, classes: &Classes) -> String {
        let rows = match (self.validation, self.test) {
            (rows, 0) => counted(rows, "validation row"),
            (0, rows) => counted(rows, "test row"),
            (some, others) => format!(
                "{} and {}",
                counted(some, "validation row"),
                counted(others, "test row")
            ),
        };
        format!(
            "warning: {} has no training row, only {rows}, so the model never predicts it rightly; \
             get more rows of it, or part them otherwise, such as by `--validation-every 5`",
            classes.said(self.class)
        )
    }
}
