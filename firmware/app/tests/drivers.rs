//! Sensors behind driver crates and buses, and what the errors of a bus say about them.

use downhill_firmware::{Sensor, SensorFault, i2c_fault, spi_fault};
use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
use embedded_hal::spi::{ErrorKind as SpiErrorKind, SpiDevice};
use embedded_hal_mock::eh1::{i2c, spi};
use lm75::{Address, Error, Lm75};

#[test]
fn a_thermometer_on_i2c_through_its_driver_crate() {
    let read = |bytes: [u8; 2]| i2c::Transaction::write_read(0x48, vec![0], bytes.to_vec());
    let missing = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
    let mut bus = i2c::Mock::new(&[
        read([25, 0x80]),
        read([0, 0]).with_error(missing),
        read([0, 0]).with_error(ErrorKind::ArbitrationLoss),
        read([0xFF, 0x80]),
    ]);
    let mut driver = Lm75::new(bus.clone(), Address::default());
    let mut sensor = move || match driver.read_temperature() {
        Ok(celsius) => Ok(Some([celsius])),
        Err(Error::I2C(error)) => Err(i2c_fault(&error)),
        Err(Error::InvalidInputData) => panic!("nothing was put in"),
    };
    assert_eq!(sensor.read(), Ok(Some([25.5])));
    assert_eq!(sensor.read(), Err(SensorFault::Missing));
    assert_eq!(sensor.read(), Err(SensorFault::Bus));
    assert_eq!(sensor.read(), Ok(Some([-0.5])));
    bus.done();
}

/// Two channels of an MCP3008, an analogue-digital converter on SPI.
fn converter(mut bus: impl SpiDevice) -> impl Sensor<2> {
    move || {
        let mut features = [0.0; 2];
        for (channel, feature) in (0..).zip(&mut features) {
            let mut bytes = [1, 0x80 | channel << 4, 0];
            (bus.transfer_in_place(&mut bytes)).map_err(|error| spi_fault(&error))?;
            let steps = u16::from(bytes[1] & 3) << 8 | u16::from(bytes[2]);
            *feature = f32::from(steps) * (3.3 / 1024.0);
        }
        Ok(Some(features))
    }
}

#[test]
fn an_analogue_digital_converter_on_spi() {
    let ask = |channel: u8, answer: [u8; 3]| {
        [
            spi::Transaction::transaction_start(),
            spi::Transaction::transfer_in_place(vec![1, 0x80 | channel << 4, 0], answer.to_vec()),
            spi::Transaction::transaction_end(),
        ]
    };
    let mut bus = spi::Mock::new(&[ask(0, [0, 2, 0]), ask(1, [0, 0xFF, 0xFF])].concat());
    let mut sensor = converter(bus.clone());
    assert_eq!(sensor.read(), Ok(Some([1.65, 3.3 * 1023.0 / 1024.0])));
    bus.done();
    assert_eq!(spi_fault(&SpiErrorKind::ModeFault), SensorFault::Bus);
}
