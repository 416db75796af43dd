//! Whole sessions: the lab against a trainer driven directly.

use crate::common::{Host, recipe, sample, samples};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, AveragedSgd, Sgd};
use downhill::recipe::AnyTrainer;
use downhill::rules::{Curve, Scaling};
use downhill::{Dyn, Fault, Fingerprint, MAX_STEPS, Recipe, Setting, scaler};
use downhill_firmware::Session;
use downhill_link::{
    Capabilities, ClientEvent, Command, CommandError, FrameReader, Mode, Numbers, PROTOCOL,
    Progress, Query, Reply, Request, Signal, decode, encode,
};

type Twin = AnyTrainer<&'static mut [f32]>;

fn twin(recipe: &Recipe<f32>) -> Twin {
    let arena = vec![0.0; recipe.arena_len()].into_boxed_slice();
    recipe.build(Box::leak(arena)).unwrap()
}

fn configured(mut host: Host, recipe: &Recipe<f32>) -> (Host, Twin) {
    host.greet();
    let outcome = host.command(&Command::Configure(*recipe, Signal::NONE));
    let twin = twin(recipe);
    assert_eq!(outcome.result, Ok(Progress { step: 0, loss: 0.0 }));
    assert_eq!(outcome.fingerprint, twin.fingerprint());
    (host, twin)
}

#[test]
fn the_lab_and_a_trainer_agree_at_every_step() {
    for batch in [1, 8] {
        let recipe = recipe().batch(batch);
        let (mut host, mut twin) = configured(Host::new(200), &recipe);
        for (x, y) in samples().take(1_000) {
            let outcome = host.sample(&x, &y);
            let step = twin.feed(batch, &x, &y, 1.0).unwrap();
            let progress = outcome.result.unwrap();
            assert_eq!(progress.step, step.number);
            assert_eq!(progress.loss.to_bits(), step.loss.to_bits());
            assert_eq!(outcome.fingerprint, twin.fingerprint());
        }
        let (state, steps) = host.pull();
        assert_eq!((state.as_slice(), steps), (twin.state(), twin.steps()));
        let counters = host.counters();
        assert_eq!((counters.samples, counters.steps), (1_000, twin.steps()));
        assert_eq!(counters.refused + counters.bad + counters.unknown, 0);
    }
}

#[test]
fn a_scaler_and_parameters_are_pushed_and_pulled_as_they_are() {
    let mut recipe = recipe();
    recipe.rules.scaling = Scaling::STANDARD_WITH_TARGET;
    let (mut host, mut twin) = configured(Host::new(200), &recipe);
    let (x, y) = samples().next().unwrap();
    let refused = host.sample(&x, &y);
    assert_eq!(refused.result, Err(CommandError::Fault(Fault::Scaler)));

    for (x, y) in samples().take(50) {
        twin.fit_scaler(&x, &y).unwrap();
    }
    twin.freeze_scaler();
    assert!(scaler::is_frozen(twin.scaler()));
    let committed = host.push(twin.state(), 0);
    assert_eq!(committed.fingerprint, twin.fingerprint());
    for (x, y) in samples().take(300) {
        let outcome = host.sample(&x, &y);
        twin.observe(&x, &y).unwrap();
        assert_eq!(outcome.fingerprint, twin.fingerprint());
    }
    let (state, steps) = host.pull();
    assert_eq!((state.as_slice(), steps), (twin.state(), 300));

    let (mut other, _) = configured(Host::new(200), &recipe);
    assert_eq!(other.push(&state, steps).fingerprint, twin.fingerprint());
}

