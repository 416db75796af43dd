//! Divergence is told soon after it sets in, and what is left of the fit is of use.
//!
//! It sets in after the last step at which the loss over all rows was not above that of always
//! guessing the mean.

use downhill::health::{Finding, Health, Monitor, PowerIteration, Severity};
use downhill::loss::{AnyLoss, Loss, Squared};
use downhill::model::{AnyActivation, AnyModel, Linear, Mlp, Widths};
use downhill::optimizer::{Adam, AnyOptimizer, Momentum, Sgd};
use downhill::random::Random;
use downhill::{Dyn, Recipe};

const ROWS: usize = 200;
/// Steps to be told within.
const SOON: u64 = 50;

type Row = ([f32; 4], [f32; 1]);

/// Features between -`size` and `size`, and a target that is mostly a weighted sum of them.
fn rows(size: f32) -> Vec<Row> {
    let mut random = Random::seed(5);
    let mut draw = || random.unit::<f32>() * 2.0 - 1.0;
    let mut row = || {
        let x = [draw(), draw(), draw(), draw()];
        let y = 2.0 * x[0] - x[1] + 0.5 * x[2] + 0.3 * draw();
        (x.map(|x| x * size), [y])
    };
    (0..ROWS).map(|_| row()).collect()
}

fn linear() -> AnyModel {
    AnyModel::Linear(Linear::with_shape(Dyn(4), Dyn(1), Dyn(1)))
}

fn mlp(activation: AnyActivation) -> AnyModel {
    let widths = Widths([8, 0, 0]);
    AnyModel::Mlp(Mlp::with_shape(Dyn(4), widths, Dyn(1), activation))
}

/// The largest stable rate of gradient descent on these rows.
fn bound(rows: &[Row]) -> f32 {
    let mut power = PowerIteration::start([0.0; PowerIteration::words(4)]);
    for _ in 0..20 {
        for (features, _) in rows {
            power.learn(features);
        }
        power.end_round();
    }
    power.max_learning_rate(Loss::<f32>::curvature(&Squared, 1).unwrap())
}

/// A fit that loses its way, on rows of one size, and of another from a step on.
struct Astray {
    name: &'static str,
    model: AnyModel,
    optimizer: AnyOptimizer<f32>,
    size: f32,
    turn: Option<(u64, f32)>,
}

fn scenarios() -> Vec<Astray> {
    let bound = bound(&rows(1.0));
    let of = |name, model, optimizer| Astray {
        name,
        model,
        optimizer,
        size: 1.0,
        turn: None,
    };
    let sgd = |rate| AnyOptimizer::Sgd(Sgd::new(rate));
    let adam = |rate| AnyOptimizer::Adam(Adam::new(rate));
    vec![
        of("sgd a little above its bound", linear(), sgd(1.1 * bound)),
        of("sgd at twice its bound", linear(), sgd(2.0 * bound)),
        of("sgd far above its bound", linear(), sgd(100.0 * bound)),
        of(
            "momentum above its bound",
            linear(),
            AnyOptimizer::Momentum(Momentum::new(0.5 * bound)),
        ),
        of("a perceptron at rate 2", mlp(AnyActivation::Tanh), sgd(2.0)),
        Astray {
            size: 100.0,
            ..of(
                "a perceptron at rate 1, unscaled",
                mlp(AnyActivation::Relu),
                sgd(1.0),
            )
        },
        of("adam at rate 10", linear(), adam(10.0)),
        of("adam, a perceptron", mlp(AnyActivation::Tanh), adam(3.0)),
        Astray {
            turn: Some((700, 20.0)),
            ..of("a sensor whose gain changes", linear(), sgd(0.02))
        },
    ]
}

impl Astray {
    fn recipe(&self, recover: bool) -> Recipe<f32> {
        Recipe::new(self.model, AnyLoss::Squared(Squared), self.optimizer)
            .health(Health {
                recover,
                ..Health::every(Health::DEFAULT_EVERY)
            })
            .seed(1)
    }

