//! The gradient of every model under every loss and activation, against differences of the loss.
//!
//! The two share no code but the forward pass and the loss's value: what is compared is the
//! loss's slope, `backward` and `gradient`, in f64.

use downhill::loss::{AnyLoss, FBeta, LOSSES, LogCosh, Loss, TargetKind};
use downhill::model::{AnyActivation, AnyModel, AnyShape, Form, Linear, MODELS, Model};
use downhill::optimizer::Sgd;
use downhill::random::Random;
use downhill::registry::Smoothness;
use downhill::{Dyn, Sink, Trainer};

/// Samples tried for each combination.
const SAMPLES: usize = 3;
/// Widest distance at which the loss is looked at, in units of the parameter.
const REACH: f64 = 1e-3;

/// A gradient in full, out of the pieces that a model gives.
struct Full(Vec<f64>);

impl Sink<f64> for Full {
    fn outer(&mut self, at: usize, deltas: &[f64], inputs: &[f64]) {
        for (row, delta) in deltas.iter().enumerate() {
            for (column, input) in inputs.iter().enumerate() {
                self.0[at + row * inputs.len() + column] += delta * input;
            }
        }
    }

    fn each(&mut self, at: usize, deltas: &[f64]) {
        for (index, delta) in deltas.iter().enumerate() {
            self.0[at + index] += delta;
        }
    }
}

/// What a loss takes for a target.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Targets {
    Numbers,
    Counts,
    /// 0 or 1 for one output, the number of the class for more.
    Class,
}

/// Numbers that a loss is tried with, where it takes one and they are possible.
const NUMBERS: [f64; 5] = [0.0, 0.1, 0.5, 1.0, 2.0];
/// Widths of hidden layers that a net is tried with.
const WIDTHS: [[u16; 3]; 3] = [[5, 0, 0], [5, 3, 0], [3, 4, 2]];

/// Every loss of the registry, its targets, and whether it has all derivatives everywhere.
fn losses() -> Vec<(AnyLoss<f64>, Targets, bool)> {
    let mut losses = Vec::new();
    for choice in LOSSES {
        let tried = if choice.arguments.is_empty() {
            1
        } else {
            NUMBERS.len()
        };
        let built = NUMBERS[..tried].iter().map(|&number| {
            AnyLoss::named(choice.name, &vec![number; choice.arguments.len()]).unwrap()
        });
        let before = losses.len();
        for loss in built.filter(Loss::<f64>::is_possible) {
            let targets = match choice.facts.target {
                TargetKind::Class => Targets::Class,
                TargetKind::Amount if loss.accepts(-1.0, 1) => Targets::Numbers,
                TargetKind::Amount => Targets::Counts,
            };
            losses.push((loss, targets, choice.facts.smoothness == Smoothness::Smooth));
        }
        assert!(
            losses.len() > before,
            "{} is possible with no number",
            choice.name
        );
    }
    losses
}

/// Every model of the registry but a formula for this many features and outputs, and whether it
/// is smooth.
fn models(features: u16, outputs: u16) -> Vec<(AnyModel<f64>, bool)> {
    let (features, outputs) = (Dyn(features), Dyn(outputs));
    let without_bias = AnyModel::Linear(Linear::with_shape(features, outputs, Dyn(0)));
    let mut models = vec![(without_bias, true)];
    for choice in MODELS {
        let mut add = |numbers, activation: AnyActivation| {
            let shape = AnyShape {
                features,
                outputs,
                numbers,
                activation,
            };
            let model = AnyModel::named(choice.name, &shape).unwrap();
            let smooth = activation.smoothness() == Smoothness::Smooth;
            // Some names are of the same model under another loss.
            if !models.contains(&(model, smooth)) {
                models.push((model, smooth));
            }
        };
        match choice.facts.form {
            Form::Numbers => (1..=3).for_each(|number| add([number; 3], AnyActivation::Identity)),
            Form::Layers => {
                for &activation in AnyActivation::ALL {
                    WIDTHS
                        .into_iter()
                        .for_each(|widths| add(widths, activation));
                }
            }
            Form::Text => {}
        }
    }
    models
}

/// Numbers in ±`scale`.
fn draw(random: &mut Random, count: usize, scale: f64) -> Vec<f64> {
    (0..count)
        .map(|_| (2.0 * random.unit::<f64>() - 1.0) * scale)
        .collect()
}

fn draw_target(random: &mut Random, targets: Targets, outputs: usize) -> Vec<f64> {
    match targets {
        Targets::Numbers => draw(random, outputs, 2.0),
        Targets::Counts => (0..outputs).map(|_| f64::from(random.below(5))).collect(),
        Targets::Class => vec![f64::from(random.below(outputs.max(2) as u32))],
    }
}

