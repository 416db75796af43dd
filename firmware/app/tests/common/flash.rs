//! A flash in memory, with the power cut at a chosen operation, and reads that go wrong.

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
pub(crate) const ERASURE: u32 = 64;
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
    /// Each bit that was to change reads as its [`Mood`] has it.
    Unsteady,
}

pub(crate) const TEARS: [Tear; 4] = [Tear::OldBits, Tear::Noise, Tear::Half, Tear::Unsteady];

/// Value of unsteady bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// As before the cut.
    Old,
    /// As they were to be.
    New,
    /// Another one at each read.
    Random,
}

/// Error of one read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misread {
    /// A bit of it, modulo its length.
    Bit(usize),
    /// All of it.
    Noise,
    /// The read fails.
    Failure,
}

/// Bytes of a flash, and what cuts have left of them.
#[derive(Clone)]
struct Cells {
    bytes: Vec<u8>,
    /// Bits that are unsteady; they are kept as before the cut.
    unsteady: Vec<u8>,
    /// Words that a cut left half written.
    torn: HashSet<usize>,
    /// How often each page was erased.
    wear: Vec<u32>,
}

/// Pages of so many bytes, and words of so many bytes that are written and read. A clone is the
/// same flash.
#[derive(Clone)]
pub(crate) struct Chip<const WORD: usize, const READ: usize = 1, const SIZE: usize = PAGE> {
    cells: Rc<RefCell<Cells>>,
    /// Writes and erasures so far, an erasure as many as it is long.
    operations: Rc<Cell<u32>>,
    /// The operation in the middle of which the power goes; 0 for never.
    cut: Rc<Cell<u32>>,
    tear: Rc<Cell<Tear>>,
    mood: Rc<Cell<Mood>>,
    random: Rc<RefCell<Random>>,
    /// Reads up to the one that goes wrong, 0 for none.
    misread: Rc<Cell<(u32, Misread)>>,
    /// A page that can no longer be written.
    worn_out: Rc<Cell<Option<usize>>>,
    /// Addresses that cannot be read.
    unreadable: Rc<Cell<(usize, usize)>>,
}

/// As an nRF's.
pub(crate) type Flash = Chip<4>;

impl<const WORD: usize, const READ: usize, const SIZE: usize> Chip<WORD, READ, SIZE> {
    pub(crate) fn new() -> Self {
        Self::of(PAGES)
    }

    /// So many pages.
    pub(crate) fn of(pages: usize) -> Self {
        Self::with(Cells {
            bytes: vec![0xFF; SIZE * pages],
            unsteady: vec![0; SIZE * pages],
            torn: HashSet::new(),
            wear: vec![0; pages],
        })
    }

    fn with(cells: Cells) -> Self {
        Self {
            cells: Rc::new(RefCell::new(cells)),
            operations: Rc::default(),
            cut: Rc::default(),
            tear: Rc::new(Cell::new(Tear::OldBits)),
            mood: Rc::new(Cell::new(Mood::Random)),
            random: Rc::new(RefCell::new(Random::seed(1))),
            misread: Rc::new(Cell::new((0, Misread::Failure))),
            worn_out: Rc::default(),
            unreadable: Rc::default(),
        }
    }

