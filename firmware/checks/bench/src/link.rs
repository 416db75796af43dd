//! Cost of a sample of 8 features and one target on its way over the link.

use core::hint::black_box;

use bench::Clock;
use downhill::{Fault, Fingerprint};
use downhill_link::{Ack, Command, FrameReader, Numbers, Progress, Reply, Request, decode, encode};

use crate::timing::{SAMPLES, time};

const SESSION: u32 = 0x5e55_1011;

/// Counts the reading of a frame, from its first byte to the message, and the writing of the
/// answer.
pub(crate) fn measure(clock: &mut Clock) {
    let mut buffer = [0; 128];
    let sample = Request::Command {
        seq: 1_000,
        command: Command::Sample {
            weight: 1.0,
            features: Numbers::new(&[0.5; 8]),
            target: Numbers::new(&[1.0]),
        },
    };
    let length = encode(&sample, SESSION, &mut buffer).map_or(0, <[u8]>::len);
    let frames = [buffer; SAMPLES];
    let mut reader = FrameReader::<128>::new();
    time(clock, ("link.sample", "read"), &frames, |frame| {
        for &byte in &frame[..length] {
            if let Some(packet) = reader.push(byte) {
                return decode::<Request<'_>>(packet.payload)
                    .map(|request| {
                        black_box(request);
                    })
                    .ok_or(Fault::Update);
            }
        }
        Err(Fault::Update)
    });
    let ack = Reply::Ack(Ack {
        seq: 1_000,
        fingerprint: Fingerprint(0x0123_4567_89ab_cdef),
        result: Ok(Progress {
            step: 1_000,
            loss: 0.25,
        }),
        verdict: None,
    });
    time(clock, ("link.sample", "write"), &[ack; SAMPLES], |ack| {
        encode(ack, SESSION, black_box(&mut buffer))
            .map(<[u8]>::len)
            .map_err(|_| Fault::Update)
    });
}
