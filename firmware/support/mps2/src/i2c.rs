//! I²C over Arm's two-wire controller (SBCon), whose lines software moves.

use core::ptr::with_exposed_provenance_mut;

use cortex_m::asm::delay;
use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};

/// Writing raises the lines whose bits are set; reading gives both lines.
const RAISE: usize = 0;
/// Writing lowers the lines whose bits are set.
const LOWER: usize = 1;

const CLOCK: u32 = 1 << 0;
const DATA: u32 = 1 << 1;

/// Half a bit, in cycles of the boards' 25 MHz: a bus of 100 kHz.
const HALF: u32 = 125;

/// The I²C bus of the boards' second shield connector, with 7-bit addresses and one controller.
#[derive(Debug)]
pub struct Bus {
    registers: *mut u32,
}

impl Bus {
    /// # Safety
    /// `address` must be an SBCon's that nothing else uses.
    pub(crate) unsafe fn new(address: usize) -> Self {
        let mut bus = Self {
            registers: with_exposed_provenance_mut(address),
        };
        bus.stop();
        bus
    }

    fn line(&mut self, line: u32, high: bool) {
        let register = if high { RAISE } else { LOWER };
        // SAFETY: `new` was promised a controller of our own at this address.
        unsafe { self.registers.add(register).write_volatile(line) }
        delay(HALF);
    }

    fn data_is_high(&self) -> bool {
        // SAFETY: as in `line`.
        unsafe { self.registers.read_volatile() & DATA != 0 }
    }

    /// Data falls while the clock is high.
    fn start(&mut self) {
        self.line(DATA, true);
        self.line(CLOCK, true);
        self.line(DATA, false);
        self.line(CLOCK, false);
    }

    /// Data rises while the clock is high.
    fn stop(&mut self) {
        self.line(DATA, false);
        self.line(CLOCK, true);
        self.line(DATA, true);
    }

    /// Sends a bit, and gives what is on the line meanwhile: whoever sends a 1 can hear a 0.
    fn bit(&mut self, high: bool) -> bool {
        self.line(DATA, high);
        self.line(CLOCK, true);
        let heard = self.data_is_high();
        self.line(CLOCK, false);
        heard
    }

    /// Returns whether the byte was acknowledged.
    fn send(&mut self, byte: u8) -> bool {
        for at in (0..8).rev() {
            self.bit(byte >> at & 1 != 0);
        }
        !self.bit(true)
    }

    fn receive(&mut self, last: bool) -> u8 {
        let byte = (0..8).fold(0, |byte, _| byte << 1 | u8::from(self.bit(true)));
        self.bit(last);
        byte
    }

    fn execute(&mut self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), ErrorKind> {
        use NoAcknowledgeSource::{Address, Data};
        let mut direction = None;
        let mut rest = operations;
        while let Some((operation, following)) = rest.split_first_mut() {
            let reads = matches!(operation, Operation::Read(_));
            if direction != Some(reads) {
                direction = Some(reads);
                self.start();
                self.acknowledged(address << 1 | u8::from(reads), Address)?;
            }
            match operation {
                Operation::Write(bytes) => {
                    for &byte in bytes.iter() {
                        self.acknowledged(byte, Data)?;
                    }
                }
                Operation::Read(bytes) => {
                    let goes_on = matches!(following.first(), Some(Operation::Read(_)));
                    let count = bytes.len();
                    for (at, byte) in bytes.iter_mut().enumerate() {
                        *byte = self.receive(at + 1 == count && !goes_on);
                    }
                }
            }
            rest = following;
        }
        Ok(())
    }

    fn acknowledged(&mut self, byte: u8, source: NoAcknowledgeSource) -> Result<(), ErrorKind> {
        match self.send(byte) {
            true => Ok(()),
            false => Err(ErrorKind::NoAcknowledge(source)),
        }
    }
}

impl ErrorType for Bus {
    type Error = ErrorKind;
}

impl I2c for Bus {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), ErrorKind> {
        let result = self.execute(address, operations);
        self.stop();
        result
    }
}
