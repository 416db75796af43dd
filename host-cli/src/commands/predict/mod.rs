//! `downhill predict`: predicts the rows of a file.

mod bands;
mod following;
mod rows;

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::path::Path;

use downhill::Real;
use downhill::model::AnyModel;
use downhill_tables::{CsvFile, Files};
use serde::Serialize;

use crate::arguments::PredictArguments;
use crate::commands::normal;
use crate::data::classes::{self, Classes, LabelValue};
use crate::data::columns::TargetKind;
use crate::data::encode::Encoder;
use crate::data::ranges::{Beyond, Extrapolation};
use crate::data::samples::Sample;
use crate::data::signal::{Wanted, WindowRows};
use crate::evaluate::assessor::Assessor;
use crate::evaluate::measure;
use crate::evaluate::metrics::Reading;
use crate::model::covariance::Interval;
use crate::model::model_file::{self, Loaded, Model, ModelFile};
use crate::support::failure::Outcome;
use crate::support::messages;
use crate::support::output::{self, ResultWriter, Versioned};
use bands::Bands;
use rows::{amount, each_row, quoted};

/// Head of what `--json` writes. A row that misses a number has `null`.
#[derive(Serialize)]
struct PredictResult<'a, P: Serialize, N: Serialize, W: Serialize> {
    status: &'static str,
    model: String,
    fingerprint: String,
    data: String,
    target: Option<String>,
    targets: &'a [String],
    /// Labels of the classes.
    #[serde(serialize_with = "classes::as_values")]
    classes: &'a Classes,
    /// Where each window was, of a signal.
    #[serde(skip_serializing_if = "Option::is_none")]
    windows: Option<W>,
    rows: usize,
    missing: usize,
    /// Rows beyond the training rows, where there are some.
    #[serde(skip_serializing_if = "Option::is_none")]
    extrapolated: Option<Extrapolation>,
    /// The class of a classifier, else the amount.
    predictions: P,
    /// Probability of class 1, or of each class.
    #[serde(skip_serializing_if = "Option::is_none")]
    probabilities: Option<N>,
    /// Scores, above 0 for class 1, or the reconstruction errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    scores: Option<N>,
    /// Level of the intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<f64>,
    /// Where the curve is.
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<&'a [Option<Interval>]>,
    /// Where the target of a row would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    prediction_interval: Option<&'a [Option<Interval>]>,
    /// Above which score a row is an anomaly.
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold: Option<f64>,
}

/// Recording of a window, and its first and last row there, counted from 0.
#[derive(Serialize)]
struct WindowPlace<'a> {
    recording: &'a str,
    start: u64,
    end: u64,
}

impl<'a> WindowPlace<'a> {
    fn of((recording, [start, end]): (&'a str, [u64; 2])) -> Self {
        Self {
            recording,
            start,
            end,
        }
    }
}

/// Sequence that is made one by one, as it is written.
struct List<F>(F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for List<F> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0())
    }
}

