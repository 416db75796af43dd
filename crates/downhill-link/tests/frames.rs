//! Frames: every message survives the trip, and nothing damaged does.

use crate::common::{replies, requests};
use downhill_link::{
    Command, FRAME, FrameReader, Message, Numbers, Reply, Request, TooLong, decode, encode,
    frame_len, numbers_in_sample, words_in_state,
};
use proptest::prelude::*;

const ROOM: usize = 2 * FRAME;
const SESSION: u32 = 0x0102_0304;

fn framed(message: &impl Message) -> Vec<u8> {
    let mut buffer = [0xAA; ROOM];
    encode(message, SESSION, &mut buffer).unwrap().to_vec()
}

/// The payloads that a reader finds in these bytes, and how many frames it skipped.
fn read<const N: usize>(bytes: &[u8]) -> (Vec<Vec<u8>>, u32) {
    let mut reader = FrameReader::<N>::new();
    let found = bytes
        .iter()
        .filter_map(|&byte| reader.push(byte).map(|packet| packet.payload.to_vec()))
        .collect();
    (found, reader.bad())
}

/// A frame that is not in `messages`, to see that the reader found its feet again.
fn next() -> (Vec<u8>, Vec<u8>) {
    let frame = framed(&Request::Hello {
        version: 77,
        session: 99,
    });
    let payload = read::<ROOM>(&frame).0.remove(0);
    (frame, payload)
}

fn every_frame() -> Vec<Vec<u8>> {
    let mut frames: Vec<_> = requests().iter().map(framed).collect();
    frames.extend(replies().iter().map(framed));
    frames
}

#[test]
fn every_message_survives_the_trip() {
    for request in requests() {
        let (found, bad) = read::<ROOM>(&framed(&request));
        assert_eq!((found.len(), bad), (1, 0));
        let session = if request.in_session() { SESSION } else { 0 };
        assert_eq!(decode(&found[0]), Some((request, session)));
    }
    for reply in replies() {
        let (found, bad) = read::<ROOM>(&framed(&reply));
        assert_eq!((found.len(), bad), (1, 0));
        let session = if reply.in_session() { SESSION } else { 0 };
        assert_eq!(decode(&found[0]), Some((reply, session)));
    }
}

#[test]
fn a_frame_has_no_zero_but_at_its_ends() {
    for frame in every_frame() {
        let [0, inside @ .., 0] = &frame[..] else {
            panic!("{frame:?}");
        };
        assert!(!inside.contains(&0));
    }
}

#[test]
fn no_truncated_frame_is_read_and_the_next_one_is() {
    let (after, payload) = next();
    for frame in every_frame() {
        // Without its last zero a frame is still whole.
        for keep in 0..frame.len() - 1 {
            let bytes = [&frame[..keep], &after].concat();
            let (found, bad) = read::<ROOM>(&bytes);
            assert_eq!(found, [&payload[..]], "{keep} of {frame:?}");
            assert_eq!(bad, u32::from(keep > 1));
        }
    }
}

#[test]
fn no_frame_with_one_bit_flipped_is_read_and_the_next_one_is() {
    let (after, payload) = next();
    for frame in every_frame() {
        for bit in 0..8 * frame.len() {
            let mut bytes = frame.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes.extend(&after);
            let (found, bad) = read::<ROOM>(&bytes);
            assert_eq!(found, [&payload[..]], "bit {bit} of {frame:?}");
            assert!(bad > 0);
        }
    }
}

#[test]
fn no_truncated_or_lengthened_payload_is_a_message() {
    for (frame, is_request) in (requests().iter().map(|m| (framed(m), true)))
        .chain(replies().iter().map(|m| (framed(m), false)))
    {
        let payload = read::<ROOM>(&frame).0.remove(0);
        // What stands behind a recipe and is no section is refused by whoever reads it.
        let known = |bytes: &[u8]| match is_request {
            true => match decode::<Request<'_>>(bytes) {
                Some((Request::Command { command, .. }, _)) => {
                    !matches!(command, Command::Configure(_, signal) if !signal.is_none())
                }
                request => request.is_some(),
            },
            false => match decode::<Reply<'_>>(bytes) {
                Some((Reply::Recipe { signal, .. }, _)) => signal.is_none(),
                reply => reply.is_some(),
            },
        };
        assert!(known(&payload));
        for keep in 0..payload.len() {
            assert!(!known(&payload[..keep]), "{keep} of {payload:?}");
        }
        assert!(!known(&[&payload[..], &[0]].concat()));
    }
}

