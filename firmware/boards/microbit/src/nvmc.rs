//! The nRF51's flash, through its controller (NVMC).

use core::ops::Range;
use core::ptr::{with_exposed_provenance, with_exposed_provenance_mut};

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};
use nrf51_hal::pac::NVMC;

const SIZE: usize = 256 * 1024;
const PAGE: usize = 1024;
const WORD: usize = 4;

/// The last eight pages: a node, which has a budget of 64 KiB, ends far below them. The lab may fill
/// all of the flash, and has no store.
pub const PAGES: Range<u32> = (SIZE - 8 * PAGE) as u32..SIZE as u32;
/// Erasures that each of them is rated for.
pub const ENDURANCE: u32 = 20_000;

/// The flash; addresses are those of the chip. The core stands still while a page is erased (22
/// ms) or a word is written (46 µs).
#[derive(Debug)]
pub struct Flash {
    controller: NVMC,
}

impl Flash {
    pub(crate) fn new(controller: NVMC) -> Self {
        Self { controller }
    }

    fn wait(&self) {
        while self.controller.ready.read().ready().is_busy() {}
    }
}

impl ErrorType for Flash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        check_read(self, offset, bytes.len())?;
        for (address, byte) in (offset as usize..).zip(bytes) {
            // SAFETY: the address is in flash, which can be read at any time.
            *byte = unsafe { with_exposed_provenance::<u8>(address).read_volatile() };
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        SIZE
    }
}

/// Only [`PAGES`] can be changed: the rest may be the program.
fn check_place(from: u32) -> Result<(), NorFlashErrorKind> {
    match PAGES.contains(&from) {
        true => Ok(()),
        false => Err(NorFlashErrorKind::OutOfBounds),
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        check_erase(self, from, to)?;
        for page in (from..to).step_by(PAGE) {
            check_place(page)?;
            self.controller.config.write(|w| w.wen().een());
            self.wait();
            // SAFETY: the page is one that no program is in.
            (self.controller.erasepage()).write(|w| unsafe { w.bits(page) });
            self.wait();
            self.controller.config.write(|w| w.wen().ren());
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        check_write(self, offset, bytes.len())?;
        check_place(offset)?;
        self.controller.config.write(|w| w.wen().wen());
        let (words, _) = bytes.as_chunks::<WORD>();
        for (address, word) in (offset as usize..).step_by(WORD).zip(words) {
            self.wait();
            let place = with_exposed_provenance_mut::<u32>(address);
            // SAFETY: the word is in a page that no program is in, and the controller writes.
            unsafe { place.write_volatile(u32::from_le_bytes(*word)) };
        }
        self.wait();
        self.controller.config.write(|w| w.wen().ren());
        Ok(())
    }
}
