//! `SPEC.md` says what the code does: its examples and its tables are checked here.

use std::fmt::{Debug, Write};

use crate::common::{self, recipe};
use downhill::least_squares::{AnySettings, Method, Robust, SolveError, Termination};
use downhill::{Fault, Fingerprint, Hasher, Setting};
use downhill_link::{
    ARITHMETIC, Ack, Alert, Capabilities, Command, CommandError, Counters, FrameReader, Hello,
    Message, Mode, Numbers, PROTOCOL, Progress, Query, Reply, Request, SensorFault, Signal, State,
    encode, recipe_hash,
};
use serde::de::DeserializeOwned;

const SPEC: &str = include_str!("../SPEC.md");

fn hex(bytes: &[u8]) -> String {
    let pairs: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(" ")
}

/// An example as the specification prints it: a name, and the bytes, 24 to a line.
pub(crate) fn example(name: &str, bytes: &[u8]) -> String {
    let mut text = String::new();
    for (row, bytes) in bytes.chunks(24).enumerate() {
        let name = if row == 0 { name } else { "" };
        writeln!(text, "{name:<16}{}", hex(bytes)).unwrap();
    }
    text
}

fn framed(message: &impl Message) -> Vec<u8> {
    let mut buffer = [0; 576];
    encode(message, common::SESSION, &mut buffer)
        .unwrap()
        .to_vec()
}

fn payload(message: &impl Message) -> Vec<u8> {
    let mut reader = FrameReader::<576>::new();
    let frame = framed(message);
    let mut payloads = frame
        .iter()
        .filter_map(|&byte| reader.push(byte).map(|packet| packet.payload.to_vec()));
    payloads.next().unwrap()
}

/// Fails with the text that the specification should have.
pub(crate) fn assert_says(texts: &[String]) {
    let missing: Vec<_> = texts.iter().filter(|text| !SPEC.contains(*text)).collect();
    let missing: String = missing.iter().map(|text| text.as_str()).collect();
    assert!(missing.is_empty(), "SPEC.md does not say:\n{missing}");
}

#[test]
fn the_worked_session_is_what_the_code_says() {
    let hello = Request::Hello {
        version: PROTOCOL,
        session: common::SESSION,
    };
    let welcome = Reply::Hello(Hello {
        version: PROTOCOL,
        session: common::SESSION,
        next: 1,
        arithmetic: ARITHMETIC,
        arena: 4096,
        frame: 576,
        window: 8,
        capabilities: Capabilities::RECIPES,
        board: "mps2-an386",
    });
    let configure = Request::Command {
        seq: 1,
        command: Command::Configure(recipe(), Signal::NONE),
    };
    let (x, y) = ([1.0, -2.0], [0.5]);
    let sample = Request::Command {
        seq: 2,
        command: Command::Sample {
            weight: 1.0,
            features: Numbers::new(&x),
            target: Numbers::new(&y),
        },
    };
    let mut arena = [0.0; 64];
    let mut fit = recipe().build(&mut arena[..]).unwrap();
    let ack = |seq, fingerprint, step, loss| {
        Reply::Ack(Ack {
            seq,
            fingerprint,
            result: Ok(Progress { step, loss }),
            verdict: None,
        })
    };
    let configured = ack(1, fit.fingerprint(), 0, 0.0);
    let fresh = format!("`{}`", fit.fingerprint());
    let step = fit.observe(&x, &y).unwrap();
    let learned = ack(2, fit.fingerprint(), step.number, step.loss);
    let fingerprint = format!("`{}`", fit.fingerprint());
    let pull = Request::Query {
        tag: 1,
        query: Query::Pull { at: 0, count: 100 },
    };
    let state = Reply::State(State {
        tag: 1,
        next: 3,
        steps: 1,
        fingerprint: fit.fingerprint(),
        length: fit.state().len() as u32,
        at: 0,
        words: Numbers::new(fit.state()),
    });
    assert_says(&[
        example("hello", &framed(&hello)),
        example("welcome", &framed(&welcome)),
        example("configure", &framed(&configure)),
        example("configured", &framed(&configured)),
        example("sample", &framed(&sample)),
        example("learned", &framed(&learned)),
        example("pull", &framed(&pull)),
        example("state", &framed(&state)),
        fresh,
        fingerprint,
    ]);
}

