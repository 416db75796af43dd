//! A fit in fixed point: every command, executed by the core's fit, and given over the link to a lab
//! and to a node.

use crate::common::{Device, Host, NoPin, recipe as of_floats, sample, samples};
use downhill::checkpoint::Checkpoint;
use downhill::fit::Command;
use downhill::fixed::{AnyFit, AnyTrainer, Fit, Momentum, PARAMETER_MAX, Rate, Trainer, arena_len};
use downhill::loss::Squared;
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::rules::Scaling;
use downhill::{Const, Dyn, Fault, NumberType, Recipe, Setting};
use downhill_firmware::{Connection, DeferredLabels, Learner, Node, NodeWorker, SensorFault};
use downhill_link::{self as link, Capabilities, ClientEvent, CommandError, Query};

const RATE: f32 = 0.005;

fn recipe() -> Recipe<f32> {
    let mut recipe = of_floats().number(NumberType::Q15);
    recipe.optimizer = AnyOptimizer::Momentum(downhill::optimizer::Momentum::new(RATE));
    recipe.rules.scaling = Scaling::STANDARD_WITH_TARGET;
    recipe
}

struct Both<D> {
    host: Host<D>,
    twin: AnyFit<Vec<i32>>,
    restart: link::Command<'static>,
}

impl<D: Device> Both<D> {
    fn new(mut host: Host<D>, restart: link::Command<'static>) -> Self {
        let words = vec![0; arena_len(&recipe()).unwrap()];
        host.greet();
        assert!(host.command(&restart).result.is_ok());
        Self {
            host,
            twin: Fit::new(AnyTrainer::build(&recipe(), words).unwrap()),
            restart,
        }
    }

    fn execute(&mut self, command: Command<'_, f32>) {
        let ack = match link::Command::try_from(command) {
            Ok(command) => self.host.command(&command),
            Err(Command::Restore { state, steps }) => self.host.push(state, steps),
            Err(_) => self.host.command(&self.restart),
        };
        let twin = self.twin.execute(command);
        let fingerprint = self.twin.trainer.fingerprint();
        assert_eq!(ack.fingerprint, fingerprint, "{command:?}");
        let device = ack.result.map(|own| (own.step, own.loss.to_bits()));
        let twin = twin.map(|own| (own.number, own.loss.to_bits()));
        assert_eq!(device, twin.map_err(CommandError::Fault), "{command:?}");
    }

    fn learn(&mut self, count: usize) {
        for (features, target) in samples().take(count) {
            self.execute(Command::Sample {
                features: &features,
                target: &target,
                weight: 1.0,
            });
        }
    }

    fn fit_scaler(&mut self) {
        for (features, target) in samples().take(30) {
            let (features, target) = (&features, &target);
            self.execute(Command::FitScaler { features, target });
        }
        // Still learning: refused by both.
        self.learn(1);
        self.execute(Command::FreezeScaler);
    }

    fn state(&self) -> Vec<f32> {
        let words = self.twin.trainer.state().iter();
        words.map(|&word| f32::from_bits(word as u32)).collect()
    }

    fn refused(&mut self) {
        let (x, nan, inf) = ([0.5, 0.25, 0.125], [f32::NAN; 3], [f32::INFINITY]);
        for (features, target, weight) in [
            (&x[..], &[0.5][..], 0.0),
            (&x, &[0.5], 2.0),
            (&x, &[0.5], f32::NAN),
            (&x, &inf, 1.0),
            (&nan, &[0.5], 1.0),
            (&x[1..], &[0.5], 1.0),
            (&x, &[], 1.0),
            (&[1e30, -1e30, 1e30], &[-1e30], 1.0),
        ] {
            let sample = Command::Sample {
                features,
                target,
                weight,
            };
            self.execute(sample);
        }
        self.execute(Command::ApplyBatch);
        for loss in [0.5, f32::NAN, f32::INFINITY] {
            self.execute(Command::ReportValidation { loss });
        }
        let (state, steps) = (self.state(), self.twin.trainer.steps());
        let word = |number: i32| f32::from_bits(number as u32);
        let changed = |at: usize, number: i32| {
            let mut state = state.clone();
            state[at] = word(number);
            state
        };
        let scaler = state.len() - self.twin.trainer.columns().len();
        for state in [
            changed(0, PARAMETER_MAX as i32 + 1),
            changed(1, i32::MIN),
            changed(scaler + 1, 2),
            changed(scaler + 2, 7),
            state[1..].to_vec(),
        ] {
            let state = &state[..];
            self.execute(Command::Restore { state, steps });
        }
    }

    /// Both go on from a checkpoint that the device wrote, whose words are no floats.
    fn resume(&mut self) {
        let mut state = self.state();
        // The bits of NaNs.
        (state[0], state[1]) = (f32::from_bits(u32::MAX), f32::from_bits(-2_i32 as u32));
        let (state, steps) = (&state[..], self.twin.trainer.steps());
        self.execute(Command::Restore { state, steps });
        let saved = self.host.checkpoint();
        self.learn(10);
        self.host.put(&saved);
        let ack = self.host.command(&link::Command::Resume);
        let bytes: Vec<u8> = saved.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.twin
            .resume(&Checkpoint::parse(&bytes).unwrap())
            .unwrap();
        assert_eq!(ack.result.map(|own| own.step), Ok(steps));
        assert_eq!(ack.fingerprint, self.twin.trainer.fingerprint());
        assert_eq!(self.twin.trainer.parameters()[..2], [-1, -2]);
        let (pulled, made) = self.host.pull();
        let bits =
            |words: &[f32]| -> Vec<u32> { words.iter().map(|word| word.to_bits()).collect() };
        assert_eq!((bits(&pulled), made), (bits(state), steps));
    }

