//! `downhill crosscheck`: the same fit on an emulated board and on its twin, compared by
//! fingerprint after every step.

mod compare;
mod normal;
mod page;
mod raw;
mod result;
mod run;
mod solve;

use std::ffi::OsString;
use std::path::Path;
use std::{fs, mem};

use downhill::Recipe;
use downhill::least_squares::Estimation;
use downhill::normal::Description;
use serde::Serialize;

use crate::arguments::{CheckedPrecision, CrosscheckArguments, RunArguments, changed, renamed};
use crate::data::columns::LeftOut;
use crate::device::{Firmware, Line, Machine, Port, Wire};
use crate::model::estimate::{Estimate, Named, with_error};
use crate::options::Minimizer;
use crate::report;
use crate::report::page::Report;
use crate::support::failure::{Failure, Outcome};
use crate::support::format::counted;
use crate::support::{messages, output};
use crate::train::auto_lr;
use crate::train::fixed;
use crate::train::least_squares;
use crate::train::least_squares::Problem;
use crate::train::normal::NormalPlan;
use crate::train::plan::Plan;
use crate::train::verdicts::VerdictMessage;

use compare::Comparison;
use result::{Compared, Difference};
use run::{Fit, Run};

/// Result, as `--json` prints it.
#[derive(Serialize)]
struct CrosscheckResult<'a> {
    status: &'static str,
    board: &'a str,
    #[serde(flatten)]
    run: RunDocument<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    more: &'a [RunDocument<'a>],
}

/// Result of one run, as `--json` prints it.
#[derive(Clone, Serialize)]
struct RunDocument<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    options: &'a str,
    data: String,
    target: Option<String>,
    targets: &'a [String],
    features: &'a [String],
    left_out: &'a [LeftOut],
    #[serde(skip_serializing_if = "Option::is_none")]
    recipe: Option<&'a Recipe<f32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimation: Option<&'a Estimation<f32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detector: Option<&'a Description<f32>>,
    rows: usize,
    /// Alarms of both.
    #[serde(skip_serializing_if = "Option::is_none")]
    alarms: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    windows: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<u32>,
    steps: u64,
    identical: u64,
    different: u64,
    first_difference: Option<&'a Difference>,
    fingerprint: &'a str,
    verdicts: &'a [VerdictMessage],
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    solved: Option<SolvedDocument<'a>>,
}

/// Result of a fit by least squares, as the board tells it.
#[derive(Clone, Serialize)]
struct SolvedDocument<'a> {
    parameters: &'a Named<Estimate>,
    termination: Option<&'static str>,
    converged: bool,
    objective: f32,
    residual_standard_deviation: Option<f32>,
}

pub(crate) fn run(arguments: &CrosscheckArguments) -> Outcome {
    let data = arguments.run.recipe.data.iter();
    let inputs: Vec<&Path> = data
        .chain(&arguments.firmware)
        .chain(&arguments.recipes)
        .map(AsRef::as_ref)
        .collect();
    let report = Report::asked(arguments.report.as_deref(), None, &inputs)?;
    let runs = runs(arguments)?;
    let (given, trusted) = (arguments.firmware.as_deref(), arguments.trust_firmware);
    let firmware = Firmware::of(&arguments.board, given, trusted)?;
    let machine = Machine::boot(&arguments.board, &firmware)?;
    let mut port = Port::open(Wire::new(Line::Emulated(machine), None)?)?;
    let is_of_signal = |run: &Run| match &run.fit {
        // Its rows are taken several times and out of order.
        Fit::Normal(_) => false,
        fit => fit.data().signal.is_some(),
    };
    if runs.iter().any(is_of_signal) && !port.has_stage() {
        messages::say(format_args!(
            "note: {} has no signal stage, and is given the features of windows",
            arguments.board
        ));
    }
    let mut results = Vec::new();
    for run in &runs {
        let result = compare(run, &mut port).map_err(|failure| failure.within(&run.options))?;
        if !arguments.json {
            output::say(&line(&arguments.board, run, &result))?;
        }
        results.push(result);
    }
    if let Some(report) = report {
        report.write(&page::of(&arguments.board, &runs, &results))?;
    }
    let differs = results.iter().find_map(|result| result.difference.as_ref());
    if arguments.json {
        let pairs = runs.iter().zip(&results);
        let documents: Vec<_> = pairs.map(|(run, result)| document(run, result)).collect();
        if let [run, more @ ..] = &documents[..] {
            output::print_json(&CrosscheckResult {
                status: match differs {
                    None => "identical",
                    Some(_) => "different",
                },
                board: &arguments.board,
                run: run.clone(),
                more,
            })?;
        }
    }
    match differs {
        None => Ok(()),
        Some(difference) => Err(Failure::Differ(difference.to_string())),
    }
}

/// The fit of the command line, and those of `--recipes`.
fn runs(arguments: &CrosscheckArguments) -> Outcome<Vec<Run>> {
    let mut runs = vec![run_of("", &arguments.run)?];
    let Some(path) = &arguments.recipes else {
        return Ok(runs);
    };
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::Input(format!("{}: {error}; check the path", path.display())))?;
    let mut told = false;
    for (at, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = format!("{}, line {at}", path.display());
        let words = line.split_ascii_whitespace().map(|word| {
            let (word, renamed) = renamed::word(word);
            if let Some(renamed) = renamed.filter(|_| !mem::replace(&mut told, true)) {
                messages::say(format_args!("{place}: {renamed}; write that"));
            }
            OsString::from(word)
        });
        let options = changed(&arguments.run, words);
        let run = options.and_then(|options| run_of(line, &options));
        runs.push(run.map_err(|failure| failure.within(&place))?);
    }
    Ok(runs)
}

