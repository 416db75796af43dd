//! Two hundred steps of small problems with every optimizer, schedule and rule.

use std::collections::HashMap;

use downhill::model::{AnyActivation, AnyModel};
use downhill::recipe::AnyTrainer;
use downhill::rules::{AnyRules, Bound, Clip, Curve, Penalty, Schedule};
use downhill::{Real, Trainer};
use serde::Deserialize;

use super::losses::LossSpec;
use super::models::build_model;
use super::optimizers::OptimizerSpec;
use super::{difference, reals};

#[derive(Deserialize)]
struct Trajectories {
    /// The steps after which parameters were recorded.
    recorded: Vec<u64>,
    problems: HashMap<String, Problem>,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Problem {
    widths: Vec<u16>,
    activation: AnyActivation,
    loss: LossSpec,
    features: Vec<Vec<f64>>,
    targets: Vec<Vec<f64>>,
    weights: Vec<f64>,
    start: Vec<f64>,
}

impl Problem {
    fn model<T>(&self) -> AnyModel<T> {
        let kind = if self.widths.len() > 2 {
            "mlp"
        } else {
            "linear"
        };
        build_model(kind, &self.widths, self.activation)
    }

    /// Number of parameters of the first `layers` layers.
    fn parameters_of_layers(&self, layers: usize) -> u32 {
        let pairs = self.widths.iter().zip(&self.widths[1..]).take(layers);
        pairs
            .map(|(&inputs, &outputs)| u32::from(inputs + 1) * u32::from(outputs))
            .sum()
    }
}

/// A schedule by the oracle's name; floors are shares of the rate.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum ScheduleSpec {
    Step {
        every: u32,
        factor: f64,
    },
    Exponential {
        factor: f64,
    },
    Cosine {
        steps: u32,
        floor: f64,
    },
    InverseTime {
        decay: f64,
        floor: f64,
    },
    /// The schedule hears of the next of `losses` after every so many steps.
    Plateau {
        patience: u32,
        factor: f64,
        floor: f64,
        every: u64,
        losses: Vec<f64>,
    },
}

#[derive(Debug, Deserialize)]
struct Run {
    name: String,
    problem: String,
    batch: u16,
    optimizer: OptimizerSpec,
    #[serde(default)]
    weighted: bool,
    #[serde(default)]
    frozen_layers: usize,
    schedule: Option<ScheduleSpec>,
    #[serde(default)]
    warmup: u32,
    #[serde(default)]
    l1: f64,
    #[serde(default)]
    l2: f64,
    #[serde(default)]
    decay: f64,
    clip_value: Option<f64>,
    clip_norm: Option<f64>,
    #[serde(rename = "box")]
    bounds: Option<[f64; 2]>,
    /// The parameters after each of the recorded steps.
    parameters: Vec<Vec<f64>>,
    /// The loss before each of those steps.
    losses: Vec<f64>,
}

impl Run {
    fn rules<T: Real>(&self, problem: &Problem) -> AnyRules<T> {
        let real = T::from_f64;
        let curve = match self.schedule.as_ref() {
            None => Curve::Constant,
            Some(&ScheduleSpec::Step { every, factor }) => Curve::Step {
                every,
                factor: real(factor),
            },
            Some(&ScheduleSpec::Exponential { factor }) => Curve::Exponential {
                decay: real(factor),
            },
            Some(&ScheduleSpec::Cosine { steps, floor }) => Curve::Cosine {
                steps,
                floor: real(floor),
            },
            Some(&ScheduleSpec::InverseTime { decay, floor }) => Curve::InverseTime {
                decay: real(decay),
                floor: real(floor),
            },
            Some(&ScheduleSpec::Plateau {
                patience,
                factor,
                floor,
                ..
            }) => Curve::Plateau {
                patience,
                factor: real(factor),
                floor: real(floor),
            },
        };
        let decay = match self.optimizer {
            OptimizerSpec::Adamw { adam, decay } if adam.amsgrad => decay,
            _ => self.decay,
        };
        let mut rules = AnyRules::NONE
            .schedule(Schedule {
                warmup: self.warmup,
                curve,
            })
            .penalty(Penalty {
                l1: real(self.l1),
                l2: real(self.l2),
                decay: real(decay),
            })
            .clip(Clip {
                value: self.clip_value.map(real),
                norm: self.clip_norm.map(real),
            })
            .frozen(problem.parameters_of_layers(self.frozen_layers));
        if let Some([low, high]) = self.bounds {
            // The oracle limits the first eight.
            rules.bounds[0] = Some(Bound {
                first: 0,
                last: 7,
                low: real(low),
                high: real(high),
            });
        }
        rules
    }

