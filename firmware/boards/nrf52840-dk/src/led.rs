//! The kit's LEDs light when their pin is low.

use embassy_nrf::gpio::Output;
use embedded_hal::digital::{ErrorType, OutputPin};

/// A status pin that is high while its LED is lit.
pub struct ActiveLow(pub(crate) Output<'static>);

impl ErrorType for ActiveLow {
    type Error = core::convert::Infallible;
}

impl OutputPin for ActiveLow {
    fn set_low(&mut self) -> Result<(), Self::Error> {
        self.0.set_high();
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Self::Error> {
        self.0.set_low();
        Ok(())
    }
}