/// Predictions.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer<'a, T> {
    Amount(Output<'a, T>),
    Class(LabelValue<'a>),
    /// 1 of a row that is none as the others.
    Anomaly(usize),
}

/// Output of a model.
#[derive(Serialize)]
#[serde(untagged)]
enum Output<'a, T> {
    One(T),
    Each(&'a [T]),
}

impl<'a, T: Copy> Output<'a, T> {
    fn of(numbers: &'a [T]) -> Self {
        match numbers {
            [one] => Self::One(*one),
            each => Self::Each(each),
        }
    }
}

pub(crate) fn run(arguments: &PredictArguments) -> Outcome {
    match model_file::read(&arguments.model)? {
        Loaded::F32(mut model) => predict(arguments, &mut model),
        Loaded::F64(mut model) => predict(arguments, &mut model),
        Loaded::Q15(mut model) => predict(arguments, &mut model),
        Loaded::Normal(model) => normal::predict(arguments, *model),
    }
}

fn predict<T, F: Assessor<T>>(arguments: &PredictArguments, model: &mut Model<T, F>) -> Outcome
where
    T: Real + Serialize + std::fmt::Display,
{
    let out = match arguments.out.as_path() {
        path if path == Path::new("-") => None,
        path => {
            let data = arguments.data.iter();
            let inputs = data.chain([&arguments.model]).map(AsRef::as_ref);
            let inputs: Vec<&Path> = inputs.collect();
            Some(output::Target::new(path, &inputs)?)
        }
    };
    let file = &model.file;
    if let (Some(formula), AnyModel::Formula(program)) = (&file.formula, model.trainer.model())
        && let Some(note) = formula.note(program, &file.target)
    {
        messages::say(format_args!("{note}"));
    }
    let how = file.with_dates(arguments.table.reading(&file.missing_values));
    let raw = CsvFile::open_all(&arguments.data, &how)?;
    let targets: &[String] = match (file.interval, arguments.interval, &file.target.names[..]) {
        (Some(_), Some(_), [target]) if raw.has(target) => &file.target.names,
        _ => &[],
    };
    let wanted = Wanted {
        targets,
        ..Wanted::default()
    };
    let (opened, windows) = file.cut(raw, wanted, &how)?;
    let following = match arguments.interval {
        Some(level) => following::of_level(model, level, arguments)?,
        None => None,
    };
    let bands = match arguments.interval.filter(|_| following.is_none()) {
        Some(level) => Some(Bands::new(arguments, model, &opened, level)?),
        None => None,
    };
    let weight = bands.as_ref().and_then(Bands::column);
    let encoder = model.file.encoder(&opened, &[], weight)?;
    let mut out = ResultWriter::new(out)?;
    let rows = (&opened, windows.as_ref());
    let (ranges, origins) = (model.file.ranges.clone(), model.file.origins.clone());
    let mut predicted = 0;
    let mut beyond = Beyond::of(&ranges, |at| origins.feature(at));
    let written = match (following, arguments.json) {
        (Some(interval), _) => {
            let own = (interval, encoder, &mut beyond);
            following::write(arguments, model, own, rows, &mut out)
        }
        (None, true) => json(
            arguments,
            model,
            (encoder, &mut beyond),
            bands.as_ref(),
            rows,
            &mut out,
        ),
        (None, false) => csv(
            model,
            (encoder, &mut beyond),
            bands.as_ref(),
            rows,
            (&mut out, &mut predicted),
        ),
    };
    if let Err(failure) = written {
        let failure = match (predicted, out.is_standard()) {
            (1, true) => failure.and("the row before it is predicted"),
            (2.., true) => failure.and(&format!("the {predicted} rows before it are predicted")),
            _ => failure,
        };
        return Err(out.end_early(failure));
    }
    out.finish()?;
    messages::how_read(&opened);
    if let Some(found) = beyond.found(&model.file.features, &ranges) {
        messages::say(format_args!("warning: {}: {found}", opened.files()));
    }
    Ok(())
}

/// How predictions are shown: a reconstruction error as a score.
fn reading<T: Real, F: Assessor<T>>(model: &Model<T, F>) -> Reading {
    match model.file.target.kind {
        TargetKind::Features => Reading::Score,
        kind => measure::reading(&model.trainer, kind),
    }
}

/// The class that a prediction stands for; 1 of an anomaly.
fn class<T: Real>(file: &ModelFile<T>, prediction: &[T]) -> usize {
    match (file.anomaly, prediction) {
        (Some(anomaly), &[score]) => usize::from(score.to_f64() > anomaly.threshold),
        _ => file.recipe.class_of(prediction),
    }
}

/// The line above the predictions.
fn header<T: Real, F>(model: &Model<T, F>, reading: Reading) -> String {
    match reading {
        Reading::Amounts(1) => "prediction\n".into(),
        Reading::Amounts(_) => {
            let names = model.file.target.outputs(&model.file.features).iter();
            let names = names.map(|name| quoted(&format!("prediction_{name}")));
            names.collect::<Vec<_>>().join(",") + "\n"
        }
        Reading::Score if model.file.anomaly.is_some() => "score,anomaly\n".into(),
        Reading::Probability => "probability,class\n".into(),
        Reading::Score => "score,class\n".into(),
        Reading::Probabilities(classes) => {
            let labels = &model.file.target.classes;
            let name = |k| quoted(&format!("probability_{}", labels.label(k)));
            let names: Vec<String> = (0..classes).map(name).collect();
            format!("{},class\n", names.join(","))
        }
    }
}

/// Writes each prediction as soon as it is there.
fn csv<T: Real + std::fmt::Display, F: Assessor<T>>(
    model: &mut Model<T, F>,
    encoder: (Encoder, &mut Beyond<T>),
    bands: Option<&Bands>,
    (opened, windows): (&CsvFile, Option<&WindowRows>),
    (out, number): (&mut ResultWriter, &mut usize),
) -> Outcome {
    let reading = reading(model);
    let head: String = match bands {
        Some(bands) => bands.header().into(),
        None => header(model, reading),
    };
    let mut line = match windows {
        Some(_) => format!("recording,start,end,{head}"),
        None => head,
    };
    let labels: Vec<String> = model.file.target.classes.labels().map(quoted).collect();
    let parameters = model.trainer.parameters();
    let recipe = model.file.recipe.model;
    let mut around = bands.map(|bands| bands.around(&recipe, &parameters));
    each_row(opened, encoder, model, |file, row| {
        if let Some((recording, [start, end])) = windows.and_then(|windows| windows.of(*number)) {
            let _ = write!(line, "{},{start},{end},", quoted(recording));
        }
        *number += 1;
        let prediction = row.map(|row| row.1);
        let _ = match (prediction, reading) {
            (Some(amounts), _) if bands.is_some() => {
                let sample = row.map(|row| row.0);
                let [confidence, prediction] = match (&mut around, sample) {
                    (Some(around), Some(sample)) => around.of(sample, amount(file, amounts)),
                    _ => [None, None],
                };
                let _ = match file.shifts_outputs() {
                    true => write!(line, "{}", Joined(&file.amounts(amounts))),
                    false => write!(line, "{}", Joined(amounts)),
                };
                let with = bands.is_some_and(|bands| bands.has_noise);
                for interval in [Some(confidence), with.then_some(prediction)] {
                    let _ = match interval {
                        Some(Some([low, high])) => write!(line, ",{low},{high}"),
                        Some(None) => write!(line, ",,"),
                        None => Ok(()),
                    };
                }
                writeln!(line)
            }
            (None, _) if bands.is_some() => {
                let pairs = 1 + usize::from(bands.is_some_and(|bands| bands.has_noise));
                writeln!(line, "{}", ",".repeat(2 * pairs))
            }
            (Some(amounts), Reading::Amounts(_)) if file.shifts_outputs() => {
                writeln!(line, "{}", Joined(&file.amounts(amounts)))
            }
            (Some(amounts), Reading::Amounts(_)) => writeln!(line, "{}", Joined(amounts)),
            (Some(numbers), _) => {
                let class = class(file, numbers);
                match labels.get(class) {
                    Some(label) => writeln!(line, "{},{label}", Joined(numbers)),
                    None => writeln!(line, "{},{class}", Joined(numbers)),
                }
            }
            // Quoted, for an empty line is no row to most readers.
            (None, Reading::Amounts(1)) => writeln!(line, "\"\""),
            (None, Reading::Amounts(amounts)) => writeln!(line, "{}", ",".repeat(amounts - 1)),
            (None, _) => writeln!(line, "{}", ",".repeat(reading.width())),
        };
        let written = out.write_all(line.as_bytes());
        line.clear();
        out.went(written)
    })
}

/// Numbers with commas between them.
struct Joined<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Joined<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, number) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            number.fmt(f)?;
        }
        Ok(())
    }
}

