//! The machine's UART, a 16550.

use core::convert::Infallible;
use core::ptr::with_exposed_provenance_mut;

use embedded_io::{ErrorType, Read, ReadReady, Write};

const ADDRESS: usize = 0x1000_0000;

const DATA: usize = 0;
const FIFO_CONTROL: usize = 2;
const LINE_CONTROL: usize = 3;
const LINE_STATUS: usize = 5;

const FIFO_ENABLED: u8 = 1 << 0;
const EIGHT_BITS: u8 = 0b11;

const RECEIVED: u8 = 1 << 0;
const TRANSMITTER_EMPTY: u8 = 1 << 5;

/// A polled UART: the emulator waits until a byte was taken, so none is lost.
#[derive(Debug)]
pub struct Uart {
    registers: *mut u8,
}

impl Uart {
    /// Switches the UART on.
    ///
    /// # Safety
    /// Nothing else may use the machine's UART.
    pub(crate) unsafe fn new() -> Self {
        let mut uart = Self {
            registers: with_exposed_provenance_mut(ADDRESS),
        };
        uart.set(LINE_CONTROL, EIGHT_BITS);
        uart.set(FIFO_CONTROL, FIFO_ENABLED);
        uart
    }

    fn get(&self, register: usize) -> u8 {
        // SAFETY: `new` was promised that the UART is ours.
        unsafe { self.registers.add(register).read_volatile() }
    }

    fn set(&mut self, register: usize, value: u8) {
        // SAFETY: as in `get`.
        unsafe { self.registers.add(register).write_volatile(value) }
    }

    fn status(&self, bit: u8) -> bool {
        self.get(LINE_STATUS) & bit != 0
    }
}

impl ErrorType for Uart {
    type Error = Infallible;
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(self.status(RECEIVED))
    }
}

impl Read for Uart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        let mut length = 0;
        for byte in buffer {
            while length == 0 && !self.status(RECEIVED) {}
            if !self.status(RECEIVED) {
                break;
            }
            *byte = self.get(DATA);
            length += 1;
        }
        Ok(length)
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        for &byte in bytes {
            while !self.status(TRANSMITTER_EMPTY) {}
            self.set(DATA, byte);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while !self.status(TRANSMITTER_EMPTY) {}
        Ok(())
    }
}
