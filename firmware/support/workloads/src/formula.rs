//! A formula of three parameters: its fits by gradient, row by row, and by replaying its rows.

use downhill::dual::Scalar;
use downhill::least_squares::{
    Bounds, LeastSquares, Recursive, Rls, SolveError, Table, Termination,
};
use downhill::loss::Squared;
use downhill::model::AnyModel;
use downhill::model::formula::{self, Formula, FormulaModel};
use downhill::optimizer::Sgd;
use downhill::{Fault, Recipe, Setting, Trainer};

/// A body that cools: the surroundings, what it is warmer by, and its time constant.
#[derive(Clone, Copy)]
pub struct Cooling;

/// The formula as text.
const TEXT: &str = "a + b*exp(-t/tau)";
/// Start of the parameters, and the true ones of the data.
const START: [f64; 3] = [0.0, 1.0, 1.0];
const TRUE: [f32; 3] = [0.5, 2.0, 1.5];

impl Formula<3, 1> for Cooling {
    #[inline(always)]
    fn eval<S: Scalar>(&self, &[a, b, tau]: &[S; 3], &[t]: &[S::Real; 1]) -> S {
        a + b * (-(S::constant(t) / tau)).exp()
    }
}

/// The model.
pub type Model = FormulaModel<Cooling, 3, 1>;
pub(crate) type Fit<A> = Trainer<Model, Squared, Sgd<f32>, (), A>;

pub(crate) fn model() -> Model {
    FormulaModel::new(Cooling).with_start(START)
}

/// The target of a row.
pub(crate) fn target(features: &[f32]) -> f32 {
    Cooling.eval(&TRUE, &[features.first().copied().unwrap_or_default()])
}

/// The recipe `like` with the formula for a model, as it comes over the link.
pub(crate) fn recipe(like: Recipe<f32>) -> Result<Recipe<f32>, Fault> {
    let wrong = Fault::Setting(Setting::Model);
    let parsed = formula::parse::<f32>(TEXT, "y", |name| name == "t").map_err(|_| wrong)?;
    let program = parsed.program.with_start(&START.map(|x| x as f32));
    let model = AnyModel::Formula(program.ok_or(wrong)?);
    Ok(like.model(model))
}

/// Recursive least squares.
pub struct Rls3(Rls<f32, Model, [f32; Recursive::<f32>::words(3, 3)]>);

impl Rls3 {
    /// An estimator that has seen nothing.
    ///
    /// # Errors
    /// Faults of the workload's own settings.
    pub fn new() -> Result<Self, Fault> {
        let mut rls = Rls::new(Recursive::default(), model(), [0.0; _])?;
        for (parameter, start) in rls.parameters_mut().iter_mut().zip(START) {
            *parameter = start as f32;
        }
        Ok(Self(rls))
    }

    /// One update; returns the error that the prediction had.
    ///
    /// # Errors
    /// Those of the core.
    #[inline(never)]
    pub fn step(&mut self, features: &[f32; 1], target: f32) -> Result<f32, Fault> {
        self.0.observe(features, target)
    }
}

/// Levenberg–Marquardt over rows in memory.
pub struct Lm3([f32; LeastSquares::<f32>::words(3, 3)]);

impl Lm3 {
    /// Memory for a fit.
    pub const fn new() -> Self {
        Self([0.0; _])
    }

    /// One whole fit; returns how many passes it took over the rows, and why it ended.
    ///
    /// # Errors
    /// Those of the core.
    #[inline(never)]
    pub fn fit(
        &mut self,
        features: &[f32],
        targets: &[f32],
    ) -> Result<(u16, Option<Termination>), SolveError> {
        let settings = LeastSquares::default();
        let start = START.map(|x| x as f32);
        let rows = &mut Table::new(1, features, targets);
        let fit = settings.fit(model(), rows, &start, Bounds::NONE, &mut self.0)?;
        Ok((fit.passes(), fit.termination()))
    }
}

impl Default for Lm3 {
    fn default() -> Self {
        Self::new()
    }
}
