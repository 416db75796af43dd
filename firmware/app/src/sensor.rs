use downhill_link::SensorFault;
use embedded_hal::digital::InputPin;
use embedded_hal::{i2c, spi};

/// A sensor: something that gives a sample of `N` features, in their own units, when it is asked.
///
/// Any closure is one, so that a driver crate needs no adapter of its own:
///
/// ```
/// use downhill_firmware::{Sensor, i2c_fault};
/// # fn sensor<I: embedded_hal::i2c::I2c>(bus: I) -> impl Sensor<1> {
/// let mut driver = lm75::Lm75::new(bus, lm75::Address::default());
/// move || match driver.read_temperature() {
///     Ok(celsius) => Ok(Some([celsius])),
///     Err(lm75::Error::I2C(error)) => Err(i2c_fault(&error)),
///     Err(lm75::Error::InvalidInputData) => unreachable!("nothing was put in"),
/// }
/// # }
/// ```
pub trait Sensor<const N: usize> {
    /// The next sample, or none where it is not ready yet: the sensor is asked again.
    ///
    /// # Errors
    /// Why there is none; the sensor is asked again.
    fn read(&mut self) -> Result<Option<[f32; N]>, SensorFault>;
}

impl<const N: usize, F> Sensor<N> for F
where
    F: FnMut() -> Result<Option<[f32; N]>, SensorFault>,
{
    fn read(&mut self) -> Result<Option<[f32; N]>, SensorFault> {
        self()
    }
}

/// What an error on an I²C bus says about the sensor.
pub fn i2c_fault(error: &impl i2c::Error) -> SensorFault {
    match error.kind() {
        i2c::ErrorKind::NoAcknowledge(_) => SensorFault::Missing,
        _ => SensorFault::Bus,
    }
}

/// What an error on an SPI bus says about the sensor: SPI knows no missing device.
pub fn spi_fault(_: &impl spi::Error) -> SensorFault {
    SensorFault::Bus
}

/// Where a sample's target comes from.
///
/// A closure is a rule that knows the target from the features, or does not:
///
/// ```
/// use downhill_firmware::{Reference, SensorFault};
/// let mut rule = |x: &[f32; 2]| Ok::<_, SensorFault>((x[0] > 0.0).then_some([x[1]]));
/// assert_eq!(rule.label(&[1.0, 5.0]), Ok(Some([5.0])));
/// assert_eq!(rule.label(&[-1.0, 5.0]), Ok(None));
/// ```
pub trait Reference<const N: usize, const M: usize> {
    /// The target of a sample that was just taken, or none where it comes later or never: the
    /// sample waits.
    ///
    /// # Errors
    /// Why there is none; the sample waits.
    fn label(&mut self, features: &[f32; N]) -> Result<Option<[f32; M]>, SensorFault>;
}

impl<const N: usize, const M: usize, F> Reference<N, M> for F
where
    F: FnMut(&[f32; N]) -> Result<Option<[f32; M]>, SensorFault>,
{
    fn label(&mut self, features: &[f32; N]) -> Result<Option<[f32; M]>, SensorFault> {
        self(features)
    }
}

/// All targets come later, over the link or by [`Learner::label`](crate::Learner::label).
#[derive(Clone, Copy, Debug, Default)]
pub struct Later;

impl<const N: usize, const M: usize> Reference<N, M> for Later {
    fn label(&mut self, _: &[f32; N]) -> Result<Option<[f32; M]>, SensorFault> {
        Ok(None)
    }
}

/// A second sensor, better than the first, gives the target.
#[derive(Clone, Copy, Debug)]
pub struct Second<S>(
    /// The sensor.
    pub S,
);

impl<S: Sensor<M>, const N: usize, const M: usize> Reference<N, M> for Second<S> {
    fn label(&mut self, _: &[f32; N]) -> Result<Option<[f32; M]>, SensorFault> {
        self.0.read()
    }
}

/// A button says which of two classes a sample belongs to: 1 while its pin is high, else 0.
#[derive(Clone, Copy, Debug)]
pub struct Button<P>(
    /// Its pin.
    pub P,
);

impl<P: InputPin, const N: usize> Reference<N, 1> for Button<P> {
    fn label(&mut self, _: &[f32; N]) -> Result<Option<[f32; 1]>, SensorFault> {
        let pressed = self.0.is_high().map_err(|_| SensorFault::Bus)?;
        Ok(Some([if pressed { 1.0 } else { 0.0 }]))
    }
}
