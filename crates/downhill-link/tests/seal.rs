//! Sealed frames: what passes, and that nothing else does.

use crate::spec::{assert_says, example};
use downhill_link::seal::{Channel, Key, Keys, OPEN, Opening, accept, frame};
use downhill_link::{FrameReader, PROTOCOL, Query, Request, Role, decode, encode};
use proptest::prelude::*;

const SESSION: u32 = 0x5e55_1011;

const KEY: &Key = &Key::new([1; 32]);
const OTHER: &Key = &Key::new([4; 32]);

/// Both ends of a channel.
fn channel(role: Role) -> (Channel, Channel) {
    let (opening, asked) = Opening::new(role, KEY, [2; 32]).unwrap();
    let (device, answer) = accept(&asked, |_| Some(KEY), [3; 32]).unwrap();
    (opening.finish(&answer).unwrap(), device)
}

fn request(tag: u32) -> Request<'static> {
    let query = Query::Pull { at: 0, count: 100 };
    Request::Query { tag, query }
}

/// The payload of a sealed frame.
fn sealed(channel: &mut Channel, tag: u32) -> Vec<u8> {
    let mut buffer = [0; 128];
    let frame = channel.encode(&request(tag), SESSION, &mut buffer).unwrap();
    payload(frame)
}

fn payload(frame: &[u8]) -> Vec<u8> {
    let mut reader = FrameReader::<128>::new();
    let mut payloads = frame
        .iter()
        .filter_map(|&byte| reader.push(byte).map(|packet| packet.payload.to_vec()));
    let payload = payloads.next().unwrap();
    assert!(payloads.next().is_none());
    payload
}

