//! Rows in memory, one after another, as the fit of a model takes them.

use super::in_memory::Kept;
use super::predict::wrong_width;
use crate::data::arrays::{Arrays, TargetArray};
use crate::data::columns::TargetKind;
use crate::data::origins::Origins;
use crate::model::model_file::ModelFile;
use crate::support::failure::{Failure, Outcome};

/// Rows in memory that a model takes.
pub(super) struct Rows<'a, T> {
    arrays: &'a Arrays<'a>,
    /// Class of each label.
    classes: Vec<T>,
    origins: &'a Origins,
    is_shifted: bool,
    features: Vec<T>,
    target: Vec<T>,
}

/// One row: features, target and weight.
pub(super) type Row<'a, T> = (&'a [T], &'a [T], T);

impl<'a, T: Kept> Rows<'a, T> {
    /// The rows, where they have the columns of a model.
    ///
    /// # Errors
    /// [`Failure::Usage`] and [`Failure::Input`] where they have not.
    pub(super) fn new(file: &'a ModelFile<T>, arrays: &'a Arrays<'a>) -> Outcome<Self> {
        let (width, targets) = (file.features.len(), file.target.names.len());
        if arrays.features.columns() != width {
            return Err(wrong_width(arrays.features.columns(), width));
        }
        let classes = match &arrays.target {
            TargetArray::Amounts(_) => Vec::new(),
            TargetArray::Labels { labels, .. } => {
                let class = |(text, _): &(String, Option<f64>)| {
                    let class = file.target.classes.named(text);
                    class.map(|class| T::from_f64(class as f64)).ok_or_else(|| {
                        Failure::Input(format!(
                            "`{text}` is no class of the model, which knows {}",
                            file.target.classes
                        ))
                    })
                };
                labels.iter().map(class).collect::<Outcome<Vec<T>>>()?
            }
        };
        let is_class = file.target.kind == TargetKind::Class;
        if is_class == matches!(arrays.target, TargetArray::Amounts(_)) {
            return Err(Failure::Usage(
                "a model of classes learns from labels, and one of amounts from amounts".into(),
            ));
        }
        Ok(Self {
            arrays,
            classes,
            origins: &file.origins,
            is_shifted: !file.origins.is_none(),
            features: vec![T::ZERO; width],
            target: vec![T::ZERO; targets],
        })
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.arrays.features.rows()
    }

    /// The row at a place, counted from the model's origins.
    pub(super) fn row(&mut self, row: usize) -> Row<'_, T> {
        let (arrays, origins) = (self.arrays, self.origins);
        let features = match arrays.features.row::<T>(row).filter(|_| !self.is_shifted) {
            Some(features) => features,
            None => {
                for (at, place) in self.features.iter_mut().enumerate() {
                    let number = arrays.features.number(row, at);
                    *place = T::from_f64(number - origins.feature(at));
                }
                &self.features
            }
        };
        let target = match &arrays.target {
            TargetArray::Labels { codes, .. } => {
                self.target[0] = self.classes[codes[row] as usize];
                &self.target[..]
            }
            TargetArray::Amounts(grid) => match grid.row::<T>(row).filter(|_| !self.is_shifted) {
                Some(target) => target,
                None => {
                    for (at, place) in self.target.iter_mut().enumerate() {
                        *place = T::from_f64(grid.number(row, at) - origins.target(at));
                    }
                    &self.target[..]
                }
            },
        };
        let weight = match &arrays.weight {
            Some(grid) => T::from_f64(grid.number(row, 0)),
            None => T::ONE,
        };
        (features, target, weight)
    }
}
