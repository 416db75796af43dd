//! A status pin for a machine that has none.

use core::convert::Infallible;

use embedded_hal::digital::{ErrorType, OutputPin};

/// A pin that leads nowhere: the machine has no outputs that anybody could look at.
#[derive(Debug)]
pub struct Pin;

impl ErrorType for Pin {
    type Error = Infallible;
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
