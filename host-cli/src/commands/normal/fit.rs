//! `downhill fit --model normal:…`: learns what is normal from a file.

use downhill::normal::Score as _;

use super::document::document;
use super::{page, text};
use crate::arguments::FitArguments;
use crate::model::normal::{NormalAbout, NormalFile, NormalRecord};
use crate::model::records::Data;
use crate::options::precision::Precision;
use crate::options::{NormalOptions, paths};
use crate::report;
use crate::support::failure::{Failure, Outcome};
use crate::support::{interrupt, messages, output};
use crate::train::normal::NormalFit;

/// Fits, writes the model, and prints what came out.
pub(crate) fn fit(arguments: &FitArguments, options: &NormalOptions) -> Outcome {
    refuse(arguments)?;
    let inputs = paths(&arguments.recipe.data);
    let out = match &arguments.out {
        Some(path) => Some(output::Target::new(path, &inputs)?),
        None => None,
    };
    let page = report::page::Report::asked(
        arguments.report.as_deref(),
        arguments.out.as_deref(),
        &inputs,
    )?;
    interrupt::listen();
    let fit = NormalFit::new(options)?;
    report::warnings(&fit.data);
    if let Some(out) = &out {
        out.write(&file(options, &fit).text())?;
    }
    if let Some(report) = &page {
        report.write(&page::page(options, &fit, &report::page::reproduce()))?;
    }
    let saved = arguments.out.as_deref();
    if arguments.json {
        return output::print_json(&document(options, &fit, saved));
    }
    if arguments.plot {
        let threshold = fit.detector.threshold().map_or(0.0, f64::from);
        output::print(&text::plot(&fit.watched, threshold))?;
    }
    if fit
        .results
        .validation
        .is_some_and(|measured| measured.anomalous == 0)
        && !fit.labels.is_empty()
    {
        messages::say(format_args!(
            "note: no validation row is an anomaly, so that neither AUC nor hits are told"
        ));
    }
    output::say(&text::summary(options, &fit, saved))
}

/// Refuses what a fit of what is normal has not.
fn refuse(arguments: &FitArguments) -> Outcome {
    let given = [
        (
            "--precision",
            !matches!(arguments.precision, None | Some(Precision::F32)),
        ),
        ("--restarts", arguments.restarts > 1),
        ("--cv", arguments.cv.is_some()),
        ("--prequential", arguments.prequential),
        ("--derive", !arguments.derive.is_empty()),
        ("--level", arguments.level.is_some()),
        ("--coverage", arguments.coverage.is_some()),
    ];
    match given.iter().find(|own| own.1) {
        Some((option, _)) => Err(Failure::Usage(format!(
            "`{option}` does not go with `--model normal:…`, which learns once and in f32; leave it \
             out"
        ))),
        None => Ok(()),
    }
}

/// The model as a file.
fn file(options: &NormalOptions, fit: &NormalFit) -> NormalFile {
    let data = &fit.data;
    let model = fit.detector.model();
    NormalFile::new(
        NormalRecord {
            model: options.model.to_string(),
            labels: fit.labels.clone(),
            settings: *fit.detector.settings(),
            // It watches, and so has one.
            threshold: fit.detector.threshold().unwrap_or(f32::MAX),
            scaled_by: fit.scaled_by,
            windows: fit.detector.settings().learn,
            recipe: fit.recipe,
            state: model.state().to_vec(),
        },
        NormalAbout {
            features: data.features.clone(),
            signal: data.signal.as_ref().map(|signal| signal.record.clone()),
            encoding: data.encoding.clone(),
            origins: data.origins.clone(),
            units: data.units.clone(),
            target: data.target.clone(),
            missing_values: data.missing_values.clone(),
            missing: data.missing,
            fingerprint: fit.detector.fingerprint().to_string(),
            data: Data::new(&data.name(), data.rows(), fit.epochs),
            metrics: fit.results.clone(),
        },
    )
}
