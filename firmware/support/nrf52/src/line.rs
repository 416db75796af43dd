use embassy_futures::block_on;
use embassy_nrf::buffered_uarte::{BufferedUarte, Error};
use embedded_io::{ErrorType, Read, ReadReady, Write};

/// Serial line over the interrupt-driven UART, waited for in place: these firmwares have one task.
/// Received bytes are kept while a step is computed.
pub struct Line(pub(crate) BufferedUarte<'static>);

impl ErrorType for Line {
    type Error = Error;
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        block_on(self.0.read(buffer))
    }
}

impl ReadReady for Line {
    fn read_ready(&mut self) -> Result<bool, Error> {
        ReadReady::read_ready(&mut self.0)
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        block_on(self.0.write(bytes))
    }

    fn flush(&mut self) -> Result<(), Error> {
        block_on(self.0.flush())
    }
}
