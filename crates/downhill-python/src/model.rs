//! Fits and models.

use std::sync::Mutex;

use downhill_cli::embed::{self, Ended, Pass, Predictions, Settings};
use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;

use crate::arrays::{Matrix, Rows};
use crate::errors::{exception, pythonic};
use crate::work;

/// Model, result, summary, page and failure of a fit, and true where Ctrl-C ended it early.
type Fitted = (Model, String, String, Option<String>, Option<String>, bool);

/// Rows up to which learning once needs no thread of its own.
const FEW: usize = 100_000;

/// A model in memory.
#[pyclass(module = "downhill._downhill", frozen)]
pub(crate) struct Model(Mutex<embed::Model>);

impl Model {
    fn new(model: embed::Model) -> Self {
        Self(Mutex::new(model))
    }

    /// Does something with the model, without the interpreter's lock; one thread at a time.
    pub(crate) fn with<R: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut embed::Model) -> R + Send,
    ) -> R {
        py.detach(|| {
            // A panic elsewhere leaves a fit at a step: nothing is half done.
            let held = self.0.lock();
            work(&mut held.unwrap_or_else(std::sync::PoisonError::into_inner))
        })
    }
}

#[pymethods]
impl Model {
    /// Reads the text of a model file.
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str, name: &str) -> PyResult<Self> {
        let model = py.detach(|| embed::Model::parse(text, name));
        model.map(Self::new).map_err(exception)
    }

    /// The text of the model's file.
    fn text(&self, py: Python<'_>) -> String {
        self.with(py, |model| model.text())
    }

    /// Facts about it, as JSON.
    fn facts(&self, py: Python<'_>) -> String {
        self.with(py, |model| model.facts())
    }

    /// Fingerprint as it stands.
    fn fingerprint(&self, py: Python<'_>) -> String {
        self.with(py, |model| model.fingerprint())
    }

    /// Outputs of each row, and its class.
    #[allow(clippy::type_complexity)]
    fn predict<'py>(
        &self,
        py: Python<'py>,
        features: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyArray2<f64>>, Bound<'py, PyArray1<u32>>)> {
        let features = Matrix::take(features)?;
        let grid = features.grid()?;
        let predictions = self.with(py, |model| model.predict(&grid));
        let Predictions {
            outputs,
            width,
            classes,
        } = predictions.map_err(exception)?;
        let shape = [grid.rows(), width];
        Ok((
            outputs.into_pyarray(py).reshape(shape)?,
            classes.into_pyarray(py),
        ))
    }

    /// Predictions with their intervals of a level, five numbers a row.
    fn bands<'py>(
        &self,
        py: Python<'py>,
        features: &Bound<'py, PyAny>,
        level: f64,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let features = Matrix::take(features)?;
        let grid = features.grid()?;
        let bands = self.with(py, |model| model.bands(&grid, level));
        bands
            .map_err(exception)?
            .into_pyarray(py)
            .reshape([grid.rows(), 5])
    }

    /// Learns from rows once; returns their mean loss, how many they were, the verdicts, and true
    /// where Ctrl-C ended it early.
    fn learn(&self, py: Python<'_>, rows: Rows<'_>) -> PyResult<(f64, usize, Vec<String>, bool)> {
        rows.lend(py, |py, arrays| {
            let is_long = arrays.features.rows() > FEW;
            let (pass, interrupted) = match is_long {
                true => work::run(py, None, |_| {
                    let held = self.0.lock();
                    let mut held = held.unwrap_or_else(std::sync::PoisonError::into_inner);
                    held.learn(arrays)
                })?,
                false => (self.with(py, |model| model.learn(arrays)), false),
            };
            let Pass {
                loss,
                rows,
                verdicts,
            } = pass.map_err(exception)?;
            Ok((loss, rows, verdicts, interrupted))
        })
    }
}

/// Fits, and returns the model, its result as JSON, its summary, its page where `report` asks for
/// one, the failure if it is one, and true where Ctrl-C ended it early.
#[pyfunction]
#[pyo3(signature = (options, rows, watcher=None, report=false))]
pub(crate) fn fit(
    py: Python<'_>,
    options: Vec<String>,
    rows: Rows<'_>,
    watcher: Option<&Bound<'_, PyAny>>,
    report: bool,
) -> PyResult<Fitted> {
    let mut settings = Settings::parse(&options).map_err(exception)?;
    settings.report = report;
    rows.lend(py, |py, arrays| {
        let work = |progress: &mut dyn embed::Progress| embed::fit(&settings, arrays, progress);
        let (ended, interrupted) = work::run(py, watcher, work)?;
        let Ended {
            model,
            result,
            summary,
            page,
            failure,
        } = ended.map_err(exception)?;
        let failure = failure.map(|failure| pythonic(&failure));
        let model = Model::new(model);
        Ok((model, result, summary, page, failure, interrupted))
    })
}

/// Starts a model that learns from rows as they come, with the scaler of these.
#[pyfunction]
pub(crate) fn start(py: Python<'_>, options: Vec<String>, rows: Rows<'_>) -> PyResult<Model> {
    let settings = Settings::parse(&options).map_err(exception)?;
    rows.lend(py, |py, arrays| {
        let model = py.detach(|| embed::start(&settings, arrays));
        model.map(Model::new).map_err(exception)
    })
}

/// Parameters of a formula of these columns.
#[pyfunction]
pub(crate) fn parameters_of_formula(model: &str, columns: Vec<String>) -> PyResult<Vec<String>> {
    embed::parameters_of_formula(model, &columns).map_err(exception)
}

/// Does what a command line of `downhill` says, and returns its exit code. For a process of its own:
/// it may end that.
#[pyfunction]
pub(crate) fn run(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> u8 {
    py.detach(|| downhill_cli::run(arguments))
}