    /// The rows before the turn and after it, and the step of the turn.
    fn rows(&self) -> ([Vec<Row>; 2], u64) {
        let (turn, size) = self.turn.unwrap_or((0, self.size));
        ([rows(self.size), rows(size)], turn)
    }
}

/// The loss of always guessing the mean.
fn guess(rows: &[Row]) -> f32 {
    let mean = rows.iter().map(|(_, [y])| y).sum::<f32>() / rows.len() as f32;
    let loss = |(_, y): &Row| Squared.eval(&mut [mean], y);
    rows.iter().map(loss).sum::<f32>() / rows.len() as f32
}

#[test]
fn divergence_is_told_within_50_steps_and_leaves_a_fit_of_use() {
    for astray in scenarios() {
        let name = astray.name;
        let recipe = astray.recipe(false);
        let mut arena = vec![0.0; recipe.arena_len()];
        let mut fit = recipe.build(&mut arena[..]).unwrap();
        let mut words = vec![0.0; recipe.monitor_len()];
        let mut monitor = Monitor::new(recipe.health, &fit, &mut words[..]).unwrap();
        let (mut onset, mut told) = (0, None);
        let (sets, turn) = astray.rows();
        for step in 0..2000 {
            let rows = &sets[usize::from(step >= turn)];
            let (x, y) = rows[step as usize % ROWS];
            let outcome = fit.observe(&x, &y);
            monitor.watch(&fit, (&x, &y, 1.0), &outcome);
            while let Some(verdict) = monitor.take() {
                if verdict.severity == Severity::Failure {
                    told = told.or(Some((step + 1, verdict.finding)));
                }
            }
            if told.is_some() {
                break;
            }
            let losses = rows.iter().map(|(x, y)| fit.evaluate(x, y));
            let loss = losses.sum::<Result<f32, _>>().unwrap_or(f32::INFINITY) / ROWS as f32;
            if loss <= guess(rows) {
                onset = step + 1;
            }
        }
        let (step, finding) = told.unwrap_or_else(|| panic!("{name} is not told"));
        println!("{name}: sets in after step {onset}, told at step {step}: {finding:?}");
        assert!(
            matches!(
                finding,
                Finding::Diverging { .. } | Finding::NonFinite { .. }
            ),
            "{name}: {finding:?}"
        );
        assert!(step <= onset + SOON, "{name}: {onset}, told at {step}");
        assert!(onset >= turn, "{name}: it was well before");
        assert!(fit.parameters().iter().all(|number| number.is_finite()));
        for (x, _) in &sets[1] {
            assert!(fit.predict(x).unwrap()[0].is_finite(), "{name}");
        }
        assert!(recovers(&astray), "{name} does not recover");
    }
}

/// Tells whether a fit that may recover ends well below a constant guess.
fn recovers(astray: &Astray) -> bool {
    let recipe = astray.recipe(true);
    let mut arena = vec![0.0; recipe.arena_len()];
    let mut fit = recipe.build(&mut arena[..]).unwrap();
    let mut words = vec![0.0; recipe.monitor_len()];
    let mut monitor = Monitor::new(recipe.health, &fit, &mut words[..]).unwrap();
    let (sets, turn) = astray.rows();
    for step in 0..20_000 {
        let rows = &sets[usize::from(step >= turn)];
        let (x, y) = rows[step as usize % ROWS];
        let outcome = fit.observe(&x, &y);
        monitor.watch(&fit, (&x, &y, 1.0), &outcome);
        monitor.act(&mut fit);
        while monitor.take().is_some() {}
    }
    let losses = sets[1].iter().map(|(x, y)| fit.evaluate(x, y).unwrap());
    let loss = losses.sum::<f32>() / ROWS as f32;
    println!(
        "  recovers to {} times a constant guess",
        loss / guess(&sets[1])
    );
    loss < 0.5 * guess(&sets[1])
}
