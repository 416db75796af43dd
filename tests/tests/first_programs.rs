//! The first program of any course on optimization, on an emulated Cortex-M4F: f(x) = (x − 3)²
//! from x = 0 at rate 0.1 ends after ten steps at the same bits as on the host.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::{Dyn, Recipe};
use downhill_link::{Client, ClientEvent, Command, Numbers, Signal};
use downhill_tests::emulator::{Emulator, firmware};

/// A model that is nothing but a bias, x.
fn recipe() -> Recipe<f32> {
    Recipe::new(
        AnyModel::Linear(Linear::with_shape(Dyn(0), Dyn(1), Dyn(1))),
        AnyLoss::Squared(Squared),
        AnyOptimizer::Sgd(Sgd::new(0.1)),
    )
}

/// Sends and reads until `done` has a result.
fn until<T>(
    client: &mut Client,
    uart: &mut UnixStream,
    words: &mut Vec<f32>,
    mut done: impl FnMut(&mut Client) -> Option<T>,
) -> T {
    let start = Instant::now();
    let mut bytes = [0; 256];
    loop {
        while let Some(frame) = client.transmit() {
            uart.write_all(frame).unwrap();
        }
        match uart.read(&mut bytes) {
            Ok(count) => {
                for &byte in &bytes[..count] {
                    if let Some(ClientEvent::State(state)) = client.receive(byte) {
                        words.extend(state.words.iter());
                    }
                }
            }
            Err(_) => client.timeout(),
        }
        if let Some(result) = done(client) {
            return result;
        }
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "the board answers"
        );
    }
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn minimizing_a_parabola_on_a_board() {
    let mut board = Emulator::boot("mps2-an386", &firmware("mps2-an386", ""), &[]);
    let uart = &mut board.uart;
    uart.set_read_timeout(Some(Duration::from_millis(500)))
        .unwrap();

    let mut client: Client = Client::new(1);
    let mut words = Vec::new();
    client.greet();
    until(&mut client, uart, &mut words, |client| {
        client.device().map(|_| ())
    });
    let mut twin = recipe().build([0.0f32; 8]).unwrap();
    client
        .command(&Command::Configure(recipe(), Signal::NONE))
        .unwrap();
    until(&mut client, uart, &mut words, Client::ack)
        .result
        .unwrap();
    for _ in 0..10 {
        twin.observe(&[], &[3.0]).unwrap();
        let (features, target) = (Numbers::new(&[]), Numbers::new(&[3.0]));
        client
            .command(&Command::Sample {
                weight: 1.0,
                features,
                target,
            })
            .unwrap();
        let outcome = until(&mut client, uart, &mut words, Client::ack);
        assert_eq!(outcome.fingerprint, twin.fingerprint());
    }
    client.pull(0);
    until(&mut client, uart, &mut words, |client| {
        (!client.is_waiting()).then_some(())
    });
    assert_eq!(words[0].to_bits(), 0x402b_6258);
    assert_eq!(twin.parameters()[0].to_bits(), 0x402b_6258);
}
