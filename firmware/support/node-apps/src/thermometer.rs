//! A temperature sensor on a board's I²C bus.

use downhill_firmware::{Sensor, SensorFault, i2c_fault};
use embedded_hal::i2c::I2c;
use lm75::{Error, Lm75};

/// I²C address with all address pins low.
const ADDRESS: u8 = 0x48;

/// An LM75 or one of its many kin (LM75A, TMP105, TMP75, PCT2075): one feature, the temperature in
/// degrees Celsius, in steps of half a degree.
pub fn thermometer(bus: impl I2c) -> impl Sensor<1> {
    let mut driver = Lm75::new(bus, ADDRESS);
    move || match driver.read_temperature() {
        Ok(celsius) => Ok(Some([celsius])),
        Err(Error::I2C(error)) => Err(i2c_fault(&error)),
        Err(Error::InvalidInputData) => Err(SensorFault::Bus),
    }
}
