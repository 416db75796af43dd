//! Any bytes on the line: whatever is in a frame is read or refused, and is written as it was read.

#![no_main]

use downhill_link::{FRAME, FrameReader, Reply, Request, decode, encode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = FrameReader::<FRAME>::new();
    for &byte in bytes {
        if let Some(packet) = reader.push(byte) {
            payload(packet.payload);
        }
    }
    // A checksum would keep nearly all else from being read.
    payload(bytes);
});

fn payload(bytes: &[u8]) {
    let mut room = vec![0; 2 * bytes.len() + 4096];
    if let Some((request, session)) = decode::<Request<'_>>(bytes) {
        again(
            encode(&request, session, &mut room).expect("there is room"),
            |bytes| decode::<Request<'_>>(bytes).is_some(),
        );
    }
    if let Some((reply, session)) = decode::<Reply<'_>>(bytes) {
        again(
            encode(&reply, session, &mut room).expect("there is room"),
            |bytes| decode::<Reply<'_>>(bytes).is_some(),
        );
    }
}

/// A frame that was written is one that is read.
fn again(frame: &[u8], read: impl Fn(&[u8]) -> bool) {
    let mut reader = FrameReader::<65_536>::new();
    let found = frame
        .iter()
        .filter(|&&byte| reader.push(byte).is_some_and(|packet| read(packet.payload)));
    assert_eq!(found.count(), 1);
}
