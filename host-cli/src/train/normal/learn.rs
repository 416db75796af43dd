//! From options and rows to a detector that watches.

use downhill::loss::{AnyLoss, Squared};
use downhill::normal::{Description, Settings};
use downhill::optimizer::OPTIMIZERS;
use downhill::random::Random;
use downhill::rules::{Scaling, ScalingMethod};
use downhill::{Fault, Recipe};

use super::roles::NormalRoles;
use crate::data::classes::{Asked, Classes};
use crate::data::columns::TargetKind;
use crate::data::dataset::{Dataset, Hold};
use crate::evaluate::anomalies::{Anomalies, Watched};
use crate::evaluate::measure;
use crate::model::normal::{HostDetector, NormalResults, build, description};
use crate::options::spec::{ModelSpec, NormalSpec, OptimizerSpec, ScheduleSpec};
use crate::options::{FitOptions, NormalOptions};
use crate::support::failure::{Failure, Outcome};

/// Passes of an autoencoder over its rows, unless told.
const EPOCHS: u32 = 50;

/// Everything that a detector is built from and learns by.
pub(crate) struct NormalPlan {
    pub(crate) data: Dataset<f32>,
    /// Rows that are learned from and calibrated on.
    pub(crate) roles: NormalRoles,
    pub(crate) description: Description<f32>,
    /// Recipe of the trainer, or of the features alone.
    pub(crate) recipe: Recipe<f32>,
    pub(crate) epochs: u32,
    /// Which classes are normal; `None` without a target.
    normal: Option<Vec<bool>>,
    /// Training rows that are not normal, and are not used.
    unused: usize,
    /// Seed of the rows' order; `None` for the file's.
    shuffle: Option<u64>,
}

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
    /// Recipe of an autoencoder.
    pub(crate) recipe: Option<Recipe<f32>>,
    pub(crate) epochs: u32,
    pub(crate) results: NormalResults,
    /// All rows but those of another use, in the file's order: their numbers, and what was said.
    pub(crate) watched: Vec<(u32, Watched)>,
    /// Training rows that are not normal, and are not used.
    pub(crate) unused: usize,
}

impl NormalPlan {
    /// Reads the rows, and says which are learned from and which calibrated on.
    ///
    /// # Errors
    /// The table cannot be read, a label is none of it, or there are too few rows.
    pub(crate) fn new(options: &NormalOptions) -> Outcome<Self> {
        let data = read(options)?;
        let normal = labels(&data, &options.labels)?;
        let train: Vec<u32> = { data.split.train.iter().copied() }
            .filter(|&row| is_normal(&data, normal.as_deref(), row))
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
        let (description, recipe, epochs) = described(options, &data, &roles)?;
        Ok(Self {
            shuffle: options.shuffle.then_some(options.table.seed),
            data,
            roles,
            description,
            recipe,
            epochs,
            normal,
            unused,
        })
    }

    /// The detector, which has learned nothing.
    pub(crate) fn detector(&self) -> Outcome<HostDetector> {
        let settings = &self.description.settings;
        build(&self.description, &self.recipe).map_err(|fault| {
            Failure::Usage(match fault {
                Fault::Setting(downhill::Setting::Detector) => format!(
                    "`--anomaly-share {}` of {} rows to calibrate on: a detector keeps the {} largest \
                     scores; give a share above 0 that is below {:.4}",
                    settings.share,
                    settings.calibrate,
                    downhill::normal::KEPT,
                    downhill::normal::KEPT as f64 / (f64::from(settings.calibrate) + 1.0)
                ),
                fault => fault.to_string(),
            })
        })
    }