#[test]
fn the_sample_taken_apart_is_the_samples_payload() {
    let sample = Request::Command {
        seq: 2,
        command: Command::Sample {
            weight: 1.0,
            features: Numbers::new(&[1.0, -2.0]),
            target: Numbers::new(&[0.5]),
        },
    };
    let (_, after) = SPEC.split_once("taken apart:").unwrap();
    let (_, block) = after.split_once("```text\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let bytes: Vec<u8> = block
        .lines()
        .flat_map(|line| line.split("  ").next().unwrap().split(' '))
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect();
    let (payload_of_it, checksum) = bytes.split_last_chunk::<4>().unwrap();
    assert_eq!(payload_of_it, payload(&sample));
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(payload_of_it);
    assert_eq!(checksum, &crc.to_le_bytes());
}

#[test]
fn the_fingerprints_of_known_words_are_printed() {
    let hash = |words: &[u32]| {
        let mut hasher = Hasher::default();
        for &word in words {
            hasher.word(word);
        }
        hasher.finish()
    };
    let row = |name: &str, print: Fingerprint| format!("| {name} | `{print}` |\n");
    assert_says(&[
        row("none", hash(&[])),
        row("0", hash(&[0])),
        row("1, 2", hash(&[1, 2])),
        row("3f800000, 40000000", hash(&[0x3f80_0000, 0x4000_0000])),
    ]);
    let hash = recipe_hash(&recipe());
    assert_says(&[format!("recipe of the worked session below, `{hash}`")]);
}

/// The rows `| number | Name | …` of the table under a heading.
fn table(heading: &str) -> Vec<(u8, &'static str)> {
    let (_, after) = SPEC
        .split_once(&format!("\n### {heading}\n"))
        .unwrap_or_else(|| panic!("no heading {heading}"));
    let section = after.split("\n#").next().unwrap();
    section
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('|').map(str::trim).skip(1);
            let number = cells.next()?.parse().ok()?;
            Some((number, cells.next()?.trim_matches('`')))
        })
        .collect()
}

/// The program of the formula `a`.
const FORMULA_A: [u8; 10] = [2, 1, 0, 2, 0, 1, 0, 0, 1, 0];

/// The name of the variant that this number stands for, if any does.
fn variant<T: DeserializeOwned + Debug>(number: u8) -> Option<String> {
    // All fields 0, or, for what cannot be that, the formula `a`.
    let fields = [[0; 10], FORMULA_A];
    let value = fields.into_iter().find_map(|fields| {
        let mut bytes = [0; 128];
        bytes[0] = number;
        bytes[1..11].copy_from_slice(&fields);
        let (value, _) = postcard::take_from_bytes::<T>(&bytes).ok()?;
        Some(value)
    })?;
    let debug = format!("{value:?}");
    let end = debug.find(|c: char| !c.is_alphanumeric());
    Some(debug[..end.unwrap_or(debug.len())].to_owned())
}

fn assert_lists<T: DeserializeOwned + Debug>(heading: &str) {
    let listed = table(heading);
    for (row, &(number, name)) in listed.iter().enumerate() {
        assert_eq!(usize::from(number), row, "{heading}");
        let is = variant::<T>(number).unwrap_or_default();
        assert_eq!(is, name, "{heading} {number}");
    }
    let next = listed.len() as u8;
    assert_eq!(variant::<T>(next), None, "{heading}: {next} is not listed");
}

#[test]
fn every_kind_of_everything_is_listed_under_its_number() {
    assert_lists::<downhill::model::AnyModel<f32>>("Model");
    assert_lists::<downhill::model::AnyActivation>("Activation");
    assert_lists::<downhill::loss::AnyLoss<f32>>("Loss");
    assert_lists::<downhill::optimizer::AnyOptimizer<f32>>("Optimizer");
    assert_lists::<downhill::rules::ScalingMethod>("Scaling method");
    assert_lists::<downhill::rules::Curve<f32>>("Curve");
    assert_lists::<CommandError>("Command error");
    assert_lists::<Fault>("Fault");
    assert_lists::<Setting>("Setting");
    assert_lists::<SolveError>("Solve error");
    assert_lists::<AnySettings<f32>>("Settings");
    assert_lists::<Method>("Method");
    assert_lists::<Robust<f32>>("Robust loss");
    assert_lists::<Termination>("Termination");
    assert_lists::<downhill::health::Finding>("Verdict");
    assert_lists::<downhill::health::Detector>("Detector");
    assert_lists::<Mode>("Mode");
    assert_lists::<Alert>("Alert");
    assert_lists::<SensorFault>("Sensor fault");
}

