//! NumPy arrays as the core's rows and columns, without a copy.

use downhill_cli::embed::{Arrays, Grid, Numbers, TargetArray};
use numpy::{PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// A matrix that Python holds.
pub(crate) enum Matrix<'py> {
    F32(PyReadonlyArray2<'py, f32>),
    F64(PyReadonlyArray2<'py, f64>),
}

impl<'py> Matrix<'py> {
    /// Takes a two-dimensional array of `float32` or `float64`.
    pub(crate) fn take(array: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(array) = array.extract() {
            return Ok(Self::F32(array));
        }
        let taken = array.extract().map(Self::F64);
        taken.map_err(|_| PyTypeError::new_err("expected a matrix of float32 or float64"))
    }

    /// Its rows and columns, as the core takes them.
    pub(crate) fn grid(&self) -> PyResult<Grid<'_>> {
        let (numbers, shape, is_by_column) = match self {
            Self::F32(array) => (
                array.as_slice().map(Numbers::F32),
                array.shape(),
                by_column(array),
            ),
            Self::F64(array) => (
                array.as_slice().map(Numbers::F64),
                array.shape(),
                by_column(array),
            ),
        };
        let numbers = numbers.map_err(|_| PyValueError::new_err("the matrix has gaps"))?;
        let shape = (shape[0], shape[1]);
        Grid::new(numbers, shape, is_by_column)
            .ok_or_else(|| PyValueError::new_err("the matrix has gaps"))
    }
}

/// True where columns, and not rows, stand in one piece.
fn by_column<T: numpy::Element>(array: &PyReadonlyArray2<'_, T>) -> bool {
    !array.is_c_contiguous()
}

/// Rows that a fit learns from, as Python gives them.
#[derive(FromPyObject)]
pub(crate) struct Rows<'py> {
    features: Bound<'py, PyAny>,
    names: Vec<String>,
    levels: Vec<Option<(String, String)>>,
    target: Bound<'py, PyAny>,
    labels: Option<Vec<(String, Option<f64>)>>,
    targets: Vec<String>,
    weight: Option<Bound<'py, PyAny>>,
    may_miss: bool,
}

impl<'py> Rows<'py> {
    /// Lends the rows to `work`.
    pub(crate) fn lend<R>(
        self,
        py: Python<'py>,
        work: impl FnOnce(Python<'py>, &Arrays<'_>) -> PyResult<R>,
    ) -> PyResult<R> {
        let features = Matrix::take(&self.features)?;
        let weight = self.weight.as_ref().map(Matrix::take).transpose()?;
        let weight = weight.as_ref().map(Matrix::grid).transpose()?;
        let (amounts, codes): (Option<Matrix<'py>>, Option<PyReadonlyArray1<'py, u32>>) =
            match self.labels {
                None => (Some(Matrix::take(&self.target)?), None),
                Some(_) => (None, Some(self.target.extract()?)),
            };
        let target = match (&amounts, &codes, self.labels) {
            (Some(amounts), _, _) => TargetArray::Amounts(amounts.grid()?),
            (_, Some(codes), Some(labels)) => {
                let codes = codes.as_slice()?;
                if codes.iter().any(|&code| code as usize >= labels.len()) {
                    return Err(PyValueError::new_err("a code has no label"));
                }
                TargetArray::Labels { codes, labels }
            }
            _ => return Err(PyValueError::new_err("there is no target")),
        };
        let features = features.grid()?;
        let rows = match &target {
            TargetArray::Amounts(grid) => grid.rows(),
            TargetArray::Labels { codes, .. } => codes.len(),
        };
        let weights = weight.as_ref().map_or(rows, Grid::rows);
        let is_named =
            features.columns() == self.names.len() && self.levels.len() <= self.names.len();
        if rows != features.rows() || weights != rows || !is_named {
            return Err(PyValueError::new_err("rows and columns differ in number"));
        }
        let arrays = Arrays {
            features,
            names: self.names,
            levels: self.levels,
            target,
            targets: self.targets,
            weight,
            may_miss: self.may_miss,
        };
        work(py, &arrays)
    }
}
