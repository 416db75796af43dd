//! A flash in memory, for a node's store.

use std::sync::{Arc, Mutex, PoisonError};

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};

const PAGE: usize = 1024;

/// Four pages of a kilobyte with words of four bytes, blank at first. A clone is the same flash.
#[derive(Clone, Debug)]
pub struct Flash(Arc<Mutex<Vec<u8>>>);

impl Default for Flash {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(vec![0xFF; Self::SIZE])))
    }
}

impl Flash {
    /// Bytes of the flash.
    pub const SIZE: usize = 4 * PAGE;

    /// Does something with the bytes.
    pub fn with<T>(&self, work: impl FnOnce(&mut [u8]) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ErrorType for Flash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        check_read(self, offset, bytes.len())?;
        let from = offset as usize;
        self.with(|flash| bytes.copy_from_slice(&flash[from..from + bytes.len()]));
        Ok(())
    }

    fn capacity(&self) -> usize {
        Self::SIZE
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        check_erase(self, from, to)?;
        self.with(|flash| flash[from as usize..to as usize].fill(0xFF));
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        check_write(self, offset, bytes.len())?;
        self.with(|flash| {
            for (cell, byte) in flash[offset as usize..].iter_mut().zip(bytes) {
                *cell &= byte;
            }
        });
        Ok(())
    }
}
