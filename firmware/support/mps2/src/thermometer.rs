//! A TMP105 temperature sensor on the boards' I²C bus, and a program that shows what it reads.

use downhill_firmware::{Sensor, i2c_fault};
use embedded_hal::i2c::{ErrorKind, I2c};
use lm75::{Lm75, ic::Pct2075};

use crate::{Board, Bus};

/// I²C address with all address pins low.
const ADDRESS: u8 = 0x48;
/// The sensor's configuration register, and its setting of 12 bits.
const CONFIGURATION: u8 = 1;
const TWELVE_BITS: u8 = 0b11 << 5;

/// A TMP105 as a sensor of a node: one feature, the temperature in degrees Celsius. It is taken
/// into use, at its full resolution, when it is asked first, and again after each error: it may
/// have been plugged in anew.
pub(crate) fn sensor(mut bus: Bus) -> impl Sensor<1> {
    let mut ready = false;
    move || {
        let answer = match ready {
            true => Ok(()),
            false => bus.write(ADDRESS, &[CONFIGURATION, TWELVE_BITS]),
        };
        let answer = answer.and_then(|()| {
            let mut driver = Lm75::new_pct2075(&mut bus, ADDRESS);
            driver.read_temperature().map_err(|error| match error {
                lm75::Error::I2C(error) => error,
                lm75::Error::InvalidInputData => ErrorKind::Other,
            })
        });
        ready = answer.is_ok();
        match answer {
            Ok(celsius) => Ok(Some([celsius])),
            Err(error) => Err(i2c_fault(&error)),
        }
    }
}

/// A TMP105, which has the registers of the PCT2075: eighths of a degree Celsius.
pub type Thermometer = Lm75<Bus, Pct2075>;

/// Takes the sensor into use at its full resolution; it wakes with half degrees only.
///
/// # Errors
/// Where no sensor answers on the bus.
pub fn thermometer(mut bus: Bus) -> Result<Thermometer, ErrorKind> {
    bus.write(ADDRESS, &[CONFIGURATION, TWELVE_BITS])?;
    Ok(Lm75::new_pct2075(bus, ADDRESS))
}

/// Prints each change of the temperature, in degrees Celsius; ends where no sensor answers.
pub fn show(board: &Board) -> ! {
    let mut sensor = match thermometer(board.bus()) {
        Ok(sensor) => sensor,
        Err(error) => {
            semihosting::println!("{error}");
            semihosting::process::exit(1)
        }
    };
    let mut shown = f32::NAN;
    loop {
        match sensor.read_temperature() {
            Ok(now) if now != shown => {
                semihosting::println!("{now}");
                shown = now;
            }
            Ok(_) => {}
            Err(error) => semihosting::println!("{error:?}"),
        }
    }
}