#[test]
fn a_frame_that_is_too_long_is_skipped() {
    let (after, payload) = next();
    let long = framed(&Request::Command {
        seq: 1,
        command: Command::Push {
            at: 0,
            words: Numbers::new(&[1.5; 60]),
        },
    });
    let (found, bad) = read::<64>(&[&long[..], &after].concat());
    assert_eq!((found, bad), (vec![payload], 1));
}

#[test]
fn what_follows_too_long_a_frame_without_a_zero_belongs_to_it() {
    let (after, payload) = next();
    let bytes = [&[1; 65][..], &after[1..], &after].concat();
    let (found, bad) = read::<64>(&bytes);
    assert_eq!((found, bad), (vec![payload], 1));
}

#[test]
fn a_short_buffer_is_told_a_length_that_suffices() {
    for request in requests() {
        let whole = framed(&request);
        for got in 0..whole.len() {
            let mut buffer = vec![0; got];
            let TooLong { need, got: told } = encode(&request, SESSION, &mut buffer).unwrap_err();
            assert_eq!(told, got);
            assert!(need >= whole.len() && need <= whole.len() + 1, "{need}");
        }
        assert!(frame_len(&request) >= whole.len());
    }
}

#[test]
fn as_many_numbers_fit_as_is_said() {
    let numbers = vec![f32::from_bits(0x0102_0304); 16_384];
    for frame in [64, 96, 128, 256, 300, 576, 1024, 4096, 60_000] {
        let most = numbers_in_sample(frame);
        for features in [0, 1, most / 2, most] {
            let command = Command::Sample {
                weight: 1.0,
                features: Numbers::new(&numbers[..features]),
                target: Numbers::new(&numbers[..most - features]),
            };
            let sample = Request::Command {
                seq: u32::MAX,
                command,
            };
            assert!(
                encode(&sample, SESSION, &mut vec![0; frame]).is_ok(),
                "{frame}"
            );
        }
        let words = Numbers::new(&numbers[..most]);
        let command = Command::Push {
            at: u32::MAX,
            words,
        };
        let push = Request::Command {
            seq: u32::MAX,
            command,
        };
        assert!(
            encode(&push, SESSION, &mut vec![0; frame]).is_ok(),
            "{frame}"
        );
        let state = Reply::State(downhill_link::State {
            tag: u32::MAX,
            next: u32::MAX,
            steps: u64::MAX,
            fingerprint: downhill::Fingerprint(u64::MAX),
            length: u32::MAX,
            at: u32::MAX,
            words: Numbers::new(&numbers[..words_in_state(frame)]),
        });
        if frame >= 96 {
            assert!(
                encode(&state, SESSION, &mut vec![0; frame]).is_ok(),
                "{frame}"
            );
        }
    }
    assert!(numbers_in_sample(FRAME) >= 128);
}

proptest! {
    #[test]
    fn garbage_never_panics_and_the_next_frame_is_found(
        garbage in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        let (after, payload) = next();
        let (found, _) = read::<FRAME>(&[&garbage[..], &after].concat());
        prop_assert_eq!(found.last(), Some(&payload));
    }

    #[test]
    fn any_payload_decodes_without_panic(payload in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Some((request, _)) = decode::<Request<'_>>(&payload) {
            let _ = framed(&request);
        }
        let _ = decode::<Reply<'_>>(&payload);
    }

    #[test]
    fn any_sample_survives_the_trip(
        seq in any::<u32>(),
        weight in any::<u32>(),
        features in prop::collection::vec(any::<u32>(), 0..64),
        target in prop::collection::vec(any::<u32>(), 0..64),
    ) {
        let floats = |bits: &[u32]| bits.iter().map(|&b| f32::from_bits(b)).collect::<Vec<_>>();
        let (features, target) = (floats(&features), floats(&target));
        let command = Command::Sample {
            weight: f32::from_bits(weight),
            features: Numbers::new(&features),
            target: Numbers::new(&target),
        };
        let mut buffer = [0; FRAME];
        let frame = encode(&Request::Command { seq, command }, SESSION, &mut buffer).unwrap();
        let (found, _) = read::<FRAME>(frame);
        let Some((Request::Command { seq: seq2, command: Command::Sample { weight: w, features: f, target: t } }, SESSION))
            = decode(&found[0]) else { panic!() };
        prop_assert_eq!((seq2, w.to_bits()), (seq, weight));
        prop_assert_eq!((f, t), (Numbers::new(&features), Numbers::new(&target)));
    }
}