    /// Another flash with the same bytes, whose power is on.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::with(self.cells.borrow().clone());
        copy.tear.set(self.tear.get());
        copy.mood.set(self.mood.get());
        copy
    }

    /// As QEMU's flash is at first: no byte of it was ever erased.
    pub(crate) fn unerased() -> Self {
        let flash = Self::new();
        flash.edit(|bytes| bytes.fill(0));
        flash
    }

    pub(crate) fn size(&self) -> usize {
        self.cells.borrow().bytes.len()
    }

    /// All bytes, unsteady bits as before the cut.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.cells.borrow().bytes.clone()
    }

    /// Changes bytes as no write could.
    pub(crate) fn edit<T>(&self, change: impl FnOnce(&mut [u8]) -> T) -> T {
        change(&mut self.cells.borrow_mut().bytes)
    }

    /// How often each page was erased.
    pub(crate) fn wear(&self) -> Vec<u32> {
        self.cells.borrow().wear.clone()
    }

    /// Writes and erasures since the last call of [`cut_at`](Self::cut_at).
    pub(crate) fn operations(&self) -> u32 {
        self.operations.get()
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

    /// Changes how unsteady bits read.
    pub(crate) fn moods(&self, mood: Mood) {
        self.mood.set(mood);
    }

    /// From now on what is written to this page is lost.
    pub(crate) fn wear_out(&self, page: usize) {
        self.worn_out.set(Some(page));
    }

    /// From now on no read of one of these addresses succeeds; all other ones can be read.
    pub(crate) fn make_unreadable(&self, place: std::ops::Range<usize>) {
        self.unreadable.set((place.start, place.end));
    }

    /// The read of this number from now on, counted from 1, goes wrong; 0 for none.
    pub(crate) fn misread(&self, number: u32, misread: Misread) {
        self.misread.set((number, misread));
    }

    /// True once the read that was to go wrong has done so.
    pub(crate) fn has_misread(&self) -> bool {
        self.misread.get().0 == 0
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
            Tear::Half | Tear::Unsteady => *old,
        })
        .collect()
    }

    /// Leaves a word or page half done.
    fn cut_off(&self, cells: &mut Cells, at: usize, new: &[u8]) -> NorFlashErrorKind {
        let place = at..at + new.len();
        let old = cells.bytes[place.clone()].to_vec();
        if self.tear.get() == Tear::Unsteady {
            let bits = cells.unsteady[place.clone()].iter_mut();
            (bits.zip(old.iter().zip(new))).for_each(|(bits, (old, new))| *bits |= old ^ new);
        }
        cells.bytes[place].copy_from_slice(&self.tear(&old, new));
        NorFlashErrorKind::Other
    }

    /// Error of this read, if it is the one that goes wrong.
    fn go_wrong(&self, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        let (number, misread) = self.misread.get();
        self.misread.set((number.saturating_sub(1), misread));
        if number != 1 {
            return Ok(());
        }
        match misread {
            Misread::Bit(bit) => bytes[bit / 8 % bytes.len()] ^= 1 << (bit % 8),
            Misread::Noise => bytes.fill_with(|| self.draw(256) as u8),
            Misread::Failure => return Err(NorFlashErrorKind::Other),
        }
        Ok(())
    }
}

impl<const WORD: usize, const READ: usize, const SIZE: usize> ErrorType for Chip<WORD, READ, SIZE> {
    type Error = NorFlashErrorKind;
}

impl<const WORD: usize, const READ: usize, const SIZE: usize> ReadNorFlash
    for Chip<WORD, READ, SIZE>
{
    const READ_SIZE: usize = READ;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        check_read(self, offset, bytes.len())?;
        if self.is_cut() {
            return Err(NorFlashErrorKind::Other);
        }
        let from = offset as usize;
        let place = from..from + bytes.len();
        let cells = self.cells.borrow();
        let mut words = (from / WORD * WORD..place.end).step_by(WORD);
        let (start, end) = self.unreadable.get();
        if WORD >= CODED && !cells.torn.is_empty() && words.any(|word| cells.torn.contains(&word))
            || place.start < end && start < place.end
        {
            return Err(NorFlashErrorKind::Other);
        }
        bytes.copy_from_slice(&cells.bytes[place.clone()]);
        for (byte, unsteady) in bytes.iter_mut().zip(&cells.unsteady[place]) {
            *byte ^= match self.mood.get() {
                _ if *unsteady == 0 => 0,
                Mood::Old => 0,
                Mood::New => *unsteady,
                Mood::Random => unsteady & self.draw(256) as u8,
            };
        }
        self.go_wrong(bytes)
    }

    fn capacity(&self) -> usize {
        self.size()
    }
}

impl<const WORD: usize, const READ: usize, const SIZE: usize> NorFlash for Chip<WORD, READ, SIZE> {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = SIZE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        check_erase(self, from, to)?;
        for page in from as usize / SIZE..to as usize / SIZE {
            let cut = self.operate(ERASURE)?;
            let cells = &mut *self.cells.borrow_mut();
            if cut {
                return Err(self.cut_off(cells, page * SIZE, &[0xFF; SIZE]));
            }
            let place = page * SIZE..(page + 1) * SIZE;
            cells.bytes[place.clone()].fill(0xFF);
            cells.unsteady[place.clone()].fill(0);
            cells.torn.retain(|at| !place.contains(at));
            cells.wear[page] += 1;
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        check_write(self, offset, bytes.len())?;
        for (at, word) in (offset as usize..).step_by(WORD).zip(bytes.chunks(WORD)) {
            let cut = self.operate(1)?;
            if self.worn_out.get() == Some(at / SIZE) {
                continue;
            }
            let cells = &mut *self.cells.borrow_mut();
            let blank = cells.bytes[at..at + WORD] == [0xFF; WORD];
            assert!(blank, "a word is written twice");
            if WORD >= CODED && cells.torn.contains(&at) {
                return Err(NorFlashErrorKind::Other);
            }
            // Of one that was cut off and looks blank, what is written to 0 is so.
            let bits = cells.unsteady[at..at + WORD].iter_mut();
            (bits.zip(word)).for_each(|(bits, new)| *bits &= new);
            if cut {
                cells.torn.insert(at);
                return Err(self.cut_off(cells, at, word));
            }
            cells.bytes[at..at + WORD].copy_from_slice(word);
        }
        Ok(())
    }
}