#[test]
fn a_scaler_learned_on_the_device_is_the_hosts() {
    let mut recipe = recipe().batch(8);
    recipe.rules.scaling = Scaling::STANDARD;
    recipe.rules.schedule.curve = Curve::Plateau {
        patience: 1,
        factor: 0.5,
        floor: 0.0,
    };
    recipe.optimizer = AnyOptimizer::AveragedSgd(AveragedSgd::new(0.05));
    let (mut host, mut twin) = configured(Host::new(200), &recipe);
    for (x, y) in samples().take(30) {
        let features = Numbers::new(&x);
        let target = Numbers::new(&y);
        twin.fit_scaler(&x, &y).unwrap();
        let outcome = host.command(&Command::FitScaler { features, target });
        assert_eq!(outcome.fingerprint, twin.fingerprint());
    }
    twin.freeze_scaler();
    let outcome = host.command(&Command::FreezeScaler);
    assert_eq!(outcome.fingerprint, twin.fingerprint());
    for loss in [0.5, 0.75, 0.625] {
        for (x, y) in samples().take(20) {
            twin.feed(8, &x, &y, 1.0).unwrap();
            assert_eq!(host.sample(&x, &y).fingerprint, twin.fingerprint());
        }
        let step = twin.apply().unwrap();
        let outcome = host.command(&Command::ApplyBatch);
        assert_eq!(outcome.fingerprint, twin.fingerprint());
        let (step, loss_of_batch) = (step.number, step.loss);
        let progress = Progress {
            step,
            loss: loss_of_batch,
        };
        assert_eq!(outcome.result, Ok(progress));
        twin.report(loss);
        let outcome = host.command(&Command::ReportValidation { loss });
        assert_eq!(outcome.fingerprint, twin.fingerprint());
    }
    twin.finish();
    let outcome = host.command(&Command::Finish);
    assert_eq!(outcome.fingerprint, twin.fingerprint());
    assert_eq!(host.pull().0, twin.state());
    assert_eq!(host.counters().steps, 9);

    let refused = [
        (Command::ApplyBatch, Fault::EmptyBatch),
        (Command::ReportValidation { loss: f32::NAN }, Fault::Loss),
    ];
    for (command, fault) in refused {
        let outcome = host.command(&command);
        assert_eq!(outcome.result, Err(CommandError::Fault(fault)));
        assert_eq!(outcome.fingerprint, twin.fingerprint());
    }
}

#[test]
fn a_state_longer_than_a_frame_goes_in_pieces() {
    let mut recipe = recipe();
    recipe.model = AnyModel::Linear(Linear::with_shape(Dyn(60), Dyn(10), Dyn(1)));
    let (mut host, twin) = configured(Host::new(5_000), &recipe);
    let (state, _) = host.pull();
    assert!(state.len() > 1_200);
    assert_eq!(state, twin.state());
    let mut changed = state.clone();
    changed[1_000] = 0.5;
    let outcome = host.push(&changed, 3);
    assert_ne!(outcome.fingerprint, twin.fingerprint());
    assert_eq!(host.pull(), (changed, 3));
}

#[test]
fn a_push_that_is_not_finished_changes_nothing() {
    let (mut host, mut twin) = configured(Host::new(200), &recipe());
    let length = twin.state().len();
    let piece = |at, length: usize| Command::Push {
        at,
        words: Numbers::new(&[1.0; 64][..length]),
    };
    assert_eq!(
        host.command(&piece(1, 2)).result,
        Err(CommandError::Piece { expected: 0 })
    );
    assert!(host.command(&piece(0, 2)).result.is_ok());
    assert_eq!(
        host.command(&piece(3, 2)).result,
        Err(CommandError::Piece { expected: 2 })
    );
    assert!(host.command(&piece(2, 64)).result.is_ok());
    let (need, got) = (4 * (66 + 64), 4 * 100);
    let no_room = Err(CommandError::Room { need, got });
    assert_eq!(host.command(&piece(66, 64)).result, no_room);
    let need = length as u32;
    let short = Err(CommandError::Fault(Fault::Length { need, got: 66 }));
    let outcome = host.command(&Command::Commit { steps: 9 });
    assert_eq!(
        (outcome.result, outcome.fingerprint),
        (short, twin.fingerprint())
    );

    // Another command in between forgets the pieces.
    assert!(host.command(&piece(0, length)).result.is_ok());
    let (x, y) = samples().next().unwrap();
    twin.observe(&x, &y).unwrap();
    assert_eq!(host.sample(&x, &y).fingerprint, twin.fingerprint());
    let empty = Err(CommandError::Fault(Fault::Length { need, got: 0 }));
    let outcome = host.command(&Command::Commit { steps: 9 });
    assert_eq!(
        (outcome.result, outcome.fingerprint),
        (empty, twin.fingerprint())
    );

    // And a state that is not finite is refused whole.
    let mut wild = vec![0.0; length];
    wild[length - 1] = f32::NAN;
    let outcome = host.push(&wild, 0);
    assert!(matches!(outcome.result, Err(CommandError::Fault(_))));
    assert_eq!(outcome.fingerprint, twin.fingerprint());
}