/// A model under a loss, at one sample.
struct Case<'a> {
    model: &'a AnyModel<f64>,
    loss: &'a AnyLoss<f64>,
    features: &'a [f64],
    target: &'a [f64],
}

impl Case<'_> {
    fn value(&self, parameters: &[f64]) -> f64 {
        let sizes = Model::<f64>::sizes(self.model);
        let (mut tape, mut outputs) = (vec![0.0; sizes.tape], vec![0.0; sizes.outputs]);
        self.model
            .forward(parameters, self.features, &mut tape, &mut outputs);
        self.loss.eval(&mut outputs, self.target)
    }

    fn gradient(&self, parameters: &[f64]) -> Vec<f64> {
        let sizes = Model::<f64>::sizes(self.model);
        let (mut tape, mut outputs) = (vec![0.0; sizes.tape], vec![0.0; sizes.outputs]);
        self.model
            .forward(parameters, self.features, &mut tape, &mut outputs);
        self.loss.eval(&mut outputs, self.target);
        self.model
            .backward(parameters, self.features, &mut tape, &outputs);
        let mut full = Full(vec![0.0; parameters.len()]);
        self.model
            .gradient(self.features, &tape, &outputs, &mut full);
        full.0
    }

    /// The derivative by parameter `index` from four values around it (error of order h⁴).
    fn difference(&self, parameters: &[f64], index: usize, h: f64) -> f64 {
        let mut moved = parameters.to_vec();
        let mut at = |distance: f64| {
            moved[index] = parameters[index] + distance;
            self.value(&moved)
        };
        let near = at(h) - at(-h);
        let far = at(2.0 * h) - at(-2.0 * h);
        (8.0 * near - far) / (12.0 * h)
    }

    /// The gradient as plain descent at rate 1 applies it, through the trainer.
    fn step(&self, parameters: &[f64]) -> Vec<f64> {
        let (sgd, mut arena) = (Sgd::new(1.0), vec![0.0; 1024]);
        let mut fit = Trainer::new(*self.model, *self.loss, sgd, arena.as_mut_slice()).unwrap();
        fit.restore(parameters, 0).unwrap();
        fit.observe(self.features, self.target).unwrap();
        let moved = fit.parameters().iter().zip(parameters);
        moved.map(|(after, before)| before - after).collect()
    }
}

/// Compares one case's gradient with differences. Returns how many numbers were compared, and
/// how many were not because a kink is too near for differences to mean anything.
fn check(case: &Case<'_>, parameters: &[f64], smooth: bool) -> (usize, usize) {
    let gradient = case.gradient(parameters);
    let steepest = gradient.iter().fold(0f64, |most, g| most.max(g.abs()));
    let (mut compared, mut skipped) = (0, 0);
    for (index, &exact) in gradient.iter().enumerate() {
        let wide = case.difference(parameters, index, REACH / 2.0);
        let narrow = case.difference(parameters, index, REACH / 8.0);
        let scale = wide.abs().max(1e-3 * steepest).max(1e-5);
        if !smooth && (wide - narrow).abs() > 1e-7 * scale {
            skipped += 1;
            continue;
        }
        let error = (exact - wide).abs() / scale;
        assert!(
            error < 1e-6,
            "{:?} under {:?}: parameter {index} has gradient {exact}, differences say {wide}",
            case.model,
            case.loss,
        );
        compared += 1;
    }
    for (index, (step, exact)) in case.step(parameters).iter().zip(&gradient).enumerate() {
        assert!(
            (step - exact).abs() <= 1e-12 * exact.abs().max(1.0),
            "{:?} under {:?}: parameter {index} moves by {step}, its gradient is {exact}",
            case.model,
            case.loss,
        );
    }
    (compared, skipped)
}

/// Every model × loss × activation, for one output and for three.
#[test]
fn gradients_agree_with_differences() {
    let mut random = Random::seed(5);
    let (mut compared, mut skipped) = (0, 0);
    for outputs in [1, 3] {
        for (model, smooth_model) in models(3, outputs) {
            let sizes = Model::<f64>::sizes(&model);
            for (loss, targets, smooth_loss) in losses() {
                if !Loss::<f64>::fits(&loss, sizes.outputs) {
                    continue;
                }
                for _ in 0..SAMPLES {
                    let features = draw(&mut random, sizes.features, 1.5);
                    let target = draw_target(&mut random, targets, sizes.outputs);
                    let parameters = draw(&mut random, sizes.parameters, 0.8);
                    let case = Case {
                        model: &model,
                        loss: &loss,
                        features: &features,
                        target: &target,
                    };
                    let smooth = smooth_model && smooth_loss;
                    let (these, those) = check(&case, &parameters, smooth);
                    compared += these;
                    skipped += those;
                }
            }
        }
    }
    assert!(compared > 50_000, "only {compared} numbers were compared");
    assert!(
        skipped * 100 < compared,
        "{skipped} numbers near a kink, {compared} compared"
    );
}