/// Writes the object when all predictions are there, for it counts them first.
fn json<T: Real + Serialize, F: Assessor<T>>(
    arguments: &PredictArguments,
    model: &mut Model<T, F>,
    (encoder, beyond): (Encoder, &mut Beyond<T>),
    bands: Option<&Bands>,
    (opened, windows): (&CsvFile, Option<&WindowRows>),
    out: &mut ResultWriter,
) -> Outcome {
    let reading = reading(model);
    let parameters = model.trainer.parameters();
    let recipe = model.file.recipe.model;
    let mut around = bands.map(|bands| bands.around(&recipe, &parameters));
    let mut intervals = [Vec::new(), Vec::new()];
    let mut take = |file: &ModelFile<T>, row: Option<(Sample<'_, T>, &[T])>| {
        if let Some(around) = &mut around {
            let own = row.map(|(sample, own)| around.of(sample, amount(file, own)));
            let [confidence, prediction] = own.unwrap_or_default();
            intervals[0].push(confidence);
            intervals[1].push(prediction);
        }
    };
    match reading {
        // In `f64`, which holds an origin and the digits behind it.
        Reading::Amounts(_) if model.file.shifts_outputs() => {
            let mut numbers = Numbers::new(reading.width(), f64::NAN);
            each_row(opened, (encoder, &mut *beyond), model, |file, row| {
                take(file, row);
                numbers.push(row.map(|row| file.amounts(row.1)).as_deref());
                Ok(true)
            })?;
            write(
                arguments,
                model,
                (&numbers, windows, beyond),
                |_| 0,
                (bands, &intervals),
                out,
            )
        }
        _ => {
            let mut numbers = Numbers::new(reading.width(), T::NAN);
            each_row(opened, (encoder, &mut *beyond), model, |file, row| {
                take(file, row);
                numbers.push(row.map(|row| row.1));
                Ok(true)
            })?;
            let (file, bands) = (&model.file, (bands, &intervals));
            write(
                arguments,
                model,
                (&numbers, windows, beyond),
                |row| class(file, row),
                bands,
                out,
            )
        }
    }
}

