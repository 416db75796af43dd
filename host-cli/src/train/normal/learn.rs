//! From options and rows to a detector that watches.

use downhill::normal::Settings;
use downhill::optimizer::OPTIMIZERS;
use downhill::random::Random;
use downhill::rules::ScalingMethod;
use downhill::{Fault, Recipe};

use super::roles::NormalRoles;
use crate::data::classes::{Asked, Classes};
use crate::data::columns::TargetKind;
use crate::data::dataset::{Dataset, Hold};
use crate::evaluate::anomalies::{Anomalies, Watched};
use crate::evaluate::measure;
use crate::model::normal::{HostDetector, HostScore, NormalResults};
use crate::options::spec::{ModelSpec, NormalSpec, OptimizerSpec, ScheduleSpec};
use crate::options::{FitOptions, NormalOptions};
use crate::support::failure::{Failure, Outcome};

/// Passes of an autoencoder over its rows, unless told.
const EPOCHS: u32 = 50;

/// A detector that has learned and is calibrated, with the rows that it did both by.
pub(crate) struct NormalFit {
    pub(crate) data: Dataset<f32>,
    pub(crate) detector: HostDetector,
    /// Rows that were learned from and calibrated on.
    pub(crate) roles: NormalRoles,
    /// Labels that are normal; none without a target.
    pub(crate) labels: Classes,
    /// Windows that the scaler learned from, where there is one.
    pub(crate) scaled_by: u32,
    pub(crate) recipe: Option<Recipe<f32>>,
    pub(crate) epochs: u32,
    pub(crate) results: NormalResults,
    /// All rows but those of another use, in the file's order: their numbers, and what was said.
    pub(crate) watched: Vec<(u32, Watched)>,
    /// Training rows that are not normal, and are not used.
    pub(crate) unused: usize,
}

impl NormalFit {
    /// Reads the rows, learns from some, calibrates on others and watches all.
    ///
    /// # Errors
    /// The table cannot be read, a label is none of it, or there are too few rows.
    pub(crate) fn new(options: &NormalOptions) -> Outcome<Self> {
        let data = read(options)?;
        let normal = labels(&data, &options.labels)?;
        let is_normal = |row: u32| {
            normal
                .as_ref()
                .is_none_or(|normal| normal[class(&data, row)])
        };
        let train: Vec<u32> = { data.split.train.iter().copied() }
            .filter(|&row| is_normal(row))
            .collect();
        let unused = data.split.train.len() - train.len();
        let group = |row: u32| data.groups.get(row as usize).copied();
        let roles = NormalRoles::part(&train, |row| class(&data, row), group, overlap(&data)?);
        if roles.learn.len() < 2 || roles.calibrate.is_empty() {
            return Err(Failure::Input(format!(
                "{}: {} normal training rows are too few to learn from and to calibrate on; give more \
                 rows, shorter windows, or fewer `--validation-every` and `--test-every` rows",
                data.name(),
                train.len()
            )));
        }
        let (mut detector, recipe, epochs) = detector(options, &data, &roles)?;
        let scaled_by = match options.model {
            NormalSpec::Mahalanobis { .. } => 0,
            NormalSpec::KMeans { .. } | NormalSpec::Autoencoder(_) => roles.learn.len() as u32,
        };
        teach(&mut detector, options, &data, &roles, epochs)?;
        let watched = watch(&mut detector, &data, is_normal)?;
        let of = |rows: &[u32]| {
            let own: Vec<Watched> = { watched.iter() }
                .filter(|(row, _)| rows.binary_search(row).is_ok())
                .map(|(_, watched)| *watched)
                .collect();
            Anomalies::of(&own)
        };
        let results = NormalResults {
            train: of(&roles.learn),
            calibration: of(&roles.calibrate),
            validation: of(&data.split.validation),
            test: of(&data.split.test),
        };
        Ok(Self {
            labels: match &normal {
                Some(normal) => { data.target.classes.labels() }
                    .enumerate()
                    .filter(|(class, _)| normal[*class])
                    .map(|(_, label)| label.into())
                    .collect(),
                None => Classes::default(),
            },
            detector,
            roles,
            scaled_by,
            recipe,
            epochs,
            results,
            watched,
            unused,
            data,
        })
    }
}

/// Class of a row; 0 without a target.
fn class(data: &Dataset<f32>, row: u32) -> usize {
    match data.target.kind {
        TargetKind::Class => data.samples.class(row as usize).unwrap_or(0),
        _ => 0,
    }
}

/// Reads the table: a target has labels, and without one the rows are told from themselves.
fn read(options: &NormalOptions) -> Outcome<Dataset<f32>> {
    let table = FitOptions {
        model: match options.table.target {
            Some(_) => None,
            None => Some(ModelSpec::usual("autoencoder:1")),
        },
        ..options.table.clone()
    };
    let hold = Hold {
        at_most: u64::MAX,
        is_shuffled: false,
    };
    let asked = match table.target {
        Some(_) => Asked::labels(),
        None => Asked::default(),
    };
    let (mut data, _) = Dataset::read(&table, hold, ScalingMethod::None, &asked)?;
    if table.target.is_none() {
        data.target.kind = TargetKind::Features;
    }
    Ok(data)
}

/// Which classes are normal; `None` without a target.
fn labels(data: &Dataset<f32>, asked: &[String]) -> Outcome<Option<Vec<bool>>> {
    if asked.is_empty() {
        return Ok(None);
    }
    let classes = &data.target.classes;
    let mut normal = vec![false; classes.len()];
    for label in asked {
        let class = classes.named(label).ok_or_else(|| {
            Failure::Usage(format!(
                "`--normal {label}` is none of the labels of `{}`: {classes}",
                data.target
            ))
        })?;
        normal[class] = true;
    }
    Ok(Some(normal))
}

