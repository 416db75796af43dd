//! The CMSDK UART of Arm's prototyping boards.

use core::convert::Infallible;
use core::ptr::with_exposed_provenance_mut;

use embedded_io::{ErrorType, Read, ReadReady, Write};

const DATA: usize = 0;
const STATE: usize = 1;
const CONTROL: usize = 2;
const BAUD_DIVIDER: usize = 4;

const TRANSMITTER_FULL: u32 = 1 << 0;
const RECEIVER_FULL: u32 = 1 << 1;

/// A polled UART: the emulator waits until a byte was taken, so none is lost.
#[derive(Debug)]
pub struct Uart {
    registers: *mut u32,
}

impl Uart {
    /// Switches the UART on.
    ///
    /// # Safety
    /// `address` must be a CMSDK UART's that nothing else uses.
    pub(crate) unsafe fn new(address: usize) -> Self {
        let mut uart = Self {
            registers: with_exposed_provenance_mut(address),
        };
        uart.write(BAUD_DIVIDER, 16);
        uart.write(CONTROL, 0b11);
        uart
    }

    fn read(&self, register: usize) -> u32 {
        // SAFETY: `new` was promised a UART of our own at this address.
        unsafe { self.registers.add(register).read_volatile() }
    }

    fn write(&mut self, register: usize, value: u32) {
        // SAFETY: as in `read`.
        unsafe { self.registers.add(register).write_volatile(value) }
    }

    fn state(&self, bit: u32) -> bool {
        self.read(STATE) & bit != 0
    }
}

impl ErrorType for Uart {
    type Error = Infallible;
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(self.state(RECEIVER_FULL))
    }
}

impl Read for Uart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        let mut length = 0;
        for byte in buffer {
            while length == 0 && !self.state(RECEIVER_FULL) {}
            if !self.state(RECEIVER_FULL) {
                break;
            }
            *byte = Uart::read(self, DATA) as u8;
            length += 1;
        }
        Ok(length)
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        for &byte in bytes {
            while self.state(TRANSMITTER_FULL) {}
            Uart::write(self, DATA, byte.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while self.state(TRANSMITTER_FULL) {}
        Ok(())
    }
}
