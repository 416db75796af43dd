//! Starts that cannot read all that is there, and the saves after them.

use super::{place, restored, save, store};
use crate::common::flash::{Flash, PAGE};
use downhill_firmware::{Restored, Store};
use downhill_link::CommandError;

const LENGTH: usize = 100;

fn start(flash: &Flash) -> (Restored, u32) {
    restored(&mut store(flash), LENGTH)
}

#[test]
fn a_record_that_one_start_misreads_does_not_hide_the_next() {
    for bit in 0..8 * (LENGTH + 16) {
        let flash = Flash::of(3);
        let mut shelf = store(&flash);
        for number in 1..=3 {
            save(&mut shelf, number, LENGTH).unwrap();
        }
        // In the first word of the tail.
        flash.cut_at(4 + 25 + 1, 1);
        save(&mut shelf, 4, LENGTH).unwrap_err();
        flash.restore_power();
        let at = place(&flash, 4, LENGTH) - 16 + bit / 8;
        let flip = || flash.edit(|bytes| bytes[at] ^= 1 << (bit % 8));
        assert_eq!(start(&flash), (Restored::Newest, 4));
        flip();
        let mut shelf = store(&flash);
        assert_eq!(restored(&mut shelf, LENGTH), (Restored::Newest, 3));
        flip();
        save(&mut shelf, 5, LENGTH).unwrap();
        assert_eq!(start(&flash), (Restored::Newest, 5), "bit {bit}");
    }
}

/// Also where it is not all of a page: the newest record may be in there.
#[test]
fn a_page_that_one_start_cannot_read_is_told_and_kept() {
    for (pages, length) in (3..6).flat_map(|pages| [(pages, PAGE), (pages, 160)]) {
        let flash = Flash::of(pages);
        let mut shelf = store(&flash);
        // Seven to a page: the last begins the second page.
        for number in 1..=8 {
            save(&mut shelf, number, LENGTH).unwrap();
        }
        let page = place(&flash, 8, LENGTH) / PAGE * PAGE;
        flash.make_unreadable(page..page + length);
        let mut shelf = store(&flash);
        let older = Restored::Older(CommandError::Flash);
        assert_eq!(restored(&mut shelf, LENGTH), (older, 7));
        flash.make_unreadable(0..0);
        for number in 9..100 {
            save(&mut shelf, number, LENGTH).unwrap();
            assert_eq!(start(&flash), (Restored::Newest, number));
            place(&flash, 8, LENGTH);
        }
        shelf.wipe().unwrap();
        assert_eq!(start(&flash), (Restored::Empty, 0));
    }
}

/// With three pages, two of which are needed, nothing is erased, and no save is acknowledged.
#[test]
fn a_page_that_stays_unreadable_is_erased_by_a_wipe_only() {
    let flash = Flash::of(3);
    let mut shelf = store(&flash);
    for number in 1..=15 {
        save(&mut shelf, number, LENGTH).unwrap();
    }
    // The newest in the third page, the one before in the second.
    flash.make_unreadable(0..PAGE);
    let before = flash.bytes();
    let mut shelf = store(&flash);
    let older = Restored::Older(CommandError::Flash);
    assert_eq!(restored(&mut shelf, LENGTH), (older, 15));
    assert_eq!(save(&mut shelf, 16, LENGTH), Err(CommandError::Flash));
    assert!(flash.bytes() == before);
    flash.make_unreadable(0..0);
    shelf.wipe().unwrap();
    assert_eq!(start(&flash), (Restored::Empty, 0));
    save(&mut store(&flash), 16, LENGTH).unwrap();
    assert_eq!(start(&flash), (Restored::Newest, 16));
}