#[test]
fn more_steps_than_can_be_counted_are_refused_as_state_and_as_checkpoint() {
    let (mut host, mut twin) = configured(Host::new(200), &recipe());
    let state = twin.state().to_vec();
    let refused = Err(CommandError::Fault(Fault::Steps));
    for steps in [u64::MAX, MAX_STEPS + 1] {
        let outcome = host.push(&state, steps);
        assert_eq!(
            (outcome.result, outcome.fingerprint),
            (refused, twin.fingerprint())
        );
        let mut words = host.checkpoint();
        words[2] = f32::from_bits(steps as u32);
        words[3] = f32::from_bits((steps >> 32) as u32);
        let last = words.len() - 1;
        let bytes = words[..last].iter().flat_map(|word| word.to_le_bytes());
        words[last] = f32::from_bits(crc32(&bytes.collect::<Vec<u8>>()));
        host.put(&words);
        let outcome = host.command(&Command::Resume);
        assert_eq!(
            (outcome.result, outcome.fingerprint),
            (refused, twin.fingerprint())
        );
    }
    assert!(host.push(&state, MAX_STEPS).result.is_ok());
    twin.restore(&state, MAX_STEPS).unwrap();
    for (x, y) in samples().take(20) {
        twin.observe(&x, &y).unwrap();
        assert_eq!(host.sample(&x, &y).fingerprint, twin.fingerprint());
    }
}

#[test]
fn a_fault_is_refused_with_its_cause_and_changes_nothing() {
    let (mut host, mut twin) = configured(Host::new(200), &recipe());
    let good = host.sample(&[1.0, 2.0, 3.0], &[4.0]);
    twin.observe(&[1.0, 2.0, 3.0], &[4.0]).unwrap();
    let refusals: [(&[f32], &[f32], Fault); 5] = [
        (&[1.0, f32::NAN, 0.0], &[1.0], Fault::Feature { index: 1 }),
        (
            &[1.0, 1.0, 0.0],
            &[f32::INFINITY],
            Fault::Target { index: 0 },
        ),
        (&[1.0, 1.0], &[1.0], Fault::Length { need: 3, got: 2 }),
        (&[1.0, 1.0, 1.0], &[], Fault::Length { need: 1, got: 0 }),
        (&[1.0; 120], &[1.0], Fault::Length { need: 3, got: 120 }),
    ];
    for (x, y, fault) in refusals {
        let outcome = host.sample(x, y);
        assert_eq!(outcome.result, Err(CommandError::Fault(fault)));
        assert_eq!(outcome.fingerprint, good.fingerprint);
    }
    let weighted = |weight| Command::Sample {
        weight,
        features: Numbers::new(&[1.0, 2.0, 3.0]),
        target: Numbers::new(&[4.0]),
    };
    let outcome = host.command(&weighted(-1.0));
    assert_eq!(outcome.result, Err(CommandError::Fault(Fault::Weight)));
    let outcome = host.command(&weighted(0.0));
    assert_eq!(outcome.result, Ok(Progress { step: 1, loss: 0.0 }));
    assert_eq!(outcome.fingerprint, twin.fingerprint());
    let counters = host.counters();
    assert_eq!(
        (counters.samples, counters.steps, counters.refused),
        (1, 1, 6)
    );
}