/// The tag of the request in a payload, if the channel opens it.
fn opened(channel: &mut Channel, payload: &[u8]) -> Option<u32> {
    let mut payload = payload.to_vec();
    let opened = channel.open(&mut payload)?;
    match decode(&payload[opened]) {
        Some((Request::Query { tag, .. }, SESSION)) => Some(tag),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_payload_passes_once_and_in_its_turn() {
    let (mut host, mut device) = channel(Role::Write);
    let frames: Vec<_> = (0..200).map(|tag| sealed(&mut host, tag)).collect();
    assert_eq!(opened(&mut device, &frames[0]), Some(0));
    assert_eq!(opened(&mut device, &frames[0]), None, "a replay");
    // The line lost some; what comes late is too late.
    assert_eq!(opened(&mut device, &frames[150]), Some(150));
    assert_eq!(opened(&mut device, &frames[149]), None, "reordered");
    assert_eq!(opened(&mut device, &frames[151]), Some(151));
    // And the other way.
    let answer = sealed(&mut device, 9);
    assert_eq!(opened(&mut device, &answer), None, "a reflection");
    assert_eq!(opened(&mut host, &answer), Some(9));
}

#[test]
fn no_other_byte_and_no_other_length_passes() {
    let (mut host, mut device) = channel(Role::Write);
    let frame = sealed(&mut host, 5);
    for at in 0..frame.len() {
        for bit in 0..8 {
            let mut flipped = frame.clone();
            flipped[at] ^= 1 << bit;
            assert_eq!(
                opened(&mut device, &flipped),
                None,
                "bit {bit} of byte {at}"
            );
        }
        assert_eq!(opened(&mut device, &frame[..at]), None, "{at} bytes");
    }
    assert_eq!(opened(&mut device, &[&frame[..], &[0]].concat()), None);
    // The counter in another form.
    assert_eq!(frame[1], 0);
    let long = [&[frame[0], 0x80, 0], &frame[2..]].concat();
    assert_eq!(opened(&mut device, &long), None);
    // None of it did any harm.
    assert_eq!(opened(&mut device, &frame), Some(5));
}

#[test]
fn a_sealed_frame_is_no_longer_than_was_kept_free() {
    let (mut host, _) = channel(Role::Write);
    for payload in [1, 100, 253, 254, 300, 500] {
        let (mut plain, mut sealed) = ([0; 600], [0; 600]);
        let plain = downhill_link::seal::frame(&vec![7; payload], &mut plain).unwrap();
        let sealed = host.frame(&vec![7; payload], &mut sealed).unwrap();
        assert!(sealed.len() <= plain.len() + downhill_link::seal::OVERHEAD);
        assert!(host.frame(&vec![7; payload], &mut [0; 20]).is_err());
    }
    let plain = encode(&request(1), SESSION, &mut [0; 64]).unwrap().len();
    let sealed = host
        .encode(&request(1), SESSION, &mut [0; 64])
        .unwrap()
        .len();
    assert_eq!(sealed, plain + 18);
}

#[test]
fn a_handshake_needs_the_key_of_its_role_and_version() {
    let (opening, asked) = Opening::new(Role::Read, KEY, [2; 32]).unwrap();
    assert!(
        accept(&asked, |_| Some(OTHER), [3; 32]).is_none(),
        "another key"
    );
    assert!(accept(&asked, |_| None, [3; 32]).is_none(), "no key");
    let keys = |role| {
        assert_eq!(role, Role::Read);
        None
    };
    assert!(accept(&asked, keys, [3; 32]).is_none());
    for at in 0..asked.len() {
        let mut flipped = asked;
        flipped[at] ^= 1;
        assert!(
            accept(&flipped, |_| Some(KEY), [3; 32]).is_none(),
            "byte {at}"
        );
        assert!(accept(&asked[..at], |_| Some(KEY), [3; 32]).is_none());
    }
    assert_eq!(asked[0], OPEN);
    let (_, answer) = accept(&asked, |_| Some(KEY), [3; 32]).unwrap();
    for at in 0..answer.len() {
        let mut flipped = answer;
        flipped[at] ^= 0x40;
        assert!(opening.finish(&flipped).is_none(), "byte {at}");
        assert!(opening.finish(&answer[..at]).is_none());
    }
    // What was refused spoils nothing.
    assert_eq!(opening.finish(&answer).unwrap().role(), Role::Read);
}

/// Whoever repeats a handshake that he heard gets a channel that he cannot use, and whoever opens two
/// with one key gets two that do not know each other's frames.
#[test]
fn channels_of_one_key_have_nothing_in_common() {
    let (_, asked) = Opening::new(Role::Write, KEY, [2; 32]).unwrap();
    let (mut first, one) = accept(&asked, |_| Some(KEY), [3; 32]).unwrap();
    let (mut second, two) = accept(&asked, |_| Some(KEY), [4; 32]).unwrap();
    assert_ne!(one, two);
    let (mut host, mut device) = channel(Role::Write);
    let frame = sealed(&mut host, 1);
    assert_eq!(opened(&mut second, &frame), None);
    assert_eq!(
        opened(&mut first, &frame),
        Some(1),
        "the same secrets as the channel's"
    );
    assert_eq!(opened(&mut device, &frame), Some(1));
}

#[test]
fn keys_are_not_printed() {
    let keys = Keys::from_bytes(&core::array::from_fn(|at| at as u8));
    assert_eq!(keys.to_bytes()[63], 63);
    assert_eq!(keys.of(Role::Write).unwrap().bytes()[0], 32);
    assert_eq!(
        format!("{keys:?}"),
        "Keys { read: Key(..), write: Key(..) }"
    );
}

/// The specification has this channel, byte for byte.
#[test]
fn the_worked_channel_is_what_the_code_says() {
    let counted = |from: u8| core::array::from_fn(|at| from + at as u8);
    let key = Key::new(counted(1));
    let (opening, asked) = Opening::new(Role::Write, &key, counted(0x40)).unwrap();
    let (_, answer) = accept(&asked, |_| Some(&key), counted(0x60)).unwrap();
    let mut host = opening.finish(&answer).unwrap();
    let hello = Request::Hello {
        version: PROTOCOL,
        session: SESSION,
    };
    let mut buffers = [[0; 96]; 3];
    let [first, second, third] = &mut buffers;
    let text = [
        example("open", frame(&asked, first).unwrap()),
        example("opened", frame(&answer, second).unwrap()),
        example("sealed hello", host.encode(&hello, 0, third).unwrap()),
    ];
    assert_says(&text);
}

proptest! {
    #[test]
    fn garbage_is_not_opened(mut bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let (_, mut device) = channel(Role::Write);
        prop_assert_eq!(device.open(&mut bytes), None);
        if let Some(first) = bytes.first_mut() {
            *first = 3;
        }
        prop_assert_eq!(device.open(&mut bytes), None);
        prop_assert!(accept(&bytes, |_| Some(KEY), [0; 32]).is_none());
    }
}