    /// Tells a schedule that waits for a plateau of the validation loss, if one is due.
    fn report<T: Real>(&self, fit: &mut AnyTrainer<&mut [T]>) {
        if let Some(ScheduleSpec::Plateau { every, losses, .. }) = &self.schedule
            && fit.steps().is_multiple_of(*every)
        {
            let loss = losses[(fit.steps() / every - 1) as usize];
            fit.report(T::from_f64(loss));
        }
    }

    /// Where the fit leaves the oracle's way, in words.
    fn departure<T: Real>(&self, recorded: &[u64], problem: &Problem) -> Option<String> {
        let mut arena = vec![T::ZERO; 1024];
        let mut fit: AnyTrainer<&mut [T]> = Trainer::with_rules(
            problem.model(),
            problem.loss.build(),
            self.optimizer.build(),
            self.rules(problem),
            arena.as_mut_slice(),
        )
        .unwrap();
        let mut state = fit.state().to_vec();
        let start = reals::<T>(&problem.start);
        state[..start.len()].copy_from_slice(&start);
        fit.restore(&state, 0).unwrap();
        let mut samples = problem
            .features
            .iter()
            .zip(&problem.targets)
            .zip(&problem.weights)
            .map(|((x, y), &weight)| {
                let weight = if self.weighted { weight } else { 1.0 };
                (reals::<T>(x), reals::<T>(y), T::from_f64(weight))
            })
            .collect::<Vec<_>>()
            .into_iter()
            .cycle();
        let expected = self.parameters.iter().zip(&self.losses);
        for (&recorded, (parameters, &loss)) in recorded.iter().zip(expected) {
            let mut last = T::ZERO;
            while fit.steps() < recorded {
                let before = fit.steps();
                let (features, target, weight) = samples.next().unwrap();
                let step = fit.feed(self.batch, &features, &target, weight).unwrap();
                last = step.loss;
                if step.number > before {
                    self.report(&mut fit);
                }
            }
            let state = fit.state().to_vec();
            fit.finish();
            let departure = difference(&[last], &[loss])
                .map(|difference| format!("loss: {difference}"))
                .or_else(|| difference(fit.parameters(), parameters));
            if let Some(departure) = departure {
                return Some(format!(
                    "{} on {} in batches of {} with {:?}, after {recorded} steps: {departure}",
                    self.name, self.problem, self.batch, self.optimizer
                ));
            }
            fit.restore(&state, recorded).unwrap();
        }
        None
    }
}

fn check_trajectories<T: Real>() {
    let vectors = include_str!("../../data/oracle/trajectories.json");
    let Trajectories {
        recorded,
        problems,
        runs,
    } = serde_json::from_str(vectors).unwrap();
    // Rprop looks at signs only, and a sign can hang on the last bit.
    let by_sign = |run: &Run| matches!(run.optimizer, OptimizerSpec::Rprop { .. });
    let mut wrong = Vec::new();
    for run in runs.iter().filter(|run| T::WORDS == 2 || !by_sign(run)) {
        wrong.extend(run.departure::<T>(&recorded, &problems[&run.problem]));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn trajectories_in_f64() {
    check_trajectories::<f64>();
}

#[test]
fn trajectories_in_f32() {
    check_trajectories::<f32>();
}
