//! Models of what is normal under several settings.

use downhill_tables::Files;
use serde::Serialize;

use super::document::Options;
use super::vary::{self, Setting, Vary, with_setting};
use crate::arguments::CompareArguments;
use crate::commands::normal::table;
use crate::model::normal::NormalResults;
use crate::options::NormalOptions;
use crate::report;
use crate::support::failure::{Failure, Outcome};
use crate::support::output;
use crate::train::normal::NormalFit;

/// Results of a comparison, as `--json` prints them.
#[derive(Serialize)]
struct Comparison {
    status: &'static str,
    data: String,
    target: Option<String>,
    fits: Vec<Compared>,
}

/// One of the fits.
#[derive(Serialize)]
struct Compared {
    /// The options that make it what it is.
    options: Options,
    model: String,
    threshold: Option<f32>,
    fingerprint: String,
    metrics: NormalResults,
}

/// Settings of the fits, where they are of what is normal; `None` where none is.
///
/// # Errors
/// Some are, and some are not.
pub(super) fn settings(
    arguments: &CompareArguments,
) -> Outcome<Option<Vec<(Setting, NormalOptions)>>> {
    let varied: Vec<Vary> = arguments
        .vary
        .iter()
        .map(|text| Vary::parse(text))
        .collect::<Outcome<_>>()?;
    let (mut normal, mut others) = (Vec::new(), false);
    for setting in vary::product(&varied)? {
        let one = with_setting(&arguments.fit, &setting)?;
        match one.recipe.normal()? {
            Some(options) if one.precision.is_none() => normal.push((setting, options)),
            Some(_) => {
                return Err(Failure::Usage(
                    "`--precision` does not go with `--model normal:…`, which is in f32; leave it \
                     out"
                    .into(),
                ));
            }
            None => others = true,
        }
    }
    match (normal.is_empty(), others) {
        (true, _) => Ok(None),
        (false, false) => Ok(Some(normal)),
        (false, true) => Err(Failure::Usage(
            "models of what is normal are compared with each other, for others have no alarms; \
             leave the others out"
                .into(),
        )),
    }
}

/// Makes every fit, and prints what came out.
pub(super) fn compare(
    arguments: &CompareArguments,
    settings: Vec<(Setting, NormalOptions)>,
) -> Outcome {
    let given = [
        ("--cv", arguments.cv.is_some()),
        ("--report", arguments.report.is_some()),
    ];
    if let Some((option, _)) = given.iter().find(|own| own.1) {
        return Err(Failure::Usage(format!(
            "`{option}` does not go with `--model normal:…`; leave it out"
        )));
    }
    let mut fits = Vec::new();
    let mut target = None;
    for (setting, options) in settings {
        let fit = NormalFit::new(&options)?;
        if fits.is_empty() {
            report::warnings(&fit.data);
        }
        target = fit.data.target.option();
        fits.push(Compared {
            options: Options(setting),
            model: options.model.to_string(),
            threshold: fit.detector.threshold(),
            fingerprint: fit.detector.fingerprint().to_string(),
            metrics: fit.results,
        });
    }
    let document = Comparison {
        status: "done",
        data: Files::from(&arguments.fit.recipe.data).to_string(),
        target,
        fits,
    };
    if arguments.json {
        return output::print_json(&document);
    }
    output::print(&text(&document))
}

/// Figures of the validation rows side by side, or, without such, of those calibrated on.
fn text(document: &Comparison) -> String {
    let has_validation = document
        .fits
        .iter()
        .any(|fit| fit.metrics.validation.is_some());
    let rows = match has_validation {
        true => "validation rows",
        false => "rows calibrated on",
    };
    let mut text = format!("{}, {rows}\n", document.data);
    let names: Vec<String> = { document.fits.iter() }
        .map(|fit| {
            let Options(options) = &fit.options;
            let values = options.iter().map(|(_, value)| value.as_str());
            values.collect::<Vec<_>>().join(" ")
        })
        .collect();
    let sets = names.iter().zip(&document.fits).map(|(name, fit)| {
        let metrics = match has_validation {
            true => fit.metrics.validation,
            false => fit.metrics.calibration,
        };
        (name.as_str(), metrics)
    });
    table(&mut text, &sets.collect::<Vec<_>>());
    text
}
