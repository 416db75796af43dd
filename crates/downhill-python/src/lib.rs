//! The Python module `downhill._downhill`: arrays in, fits out. All else is in `python/downhill`.

mod arrays;
mod errors;
mod fleet;
mod model;
mod work;

use pyo3::prelude::*;

/// Native half of the package.
#[pymodule]
mod _downhill {
    #[pymodule_export]
    use crate::errors::FitError;
    #[pymodule_export]
    use crate::fleet::{Board, ServerOptimizer, aggregate};
    #[pymodule_export]
    use crate::model::{Model, fit, parameters_of_formula, run, start};
}
