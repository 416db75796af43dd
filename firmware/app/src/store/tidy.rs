//! Puts in order what a power cut in the middle of an erasure left.
//!
//! [`sequential_storage`] tells the state of a page by a marker at each end. It takes an erasure
//! that was cut for done where both markers are gone, and for not begun where both are there; the
//! flash says of such a page only that anything may be in it.

use core::ops::Range;

use embedded_storage::nor_flash::NorFlash;

/// The longest word of a flash, in bytes, as `sequential_storage` has it.
const WORD: usize = 32;
/// How many bits of a marker must be cleared for it to count, as there.
const MARKED: u32 = 4;

/// Pages that the storage fills in turn.
struct Pages<'a, S> {
    flash: &'a mut S,
    range: Range<u32>,
}

/// Erases pages that are not what their markers say, before the storage looks at them:
///
/// - A page without its first marker is free to the storage, and must be blank.
/// - The page behind the one that is being filled is to be blank too. With four pages or more
///   nothing in it is still needed: two checkpoints lie in the three pages before.
pub(super) fn tidy<S: NorFlash>(flash: &mut S, range: Range<u32>) -> Result<(), S::Error> {
    let size = S::ERASE_SIZE as u32;
    let count = (range.end - range.start) / size;
    let mut pages = Pages { flash, range };
    let mut filling = None;
    for page in 0..count {
        let last = size - S::READ_SIZE as u32;
        match (pages.is_marked(page, 0)?, pages.is_marked(page, last)?) {
            (false, _) => pages.clear(page)?,
            (true, false) => filling = Some(page),
            (true, true) => {}
        }
    }
    match filling {
        Some(page) => pages.clear((page + 1) % count),
        None => Ok(()),
    }
}

impl<S: NorFlash> Pages<'_, S> {
    fn address(&self, page: u32) -> u32 {
        self.range.start + page * S::ERASE_SIZE as u32
    }

    fn is_marked(&mut self, page: u32, at: u32) -> Result<bool, S::Error> {
        let mut bytes = [0xFF; WORD];
        let address = self.address(page) + at;
        let marker = bytes.get_mut(..S::READ_SIZE).unwrap_or(&mut []);
        self.flash.read(address, marker)?;
        Ok(marker.iter().map(|byte| byte.count_zeros()).sum::<u32>() >= MARKED)
    }

    /// Erases a page, unless it is blank.
    fn clear(&mut self, page: u32) -> Result<(), S::Error> {
        let from = self.address(page);
        let to = from + S::ERASE_SIZE as u32;
        let mut bytes = [0xFF; WORD];
        for at in (from..to).step_by(WORD) {
            self.flash.read(at, &mut bytes)?;
            if bytes != [0xFF; WORD] {
                return self.flash.erase(from, to);
            }
        }
        Ok(())
    }
}
