//! Emulated boards read an emulated TMP105 temperature sensor over their I²C bus, through an
//! existing driver.

use std::io::{BufRead, Read};

use downhill_tests::emulator::{Emulator, firmware, with_a_thermometer};

fn line(emulator: &mut Emulator) -> String {
    let mut line = String::new();
    emulator.printed.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_board_reads_the_temperature_of_its_sensor() {
    for board in with_a_thermometer() {
        let program = firmware(board, "thermometer");
        let device = "tmp105,bus=i2c,address=0x48,id=sensor";
        let mut emulator = Emulator::boot(board, &program, &[device]);
        assert_eq!(line(&mut emulator), "0", "{board} at first");
        for (thousandths, shown) in [
            (25_000, "25"),
            (25_125, "25.125"),
            (-40_000, "-40"),
            (-125, "-0.125"),
            (125_000, "125"),
            (21_450, "21.375"),
        ] {
            emulator.set("sensor", "temperature", thousandths);
            assert_eq!(
                line(&mut emulator),
                shown,
                "{board} at {thousandths} thousandths"
            );
        }
    }
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_bus_without_a_sensor_is_an_error() {
    for board in with_a_thermometer() {
        let program = firmware(board, "thermometer");
        let mut printed = String::new();
        let mut emulator = Emulator::boot(board, &program, &[]);
        emulator.printed.read_to_string(&mut printed).unwrap();
        assert!(
            printed.contains("did not acknowledge its address"),
            "{board}: {printed}"
        );
    }
}