#[test]
fn a_formula_is_sent_as_it_is_printed() {
    let seq = 1;
    let command = Command::Estimate(common::estimation());
    assert_says(&[
        example("estimate", &framed(&Request::Command { seq, command })),
        example(
            "advance",
            &framed(&Request::Command {
                seq: 2,
                command: Command::Advance,
            }),
        ),
    ]);
}

#[test]
fn every_operation_is_listed_under_its_number() {
    let parsed = downhill::model::formula::parse::<f32>("a", "y", |_| false).unwrap();
    let mut bytes = [0; 16];
    let bytes = postcard::to_slice(&parsed.program, &mut bytes).unwrap();
    assert_eq!(*bytes, FORMULA_A);
    assert_says(&[format!("`a` is `{}`", hex(&FORMULA_A))]);
    // As many parameters as the operation takes, and then the operation itself.
    let run = |number: u8, takes: usize, fields: usize| {
        let mut bytes = vec![takes as u8 + 2, 1, 0];
        bytes.extend([2, 0].repeat(takes));
        bytes.push(number);
        bytes.extend(vec![0; fields]);
        bytes.extend([1, 1, 0, 0, 128, 63, 1, 1, 0]);
        let program: downhill::model::formula::Program<f32> = postcard::from_bytes(&bytes).ok()?;
        let debug = format!("{program:?}");
        let (_, list) = debug.split_once("values: [").unwrap();
        let name = list.split(", ").nth(1 + takes).unwrap();
        Some(name.split('(').next().unwrap().to_owned())
    };
    let listed = table("Operation");
    let (_, section) = SPEC.split_once("\n### Operation\n").unwrap();
    for (row, &(number, name)) in listed.iter().enumerate() {
        assert_eq!(usize::from(number), row);
        let line = section
            .lines()
            .find(|line| line.contains(&format!("`{name}`")));
        let cells: Vec<&str> = line.unwrap().split('|').map(str::trim).collect();
        let fields = usize::from(!cells[3].is_empty());
        let takes = cells[4].parse().unwrap();
        assert_eq!(run(number, takes, fields).as_deref(), Some(name));
    }
    for takes in 0..3 {
        assert_eq!(run(listed.len() as u8, takes, 0), None);
    }
}

#[test]
fn every_message_is_listed_under_its_number() {
    let number = |message: &dyn Fn() -> Vec<u8>, at: usize| message()[at];
    let debug_name = |debug: String| {
        let end = debug.find(|c: char| !c.is_alphanumeric());
        debug[..end.unwrap_or(debug.len())].to_owned()
    };
    let mut seen = [
        vec![false; table("Request").len()],
        vec![false; table("Command").len()],
        vec![false; table("Query").len()],
        vec![false; table("Reply").len()],
        vec![false; table("Event").len()],
    ];
    let mut see = |kind: usize, heading: &str, number: u8, name: String| {
        assert!(
            table(heading).contains(&(number, &*name)),
            "{heading} {number} {name}"
        );
        seen[kind][usize::from(number)] = true;
    };
    for request in common::requests() {
        let bytes = || payload(&request);
        see(
            0,
            "Request",
            number(&bytes, 0),
            debug_name(format!("{request:?}")),
        );
        match request {
            Request::Command { seq, command } if seq < 128 => {
                see(
                    1,
                    "Command",
                    number(&bytes, 2),
                    debug_name(format!("{command:?}")),
                );
            }
            Request::Query { query, .. } => {
                see(
                    2,
                    "Query",
                    number(&bytes, 2),
                    debug_name(format!("{query:?}")),
                );
            }
            _ => {}
        }
    }
    for reply in common::replies() {
        let bytes = || payload(&reply);
        see(
            3,
            "Reply",
            number(&bytes, 0),
            debug_name(format!("{reply:?}")),
        );
        if let Reply::Event { event, .. } = reply {
            see(
                4,
                "Event",
                number(&bytes, 2),
                debug_name(format!("{event:?}")),
            );
        }
    }
    let unseen = seen.iter().map(|seen| seen.iter().filter(|&&s| !s).count());
    // Commands whose numbers were too long to look behind: sample, push and commit.
    assert_eq!(unseen.collect::<Vec<_>>(), [0, 3, 0, 0, 0]);
}

#[test]
fn every_counter_is_listed() {
    let debug = format!("{:?}", Counters::default());
    let (_, fields) = debug.split_once('{').unwrap();
    for field in fields.replace('{', ",").split(',') {
        let name = field.split(':').next().unwrap().trim();
        assert!(SPEC.contains(&format!("`{name}`")), "{name}");
    }
}
