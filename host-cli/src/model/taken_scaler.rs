//! The scaler of a model, taken over by another fit.

use std::path::Path;

use downhill::Real;

use crate::data::columns::Target;
use crate::data::origins::Origins;
use crate::model::model_file::{Loaded, Model, ModelFile, not_of_fixed_point, not_of_normal, read};
use crate::support::failure::{Failure, Outcome};

/// Scaler of the model of a file, if it has these features and this target, for numbers that are
/// counted from these origins.
pub(crate) fn scaler(
    path: &Path,
    features: &[String],
    target: &Target,
    origins: &Origins,
) -> Outcome<Vec<f64>> {
    let (theirs, words) = match read(path)? {
        Loaded::F32(model) => (of(&model.file), numbers(&model)),
        Loaded::F64(model) => (of(&model.file), numbers(&model)),
        Loaded::Q15(_) => return Err(not_of_fixed_point(path, "`--scaler-from`")),
        Loaded::Normal(_) => return Err(not_of_normal(path, "`--scaler-from`")),
    };
    if theirs != (features.to_vec(), target.names.clone()) {
        return Err(Failure::Input(format!(
            "{}: its model has other features or another target than this fit; give it the same, in \
             the same order, with `--features` and `--target`",
            path.display()
        )));
    }
    let (mut words, theirs) = words;
    if words.is_empty() {
        return Err(Failure::Input(format!(
            "{}: its model has no scaler; name one that has",
            path.display()
        )));
    }
    let columns = words[downhill::scaler::words(0)..].as_chunks_mut().0;
    for (at, [mean, factor]) in columns.iter_mut().enumerate() {
        // A target that is not scaled stays so.
        if at < features.len() || (*mean, *factor) != (0.0, 1.0) {
            *mean += theirs.column(at, features.len()) - origins.column(at, features.len());
        }
    }
    Ok(words)
}

fn of<T>(file: &ModelFile<T>) -> (Vec<String>, Vec<String>) {
    (file.features.clone(), file.target.names.clone())
}

fn numbers<T: Real>(model: &Model<T>) -> (Vec<f64>, Origins) {
    let words = model.trainer.scaler().iter();
    let words = words.map(|word| word.to_f64()).collect();
    (words, model.file.origins.clone())
}