/// The fit of these options, which a line of `--recipes` gives, if any.
fn run_of(line: &str, options: &RunArguments) -> Outcome<Run> {
    let is_fixed = options.precision == Some(CheckedPrecision::Q15);
    let recipe = match is_fixed {
        true => options.recipe.in_fixed_point(),
        false => options.recipe.clone(),
    };
    if let Some(normal) = recipe.normal()? {
        if is_fixed {
            return Err(fixed::refused("`--model normal:…`", "it is in f32"));
        }
        let fit = Fit::Normal(Box::new(NormalPlan::new(&normal)?));
        if line.is_empty() {
            report::warnings(fit.data());
        }
        return Ok(Run {
            options: line.into(),
            limit: options.limit,
            flip_bit_at: options.flip_bit_at,
            fit,
        });
    }
    let fit = match recipe.options()? {
        (_, Minimizer::LeastSquares(_)) if is_fixed => {
            return Err(fixed::refused(
                "a formula or `--solver`",
                "it goes by gradients",
            ));
        }
        (options, Minimizer::Gradient(gradient)) if is_fixed => {
            Fit::Gradient(Box::new(fixed::plan(&options, &gradient)?))
        }
        (options, Minimizer::LeastSquares(solver)) => {
            if !options.sigma_x.is_empty() {
                return Err(Failure::Usage(
                    "a board knows errors of the target only: leave out `--sigma-x`, or use \
                     `downhill fit`"
                        .into(),
                ));
            }
            Fit::LeastSquares(Box::new(Problem::new(&options, solver)?))
        }
        (options, Minimizer::Gradient(gradient)) => {
            let mut plan = Plan::new(&options, &gradient)?;
            auto_lr::settle(&mut plan, gradient.rate)?;
            Fit::Gradient(Box::new(plan))
        }
    };
    // The fits of a file of recipes have the same rows.
    if line.is_empty() {
        report::warnings(fit.data());
    }
    Ok(Run {
        options: line.into(),
        limit: options.limit,
        flip_bit_at: options.flip_bit_at,
        fit,
    })
}

fn compare(run: &Run, port: &mut Port) -> Outcome<Compared> {
    match &run.fit {
        Fit::Gradient(plan) => {
            port.check_recipe(&plan.recipe)?;
            Comparison::new(plan, port, run.flip_bit_at)?.run(run.limit)
        }
        Fit::LeastSquares(problem) => {
            port.check_room(problem.estimation.words())?;
            solve::compare(problem, port, run.limit, run.flip_bit_at)
        }
        Fit::Normal(plan) => normal::compare(plan, port, run.limit, run.flip_bit_at),
    }
}

fn line(board: &str, run: &Run, result: &Compared) -> String {
    let (identical, different) = (result.identical, result.different());
    let steps = identical + different;
    let what = match run.fit {
        Fit::Normal(_) => "windows",
        _ => "steps",
    };
    let mut line =
        format!("{steps} {what} on {board}: {identical} identical, {different} different");
    if !run.options.is_empty() {
        line += &format!(" ({})", run.options);
    }
    line.push('\n');
    if let Some(alarms) = result.alarms {
        line += &format!("{} by both\n", counted(alarms, "alarm"));
    }
    if let Some([windows, dropped]) = result.windows {
        line += &format!(
            "{} made of raw samples by both, {dropped} dropped\n",
            counted(windows as usize, "window")
        );
    }
    if let Some(failure) = &result.failure {
        let (step, sentence) = (failure.step, failure.sentence());
        line += &format!("the fit failed at step {step}, on both: {sentence}\n");
    }
    if let Some(solved) = &result.solved {
        for (name, estimate) in &solved.parameters.0 {
            let shown = with_error(estimate.value, estimate.standard_error);
            line += &format!("{name} = {shown}\n");
        }
        if let (Some(end), Fit::LeastSquares(problem)) = (solved.termination, &run.fit) {
            line += &format!("{}\n", problem.ended(end));
        }
    }
    line
}

fn document<'a>(run: &'a Run, result: &'a Compared) -> RunDocument<'a> {
    let data = run.fit.data();
    RunDocument {
        options: &run.options,
        data: data.name(),
        target: data.target.option(),
        targets: &data.target.names,
        features: &data.features,
        left_out: &data.left_out,
        recipe: match &run.fit {
            Fit::Gradient(plan) => Some(&plan.recipe),
            Fit::Normal(plan) => Some(&plan.recipe),
            Fit::LeastSquares(_) => None,
        },
        estimation: match &run.fit {
            Fit::Gradient(_) | Fit::Normal(_) => None,
            Fit::LeastSquares(problem) => Some(&problem.estimation),
        },
        detector: match &run.fit {
            Fit::Normal(plan) => Some(&plan.description),
            _ => None,
        },
        rows: result.rows,
        alarms: result.alarms,
        windows: result.windows.map(|[windows, _]| windows),
        dropped: result.windows.map(|[_, dropped]| dropped),
        steps: result.identical + result.different(),
        identical: result.identical,
        different: result.different(),
        first_difference: result.difference.as_ref(),
        fingerprint: &result.fingerprint,
        verdicts: &result.verdicts,
        solved: result.solved.as_ref().map(|solved| SolvedDocument {
            parameters: &solved.parameters,
            termination: solved.termination.map(least_squares::word),
            converged: solved.termination.is_some_and(|end| end.is_converged()),
            objective: solved.cost,
            residual_standard_deviation: solved.deviation,
        }),
    }
}
