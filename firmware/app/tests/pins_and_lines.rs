//! The status pin, and lines and pins that fail.

use std::io;

use crate::common::{Host, Wire, recipe, samples};
use downhill_firmware::Lab;
use downhill_link::{Command, Reply, Signal, decode};
use embedded_hal_mock::eh1::MockError;
use embedded_hal_mock::eh1::digital::{Mock, State, Transaction};

#[test]
fn the_pin_flickers_while_learning_and_stays_lit_after_a_refusal() {
    let set = Transaction::set;
    let expected = [
        set(State::Low),  // started
        set(State::Low),  // configured
        set(State::High), // a step
        set(State::Low),  // a step
        set(State::High), // refused
        set(State::Low),  // a step
        set(State::Low),  // reset
    ];
    let mut pin = Mock::new(&expected);
    let mut host = Host::with_pin(200, pin.clone());
    host.greet();
    host.command(&Command::Configure(recipe(), Signal::NONE));
    let mut good = samples();
    let mut learn = |host: &mut Host<Lab<'static, Wire, Mock>>| {
        let (x, y) = good.next().unwrap();
        assert!(host.sample(&x, &y).result.is_ok());
    };
    learn(&mut host);
    learn(&mut host);
    assert!(host.sample(&[f32::NAN; 3], &[1.0]).result.is_err());
    learn(&mut host);
    host.command(&Command::Reset);
    pin.done();
}

#[test]
fn a_pin_that_fails_is_counted_and_learning_goes_on() {
    let failing =
        |state| Transaction::set(state).with_error(MockError::Io(io::ErrorKind::NotConnected));
    let expected = [
        failing(State::Low),
        failing(State::Low),
        failing(State::High),
    ];
    let mut pin = Mock::new(&expected);
    let mut host = Host::with_pin(200, pin.clone());
    host.greet();
    host.command(&Command::Configure(recipe(), Signal::NONE));
    let (x, y) = samples().next().unwrap();
    assert_eq!(host.sample(&x, &y).result.map(|p| p.step), Ok(1));
    assert_eq!(host.counters().pin, 3);
    pin.done();
}

#[test]
fn a_line_that_fails_is_counted_and_the_session_goes_on() {
    let mut host = Host::new(200);
    host.greet();
    host.command(&Command::Configure(recipe(), Signal::NONE));
    *host.wire.broken.borrow_mut() = true;
    for _ in 0..5 {
        assert!(!host.device.poll());
    }
    *host.wire.broken.borrow_mut() = false;
    let (x, y) = samples().next().unwrap();
    assert_eq!(host.sample(&x, &y).result.map(|p| p.step), Ok(1));
    assert_eq!(host.counters().line, 5);
}

#[test]
fn it_says_hello_when_it_starts() {
    let mut host = Host::new(200);
    assert!(!host.device.poll());
    let mut reader = downhill_link::FrameReader::<128>::new();
    let said: Vec<u8> = host.wire.to_host.borrow().iter().copied().collect();
    let payloads: Vec<_> = said
        .iter()
        .filter_map(|&byte| reader.push(byte).map(|packet| packet.payload.to_vec()))
        .collect();
    let [hello] = &payloads[..] else {
        panic!("{said:?}")
    };
    let Some((Reply::Hello(hello), 0)) = decode(hello) else {
        panic!("{hello:?}")
    };
    assert_eq!((hello.board, hello.session, hello.next), ("test", 0, 1));
    assert_eq!((hello.arena, hello.frame, hello.window), (100, 576, 8));
}