    /// Hands on the rows to learn from, pass by pass, and then those to calibrate on.
    pub(crate) fn teach<E>(&self, mut take: impl FnMut(u32) -> Result<(), E>) -> Result<(), E> {
        let mut order = self.roles.learn.clone();
        let mut random = self.shuffle.map(Random::seed);
        let passes = self.description.settings.learn / order.len().max(1) as u32;
        for pass in 0..passes {
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
        self.roles.calibrate.iter().try_for_each(|&row| take(row))
    }

    /// A row that a detector refuses.
    pub(crate) fn refused(&self, row: u32, fault: Fault) -> Failure {
        let line = self.data.samples.sample(row as usize).line;
        match fault {
            Fault::Feature { .. } | Fault::Update => {
                measure::too_far(&self.data.files, line, fault)
            }
            fault => Failure::Fit(format!(
                "{}: {fault}; give a lower `--lr`",
                self.data.files.place(line)
            )),
        }
    }
}

impl NormalFit {
    /// Reads the rows, learns from some, calibrates on others and watches all.
    ///
    /// # Errors
    /// Those of [`NormalPlan::new`], and of a row that is too far.
    pub(crate) fn new(options: &NormalOptions) -> Outcome<Self> {
        let plan = NormalPlan::new(options)?;
        let mut detector = plan.detector()?;
        plan.teach(|row| {
            let sample = plan.data.samples.sample(row as usize);
            let seen = detector.observe(sample.features);
            seen.map(drop).map_err(|fault| plan.refused(row, fault))
        })?;
        let NormalPlan { data, roles, .. } = &plan;
        let normal = plan.normal.as_deref();
        let watched = watch(&mut detector, data, |row| is_normal(data, normal, row))?;
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
            labels: match normal {
                Some(normal) => { data.target.classes.labels() }
                    .enumerate()
                    .filter(|(class, _)| normal[*class])
                    .map(|(_, label)| label.into())
                    .collect(),
                None => Classes::default(),
            },
            detector,
            scaled_by: plan.description.scaled_by,
            recipe: match options.model {
                NormalSpec::Autoencoder(_) => Some(plan.recipe),
                NormalSpec::Mahalanobis { .. } | NormalSpec::KMeans { .. } => None,
            },
            epochs: plan.epochs,
            results,
            watched,
            unused: plan.unused,
            roles: plan.roles,
            data: plan.data,
        })
    }
}

/// Returns true for a row that is normal: by its class, if there is a target.
fn is_normal(data: &Dataset<f32>, normal: Option<&[bool]>, row: u32) -> bool {
    normal.is_none_or(|normal| normal[class(data, row)])
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

/// Description of the detector, its recipe and its epochs.
fn described(
    options: &NormalOptions,
    data: &Dataset<f32>,
    roles: &NormalRoles,
) -> Outcome<(Description<f32>, Recipe<f32>, u32)> {
    let rows = roles.learn.len() as u32;
    let features = u16::try_from(data.features.len()).map_err(|_| {
        let features = data.features.len();
        Failure::Usage(format!("{features} features are more than a detector has"))
    })?;
    let epochs = options.epochs.unwrap_or(EPOCHS);
    let alone = Description::recipe(features);
    // One pass is for the scaler.
    let (recipe, passes, epochs) = match options.model {
        NormalSpec::Mahalanobis { .. } => (alone, 1, 1),
        NormalSpec::KMeans { .. } => (alone, 2, 1),
        NormalSpec::Autoencoder(model) => {
            let recipe = recipe(options, model, (features, rows), epochs)?;
            (recipe, u64::from(epochs) + 1, epochs)
        }
    };
    let settings = Settings {
        learn: u32::try_from(u64::from(rows) * passes).map_err(|_| {
            Failure::Usage(
                "more rows and epochs than a detector counts; give fewer `--epochs`".into(),
            )
        })?,
        calibrate: roles.calibrate.len() as u32,
        share: options.share as f32,
        votes: options.votes,
        cool_down: options.cool_down,
    };
    let scaled_by = match options.model {
        NormalSpec::Mahalanobis { .. } => 0,
        NormalSpec::KMeans { .. } | NormalSpec::Autoencoder(_) => rows,
    };
    let description = description(options.model, scaled_by, settings);
    Ok((description, recipe, epochs))
}

/// Recipe of an autoencoder.
fn recipe(
    options: &NormalOptions,
    model: ModelSpec,
    (features, rows): (u16, u32),
    epochs: u32,
) -> Outcome<Recipe<f32>> {
    let model = model.build(features, features).ok_or_else(|| {
        Failure::Usage("`normal:autoencoder` takes the widths of its layers".into())
    })?;
    let optimizer = OptimizerSpec::usual("adam");
    let usual = { OPTIMIZERS.iter() }
        .find(|choice| choice.name == "adam")
        .map_or(0.002, |choice| choice.facts.rate);
    let steps = u64::from(rows) * u64::from(epochs);
    let schedule: ScheduleSpec = optimizer.default_schedule();
    let rate = options.rate.unwrap_or(usual);
    let recipe = Recipe::new(model, AnyLoss::Squared(Squared), optimizer.build(rate));
    let recipe = recipe.scaling(Scaling::STANDARD_WITH_TARGET);
    Ok(recipe
        .seed(options.table.seed)
        .schedule(schedule.build(0, steps)))
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
