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
/// An erasure takes as long as so many words take to be written, or longer.
const ERASURE: u32 = 64;
/// Words from this length on have a code that corrects errors: one is written once between two
/// erasures, and one that was cut off can be neither written again nor read.
const CODED: usize = 8;

/// Remains of a word that was being written, or a page that was being erased, at a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tear {
    /// Some bits are as before, the others as they were to be.
    OldBits,
    /// Each bit that could change is anything.
    Noise,
    /// The front is done, the rest is as before.
    Half,
}

pub(crate) const TEARS: [Tear; 3] = [Tear::OldBits, Tear::Noise, Tear::Half];

/// Pages of a kilobyte and words of so many bytes. A clone is the same flash.
#[derive(Clone)]
pub(crate) struct Chip<const WORD: usize> {
    pub(crate) bytes: Rc<RefCell<Vec<u8>>>,
    /// How often each page was erased.
    pub(crate) wear: Rc<RefCell<Vec<u32>>>,
    /// Writes and erasures so far, an erasure as many as it is long.
    pub(crate) operations: Rc<Cell<u32>>,
    /// The operation in the middle of which the power goes; 0 for never.
    cut: Rc<Cell<u32>>,
    tear: Rc<Cell<Tear>>,
    random: Rc<RefCell<Random>>,
    /// Words that a cut left half written.
    torn: Rc<RefCell<HashSet<usize>>>,
    /// A page that can no longer be written.
    worn_out: Rc<Cell<Option<usize>>>,
}

/// As an nRF's.
pub(crate) type Flash = Chip<4>;

impl<const WORD: usize> Chip<WORD> {
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
            tear: Rc::new(Cell::new(Tear::OldBits)),
            random: Rc::new(RefCell::new(Random::seed(1))),
            torn: Rc::default(),
            worn_out: Rc::default(),
        }
    }

    /// Another flash, in which the same is.
    pub(crate) fn copy(&self) -> Self {
        fn copy<T: Clone>(cell: &RefCell<T>) -> Rc<RefCell<T>> {
            Rc::new(cell.clone())
        }
        Self {
            bytes: copy(&self.bytes),
            wear: copy(&self.wear),
            operations: Rc::new((*self.operations).clone()),
            cut: Rc::new((*self.cut).clone()),
            tear: Rc::new((*self.tear).clone()),
            random: copy(&self.random),
            torn: copy(&self.torn),
            worn_out: Rc::new((*self.worn_out).clone()),
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

    /// Changes what a cut leaves.
    pub(crate) fn tears(&self, tear: Tear) {
        self.tear.set(tear);
    }

    /// From now on what is written to this page is lost.
    pub(crate) fn wear_out(&self, page: usize) {
        self.worn_out.set(Some(page));
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

    /// Bytes of a word or page on their way from `old` to `new`.
    fn tear(&self, old: &[u8], new: &[u8]) -> Vec<u8> {
        let noise: Vec<u8> = old.iter().map(|_| self.draw(256) as u8).collect();
        // The halves of a single byte are of four bits.
        let done = self.draw(2 * old.len() + 1);
        let each = old.iter().zip(new).zip(noise).enumerate();
        each.map(|(at, ((old, new), noise))| match self.tear.get() {
            Tear::OldBits => (old & noise) | (new & !noise),
            Tear::Noise => (old & new) | ((old ^ new) & noise),
            Tear::Half if 2 * at + 1 < done => *new,
            Tear::Half if 2 * at < done => (old & 0x0F) | (new & 0xF0),
            Tear::Half => *old,
        })
        .collect()
    }
}

impl<const WORD: usize> ErrorType for Chip<WORD> {
    type Error = NorFlashErrorKind;
}

impl<const WORD: usize> ReadNorFlash for Chip<WORD> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        check_read(self, offset, bytes.len())?;
        if self.is_cut() {
            return Err(NorFlashErrorKind::Other);
        }
        let from = offset as usize;
        let place = from..from + bytes.len();
        let torn = self.torn.borrow();
        let words = (from / WORD * WORD..place.end).step_by(WORD);
        if WORD >= CODED && !torn.is_empty() && words.into_iter().any(|word| torn.contains(&word)) {
            return Err(NorFlashErrorKind::Other);
        }
        bytes.copy_from_slice(&self.bytes.borrow()[place]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.borrow().len()
    }
}

impl<const WORD: usize> NorFlash for Chip<WORD> {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        check_erase(self, from, to)?;
        for page in from as usize / PAGE..to as usize / PAGE {
            let cut = self.operate(ERASURE)?;
            let mut bytes = self.bytes.borrow_mut();
            let bytes = &mut bytes[page * PAGE..(page + 1) * PAGE];
            if cut {
                let torn = self.tear(bytes, &[0xFF; PAGE]);
                bytes.copy_from_slice(&torn);
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
            if self.worn_out.get() == Some(at / PAGE) {
                continue;
            }
            if WORD >= CODED && self.torn.borrow().contains(&at) {
                return Err(NorFlashErrorKind::Other);
            }
            let mut bytes = self.bytes.borrow_mut();
            let place = &mut bytes[at..at + WORD];
            assert!(place == [0xFF; WORD], "a word is written twice");
            if cut {
                let torn = self.tear(place, word);
                place.copy_from_slice(&torn);
                self.torn.borrow_mut().insert(at);
                return Err(NorFlashErrorKind::Other);
            }
            place.copy_from_slice(word);
        }
        Ok(())
    }
}
