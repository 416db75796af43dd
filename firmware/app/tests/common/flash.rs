//! A flash in memory, with the power cut at a chosen operation.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use downhill::random::Random;
use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};

pub(crate) const PAGE: usize = 1024;
pub(crate) const PAGES: usize = 4;
const WORD: usize = 4;
/// An erasure takes as long as so many words take to be written, or longer.
const ERASURE: u32 = 64;

/// Pages of a kilobyte and words of four bytes, as an nRF51 has. A clone is the same flash.
#[derive(Clone)]
pub(crate) struct Flash {
    pub(crate) bytes: Rc<RefCell<Vec<u8>>>,
    /// How often each page was erased.
    pub(crate) wear: Rc<RefCell<Vec<u32>>>,
    /// Writes and erasures so far, an erasure as many as it is long.
    pub(crate) operations: Rc<Cell<u32>>,
    /// The operation in the middle of which the power goes; 0 for never.
    cut: Rc<Cell<u32>>,
    random: Rc<RefCell<Random>>,
    /// Words that a cut left half written; they may be written once more.
    torn: Rc<RefCell<HashSet<usize>>>,
}

impl Flash {
    pub(crate) fn new() -> Self {
        Self::of(PAGES)
    }

    /// So many pages.
    pub(crate) fn of(pages: usize) -> Self {
        Self {
            bytes: Rc::new(RefCell::new(vec![0xFF; PAGE * pages])),
            wear: Rc::new(RefCell::new(vec![0; pages])),
            operations: Rc::default(),
            cut: Rc::default(),
            random: Rc::new(RefCell::new(Random::seed(1))),
            torn: Rc::default(),
        }
    }

    /// As QEMU's flash is at first: no byte of it was ever erased.
    pub(crate) fn unerased() -> Self {
        let flash = Self::new();
        flash.bytes.borrow_mut().fill(0);
        flash
    }

    /// Cuts the power in the middle of this operation, counted from 1; what is left of it is
    /// drawn from the seed.
    pub(crate) fn cut_at(&self, operation: u32, seed: u64) {
        self.cut.set(operation);
        self.operations.set(0);
        *self.random.borrow_mut() = Random::seed(seed);
    }

    pub(crate) fn restore_power(&self) {
        self.cut.set(0);
    }

    /// True once the power is gone.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut.get() > 0 && self.operations.get() >= self.cut.get()
    }

    /// Counts an operation that is so long; whether the power goes in the middle of it.
    fn operate(&self, long: u32) -> Result<bool, NorFlashErrorKind> {
        if self.is_cut() {
            return Err(NorFlashErrorKind::Other);
        }
        self.operations.set(self.operations.get() + long);
        Ok(self.is_cut())
    }

    fn draw(&self, bound: usize) -> usize {
        self.random.borrow_mut().below(bound as u32) as usize
    }
}

impl ErrorType for Flash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        check_read(self, offset, bytes.len())?;
        if self.is_cut() {
            return Err(NorFlashErrorKind::Other);
        }
        let from = offset as usize;
        bytes.copy_from_slice(&self.bytes.borrow()[from..from + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.borrow().len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        check_erase(self, from, to)?;
        for page in from as usize / PAGE..to as usize / PAGE {
            let cut = self.operate(ERASURE)?;
            let bytes = &mut self.bytes.borrow_mut()[page * PAGE..(page + 1) * PAGE];
            if cut {
                // Undefined: some bytes are erased, some half, some not at all.
                for byte in bytes {
                    *byte |= self.draw(256) as u8;
                }
                return Err(NorFlashErrorKind::Other);
            }
            bytes.fill(0xFF);
            (self.torn.borrow_mut()).retain(|at| at / PAGE != page);
            self.wear.borrow_mut()[page] += 1;
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        check_write(self, offset, bytes.len())?;
        for (at, word) in (offset as usize..).step_by(WORD).zip(bytes.chunks(WORD)) {
            let cut = self.operate(1)?;
            let noise: [u8; WORD] = std::array::from_fn(|_| self.draw(256) as u8);
            let place = &mut self.bytes.borrow_mut()[at..at + WORD];
            let torn = self.torn.borrow_mut().remove(&at);
            assert!(torn || place == [0xFF; WORD], "a word is written twice");
            for ((place, byte), noise) in place.iter_mut().zip(word).zip(noise) {
                // A cut leaves some of the bits that were to be cleared; none is ever set.
                *place &= if cut { byte | noise } else { *byte };
            }
            if cut {
                self.torn.borrow_mut().insert(at);
                return Err(NorFlashErrorKind::Other);
            }
        }
        Ok(())
    }
}
