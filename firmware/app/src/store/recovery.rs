//! Recovery of pages whose erasure was cut off by a power cut.
//!
//! [`sequential_storage`] tells the state of a page by a marker at each end: it is free, being
//! filled or full. When a page is full it begins the next one, which is free, copies there what
//! is still needed of the page behind that, and erases that page. It takes an erasure that was cut
//! for done where both markers are gone, for not begun where both are there, and the page for one
//! that is being filled where the second is gone; the flash says of such a page only that anything
//! may be in it.

use core::ops::Range;

use embedded_storage::nor_flash::NorFlash;

/// The longest word of a flash, in bytes, as `sequential_storage` has it.
const WORD: usize = 32;
/// Bits of a marker that must be cleared for it to count, as there.
const MARKED: u32 = 4;

/// Pages that the storage fills in turn.
struct Pages<'a, S> {
    flash: &'a mut S,
    range: Range<u32>,
}

/// Erases pages that are not what their markers say, before the storage looks at them: one without
/// its first marker is free to the storage, and must be blank; of two in a row that are being
/// filled, the second was being erased.
///
/// Returns the page behind the one that is being filled, where that looks full: either all that is
/// needed of it was copied and it was being erased, or it is whole. Without such a page it is an
/// empty range.
pub(super) fn recover<S: NorFlash>(
    flash: &mut S,
    range: Range<u32>,
) -> Result<Range<u32>, S::Error> {
    let size = S::ERASE_SIZE as u32;
    let count = (range.end - range.start) / size;
    let mut pages = Pages { flash, range };
    let mut doubtful = 0..0;
    for page in 0..count {
        let (before, behind) = ((page + count - 1) % count, (page + 1) % count);
        match pages.markers(page)? {
            (false, _) => pages.clear(page)?,
            (true, false) if pages.markers(before)? == (true, false) => pages.clear(page)?,
            (true, false) if pages.markers(behind)? == (true, true) => {
                doubtful = pages.place(behind);
            }
            (true, _) => {}
        }
    }
    Ok(doubtful)
}

/// Erases every page that is not blank.
pub(super) fn clear<S: NorFlash>(flash: &mut S, range: Range<u32>) -> Result<(), S::Error> {
    let count = (range.end - range.start) / S::ERASE_SIZE as u32;
    let mut pages = Pages { flash, range };
    (0..count).try_for_each(|page| pages.clear(page))
}

impl<S: NorFlash> Pages<'_, S> {
    fn place(&self, page: u32) -> Range<u32> {
        let size = S::ERASE_SIZE as u32;
        let from = self.range.start + page * size;
        from..from + size
    }

    /// Returns whether the page's two markers are there.
    fn markers(&mut self, page: u32) -> Result<(bool, bool), S::Error> {
        let Range { start, end } = self.place(page);
        Ok((
            self.is_marked(start)?,
            self.is_marked(end - S::READ_SIZE as u32)?,
        ))
    }

    fn is_marked(&mut self, address: u32) -> Result<bool, S::Error> {
        let mut bytes = [0xFF; WORD];
        let marker = bytes.get_mut(..S::READ_SIZE).unwrap_or(&mut []);
        self.flash.read(address, marker)?;
        Ok(marker.iter().map(|byte| byte.count_zeros()).sum::<u32>() >= MARKED)
    }

    /// Erases a page, unless it is blank.
    fn clear(&mut self, page: u32) -> Result<(), S::Error> {
        let Range { start, end } = self.place(page);
        let mut bytes = [0xFF; WORD];
        for at in (start..end).step_by(WORD) {
            self.flash.read(at, &mut bytes)?;
            if bytes != [0xFF; WORD] {
                return self.flash.erase(start, end);
            }
        }
        Ok(())
    }
}