/// Windows behind one that share samples with it.
fn overlap(data: &Dataset<f32>) -> Outcome<usize> {
    let Some(signal) = &data.signal else {
        return Ok(0);
    };
    let description = signal.record.parsed::<f32>()?;
    Ok((description.window().max(1) - 1) / description.hop().max(1))
}

/// The detector at its start.
fn detector(
    options: &NormalOptions,
    data: &Dataset<f32>,
    roles: &NormalRoles,
) -> Outcome<(HostDetector, Option<Recipe<f32>>, u32)> {
    let (features, rows) = (data.features.len(), roles.learn.len() as u32);
    let epochs = options.epochs.unwrap_or(EPOCHS);
    let (recipe, learn, epochs) = match options.model {
        NormalSpec::Mahalanobis { .. } => (None, u64::from(rows), 1),
        // One pass for its scaler.
        NormalSpec::KMeans { .. } => (None, 2 * u64::from(rows), 1),
        NormalSpec::Autoencoder(model) => {
            let recipe = recipe(options, model, (features, rows), epochs)?;
            let learn = u64::from(rows) * (u64::from(epochs) + 1);
            (Some(recipe), learn, epochs)
        }
    };
    let settings = Settings {
        learn: u32::try_from(learn).map_err(|_| {
            Failure::Usage(
                "more rows and epochs than a detector counts; give fewer `--epochs`".into(),
            )
        })?,
        calibrate: roles.calibrate.len() as u32,
        share: options.share as f32,
        votes: options.votes,
        cool_down: options.cool_down,
    };
    let model = HostScore::new(options.model, features, rows, recipe.as_ref());
    let detector = model.and_then(|model| HostDetector::new(model, settings));
    let detector = detector.map_err(|fault| {
        Failure::Usage(match fault {
            Fault::Setting(downhill::Setting::Detector) => format!(
                "`--anomaly-share {}` of {} rows to calibrate on: a detector keeps the {} largest \
                 scores; give a share above 0 that is below {:.4}",
                options.share,
                settings.calibrate,
                downhill::normal::KEPT,
                downhill::normal::KEPT as f64 / (f64::from(settings.calibrate) + 1.0)
            ),
            fault => fault.to_string(),
        })
    })?;
    Ok((detector, recipe, epochs))
}

/// Recipe of an autoencoder.
fn recipe(
    options: &NormalOptions,
    model: ModelSpec,
    (features, rows): (usize, u32),
    epochs: u32,
) -> Outcome<Recipe<f32>> {
    let width = u16::try_from(features).map_err(|_| {
        Failure::Usage(format!(
            "{features} features are more than an autoencoder has"
        ))
    })?;
    let model = model.build(width, width).ok_or_else(|| {
        Failure::Usage("`normal:autoencoder` takes the widths of its layers".into())
    })?;
    let optimizer = OptimizerSpec::usual("adam");
    let usual = { OPTIMIZERS.iter() }
        .find(|choice| choice.name == "adam")
        .map_or(0.002, |choice| choice.facts.rate);
    let steps = u64::from(rows) * u64::from(epochs);
    let schedule: ScheduleSpec = optimizer.default_schedule();
    let rate = options.rate.unwrap_or(usual);
    let recipe = HostScore::recipe(model, optimizer.build(rate), options.table.seed);
    Ok(recipe.schedule(schedule.build(0, steps)))
}

/// Learns, pass by pass, and calibrates.
fn teach(
    detector: &mut HostDetector,
    options: &NormalOptions,
    data: &Dataset<f32>,
    roles: &NormalRoles,
    epochs: u32,
) -> Outcome {
    let mut take = |row: u32| {
        let sample = data.samples.sample(row as usize);
        detector
            .observe(sample.features)
            .map_err(|fault| match fault {
                Fault::Feature { .. } | Fault::Update => {
                    measure::too_far(&data.files, sample.line, fault)
                }
                fault => Failure::Fit(format!(
                    "{}: {fault}; give a lower `--lr`",
                    data.files.place(sample.line)
                )),
            })
    };
    let mut order = roles.learn.clone();
    let mut random = options.shuffle.then(|| Random::seed(options.table.seed));
    let has_scaler = !matches!(options.model, NormalSpec::Mahalanobis { .. });
    for pass in 0..epochs + u32::from(has_scaler) {
        // A mean needs no other order than the file's.
        if pass > 0
            && let Some(random) = &mut random
        {
            random.shuffle(&mut order);
        }
        for &row in &order {
            take(row)?;
        }
    }
    for &row in &roles.calibrate {
        take(row)?;
    }
    Ok(())
}

/// Watches all rows in the file's order, those that were learned from too.
fn watch(
    detector: &mut HostDetector,
    data: &Dataset<f32>,
    is_normal: impl Fn(u32) -> bool,
) -> Outcome<Vec<(u32, Watched)>> {
    let mut watched = Vec::with_capacity(data.samples.len());
    let mut last = None;
    for row in 0..data.samples.len() as u32 {
        let recording = data.recording(row as usize);
        let begins = row > 0 && recording != last;
        last = recording;
        if begins {
            detector.gap();
        }
        let sample = data.samples.sample(row as usize);
        let seen = detector.observe(sample.features);
        let seen = seen.map_err(|fault| measure::too_far(&data.files, sample.line, fault))?;
        let own = Watched::new(&seen, detector.is_on(), Some(is_normal(row)), begins);
        watched.push((row, own));
    }
    detector.gap();
    Ok(watched)
}
