//! Boards of a fleet beside their twins, and what becomes of all their fits.

use std::sync::{Mutex, PoisonError};

use downhill_cli::embed::{self, Aggregate, Learned, State};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::arrays::Rows;
use crate::errors::exception;
use crate::model::Model;

/// Numbers in one piece.
type Numbers<'py> = PyReadonlyArray1<'py, f32>;

/// Parameters, scaler, steps and fingerprint.
type Told<'py> = (
    Bound<'py, PyArray1<f32>>,
    Bound<'py, PyArray1<f32>>,
    u64,
    String,
);

fn owned(numbers: Option<Numbers<'_>>) -> PyResult<Option<Vec<f32>>> {
    let numbers = numbers.map(|numbers| numbers.as_slice().map(<[f32]>::to_vec));
    Ok(numbers.transpose()?)
}

#[pymethods]
impl Model {
    /// Begins the fit anew, from these parameters and this scaler where they are given.
    #[pyo3(signature = (parameters=None, scaler=None))]
    fn begin(
        &self,
        py: Python<'_>,
        parameters: Option<Numbers<'_>>,
        scaler: Option<Numbers<'_>>,
    ) -> PyResult<()> {
        let (parameters, scaler) = (owned(parameters)?, owned(scaler)?);
        let begun = self.with(py, |model| {
            model.begin(parameters.as_deref(), scaler.as_deref())
        });
        begun.map_err(exception)
    }

    /// Parameters, scaler, steps and fingerprint of its fit.
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Told<'py>> {
        let State {
            parameters,
            scaler,
            steps,
            fingerprint,
        } = self.with(py, embed::Model::state).map_err(exception)?;
        let (parameters, scaler) = (parameters.into_pyarray(py), scaler.into_pyarray(py));
        Ok((parameters, scaler, steps, fingerprint))
    }

    /// Lets the scaler learn from rows; returns their number.
    fn fit_scaler(&self, py: Python<'_>, rows: Rows<'_>) -> PyResult<usize> {
        rows.lend(py, |py, arrays| {
            let learned = self.with(py, |model| model.fit_scaler(arrays));
            learned.map_err(exception)
        })
    }

    /// Merges scalers in their order, and returns the frozen result.
    #[pyo3(signature = (scalers, trim=None))]
    fn merge_scalers<'py>(
        &self,
        py: Python<'py>,
        scalers: Vec<Numbers<'py>>,
        trim: Option<f64>,
    ) -> PyResult<Bound<'py, PyArray1<f32>>> {
        let members: Vec<&[f32]> = scalers
            .iter()
            .map(|own| own.as_slice())
            .collect::<Result<_, _>>()?;
        let merged = self.with(py, |model| model.merge_scalers(&members, trim));
        Ok(merged.map_err(exception)?.into_pyarray(py))
    }
}

/// A board on its line, which does what its twin does.
#[pyclass(module = "downhill._downhill", frozen)]
pub(crate) struct Board(Mutex<embed::Board>);

impl Board {
    /// Does something with board and twin, without the interpreter's lock.
    fn with<R: Send>(
        &self,
        py: Python<'_>,
        twin: &Model,
        work: impl FnOnce(&mut embed::Board, &mut embed::Model) -> Result<R, embed::Failure> + Send,
    ) -> PyResult<R> {
        let done = twin.with(py, |twin| {
            work(
                &mut self.0.lock().unwrap_or_else(PoisonError::into_inner),
                twin,
            )
        });
        done.map_err(exception)
    }
}

#[pymethods]
impl Board {
    /// Opens the line to a board.
    #[staticmethod]
    #[pyo3(signature = (line, baud=None, timeout=None))]
    fn open(py: Python<'_>, line: &str, baud: Option<u32>, timeout: Option<f64>) -> PyResult<Self> {
        let board = py.detach(|| embed::Board::open(line, baud, timeout));
        Ok(Self(Mutex::new(board.map_err(exception)?)))
    }

    /// The board's own name.
    fn name(&self) -> String {
        let board = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        board.name().to_owned()
    }

    /// Begins a fit on board and twin.
    #[pyo3(signature = (twin, parameters=None, scaler=None))]
    fn begin(
        &self,
        py: Python<'_>,
        twin: &Model,
        parameters: Option<Numbers<'_>>,
        scaler: Option<Numbers<'_>>,
    ) -> PyResult<()> {
        let (parameters, scaler) = (owned(parameters)?, owned(scaler)?);
        self.with(py, twin, |board, twin| {
            board.begin(twin, parameters.as_deref(), scaler.as_deref())
        })
    }

    /// Lets the scalers of board and twin learn from rows; returns their number.
    fn fit_scaler(&self, py: Python<'_>, twin: &Model, rows: Rows<'_>) -> PyResult<usize> {
        rows.lend(py, |py, arrays| {
            self.with(py, twin, |board, twin| board.fit_scaler(twin, arrays))
        })
    }

    /// Lets board and twin learn from rows once; returns their mean loss, how many were learned from
    /// and how many refused, and the verdicts.
    fn learn(
        &self,
        py: Python<'_>,
        twin: &Model,
        rows: Rows<'_>,
    ) -> PyResult<(f64, usize, usize, Vec<String>)> {
        let Learned {
            loss,
            rows,
            refused,
            verdicts,
        } = rows.lend(py, |py, arrays| {
            self.with(py, twin, |board, twin| board.learn(twin, arrays))
        })?;
        Ok((loss, rows, refused, verdicts))
    }

    /// Pulls the state of the board, and compares it with its twin's.
    fn check(&self, py: Python<'_>, twin: &Model) -> PyResult<()> {
        self.with(py, twin, embed::Board::check)
    }
}

/// Puts the numbers of members together, in their order: by their weighted mean, or by the trimmed mean
/// where a share is given.
#[pyfunction]
#[pyo3(signature = (members, weights, trim=None))]
pub(crate) fn aggregate<'py>(
    py: Python<'py>,
    members: Vec<Numbers<'py>>,
    weights: Vec<f64>,
    trim: Option<f64>,
) -> PyResult<Bound<'py, PyArray1<f32>>> {
    let numbers: Vec<&[f32]> = members
        .iter()
        .map(|own| own.as_slice())
        .collect::<Result<_, _>>()?;
    let members: Vec<(&[f32], f64)> = numbers.into_iter().zip(weights).collect();
    let how = trim.map_or(Aggregate::Mean, Aggregate::Trimmed);
    let whole = py.detach(|| how.of(&members)).map_err(exception)?;
    Ok(whole.into_pyarray(py))
}

/// An optimizer of the core that moves global parameters towards each round's aggregate.
#[pyclass(module = "downhill._downhill")]
pub(crate) struct ServerOptimizer(embed::ServerOptimizer);

#[pymethods]
impl ServerOptimizer {
    #[new]
    fn new(optimizer: &str, lr: f64) -> PyResult<Self> {
        embed::ServerOptimizer::new(optimizer, lr)
            .map(Self)
            .map_err(exception)
    }

    /// Returns parameters moved towards the aggregate.
    fn step<'py>(
        &mut self,
        py: Python<'py>,
        parameters: Numbers<'py>,
        aim: Numbers<'py>,
    ) -> PyResult<Bound<'py, PyArray1<f32>>> {
        let mut moved = parameters.as_slice()?.to_vec();
        self.0
            .step(&mut moved, aim.as_slice()?)
            .map_err(exception)?;
        Ok(moved.into_pyarray(py))
    }
}
