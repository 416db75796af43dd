//! Every command of the core's fit, executed by the host's fit and given over the link to a lab
//! and to a node: all have the same bits, answers and verdicts after each.

use crate::common::{Device, Host, NoPin, recipe, samples};
use downhill::checkpoint::Checkpoint;
use downhill::fit::{AnyFit, Command, Fit};
use downhill::health::{Finding, Health, Verdict};
use downhill::model::Linear;
use downhill::optimizer::{AnyOptimizer, AveragedSgd};
use downhill::rules::{Curve, Scaling};
use downhill::{Const, Recipe, Trainer};
use downhill_firmware::{Connection, DeferredLabels, Learner, Node, NodeWorker};
use downhill_link::{self as link, Ack, CommandError, Numbers};

/// Names every command. One that is missing here does not compile, and one that the course leaves
/// out fails it.
macro_rules! commands {
    ($($name:ident),*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];

        fn name(command: &Command<'_, f32>) -> &'static str {
            match command {
                $(Command::$name { .. } => stringify!($name)),*
            }
        }
    };
}

commands!(
    Sample,
    FitScaler,
    FreezeScaler,
    ApplyBatch,
    ReportValidation,
    Restore,
    Restart,
    Finish
);

/// A fit to which every command makes a difference, and that recovers.
fn sensitive() -> Recipe<f32> {
    let mut recipe = recipe().batch(4);
    recipe.optimizer = AnyOptimizer::AveragedSgd(AveragedSgd::new(0.05));
    recipe.rules.scaling = Scaling::STANDARD;
    recipe.rules.schedule.curve = Curve::Plateau {
        patience: 1,
        factor: 0.5,
        floor: 0.0,
    };
    recipe.health = Health {
        recover: true,
        ..Health::every(4)
    };
    recipe
}

type Twin = AnyFit<[f32; 128], [f32; 256]>;

/// A device and its twin, and what both have said.
struct Both<D> {
    host: Host<D>,
    twin: Twin,
    restart: link::Command<'static>,
    named: Vec<&'static str>,
    said: Vec<Verdict>,
}

impl<D: Device> Both<D> {
    fn new(mut host: Host<D>, restart: link::Command<'static>) -> Self {
        host.greet();
        host.command(&restart);
        Self {
            host,
            twin: sensitive().build_fit([0.0; 128], [0.0; 256]).unwrap(),
            restart,
            named: Vec::new(),
            said: Vec::new(),
        }
    }

    /// The command over the link.
    fn send(&mut self, command: Command<'_, f32>) -> Ack {
        match link::Command::try_from(command) {
            Ok(command) => self.host.command(&command),
            Err(Command::Restore { state, steps }) => self.host.push(state, steps),
            Err(_) => self.host.command(&self.restart),
        }
    }

    /// Executes a command on both.
    fn execute(&mut self, command: Command<'_, f32>) {
        self.named.push(name(&command));
        let ack = self.send(command);
        let twin = self.twin.execute(command);
        assert_eq!(
            ack.fingerprint,
            self.twin.trainer.fingerprint(),
            "{command:?}"
        );
        match (ack.result, twin) {
            (Ok(device), Ok(twin)) => {
                assert_eq!(device.step, twin.number, "{command:?}");
                assert_eq!(device.loss.to_bits(), twin.loss.to_bits(), "{command:?}");
            }
            (device, twin) => assert_eq!(
                device.map(|_| ()),
                twin.map(|_| ()).map_err(CommandError::Fault),
                "{command:?}"
            ),
        }
        let mut device: Vec<Verdict> = ack.verdict.into_iter().collect();
        // An ack brings one verdict: what changes nothing brings the others.
        while let Some(verdict) = self.take_verdict() {
            device.push(verdict);
        }
        let twin: Vec<Verdict> = std::iter::from_fn(|| self.twin.verdict()).collect();
        assert_eq!(device, twin, "{command:?}");
        self.said.extend(twin);
    }

    fn take_verdict(&mut self) -> Option<Verdict> {
        let (at, words) = (0, Numbers::new(&[]));
        self.host
            .command(&link::Command::Push { at, words })
            .verdict
    }

