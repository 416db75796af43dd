//! A signal stage in front of a lab's fit: raw samples over the link, and the core's own stage and
//! fit beside it.

use crate::common::{Host, NoPin, Wire};
use downhill::fixed::{self, AnyTrainer};
use downhill::loss::{AnyLoss, CrossEntropy};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::rules::Scaling;
use downhill::signal::{Block, Description, Stage};
use downhill::{Dyn, Fault, Fingerprint, NumberType, Recipe, Step, fit};
use downhill_firmware::{Connection, Lab};
use downhill_link::{
    self as link, Capabilities, ClientEvent, Command, CommandError, Numbers, Query, Raw, SIGNAL,
    Signal, recipe_hash,
};

const TEXT: &str = "window=32 hop=8 rate=50Hz highpass=0.5Hz decimate=2: mean,std,logbands:4,lag:3";
const CHANNELS: [&str; 2] = ["a", "b"];

fn description() -> Description<f32> {
    Description::parse(TEXT, &CHANNELS, None).unwrap()
}

fn recipe(number: NumberType) -> Recipe<f32> {
    let features = description().len() as u16;
    Recipe::new(
        AnyModel::Linear(Linear::with_shape(Dyn(features), Dyn(2), Dyn(1))),
        AnyLoss::CrossEntropy(CrossEntropy),
        AnyOptimizer::Sgd(Sgd::new(0.0625)),
    )
    .scaling(Scaling::STANDARD)
    .number(number)
}

fn lab(memory: usize) -> Host {
    let leak = |words: usize| Box::leak(vec![f32::NAN; words].into_boxed_slice());
    let (arena, numbers) = (leak(2048), leak(memory));
    let mut host = Host::of(|wire: Wire| {
        Lab::new(Connection::new("test", wire), NoPin, arena).signal_memory(numbers)
    });
    host.greet();
    host
}

