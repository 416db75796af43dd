//! The section of a recipe's signal stage, and blocks of raw samples.

use crate::common::{SESSION, WINDOWS, recipe};
use downhill::signal::Description;
use downhill::{NumberType, normal};
use downhill_link::{
    Block, Capabilities, Command, FrameReader, Message, Numbers, Raw, Reply, Request, SECTIONS,
    SIGNAL, Signal, bytes_in_block, decode, encode, frame_len, recipe_hash, staged_hash,
};

fn payload(message: &impl Message) -> Vec<u8> {
    let mut buffer = [0; 576];
    let mut reader = FrameReader::<576>::new();
    let frame = encode(message, SESSION, &mut buffer).unwrap();
    assert!(frame.len() <= frame_len(message));
    let payloads = frame.iter().find_map(|&byte| {
        let packet = reader.push(byte)?;
        Some(packet.payload.to_vec())
    });
    payloads.unwrap()
}

fn configure(number: NumberType, signal: Signal<'_>) -> Request<'_> {
    let command = Command::Configure(recipe().number(number), signal);
    Request::Command { seq: 1, command }
}

const TEXT: &str = "window=64 hop=32 rate=26Hz bandpass=1-5Hz decimate=2 taper=rect: mean,skew,lag:3,\
                    autocorr:2,bands:4,logbands:octave,bands:edges=1,2,4Hz,rolloff:85,\
                    magnitude(a,b),corr(a,c)";

#[test]
fn a_stage_stands_behind_its_recipe_and_behind_the_number_type() {
    let description = Description::parse(TEXT, &["a", "b", "c"], None).unwrap();
    let mut bytes = [0; SIGNAL];
    let signal = Signal::new(&description, &mut bytes);
    for number in [NumberType::Float, NumberType::Q15] {
        let plain = payload(&configure(number, Signal::NONE));
        let (recipe_alone, session) = plain.split_at(plain.len() - 4);
        let staged = payload(&configure(number, signal));
        assert_eq!(staged, [recipe_alone, signal.bytes(), session].concat());
        let request = configure(number, signal);
        assert_eq!(decode(&staged), Some((request, SESSION)));
        let reply = Reply::Recipe {
            tag: 7,
            recipe: Some(recipe().number(number)),
            signal,
        };
        let answered = payload(&reply);
        assert_eq!(decode(&answered), Some((reply, SESSION)));
    }
    assert_eq!(signal.description(), Some(description));
    assert_eq!(staged_hash(&recipe(), Signal::NONE), recipe_hash(&recipe()));
    assert_ne!(staged_hash(&recipe(), signal), recipe_hash(&recipe()));
    assert_ne!(
        staged_hash(&recipe(), signal),
        staged_hash(&recipe(), WINDOWS)
    );
}

#[test]
fn the_longest_description_has_room() {
    let names: Vec<String> = (0..32).map(|at| format!("c{at}")).collect();
    let pairs = (1..24).map(|at| format!("magnitude(c{at},c30,c31)"));
    let edges: Vec<String> = (1..=24).map(|at| format!("{}", at * 10)).collect();
    let features: Vec<String> = pairs
        .chain([format!("bands:edges={}Hz", edges.join(","))])
        .collect();
    let text = format!(
        "window=1024 hop=16384 rate=1024Hz bandpass=1-5Hz decimate=2: {}",
        features.join(",")
    );
    let description = Description::parse(&text, &names, None).unwrap();
    let mut bytes = [0; SIGNAL];
    let signal = Signal::new(&description, &mut bytes);
    assert_eq!(signal.description(), Some(description));
}

#[test]
fn sections_out_of_order_or_cut_are_no_stage() {
    let stage = WINDOWS.bytes();
    assert!(WINDOWS.description().is_some());
    for sections in [
        [stage, &[1]].concat(),
        [stage, stage].concat(),
        stage[..13].to_vec(),
        [stage, &[0]].concat(),
        vec![2],
        vec![2, 0],
        vec![3],
    ] {
        let plain = payload(&configure(NumberType::Float, Signal::NONE));
        let (message, session) = plain.split_at(plain.len() - 4);
        let bytes = [message, &sections, session].concat();
        let Some((Request::Command { command, .. }, _)) = decode::<Request<'_>>(&bytes) else {
            panic!("{sections:?}")
        };
        let Command::Configure(_, signal) = command else {
            panic!("{command:?}")
        };
        assert_eq!((signal.is_none(), signal.description()), (false, None));
        // Who has no stage does not take it for a recipe without one.
        let needed = match sections[..] {
            [3, ..] => Capabilities::DETECTOR,
            _ => Capabilities::SIGNAL,
        };
        assert!(command.needs().contains(needed));
    }
}

const DETECTOR: normal::Description<f32> = normal::Description {
    kind: normal::Kind::Mahalanobis { shrinkage: 0.03 },
    scaled_by: u32::MAX,
    settings: normal::Settings {
        learn: u32::MAX,
        calibrate: 200,
        share: 0.01,
        votes: [5, 8],
        cool_down: u32::MAX,
    },
};