#[test]
fn what_needs_a_fit_is_refused_without_one() {
    let mut host = Host::new(200);
    host.greet();
    let words = Numbers::new(&[1.0]);
    for command in [
        sample(&[1.0], &[1.0]),
        Command::Push { at: 0, words },
        Command::Commit { steps: 0 },
        Command::FreezeScaler,
        Command::ApplyBatch,
        Command::Finish,
        Command::ReportValidation { loss: 1.0 },
    ] {
        let outcome = host.command(&command);
        assert_eq!(outcome.result, Err(CommandError::NoFit));
        assert_eq!(outcome.fingerprint, Fingerprint(0));
    }
    assert!(
        host.client
            .device()
            .is_some_and(|device| device.arena == 100)
    );
    assert_eq!(host.counters().refused, 7);
}

#[test]
fn a_recipe_that_is_impossible_is_refused_with_the_number_needed_and_the_fit_goes_on() {
    let (mut host, mut twin) = configured(Host::new(200), &recipe());
    let mut wide = recipe();
    wide.model = AnyModel::Linear(Linear::with_shape(Dyn(60), Dyn(1), Dyn(1)));
    let mut wider = wide;
    wider.model = AnyModel::Linear(Linear::with_shape(
        Dyn(u16::MAX),
        Dyn(u16::MAX),
        Dyn(u16::MAX),
    ));
    let mut standing = recipe();
    standing.optimizer = AnyOptimizer::Sgd(Sgd::new(0.0));
    let mut empty = recipe();
    empty.batch = 0;
    let need = wide.arena_len() as u32;
    let refusals = [
        (wide, CommandError::Fault(Fault::Arena { need, got: 100 })),
        (
            wider,
            CommandError::Columns {
                need: 131_070,
                got: 130,
            },
        ),
        (standing, CommandError::Fault(Fault::Setting(Setting::Rate))),
        (empty, CommandError::Fault(Fault::Setting(Setting::Batch))),
    ];
    for ((recipe, refusal), (x, y)) in refusals.into_iter().zip(samples()) {
        let outcome = host.command(&Command::Configure(recipe, Signal::NONE));
        assert_eq!(outcome.result, Err(refusal));
        assert_eq!(outcome.fingerprint, twin.fingerprint());
        twin.observe(&x, &y).unwrap();
        assert_eq!(host.sample(&x, &y).fingerprint, twin.fingerprint());
    }
    // The number asked for is enough.
    configured(Host::new(2 * need as usize), &wide);
}

#[test]
fn reconfigured_in_mid_stream_it_begins_anew() {
    let (mut host, mut first) = configured(Host::new(200), &recipe());
    for (x, y) in samples().take(20) {
        first.observe(&x, &y).unwrap();
        assert_eq!(host.sample(&x, &y).fingerprint, first.fingerprint());
    }
    let mut next = recipe();
    next.optimizer = AnyOptimizer::Sgd(Sgd::new(0.05));
    let mut second = twin(&next);
    let outcome = host.command(&Command::Configure(next, Signal::NONE));
    assert_eq!(outcome.fingerprint, second.fingerprint());
    for (x, y) in samples().take(20) {
        second.observe(&x, &y).unwrap();
        assert_eq!(host.sample(&x, &y).fingerprint, second.fingerprint());
    }
    let outcome = host.command(&Command::Reset);
    assert_eq!(outcome.fingerprint, Fingerprint(0));
    assert_eq!(host.counters().samples, 0);
    // All of the memory is there again.
    assert!(
        host.command(&Command::Configure(next, Signal::NONE))
            .result
            .is_ok()
    );
}