/// Outcome of a command on the core's fit, if there is one, and its fingerprint after it.
type Twin = Box<
    dyn FnMut(Option<fit::Command<'_, f32>>) -> (Option<Result<Step<f32>, Fault>>, Fingerprint),
>;

fn twin(recipe: &Recipe<f32>) -> Twin {
    if recipe.number == NumberType::Q15 {
        let words = vec![0; fixed::arena_len(recipe).unwrap()];
        let mut fit = fixed::Fit::new(AnyTrainer::build(recipe, words).unwrap());
        return Box::new(move |command| {
            let done = command.map(|command| fit.execute(command));
            (done, fit.trainer.fingerprint())
        });
    }
    let arena = Box::leak(vec![0.0; recipe.arena_len()].into_boxed_slice());
    let mut fit = fit::Fit::new(recipe.build(arena).unwrap(), recipe.batch);
    Box::new(move |command| {
        let done = command.map(|command| fit.execute(command));
        (done, fit.trainer.fingerprint())
    })
}

/// Samples of two channels: two tones, whose class is which of them is the louder.
fn sample(at: usize) -> [i16; 2] {
    let angle = at as f32 * 0.7;
    let loud = if (at / 200).is_multiple_of(2) {
        3.0
    } else {
        0.5
    };
    [(angle.sin() * 900.0 * loud) as i16, (at * at % 251) as i16]
}

/// Gives the lab a block.
fn block(host: &mut Host, block: &link::Block<'_>) -> link::Ack {
    let mut room = [0; 576];
    host.command(&Command::Block(block.pack(&mut room).unwrap()))
}

/// A lab with a stage beside the core's.
struct Pair {
    host: Host,
    stage: Stage<Vec1024>,
    twin: Twin,
    features: Vec<f32>,
}

type Vec1024 = [f32; 1024];

impl Pair {
    fn new(number: NumberType) -> Self {
        let mut host = lab(description().arena_len());
        let mut bytes = [0; SIGNAL];
        let signal = Signal::new(&description(), &mut bytes);
        let done = host.command(&Command::Configure(recipe(number), signal));
        assert!(done.result.is_ok(), "{done:?}");
        Self {
            host,
            stage: Stage::new(description(), [0.0; 1024]).unwrap(),
            twin: twin(&recipe(number)),
            features: vec![0.0; description().len()],
        }
    }

    /// Gives both a block; returns whether it went well.
    fn block(&mut self, samples: &[[u8; 2]], target: &[f32], fits_scaler: bool) -> bool {
        let scale = 0.001;
        let ack = block(
            &mut self.host,
            &link::Block {
                weight: 1.0,
                scale,
                fits_scaler,
                samples: Raw::I16(samples),
                target: Numbers::new(target),
            },
        );
        let block = Block {
            numbers: Raw::I16(samples).numbers(scale),
            target,
            weight: 1.0,
            fits_scaler,
        };
        let twin = &mut self.twin;
        let done = self.stage.feed(block, &mut self.features, |command| {
            twin(Some(command)).0.unwrap()
        });
        let fingerprint = twin(None).1;
        assert_eq!(ack.fingerprint, fingerprint);
        let own = done.map(|step| step.map_or(0.0, |step| step.loss).to_bits());
        let told = ack.result.map(|progress| progress.loss.to_bits());
        assert_eq!(told, own.map_err(CommandError::Fault));
        told.is_ok()
    }

    /// Streams samples in blocks as long as they may be.
    fn stream(&mut self, range: std::ops::Range<usize>, fits_scaler: bool) {
        let mut left = range.map(sample).peekable();
        while left.peek().is_some() {
            let most = self.stage.until_window().min(21);
            let block: Vec<_> = left.by_ref().take(most).collect();
            let class = f32::from(block[0][0].unsigned_abs() > 800);
            let bytes: Vec<_> = block
                .as_flattened()
                .iter()
                .map(|x| x.to_le_bytes())
                .collect();
            assert!(self.block(&bytes, &[class], fits_scaler));
        }
    }

    fn gap(&mut self) {
        let ack = self.host.command(&Command::Block(&[]));
        self.stage.gap();
        assert!(ack.result.is_ok());
    }
}

#[test]
fn a_lab_learns_from_windows_as_the_core_does() {
    for number in [NumberType::Float, NumberType::Q15] {
        let mut pair = Pair::new(number);
        pair.stream(0..700, true);
        let ack = pair.host.command(&Command::FreezeScaler);
        let twin = (pair.twin)(Some(fit::Command::FreezeScaler)).1;
        assert_eq!(ack.fingerprint, twin);
        pair.gap();
        pair.stream(0..1000, false);
        pair.gap();
        pair.stream(300..900, false);
        let counters = pair.host.counters();
        // Windows of 32 from every 16 raw samples on, the first with sample 63.
        assert_eq!(counters.windows, 40 + 59 + 34);
        assert_eq!(counters.samples, 59 + 34);
        assert_eq!(
            (counters.windows, counters.dropped),
            (pair.stage.windows(), pair.stage.dropped())
        );
        assert!(counters.dropped > 0);
        let steps = pair.host.pull().1;
        assert_eq!(steps, 59 + 34);

        // A fit with another stage is another, though its recipe is the same; this one goes on.
        let saved = pair.host.checkpoint();
        let bits = |(state, steps): (Vec<f32>, u64)| {
            (
                state.into_iter().map(f32::to_bits).collect::<Vec<_>>(),
                steps,
            )
        };
        let state = bits(pair.host.pull());
        let plain = Command::Configure(recipe(number), Signal::NONE);
        assert!(pair.host.command(&plain).result.is_ok());
        pair.host.put(&saved);
        let refused = pair.host.command(&Command::Resume).result;
        assert_eq!(refused, Err(CommandError::Recipe));
        let mut bytes = [0; SIGNAL];
        let signal = Signal::new(&description(), &mut bytes);
        let staged = Command::Configure(recipe(number), signal);
        assert!(pair.host.command(&staged).result.is_ok());
        pair.host.put(&saved);
        assert!(pair.host.command(&Command::Resume).result.is_ok());
        assert_eq!(bits(pair.host.pull()), state);
        pair.stage.gap();
        pair.stream(100..400, false);
    }
}

#[test]
fn what_is_refused_takes_no_sample() {
    let mut pair = Pair::new(NumberType::Float);
    pair.stream(0..700, true);
    pair.host.command(&Command::FreezeScaler);
    (pair.twin)(Some(fit::Command::FreezeScaler));
    let one = [[1, 0], [2, 0]];
    // Half a sample, none at all, and one behind the end of a window.
    assert!(!pair.block(&one[..1], &[1.0], false));
    assert!(!pair.block(&[], &[1.0], false));
    let most = pair.stage.until_window();
    assert!(!pair.block(&one.repeat(most + 1), &[1.0], false));
    assert!(pair.block(&one.repeat(most), &[1.0], false));
    // No class of two: the samples were taken, and the fit has not changed.
    let most = pair.stage.until_window();
    assert!(!pair.block(&one.repeat(most), &[2.0], false));
    assert_eq!(pair.stage.until_window(), 16);
    assert!(pair.block(&one.repeat(16), &[0.0], false));
    // Without a target nothing learns.
    let samples = pair.host.counters().samples;
    assert!(pair.block(&one.repeat(16), &[], false));
    assert_eq!(pair.host.counters().samples, samples);
    let not_finite = [1f32, f32::NAN].map(f32::to_le_bytes);
    let refused = block(
        &mut pair.host,
        &link::Block {
            weight: 1.0,
            scale: 1.0,
            fits_scaler: false,
            samples: Raw::F32(&not_finite),
            target: Numbers::new(&[1.0]),
        },
    );
    let fault = Fault::Feature { index: 1 };
    assert_eq!(refused.result, Err(CommandError::Fault(fault)));
    let refused = pair.host.command(&Command::Block(&[1, 2, 3]));
    assert_eq!(refused.result, Err(CommandError::Corrupt));
    pair.stream(0..200, false);
}

#[test]
fn a_stage_that_cannot_be_is_refused_and_the_fit_goes_on() {
    let mut host = lab(description().arena_len() - 1);
    let capabilities = host.client.device().unwrap().capabilities;
    assert!(capabilities.contains(Capabilities::SIGNAL));
    let (gap, plain) = (Command::Block(&[]), recipe(NumberType::Float));
    assert_eq!(host.command(&gap).result, Err(CommandError::NoFit));
    let fresh = host.command(&Command::Configure(plain, Signal::NONE));
    assert_eq!(host.command(&gap).result, Err(CommandError::Unsupported));
    let mut bytes = [0; SIGNAL];
    let signal = Signal::new(&description(), &mut bytes);
    let need = description().arena_len() as u32;
    let refused = host.command(&Command::Configure(plain, signal));
    let got = need - 1;
    assert_eq!(
        refused.result,
        Err(CommandError::Fault(Fault::Arena { need, got }))
    );
    let broken = [&signal.bytes()[..3], &[0, 0], &signal.bytes()[5..]].concat();
    let refused = host.command(&Command::Configure(plain, Signal::from_sections(&broken)));
    assert_eq!(refused.result, Err(CommandError::Corrupt));
    // As many features as the model has, and no others.
    let other = Description::<f32>::parse("window=8: mean", &["a"], None).unwrap();
    let mut bytes = [0; SIGNAL];
    let refused = host.command(&Command::Configure(plain, Signal::new(&other, &mut bytes)));
    let (need, got) = (description().len() as u32, 1);
    let fault = Fault::Length { need, got };
    assert_eq!(refused.result, Err(CommandError::Fault(fault)));
    assert_eq!(refused.fingerprint, fresh.fingerprint);
    assert_eq!(host.command(&gap).result, Err(CommandError::Unsupported));
}

#[test]
fn a_recipe_comes_back_with_its_stage() {
    let mut host = lab(1024);
    let mut bytes = [0; SIGNAL];
    let signal = Signal::new(&description(), &mut bytes);
    for given in [signal, Signal::NONE, signal] {
        let done = host.command(&Command::Configure(recipe(NumberType::Float), given));
        assert!(done.result.is_ok());
        let mut found = None;
        host.client.ask(Query::Recipe);
        host.settle(|event| match event {
            ClientEvent::Recipe(recipe, signal) => {
                found = Some((recipe, signal.description(), signal.bytes().to_vec()));
            }
            event => panic!("{event:?}"),
        });
        let own = (!given.is_none()).then(description);
        let recipe = Some(recipe(NumberType::Float));
        assert_eq!(found, Some((recipe, own, given.bytes().to_vec())));
    }
    assert!(host.command(&Command::Reset).result.is_ok());
    let plain = Command::Configure(recipe(NumberType::Float), Signal::NONE);
    host.command(&plain);
    assert_eq!(
        host.command(&Command::Block(&[])).result,
        Err(CommandError::Unsupported)
    );
    // The checkpoint of a fit without a stage is as it was before there were any.
    let saved = host.checkpoint();
    let bytes: &[u8] = bytemuck::cast_slice(&saved);
    let hash = recipe_hash(&recipe(NumberType::Float)).0.to_le_bytes();
    assert_eq!(bytes[28..36], hash);
}