    fn course(&mut self) {
        self.fit_scaler();
        self.learn(200);
        self.refused();
        let (state, steps) = (self.state(), self.twin.trainer.steps());
        self.learn(50);
        let state = &state[..];
        self.execute(Command::Restore { state, steps });
        self.learn(50);
        self.resume();
        self.learn(50);
        self.execute(Command::Finish);
        self.learn(10);
        self.execute(Command::Restart {
            seed: recipe().seed,
        });
        self.fit_scaler();
        self.learn(100);
        let error = {
            let ([features, ..], target) = (samples().next().unwrap().0, 0.25);
            let bits = self
                .twin
                .trainer
                .predict_real(&[features, 0.0, 0.0])
                .unwrap();
            f32::from_bits(bits[0] as u32) - (2.0 * features + target)
        };
        assert!(error.abs() < 0.03, "{error}");
    }
}

fn lab() -> Host {
    Host::new(400)
}

#[test]
fn a_lab_executes_what_the_hosts_fit_executes() {
    Both::new(
        lab(),
        link::Command::Configure(recipe(), link::Signal::NONE),
    )
    .course();
}

#[test]
fn a_node_executes_what_the_hosts_fit_executes() {
    let recipe: &Recipe<f32> = Box::leak(Box::new(recipe()));
    type Line = Trainer<Linear<Const<3>>, Squared, Momentum, [i32; 31], Scaling>;
    assert_eq!(Line::ARENA, 31);
    let optimizer = Momentum {
        rate: Rate::scaled(RATE, 2, 1).unwrap(),
        momentum: 58_982,
    };
    let (model, scaling) = (Linear::new(), recipe.rules.scaling);
    let trainer = Line::with_scaler(model, Squared, optimizer, scaling, [0; 31]);
    let fit = Fit::new(trainer.unwrap());
    let sensor = || Ok::<_, SensorFault>(None);
    let learner = Learner::<_, _, _, _, 3, 1, 1>::new(fit, sensor, DeferredLabels, NoPin).unwrap();
    let mut worker = NodeWorker::new(learner.stopped(), recipe, (), vec![0.0; 64].leak());
    worker.restore();
    let host = Host::of(|wire| Node::new(Connection::new("a node", wire), worker));
    let mut both = Both::new(host, link::Command::Reset);
    both.course();
    let device = both.host.client.device().unwrap();
    let own = Capabilities::SENSOR.union(Capabilities::FIXED);
    assert_eq!(device.capabilities, own);
}

#[test]
fn a_recipe_comes_back_with_its_number_type() {
    let mut host = lab();
    host.greet();
    let device = host.client.device().unwrap();
    let own = Capabilities::RECIPES
        .union(Capabilities::FIXED)
        .union(Capabilities::SIGNAL)
        .union(Capabilities::DETECTOR);
    assert_eq!(device.capabilities, own);
    for recipe in [recipe(), of_floats(), recipe()] {
        let ack = host.command(&link::Command::Configure(recipe, link::Signal::NONE));
        assert!(ack.result.is_ok(), "{ack:?}");
        let mut found = None;
        host.client.ask(Query::Recipe);
        host.settle(|event| match event {
            ClientEvent::Recipe(recipe, _) => found = recipe,
            event => panic!("{event:?}"),
        });
        assert_eq!(found, Some(recipe));
    }
}

#[test]
fn what_is_refused_leaves_the_fit_that_there_is() {
    let mut host = lab();
    host.greet();
    let before = host.command(&link::Command::Configure(of_floats(), link::Signal::NONE));
    let (x, y) = samples().next().unwrap();
    let before = (before, host.sample(&x, &y)).1.fingerprint;
    let slow = AnyOptimizer::Sgd(Sgd::new(1e-9));
    let wide = Linear::with_shape(Dyn(100), Dyn(9), Dyn(1));
    let wide = recipe().model(AnyModel::Linear(wide));
    for (recipe, refusal) in [
        (recipe().batch(2), Fault::Setting(Setting::Batch)),
        (recipe().optimizer(slow), Fault::Setting(Setting::Rate)),
        (
            recipe().optimizer(of_floats().optimizer),
            Fault::Setting(Setting::NumberType),
        ),
        (
            wide,
            Fault::Arena {
                need: arena_len(&wide).unwrap() as u32,
                got: 200,
            },
        ),
    ] {
        let ack = host.command(&link::Command::Configure(recipe, link::Signal::NONE));
        assert_eq!(ack.result, Err(CommandError::Fault(refusal)));
        assert_eq!(ack.fingerprint, before);
    }
    let ack = host.command(&link::Command::Configure(recipe(), link::Signal::NONE));
    assert!(ack.result.is_ok() && ack.fingerprint != before);
    // And the other way round, through memory that holds no floats.
    host.command(&link::Command::FreezeScaler);
    assert!(host.command(&sample(&x, &y)).result.is_ok());
    let again = host.command(&link::Command::Configure(of_floats(), link::Signal::NONE));
    assert_eq!(again.result.map(|own| own.step), Ok(0));
    assert_eq!(host.sample(&x, &y).fingerprint, before);
}