    fn learn(&mut self, count: usize) {
        for (at, (features, target)) in samples().take(count).enumerate() {
            self.execute(Command::Sample {
                features: &features,
                target: &target,
                weight: (at % 5) as f32,
            });
        }
    }

    fn fit_scaler(&mut self) {
        for (features, target) in samples().take(30) {
            let (features, target) = (&features, &target);
            self.execute(Command::FitScaler { features, target });
        }
        self.execute(Command::FreezeScaler);
    }

    /// A sample that moves the fit out of range: it goes back to its last good state.
    fn break_and_recover(&mut self) {
        for features in [&[1e30f32, 0.0, -1e30][..], &[f32::NAN, 0.0, 0.0], &[1.0]] {
            self.execute(Command::Sample {
                features,
                target: &[1e30],
                weight: 1.0,
            });
        }
    }

    /// Both go on from a checkpoint that the device wrote.
    fn resume(&mut self) {
        let saved = self.host.checkpoint();
        self.learn(10);
        self.host.put(&saved);
        let ack = self.host.command(&link::Command::Resume);
        let bytes: Vec<u8> = saved.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.twin
            .resume(&Checkpoint::parse(&bytes).unwrap())
            .unwrap();
        assert_eq!(
            ack.result.map(|progress| progress.step),
            Ok(self.twin.trainer.steps())
        );
        assert_eq!(ack.fingerprint, self.twin.trainer.fingerprint());
    }

    fn course(&mut self) {
        self.fit_scaler();
        self.learn(203);
        self.execute(Command::ApplyBatch);
        self.execute(Command::ApplyBatch);
        for loss in [0.5, 0.75, 0.625, f32::NAN, f32::INFINITY] {
            self.execute(Command::ReportValidation { loss });
        }
        self.learn(50);
        let (state, steps) = (
            self.twin.trainer.state().to_vec(),
            self.twin.trainer.steps(),
        );
        self.learn(100);
        self.break_and_recover();
        let mut wild = state.clone();
        wild[0] = f32::NAN;
        for state in [&state[..], &state[1..], &wild] {
            self.execute(Command::Restore { state, steps });
        }
        self.break_and_recover();
        self.learn(50);
        self.resume();
        self.break_and_recover();
        self.learn(50);
        self.execute(Command::Finish);
        self.learn(10);
        let seed = sensitive().seed;
        self.execute(Command::Restart { seed });
        self.fit_scaler();
        self.learn(100);
        self.break_and_recover();
        self.execute(Command::Finish);
    }
}

/// Goes through the course, which leaves nothing out.
fn follow<D: Device>(host: Host<D>, restart: link::Command<'static>) {
    let mut both = Both::new(host, restart);
    both.course();
    for name in NAMES {
        assert!(both.named.contains(name), "{name}");
    }
    let recovered = |verdict: &&Verdict| matches!(verdict.finding, Finding::RolledBack { .. });
    assert!(
        both.said.iter().filter(recovered).count() > 2,
        "{:?}",
        both.said
    );
}

#[test]
fn a_lab_executes_what_the_hosts_fit_executes() {
    follow(
        Host::new(400),
        link::Command::Configure(sensitive(), link::Signal::NONE),
    );
}

#[test]
fn a_node_executes_what_the_hosts_fit_executes() {
    let recipe: &Recipe<f32> = Box::leak(Box::new(sensitive()));
    let AnyOptimizer::AveragedSgd(optimizer) = recipe.optimizer else {
        unreachable!()
    };
    // Shapes and parts that are compiled in.
    let rules = *recipe.build([0.0; 128]).unwrap().rules();
    let model = Linear::<Const<3>>::new();
    let trainer = Trainer::with_rules(model, recipe.loss, optimizer, rules, [0.0; 128]);
    let fit = Fit::monitored(trainer.unwrap(), 0, recipe.health, [0.0; 256]).unwrap();
    let sensor = || Ok::<_, downhill_firmware::SensorFault>(None);
    let learner = Learner::<_, _, _, _, 3, 1, 1>::new(fit, sensor, DeferredLabels, NoPin).unwrap();
    let mut worker = NodeWorker::new(learner.stopped(), recipe, (), vec![0.0; 64].leak());
    worker.restore();
    let host = Host::of(|wire| Node::new(Connection::new("a node", wire), worker));
    follow(host, link::Command::Reset);
}