/// A batch moves by the mean of its samples' weighted gradients, a weighted sample by its own.
#[test]
fn weights_and_batches_scale_the_gradient() {
    let mut random = Random::seed(6);
    for (model, _) in models(3, 2) {
        let sizes = Model::<f64>::sizes(&model);
        let parameters = draw(&mut random, sizes.parameters, 0.8);
        let loss = AnyLoss::LogCosh(LogCosh);
        let mut arena = vec![0.0; 1024];
        let (sgd, weights) = (Sgd::new(1.0), [0.5, 2.0, 0.0, 1.25]);
        let mut fit = Trainer::new(model, loss, sgd, arena.as_mut_slice()).unwrap();
        fit.restore(&parameters, 0).unwrap();
        let mut mean = vec![0.0; sizes.parameters];
        for weight in weights {
            let features = draw(&mut random, sizes.features, 1.5);
            let target = draw(&mut random, sizes.outputs, 2.0);
            let case = Case {
                model: &model,
                loss: &loss,
                features: &features,
                target: &target,
            };
            // The sample without weight is not counted.
            for (index, mean) in mean.iter_mut().enumerate() {
                *mean += weight * case.difference(&parameters, index, REACH / 2.0) / 3.0;
            }
            fit.accumulate(&features, &target, weight).unwrap();
        }
        fit.apply().unwrap();
        for ((after, before), mean) in fit.parameters().iter().zip(&parameters).zip(&mean) {
            let moved = before - after;
            assert!(
                (moved - mean).abs() < 1e-6,
                "{model:?}: {moved}, not {mean}"
            );
        }
    }
}

/// A loss of a batch as a whole moves by its own gradient, to which no sample's alone adds up:
/// the loss is worked out here from its definition, without the core's sums.
#[test]
fn a_batch_under_f_beta_moves_by_the_gradient_of_f_beta() {
    let mut random = Random::seed(7);
    for (model, smooth) in models(3, 1).into_iter().filter(|(_, smooth)| *smooth) {
        assert!(smooth);
        for beta in [0.5, 1.0, 2.0] {
            let loss = AnyLoss::FBeta(FBeta { beta });
            let sizes = Model::<f64>::sizes(&model);
            let parameters = draw(&mut random, sizes.parameters, 0.8);
            let samples: Vec<_> = (0..9)
                .map(|k| {
                    let target = f64::from(u8::from(k % 3 == 0));
                    let weight = [1.0, 0.5, 2.0][k % 3 * k % 3];
                    (draw(&mut random, sizes.features, 1.5), target, weight)
                })
                .collect();
            let value = |parameters: &[f64]| {
                let (mut hits, mut all) = (0.0, 0.0);
                for (features, y, weight) in &samples {
                    let (mut tape, mut z) = (vec![0.0; sizes.tape], [0.0]);
                    model.forward(parameters, features, &mut tape, &mut z);
                    let p = 1.0 / (1.0 + (-z[0]).exp());
                    hits += weight * y * p;
                    all += weight * (p + beta * beta * y);
                }
                1.0 - (1.0 + beta * beta) * hits / all
            };
            let mut arena = vec![0.0; 2048];
            let mut fit = Trainer::new(model, loss, Sgd::new(1.0), &mut arena[..]).unwrap();
            // Twice, so that nothing is left of the batch before.
            for _ in 0..2 {
                fit.restore(&parameters, 0).unwrap();
                for (features, y, weight) in &samples {
                    fit.accumulate(features, &[*y], *weight).unwrap();
                }
                let step = fit.apply().unwrap();
                assert!((step.loss - value(&parameters)).abs() < 1e-12);
            }
            for index in 0..parameters.len() {
                let mut moved = parameters.clone();
                let mut at = |distance: f64| {
                    moved[index] = parameters[index] + distance;
                    value(&moved)
                };
                let (near, far) = (at(1e-3) - at(-1e-3), at(2e-3) - at(-2e-3));
                let slope = (8.0 * near - far) / 12e-3;
                let step = parameters[index] - fit.parameters()[index];
                assert!(
                    (step - slope).abs() < 1e-9,
                    "{model:?}, beta {beta}, parameter {index}: {step}, not {slope}"
                );
            }
        }
    }
}
