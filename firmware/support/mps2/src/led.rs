//! The first LED of the FPGA's own registers.

use core::convert::Infallible;
use core::ptr::with_exposed_provenance_mut;

use embedded_hal::digital::{ErrorType, OutputPin};

/// User LED 0, as a status pin.
#[derive(Debug)]
pub struct Led {
    register: *mut u32,
}

impl Led {
    /// # Safety
    /// `address` must be that of the FPGAIO LED register, and nothing else may write it.
    pub(crate) unsafe fn new(address: usize) -> Self {
        Self {
            register: with_exposed_provenance_mut(address),
        }
    }

    fn set(&mut self, on: bool) {
        // SAFETY: `new` was promised the register, all of whose other bits are other LEDs'.
        unsafe { self.register.write_volatile(on.into()) }
    }
}

impl ErrorType for Led {
    type Error = Infallible;
}

impl OutputPin for Led {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.set(false);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.set(true);
        Ok(())
    }
}
