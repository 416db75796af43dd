//! The line between firmware and host: two buffers in the module's memory.

use core::cell::Cell;

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};

/// Bytes that the firmware is given at a time.
pub(crate) const ROOM: usize = 4096;
/// Bytes of answers to what the firmware executes at a time, several times over.
const ANSWERS: usize = 16384;

/// Both directions.
pub(crate) struct Line {
    input: [Cell<u8>; ROOM],
    /// Bytes of it that were read, and that were written.
    read: Cell<usize>,
    written: Cell<usize>,
    output: [Cell<u8>; ANSWERS],
    sent: Cell<usize>,
}

// SAFETY: a module without shared memory has one thread.
unsafe impl Sync for Line {}

impl Line {
    pub(crate) const fn new() -> Self {
        Self {
            input: [const { Cell::new(0) }; ROOM],
            read: Cell::new(0),
            written: Cell::new(0),
            output: [const { Cell::new(0) }; ANSWERS],
            sent: Cell::new(0),
        }
    }

    pub(crate) fn input(&self) -> *const u8 {
        self.input.as_ptr().cast()
    }

    pub(crate) fn output(&self) -> *const u8 {
        self.output.as_ptr().cast()
    }

    /// Takes the bytes that were written to the input, if there are any, instead of those before.
    pub(crate) fn take(&self, written: usize) {
        if written > 0 {
            self.read.set(0);
            self.written.set(written.min(ROOM));
        }
        self.sent.set(0);
    }

    /// Bytes at the output.
    pub(crate) fn sent(&self) -> usize {
        self.sent.get()
    }

    /// Returns true while there is input that was not read.
    pub(crate) fn is_pending(&self) -> bool {
        self.read.get() < self.written.get()
    }
}

impl ErrorType for &Line {
    type Error = ErrorKind;
}

impl ReadReady for &Line {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        Ok(self.is_pending())
    }
}

impl Read for &Line {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        let read = self.read.get();
        let bytes = self.input.get(read..self.written.get()).unwrap_or(&[]);
        for (to, from) in buffer.iter_mut().zip(bytes) {
            *to = from.get();
        }
        let count = bytes.len().min(buffer.len());
        self.read.set(read + count);
        Ok(count)
    }
}

impl Write for &Line {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let sent = self.sent.get();
        let room = self.output.get(sent..sent + bytes.len());
        for (to, from) in room.ok_or(ErrorKind::OutOfMemory)?.iter().zip(bytes) {
            to.set(*from);
        }
        self.sent.set(sent + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}