#[test]
fn duplicates_gaps_and_garbage_are_counted_and_train_nothing() {
    let (mut host, mut twin) = configured(Host::new(200), &recipe());
    let send = |host: &Host, seq| {
        let mut buffer = [0; 576];
        let command = sample(&[0.5, 0.25, 0.125], &[1.0]);
        let frame = encode(
            &Request::Command { seq, command },
            host.client.session(),
            &mut buffer,
        )
        .unwrap();
        host.wire.send(frame);
    };
    let (x, y) = ([0.5, 0.25, 0.125], [1.0]);
    twin.observe(&x, &y).unwrap();
    assert_eq!(host.sample(&x, &y).seq, 2);
    // Its frame again, and another command under the number of the recipe's.
    send(&host, 2);
    send(&host, 1);
    send(&host, 4);
    send(&host, u32::MAX);
    host.wire.send(b"\0noise\0");
    host.wire.send(&[0xFF; 2_000]);
    host.wire.send(&[0]);
    // A message from a later version of the protocol, in a sound frame.
    let unknown = [9u8, 9, 9];
    let checksum = crc32(&unknown).to_le_bytes();
    let mut frame = vec![0, 8];
    frame.extend(unknown.iter().chain(&checksum));
    frame.push(0);
    assert!(!checksum.contains(&0));
    host.wire.send(&frame);
    let mut heard = Vec::new();
    host.exchange(|event| heard.push(format!("{event:?}")));
    assert_eq!(heard, ["Conflict { seq: 1 }"]);

    let (x, y) = ([0.25, 0.25, 0.25], [1.0]);
    twin.observe(&x, &y).unwrap();
    let outcome = host.sample(&x, &y);
    assert_eq!((outcome.seq, outcome.fingerprint), (3, twin.fingerprint()));
    let counters = host.counters();
    assert_eq!((counters.repeated, counters.out_of_order), (1, 3));
    assert_eq!((counters.bad, counters.unknown), (2, 1));
    assert_eq!((counters.samples, counters.refused), (2, 0));
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |mut crc: u32| {
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 * (crc & 1));
        }
        crc
    };
    let fold = |crc, &byte: &u8| step(crc ^ u32::from(byte));
    !bytes.iter().fold(!0, fold)
}

/// The lab's answer to a request, byte by byte.
fn answers(host: &mut Host, request: &Request<'_>) -> Vec<String> {
    let mut buffer = [0; 576];
    host.wire.send(encode(request, 5, &mut buffer).unwrap());
    while host.device.poll() {}
    let mut reader = FrameReader::<576>::new();
    let said: Vec<u8> = host.wire.to_host.borrow_mut().drain(..).collect();
    said.iter()
        .filter_map(|&byte| {
            let packet = reader.push(byte)?;
            let (reply, _) = decode::<Reply<'_>>(packet.payload).unwrap();
            Some(format!("{reply:?}"))
        })
        .collect()
}

#[test]
fn nothing_is_acted_on_before_a_host_of_this_version_says_hello() {
    let mut host = Host::new(200);
    let unasked = format!(
        "{:?}",
        Session::new("test", 576, &mut [0.0; 229]).announce()
    );
    let command = Command::Configure(recipe(), Signal::NONE);
    let configure = Request::Command { seq: 1, command };
    let lost = "SessionLost(SessionLost { session: 5, by: 0, executed: None })";
    assert_eq!(answers(&mut host, &configure), [&unasked[..], lost]);

    let hello = |version| Request::Hello {
        version,
        session: 5,
    };
    let refused = "Mismatch { version: 3, session: 5 }";
    assert_eq!(answers(&mut host, &hello(2)), [refused]);
    assert_eq!(answers(&mut host, &configure), [lost]);

    answers(&mut host, &hello(PROTOCOL));
    let done = &answers(&mut host, &configure)[0];
    assert!(done.starts_with("Ack(Ack { seq: 1"), "{done}");
}

