//! A node that makes windows of its sensor's samples, on an emulated micro:bit.

use downhill::signal::{Description, Stage};
use downhill_firmware::synthetic;
use downhill_link::{ClientEvent, Command, Event, Topics};
use downhill_tests::emulator::{Emulator, firmware};
use downhill_tests::host::Host;

/// The program's own samples, and the motion that each is of.
fn sample(number: u64) -> ([f32; 3], f32) {
    let class = (number / 640 % 3) as u8;
    let size = f32::from(1 + class * 3) * 0.125;
    let [x, y, z] = synthetic::features(number).map(|noise: f32| noise * size);
    ([x, y, 1.0 + z], class.into())
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_micro_bit_tells_motions_apart_by_windows_of_three_channels() {
    const WINDOWS: u64 = 300;
    let program = firmware("microbit", "node-signal");
    let emulator = Emulator::boot("microbit", &program, &[]);
    let mut host = Host::greet(&emulator);
    let topics = Topics {
        samples: false,
        steps: true,
        verdicts: false,
    };
    let credit = 10_000;
    host.command(&Command::Subscribe { topics, credit }, |_| {});
    let text = "window=64: mean,std,rms,min,max,mean_crossings";
    let description = Description::<f32>::parse(text, &["x", "y", "z"], None).unwrap();
    let mut stage = Stage::new(description, [0.0; 192]).unwrap();
    let (mut number, mut windows, mut last) = (0, 0, Vec::new());
    let mut hear = |event: ClientEvent<'_>| {
        let ClientEvent::Event(Event::Learned {
            features,
            target,
            loss,
            ..
        }) = event
        else {
            panic!("{event:?}")
        };
        let mut own = [0.0; 18];
        let class = loop {
            let (numbers, class) = sample(number);
            number += 1;
            if stage.push(&numbers, &mut own).unwrap() {
                break class;
            }
        };
        let bits = features.iter().map(f32::to_bits);
        assert!(bits.eq(own.map(f32::to_bits)), "window {windows}");
        assert_eq!(target.get(0), Some(class));
        windows += 1;
        last.push(loss);
    };
    let turns = WINDOWS as u32 * 64;
    host.command(&Command::Start { turns }, &mut hear);
    let counters = loop {
        let counters = host.counters_and(&mut hear);
        if counters.turns == u64::from(turns) {
            break counters;
        }
    };
    host.settle(&mut hear);
    assert_eq!((windows, u64::from(counters.windows)), (WINDOWS, WINDOWS));
    assert_eq!((counters.dropped, counters.sensor.slow), (0, 0));
    // Sixty windows are for the scaler, and a checkpoint is due at each 64 steps.
    assert_eq!(counters.steps, WINDOWS - 60);
    assert_eq!((counters.saved, counters.unsaved), (3, 0), "{counters:?}");
    let end = &last[last.len() - 60..];
    let mean = end.iter().sum::<f32>() / end.len() as f32;
    assert!(mean < 0.3, "{mean}");
    println!("{} bytes of stack", counters.stack);
}