#[test]
fn a_detector_stands_behind_its_recipe_and_behind_a_stage() {
    for stage in [&[][..], WINDOWS.bytes()] {
        let mut bytes = [0; SECTIONS];
        let signal = Signal::with_detector(stage, &DETECTOR, &mut bytes);
        assert_eq!(signal.stage(), stage);
        assert_eq!(signal.detector(), Some(DETECTOR));
        assert_eq!(
            signal.description(),
            WINDOWS.description().filter(|_| !stage.is_empty())
        );
        // The longest number of each kind: it has room.
        assert!(signal.bytes().len() - stage.len() <= downhill_link::DETECTOR);
        let request = configure(NumberType::Float, signal);
        assert_eq!(decode(&payload(&request)), Some((request, SESSION)));
        assert_ne!(
            staged_hash(&recipe(), signal),
            staged_hash(&recipe(), Signal::from_sections(stage))
        );
        for at in 1..signal.bytes().len() - stage.len() {
            let cut = Signal::from_sections(&signal.bytes()[..stage.len() + at]);
            assert_eq!((cut.read(), cut.is_none()), (None, false), "{at}");
        }
    }
    let mut bytes = [0; SECTIONS];
    let alone = Signal::with_detector(&[], &DETECTOR, &mut bytes)
        .bytes()
        .to_vec();
    for wrong in [
        [&alone, WINDOWS.bytes()].concat(),
        [&alone[..], &alone].concat(),
        [&alone[..], &[0]].concat(),
    ] {
        assert_eq!(Signal::from_sections(&wrong).read(), None);
    }
}

/// Each byte of a description is changed to each of several others: what is read is possible, and
/// says the same when it is written again.
#[test]
fn no_impossible_description_is_read() {
    let description = Description::parse(TEXT, &["a", "b", "c"], None).unwrap();
    let mut bytes = [0; SIGNAL];
    let whole = Signal::new(&description, &mut bytes).bytes().to_vec();
    let mut read = 0;
    for at in 0..whole.len() {
        for byte in [0, 1, 2, 3, 7, 16, 31, 64, 127, 128, 255] {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            let Some(description) = Signal::from_sections(&bytes).description() else {
                continue;
            };
            assert!(description.is_possible(), "{description:?}");
            read += 1;
        }
        assert_eq!(Signal::from_sections(&whole[..at]).description(), None);
    }
    assert!(read > 50, "{read}");
    let impossible: [&[u8]; 6] = [
        // No channel, no window, no hop, no decimation, no feature, a spectrum of two samples.
        &[0, 2, 2, 0, 0, 0, 1, 1, 1, 0, 0, 0],
        &[1, 0, 2, 0, 0, 0, 1, 1, 1, 0, 0, 0],
        &[1, 2, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0],
        &[1, 2, 2, 0, 0, 0, 0, 1, 1, 0, 0, 0],
        &[1, 2, 2, 0, 0, 0, 1, 1, 0, 0],
        &[1, 2, 2, 0, 0, 0, 1, 1, 1, 0, 16, 0],
    ];
    for bytes in impossible {
        let section = [&[2, bytes.len() as u8], bytes].concat();
        let read = Signal::from_sections(&section).description();
        assert_eq!(read, None, "{bytes:?}");
    }
    assert!(WINDOWS.description().is_some());
}

/// The most that is promised fits, with the longest numbers.
#[test]
fn a_block_of_the_promised_length_fits_its_frame() {
    for frame in [96, 128, 254, 576, 2048] {
        for targets in [0, 1, 5] {
            let bytes = bytes_in_block(frame, targets);
            let (numbers, target) = (vec![[0xff; 4]; bytes / 4], vec![f32::MAX; targets]);
            let block = Block {
                weight: f32::MAX,
                scale: f32::MIN,
                fits_scaler: true,
                samples: Raw::F32(&numbers),
                target: Numbers::new(&target),
            };
            let mut bytes = vec![0; frame];
            let command = Command::Block(block.pack(&mut bytes).unwrap());
            let request = Request::Command {
                seq: u32::MAX,
                command,
            };
            // What is kept free is for a sealed link.
            let room = &mut vec![0; frame - 24][..];
            assert!(encode(&request, SESSION, room).is_ok(), "{frame} {targets}");
        }
    }
}

#[test]
fn integers_travel_as_they_are_and_are_scaled_once() {
    let samples = Raw::I16(&[[0xff, 0x7f], [0x00, 0x80], [0xff, 0xff]]);
    let scale = 1.0 / 3.0;
    let exact = [32767.0, -32768.0, -1.0].map(|count: f32| count * scale);
    assert!(samples.numbers(scale).eq(exact));
    let large = [i32::MAX, i32::MIN, 16_777_217].map(i32::to_le_bytes);
    let rounded = [2_147_483_648.0, -2_147_483_648.0, 16_777_216.0];
    assert!(Raw::I32(&large).numbers(1.0).eq(rounded));
    let block = Block {
        weight: 1.0,
        scale,
        fits_scaler: false,
        samples,
        target: Numbers::new(&[2.0]),
    };
    let mut room = [0; 64];
    let bytes = block.pack(&mut room).unwrap();
    // Weight, scale, no scaler, kind 0 with 6 bytes, a target of 4 bytes.
    let behind = [0, 0, 6, 0xff, 0x7f, 0x00, 0x80, 0xff, 0xff, 4, 0, 0, 0, 64];
    assert_eq!(bytes[8..], behind);
    assert_eq!(Block::unpack(bytes), Some(block));
    let half = [&bytes[..10], &[5], &bytes[11..16], &bytes[17..]].concat();
    assert_eq!(Block::unpack(&half), None, "half a number");
    for keep in 0..bytes.len() {
        assert_eq!(Block::unpack(&bytes[..keep]), None);
    }
    assert_eq!(Block::unpack(&[bytes, &[0]].concat()), None);
}