#[test]
fn a_checkpoint_goes_to_another_device_with_the_batch_under_way() {
    let recipe = recipe().batch(8);
    let (mut host, mut twin) = configured(Host::new(200), &recipe);
    for (x, y) in samples().take(83) {
        twin.feed(8, &x, &y, 1.0).unwrap();
        host.sample(&x, &y);
    }
    assert_eq!(twin.batch_len(), 3);
    let words = host.checkpoint();
    assert_eq!(words.len() * 4, twin.checkpoint_len(8));

    let (mut other, _) = configured(Host::new(200), &recipe);
    other.put(&words);
    let resumed = other.command(&Command::Resume);
    assert_eq!(resumed.fingerprint, twin.fingerprint());
    assert_eq!(
        resumed.result,
        Ok(Progress {
            step: 10,
            loss: 0.0
        })
    );
    for (x, y) in samples().skip(83).take(20) {
        twin.feed(8, &x, &y, 1.0).unwrap();
        assert_eq!(other.sample(&x, &y).fingerprint, twin.fingerprint());
    }
}

#[test]
fn a_checkpoint_that_is_not_whole_or_not_of_this_fit_changes_nothing() {
    let (mut host, mut twin) = configured(Host::new(200), &recipe());
    for (x, y) in samples().take(5) {
        twin.observe(&x, &y).unwrap();
        host.sample(&x, &y);
    }
    let words = host.checkpoint();
    let refused = |host: &mut Host, words: &[f32]| {
        host.put(words);
        let outcome = host.command(&Command::Resume);
        (outcome.result.unwrap_err(), outcome.fingerprint)
    };
    let with = |at: usize, bits: u32| {
        let mut changed = words.clone();
        changed[at] = f32::from_bits(changed[at].to_bits() ^ bits);
        changed
    };
    let print = twin.fingerprint();
    let last = words.len() - 1;
    assert_eq!(
        refused(&mut host, &with(12, 1)),
        (CommandError::Corrupt, print)
    );
    assert_eq!(
        refused(&mut host, &words[..last]),
        (CommandError::Corrupt, print)
    );
    assert_eq!(refused(&mut host, &[]), (CommandError::Corrupt, print));
    let version = CommandError::Version { version: 3 };
    assert_eq!(refused(&mut host, &with(1, 2)), (version, print));

    let other = recipe().seed(12);
    let (mut other, fresh) = configured(Host::new(200), &other);
    let (refusal, print) = refused(&mut other, &words);
    assert_eq!(
        (refusal, print),
        (CommandError::Recipe, fresh.fingerprint())
    );
    assert!(refused(&mut host, &with(last, 4)).0 == CommandError::Corrupt);
}

#[test]
fn a_lab_says_what_it_cannot_do_and_which_recipe_it_has() {
    let (mut host, _) = configured(Host::new(200), &recipe());
    let capabilities = host.client.device().unwrap().capabilities;
    assert_eq!(
        capabilities,
        Capabilities::RECIPES
            .union(Capabilities::FIXED)
            .union(Capabilities::SIGNAL)
            .union(Capabilities::DETECTOR)
    );
    let target = Numbers::new(&[1.0]);
    for command in [
        Command::Start { turns: 1 },
        Command::Stop,
        Command::Mode(Mode::Frozen),
        Command::Label { sample: 1, target },
        Command::Save,
        Command::Wipe,
    ] {
        assert_eq!(
            host.command(&command).result,
            Err(CommandError::Unsupported)
        );
    }
    let mut found = None;
    host.client.ask(Query::Recipe);
    host.settle(|event| match event {
        ClientEvent::Recipe(recipe, _) => found = recipe,
        event => panic!("{event:?}"),
    });
    assert_eq!(found, Some(recipe()));
}
