use core::ops::Range;

use crc::{Digest, NoTable};
use embedded_storage::nor_flash::NorFlash;

/// Pages of a flash that are filled in turn. Addresses are the flash's.
#[derive(Debug)]
pub(super) struct Pages<S> {
    pub(super) flash: S,
    pub(super) range: Range<u32>,
}

impl<S: NorFlash> Pages<S> {
    /// Bytes of a page.
    pub(super) const SIZE: u32 = S::ERASE_SIZE as u32;
    /// The parts of a record begin at multiples of it.
    pub(super) const GRAIN: u32 = if S::WRITE_SIZE > PIECE {
        S::WRITE_SIZE as u32
    } else {
        PIECE as u32
    };

    /// So many bytes, rounded up to a grain.
    pub(super) fn grains(bytes: u32) -> u32 {
        bytes.next_multiple_of(Self::GRAIN)
    }

    /// First addresses of all pages.
    pub(super) fn all(&self) -> impl Iterator<Item = u32> + use<S> {
        self.range.clone().step_by(S::ERASE_SIZE)
    }

    /// First address of the page of an address.
    pub(super) fn of(&self, at: u32) -> u32 {
        at - (at - self.range.start) % Self::SIZE
    }

    /// First address of the page after that of an address, of the first one after the last.
    pub(super) fn after(&self, at: u32) -> u32 {
        let next = self.of(at) + Self::SIZE;
        match next < self.range.end {
            true => next,
            false => self.range.start,
        }
    }

    /// Number of the page of an address.
    pub(super) fn number(&self, at: u32) -> u32 {
        (at - self.range.start) / Self::SIZE
    }

    /// Reads so many bytes, if the flash can.
    pub(super) fn read(&mut self, at: u32, to: &mut [u8]) -> Option<()> {
        if !at.is_multiple_of(S::READ_SIZE as u32) {
            // As records of layout 1 are.
            for (at, to) in (at..).zip(to) {
                let before = at as usize % S::READ_SIZE;
                *to = *self.piece(at - before as u32, before + 1)?.get(before)?;
            }
            return Some(());
        }
        for (at, to) in (at..).step_by(PIECE).zip(to.chunks_mut(PIECE)) {
            to.copy_from_slice(self.piece(at, to.len())?.get(..to.len())?);
        }
        Some(())
    }

    /// A piece of so many bytes at the most; the flash reads whole words.
    fn piece(&mut self, at: u32, length: usize) -> Option<[u8; PIECE]> {
        let mut piece = [0; PIECE];
        let words = piece.get_mut(..length.next_multiple_of(S::READ_SIZE))?;
        self.flash.read(at, words).ok()?;
        Some(piece)
    }

    /// Writes bytes to a place that is blank; done when they can be read back.
    pub(super) fn write(&mut self, at: u32, bytes: &[u8]) -> Option<()> {
        self.flash.write(at, bytes).ok()?;
        self.holds(at, bytes).then_some(())
    }

    /// Returns true where these bytes can be read.
    pub(super) fn holds(&mut self, at: u32, bytes: &[u8]) -> bool {
        let pieces = (at..).step_by(PIECE).zip(bytes.chunks(PIECE));
        pieces.into_iter().all(|(at, bytes)| {
            let piece = self.piece(at, bytes.len());
            piece.is_some_and(|piece| piece.starts_with(bytes))
        })
    }

    /// CRC of what a digest has seen and so many bytes of the flash.
    pub(super) fn crc(
        &mut self,
        mut digest: Digest<'_, u32, NoTable>,
        at: u32,
        length: u32,
    ) -> Option<u32> {
        let end = at + length;
        for at in (at..end).step_by(PIECE) {
            let length = PIECE.min((end - at) as usize);
            digest.update(self.piece(at, length)?.get(..length)?);
        }
        Some(digest.finalize())
    }

    /// Address behind the last byte of a page that is not blank, at a grain.
    pub(super) fn end_of_used(&mut self, page: u32) -> u32 {
        let grains = (page..page + Self::SIZE).step_by(PIECE).rev();
        let mut blank = |at: &u32| self.holds(*at, &[0xFF; PIECE]);
        match grains.into_iter().find(|at| !blank(at)) {
            Some(last) => last - (last - page) % Self::GRAIN + Self::GRAIN,
            None => page,
        }
    }
}

/// Bytes that are read at a time.
const PIECE: usize = 8;
