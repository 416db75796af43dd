//! Whatever a host says, the session answers or is silent; it never panics.

use crate::common::{Host, recipe, sample};
use downhill::model::Model;
use downhill_firmware::Session;
use downhill_link::{
    Command, FrameReader, Numbers, PROTOCOL, Packet, Reply, Request, Signal, decode, encode,
};
use proptest::prelude::*;

/// The bytes of a message without its frame.
fn payload(request: &Request<'_>) -> Vec<u8> {
    let mut buffer = [0; 576];
    let frame = encode(request, SESSION, &mut buffer).unwrap();
    let mut reader = FrameReader::<576>::new();
    let mut payloads = frame
        .iter()
        .filter_map(|&b| reader.push(b).map(|packet| packet.payload.to_vec()));
    payloads.next().unwrap()
}

const SESSION: u32 = 0x5e55_1011;

fn answer<'s>(session: &'s mut Session<'_>, payload: &[u8]) -> Option<Reply<'s>> {
    let checksum = 0;
    session.answer(Packet { payload, checksum }, &mut |_| {})
}

/// A session that has been greeted.
fn session(arena: &mut [f32]) -> Session<'_> {
    let mut session = Session::new("wild", 576, arena);
    let hello = Request::Hello {
        version: PROTOCOL,
        session: SESSION,
    };
    assert!(answer(&mut session, &payload(&hello)).is_some());
    session
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_damaged_recipe_is_refused_or_fitted(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        words in 0usize..2_000,
    ) {
        let command = Command::Configure(recipe(), Signal::NONE);
        let mut bytes = payload(&Request::Command { seq: 1, command });
        for (at, byte) in changes {
            // The first byte and the second are the kind of message and its number, the last
            // four its session.
            let at = 2 + at.index(bytes.len() - 2 - 4);
            bytes[at] = byte;
        }
        let mut arena = vec![0.0; words];
        let mut session = session(&mut arena);
        answer(&mut session, &bytes);
        let columns = match decode(&bytes) {
            Some((Request::Command { command: Command::Configure(recipe, _), .. }, _)) => {
                Model::<f32>::sizes(&recipe.model).features
            }
            _ => 1,
        };
        for seq in 2..6 {
            let numbers = vec![0.5; columns.min(100)];
            let command = sample(&numbers, &[1.0]);
            answer(&mut session, &payload(&Request::Command { seq, command }));
        }
    }

    #[test]
    fn any_orders_are_answered(
        commands in prop::collection::vec((0u32..16, any::<u32>(), any::<u32>(), 0usize..30), 1..40),
    ) {
        let mut arena = [0.0; 64];
        let mut session = session(&mut arena);
        let mut next = 1;
        for (kind, at, bits, length) in commands {
            let numbers = vec![f32::from_bits(bits); length];
            let words = Numbers::new(&numbers);
            let command = match kind {
                0 => Command::Configure(recipe(), Signal::NONE),
                1 => Command::Reset,
                2 => Command::Commit { steps: u64::from(at) << 32 },
                3 | 4 => Command::Push { at: at % 24, words },
                5 => Command::Push { at, words },
                6 => sample(&numbers, &numbers),
                7 => Command::FitScaler { features: words, target: words },
                8 => Command::FreezeScaler,
                9 => Command::ApplyBatch,
                10 => Command::Finish,
                11 => Command::ReportValidation { loss: f32::from_bits(bits) },
                _ => sample(&[1.0, 2.0, 3.0], &[0.5]),
            };
            let before = session.fingerprint();
            match answer(&mut session, &payload(&Request::Command { seq: next, command })) {
                Some(Reply::Ack(outcome)) => {
                    prop_assert_eq!(outcome.seq, next);
                    if outcome.result.is_err() {
                        prop_assert_eq!(outcome.fingerprint, before);
                    }
                    next += 1;
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }

    #[test]
    fn any_bytes_on_the_line_leave_it_able_to_answer(
        bytes in prop::collection::vec(any::<u8>(), 0..1_500),
    ) {
        let mut host = Host::new(100);
        host.wire.send(&bytes);
        while host.device.poll() {}
        host.wire.to_host.borrow_mut().clear();
        host.greet();
        prop_assert!(host.command(&Command::Configure(recipe(), Signal::NONE)).result.is_ok());
    }
}
