//! Levenberg–Marquardt on NIST's nonlinear sets, from both starts: this library's, and that of the
//! crate `levenberg-marquardt`, in turns. `nist FOLDER` prints
//! `nist.SET.START solver nanoseconds digits` a line, digits those of the worst parameter.
//!
//! Both get the same compiled formula, its derivatives by dual numbers, all rows in memory, and
//! their own default settings. Ours go on to nine digits, the crate's until the sum of squares no
//! longer shows a difference; `downhill-1e-7` stops where it does.

mod formulas;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use downhill::dual::{Dual, Scalar};
use downhill::model::formula::{self, Formula, FormulaModel};
use downhill::least_squares::{Bounds, LeastSquares, Table};
use downhill::model::Model;
use formulas::*;
use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt};
use nalgebra::storage::Owned;
use nalgebra::{Const, Dyn, OMatrix, OVector, SVector};
use serde_json::Value;

/// How long a fit is repeated at least.
const LEAST: Duration = Duration::from_millis(4);
/// The share of the standard errors that a sum of squares shows: the root of the crate's tolerance.
const CLOSE: f64 = 1e-7;

struct Set {
    name: String,
    text: String,
    /// Features, one row behind the other.
    x: Vec<f64>,
    columns: Vec<String>,
    y: Vec<f64>,
    starts: [Vec<f64>; 2],
    certified: Vec<f64>,
}

fn main() {
    let folder = std::env::args().nth(1).expect("the folder of the sets");
    let folder = Path::new(&folder);
    let text = std::fs::read_to_string(folder.join("nonlinear.json")).expect("nonlinear.json");
    let sets: Value = serde_json::from_str(&text).expect("JSON");
    for (name, about) in sets.as_object().expect("an object of sets") {
        let set = read(folder, name, about);
        match name.as_str() {
            "Bennett5" => compare(&set, Bennett5),
            "BoxBOD" | "Misra1a" => compare(&set, BoxBod),
            "Chwirut1" | "Chwirut2" => compare(&set, Chwirut),
            "DanWood" => compare(&set, DanWood),
            "ENSO" => compare(&set, Enso),
            "Eckerle4" => compare(&set, Eckerle4),
            "Gauss1" | "Gauss2" | "Gauss3" => compare(&set, Gauss),
            "Hahn1" | "Thurber" => compare(&set, Cubics),
            "Kirby2" => compare(&set, Kirby2),
            "Lanczos1" | "Lanczos2" | "Lanczos3" => compare(&set, Lanczos),
            "MGH09" => compare(&set, Mgh09),
            "MGH10" => compare(&set, Mgh10),
            "MGH17" => compare(&set, Mgh17),
            "Misra1b" => compare(&set, Misra1b),
            "Misra1c" => compare(&set, Misra1c),
            "Misra1d" => compare(&set, Misra1d),
            "Nelson" => compare(&set, Nelson),
            "Rat42" => compare(&set, Rat42),
            "Rat43" => compare(&set, Rat43),
            "Roszman1" => compare(&set, Roszman1),
            _ => panic!("no formula for {name}"),
        }
    }
}

fn read(folder: &Path, name: &str, about: &Value) -> Set {
    let numbers = |key: &str| -> Vec<f64> {
        let numbers = about[key].as_array().expect("numbers").iter();
        numbers.map(|x| x.as_f64().expect("a number")).collect()
    };
    let rows = std::fs::read_to_string(folder.join(format!("{name}.csv"))).expect("rows");
    let mut lines = rows.lines();
    let columns = lines.next().expect("names").split(',').skip(1);
    let columns: Vec<String> = columns.map(|name| name.trim().into()).collect();
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for line in lines {
        let mut cells = line.split(',').map(|cell| cell.trim().parse::<f64>().expect("a number"));
        y.push(cells.next().expect("a target"));
        x.extend(cells);
    }
    Set {
        name: name.into(),
        text: about["formula"].as_str().expect("a formula").into(),
        x,
        columns,
        y,
        starts: [numbers("start1"), numbers("start2")],
        certified: numbers("certified"),
    }
}

