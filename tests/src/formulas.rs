//! The data of `docs/formulas.md` that is not as others publish it: a part of a given file, and
//! two simulations, drawn from a seed and said to be such.

use std::fmt::Write;
use std::{fs, io};

use downhill::Real;
use downhill::random::Random;

use crate::cases::draw;

/// The files of `tests/data` that are made here, by name.
///
/// # Errors
/// Where a file that one is a part of cannot be read.
pub fn files() -> io::Result<[(&'static str, String); 3]> {
    Ok([
        ("co2_decay.csv", decay()?),
        ("heating.csv", heating(7)),
        ("magnetometer.csv", magnetometer(8)),
    ])
}

/// Eight hours of an office that its last occupant left at four minutes past six on 9 February
/// 2015: the minutes since, and the CO2 in ppm.
fn decay() -> io::Result<String> {
    let table = fs::read_to_string(crate::data("occupancy.csv"))?;
    let mut text = String::from("minutes,co2\n");
    let left = |row: &&str| !row.contains(",2015-02-09 18:04:59,");
    for (minutes, row) in table.lines().skip_while(left).take(8 * 60).enumerate() {
        let co2 = row.split(',').nth(5).unwrap_or_default();
        let _ = writeln!(text, "{minutes},{co2}");
    }
    Ok(text)
}

/// A simulation of a heat sink of 4.2 K/W and 30 J/K from the moment on that it is given 5 W:
/// the seconds since, and its temperature in °C to a hundredth, off by a twentieth of a degree.
fn heating(seed: u64) -> String {
    let mut random = Random::seed(seed);
    let mut text = String::from("seconds,celsius\n");
    for seconds in (0..600).step_by(5) {
        let share = 1.0 - Real::exp(-f64::from(seconds) / (4.2 * 30.0));
        let celsius = 23.5 + 5.0 * 4.2 * share + 0.05 * draw(&mut random);
        let _ = writeln!(text, "{seconds},{celsius:.2}");
    }
    text
}

/// A simulation of a magnetometer that is turned every way in a field of 48.6 µT, beside iron
/// that adds a field of its own and bends the earth's: its three readings in µT to a tenth, off
/// by a fifth, and the field.
fn magnetometer(seed: u64) -> String {
    let mut random = Random::seed(seed);
    let mut text = String::from("x,y,z,field\n");
    for _ in 0..200 {
        let turned: [f64; 3] = std::array::from_fn(|_| draw(&mut random));
        let [x, y, z] = turned.map(|part| {
            let length = turned.iter().map(|part| part * part).sum::<f64>().sqrt();
            48.6 * part / length
        });
        let read = [
            1.12 * x + 0.05 * y - 0.03 * z + 17.0,
            0.05 * x + 0.94 * y + 0.02 * z - 32.0,
            -0.03 * x + 0.02 * y + 1.03 * z + 8.5,
        ];
        let [x, y, z] = read.map(|part| part + 0.2 * draw(&mut random));
        let _ = writeln!(text, "{x:.1},{y:.1},{z:.1},48.6");
    }
    text
}
