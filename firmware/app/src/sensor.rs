use downhill_link::SensorFault;
use embedded_hal::digital::InputPin;
use embedded_hal::{i2c, spi};

/// A sensor of `N` features, each in its own unit.
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
    /// Reads the next sample; none where it is not ready yet.
    ///
    /// # Errors
    /// The sensor's fault. The sensor is read again at the next poll.
    fn read(&mut self) -> Result<Option<[f32; N]>, SensorFault>;

    /// Windows that have ended, those that were dropped, and samples that were missed, of a sensor
    /// of [windows](crate::Windows).
    fn windows(&self) -> Option<[u32; 3]> {
        None
    }
}

impl<const N: usize, F> Sensor<N> for F
where
    F: FnMut() -> Result<Option<[f32; N]>, SensorFault>,
{
    fn read(&mut self) -> Result<Option<[f32; N]>, SensorFault> {
        self()
    }
}

/// Converts an error of an I²C bus to a fault of the sensor.
pub fn i2c_fault(error: &impl i2c::Error) -> SensorFault {
    match error.kind() {
        i2c::ErrorKind::NoAcknowledge(_) => SensorFault::Missing,
        _ => SensorFault::Bus,
    }
}

/// Converts an error of an SPI bus to a fault of the sensor: SPI cannot tell a missing device.
pub fn spi_fault(_: &impl spi::Error) -> SensorFault {
    SensorFault::Bus
}

/// Source of a sample's target.
///
/// A closure is a rule that computes the target from the features, or has none:
///
/// ```
/// use downhill_firmware::{Reference, SensorFault};
/// let mut rule = |x: &[f32; 2]| Ok::<_, SensorFault>((x[0] > 0.0).then_some([x[1]]));
/// assert_eq!(rule.label(&[1.0, 5.0]), Ok(Some([5.0])));
/// assert_eq!(rule.label(&[-1.0, 5.0]), Ok(None));
/// ```
pub trait Reference<const N: usize, const M: usize> {
    /// Returns the target of the newest sample, or none where it comes later or never: then the
    /// sample is kept pending.
    ///
    /// # Errors
    /// The reference's fault; the sample is kept pending.
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

/// Reference whose targets all come later, over the link or by
/// [`Learner::label`](crate::Learner::label).
#[derive(Clone, Copy, Debug, Default)]
pub struct DeferredLabels;

impl<const N: usize, const M: usize> Reference<N, M> for DeferredLabels {
    fn label(&mut self, _: &[f32; N]) -> Result<Option<[f32; M]>, SensorFault> {
        Ok(None)
    }
}

/// Reference that reads the target from a second, better sensor.
#[derive(Clone, Copy, Debug)]
pub struct ReferenceSensor<S>(
    /// The sensor.
    pub S,
);

impl<S: Sensor<M>, const N: usize, const M: usize> Reference<N, M> for ReferenceSensor<S> {
    fn label(&mut self, _: &[f32; N]) -> Result<Option<[f32; M]>, SensorFault> {
        self.0.read()
    }
}

/// Reference with the class of a sample from a button: 1 while its pin is high, else 0.
#[derive(Clone, Copy, Debug)]
pub struct Button<P>(
    /// Pin of the button.
    pub P,
);

impl<P: InputPin, const N: usize> Reference<N, 1> for Button<P> {
    fn label(&mut self, _: &[f32; N]) -> Result<Option<[f32; 1]>, SensorFault> {
        let pressed = self.0.is_high().map_err(|_| SensorFault::Bus)?;
        Ok(Some([if pressed { 1.0 } else { 0.0 }]))
    }
}