fn compare<F: Formula<P, N> + Copy, const P: usize, const N: usize>(set: &Set, formula: F)
where
    Dual<f64, P>: Scalar<Real = f64>,
{
    // The text's parameters stand in the order of their appearance.
    let is_column = |name: &str| set.columns.iter().any(|column| column == name);
    let parsed = formula::parse::<f64>(&set.text, "y", is_column).expect("a formula");
    // What the formula is of: the target, or its logarithm.
    let y: Vec<f64> = set.y.iter().map(|&y| parsed.program.target(y)).collect();
    let rows = (set.x.as_slice(), y.as_slice());
    let places: Vec<usize> = parsed
        .parameters()
        .iter()
        .map(|name| name[1..].parse::<usize>().expect("b and a number") - 1)
        .collect();
    let in_order = |values: &[f64]| places.iter().map(|&at| values[at]).collect::<Vec<_>>();
    let mut work = vec![0.0; LeastSquares::<f64>::words(P, P)];
    for (number, start) in (1..).zip(&set.starts) {
        let report = |solver: &str, nanoseconds: f64, found: &[f64], certified: &[f64]| {
            println!(
                "nist.{}.start{number} {solver} {nanoseconds:.0} {:.2}",
                set.name,
                digits(found, certified)
            );
        };
        let model = FormulaModel::new(formula);
        for (solver, tolerance) in [("downhill", 0.0), ("downhill-1e-7", CLOSE)] {
            let (taken, found) = time(|| ours(&model, rows, start, tolerance, &mut work));
            report(solver, taken, &found, &set.certified);
        }
        let (taken, found) = time_of_crate(formula, rows, start);
        report("levenberg-marquardt", taken, &found, &set.certified);
        let text_start = in_order(start);
        let (taken, found) = time(|| ours(&parsed.program, rows, &text_start, 0.0, &mut work));
        report("downhill-text", taken, &found, &in_order(&set.certified));
    }
}

fn ours<M: Model<f64>>(
    model: &M,
    (x, y): (&[f64], &[f64]),
    start: &[f64],
    tolerance: f64,
    work: &mut [f64],
) -> Vec<f64> {
    let mut table = Table::new(x.len() / y.len(), x, y);
    let settings = LeastSquares {
        tolerance,
        ..LeastSquares::default()
    };
    let fit = settings.fit(model, &mut table, start, Bounds::NONE, work);
    fit.expect("a fit that can start").parameters().to_vec()
}

fn time_of_crate<F: Formula<P, N> + Copy, const P: usize, const N: usize>(
    formula: F,
    (x, y): (&[f64], &[f64]),
    start: &[f64],
) -> (f64, Vec<f64>)
where
    Dual<f64, P>: Scalar<Real = f64>,
{
    time(|| {
        let problem = Problem {
            formula,
            x: x.as_chunks().0,
            y,
            parameters: SVector::from_column_slice(start),
        };
        let (solved, _) = LevenbergMarquardt::new().minimize(problem);
        solved.parameters.as_slice().to_vec()
    })
}

struct Problem<'a, F, const P: usize, const N: usize> {
    formula: F,
    x: &'a [[f64; N]],
    y: &'a [f64],
    parameters: SVector<f64, P>,
}

impl<F: Formula<P, N>, const P: usize, const N: usize> LeastSquaresProblem<f64, Dyn, Const<P>>
    for Problem<'_, F, P, N>
where
    Dual<f64, P>: Scalar<Real = f64>,
{
    type ResidualStorage = Owned<f64, Dyn>;
    type JacobianStorage = Owned<f64, Dyn, Const<P>>;
    type ParameterStorage = Owned<f64, Const<P>>;

    fn set_params(&mut self, parameters: &SVector<f64, P>) {
        self.parameters = *parameters;
    }

    fn params(&self) -> SVector<f64, P> {
        self.parameters
    }

    fn residuals(&self) -> Option<OVector<f64, Dyn>> {
        let parameters: [f64; P] = self.parameters.into();
        let rows = self.x.iter().zip(self.y);
        let residuals = rows.map(|(x, &y)| self.formula.eval(&parameters, x) - y);
        Some(OVector::<f64, Dyn>::from_iterator(self.y.len(), residuals))
    }

    fn jacobian(&self) -> Option<OMatrix<f64, Dyn, Const<P>>> {
        let variables = Dual::variables(self.parameters.into());
        let mut jacobian = OMatrix::<f64, Dyn, Const<P>>::zeros(self.y.len());
        for (row, x) in self.x.iter().enumerate() {
            let slopes = self.formula.eval(&variables, x).slopes;
            for (column, slope) in slopes.into_iter().enumerate() {
                jacobian[(row, column)] = slope;
            }
        }
        Some(jacobian)
    }
}

/// Nanoseconds of one fit, the median of repeated ones, and what it found.
fn time(mut fit: impl FnMut() -> Vec<f64>) -> (f64, Vec<f64>) {
    let found = fit();
    let (start, mut all) = (Instant::now(), Vec::new());
    while start.elapsed() < LEAST {
        let own = Instant::now();
        black_box(fit());
        all.push(own.elapsed().as_nanos() as f64);
    }
    let middle = all.len() / 2;
    let (_, &mut median, _) = all.select_nth_unstable_by(middle, f64::total_cmp);
    (median, found)
}

/// Digits in common with the certified values, of the worst parameter.
fn digits(found: &[f64], certified: &[f64]) -> f64 {
    let errors = found.iter().zip(certified);
    let digits = errors.map(|(value, certified)| {
        let error = ((value - certified) / certified).abs();
        if error.is_nan() { 0.0 } else { (-error.log10()).clamp(0.0, 15.0) }
    });
    digits.fold(15.0, f64::min)
}
