//! The interrupt-driven UART, waited for in place: this firmware has one task.

use embassy_futures::block_on;
use embassy_nrf::buffered_uarte::{BufferedUarte, Error};
use embedded_io::{ErrorType, Read, ReadReady, Write};

/// A UART whose received bytes are kept while a step is computed.
pub(crate) struct Link(pub(crate) BufferedUarte<'static>);

impl ErrorType for Link {
    type Error = Error;
}

impl Read for Link {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        block_on(self.0.read(buffer))
    }
}

impl ReadReady for Link {
    fn read_ready(&mut self) -> Result<bool, Error> {
        ReadReady::read_ready(&mut self.0)
    }
}

impl Write for Link {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        block_on(self.0.write(bytes))
    }

    fn flush(&mut self) -> Result<(), Error> {
        block_on(self.0.flush())
    }
}