/// Predictions one after the other; NaN, which no prediction is, where there is none.
struct Numbers<N> {
    width: usize,
    blank: N,
    numbers: Vec<N>,
    missing: usize,
}

impl<N: Real> Numbers<N> {
    fn new(width: usize, blank: N) -> Self {
        Self {
            width,
            blank,
            numbers: Vec::new(),
            missing: 0,
        }
    }

    fn push(&mut self, prediction: Option<&[N]>) {
        match prediction {
            Some(prediction) => self.numbers.extend(prediction),
            None => {
                self.missing += 1;
                let length = self.numbers.len() + self.width;
                self.numbers.resize(length, self.blank);
            }
        }
    }

    fn rows(&self) -> impl ExactSizeIterator<Item = Option<&[N]>> {
        let rows = self.numbers.chunks(self.width);
        rows.map(|row| row[0].is_finite().then_some(row))
    }
}

fn write<T: Real, F: Assessor<T>, N: Real + Serialize>(
    arguments: &PredictArguments,
    model: &Model<T, F>,
    (numbers, windows, beyond): (&Numbers<N>, Option<&WindowRows>, &Beyond<T>),
    class: impl Fn(&[N]) -> usize,
    (bands, [confidence, prediction]): (Option<&Bands>, &[Vec<Option<Interval>>; 2]),
    out: &mut ResultWriter,
) -> Outcome {
    let reading = reading(model);
    let answer = |row| match reading {
        Reading::Amounts(_) => Answer::Amount(Output::of(row)),
        _ if model.file.anomaly.is_some() => Answer::Anomaly(class(row)),
        _ => Answer::Class(model.file.target.classes.value(class(row))),
    };
    let beside = || List(move || numbers.rows().map(|row| row.map(Output::of)));
    let document = PredictResult {
        status: "done",
        model: arguments.model.display().to_string(),
        fingerprint: model.trainer.fingerprint().to_string(),
        data: Files::from(&arguments.data).to_string(),
        target: model.file.target.option(),
        targets: &model.file.target.names,
        classes: &model.file.target.classes,
        threshold: model.file.anomaly.map(|anomaly| anomaly.threshold),
        windows: windows.map(|windows| {
            List(move || {
                (0..)
                    .map_while(move |window| windows.of(window))
                    .map(WindowPlace::of)
            })
        }),
        rows: numbers.rows().len(),
        missing: numbers.missing,
        extrapolated: beyond.found(&model.file.features, &model.file.ranges),
        predictions: List(|| numbers.rows().map(|row| row.map(&answer))),
        probabilities: matches!(reading, Reading::Probability | Reading::Probabilities(_))
            .then(beside),
        scores: (reading == Reading::Score).then(beside),
        interval: bands.map(|bands| bands.level),
        confidence: bands.map(|_| &confidence[..]),
        prediction_interval: bands
            .filter(|bands| bands.has_noise)
            .map(|_| &prediction[..]),
    };
    let written = serde_json::to_writer_pretty(&mut *out, &Versioned::new(&document));
    let written = written.map_err(io::Error::from);
    let written = written.and_then(|()| out.write_all(b"\n"));
    out.went(written)?;
    Ok(())
}
