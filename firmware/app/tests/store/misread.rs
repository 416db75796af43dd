//! Starts that cannot read all that is there, and the saves after them.

use super::{place, restored, save, store};
use crate::common::flash::{ERASURE, Flash, Mood, PAGE, Tear};
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
    let shapes = (3..6).flat_map(|pages| [(pages, PAGE), (pages, 160)]);
    // Seven to a page: the last begins the second page, the third, the first again.
    for ((pages, length), last) in shapes.flat_map(|shape| [8, 15, 22].map(|last| (shape, last))) {
        let flash = Flash::of(pages);
        let mut shelf = store(&flash);
        for number in 1..=last {
            save(&mut shelf, number, LENGTH).unwrap();
        }
        let page = place(&flash, last, LENGTH) / PAGE * PAGE;
        flash.make_unreadable(page..page + length);
        let mut shelf = store(&flash);
        let older = Restored::Older(CommandError::Flash);
        assert_eq!(restored(&mut shelf, LENGTH), (older, last - 1));
        flash.make_unreadable(0..0);
        for number in last + 1..100 {
            save(&mut shelf, number, LENGTH).unwrap();
            assert_eq!(start(&flash), (Restored::Newest, number));
            place(&flash, last, LENGTH);
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

/// Number of the checkpoint that a start takes, whatever its length.
fn number(flash: &Flash) -> (Restored, u8) {
    let mut number = 0;
    let outcome = store(flash).restore(&mut |bytes| {
        number = bytes[bytes.len() - 4];
        Ok(())
    });
    (outcome, number)
}

/// A longer one begins a page and is cut off in its tail; a start misreads its head; a shorter one
/// would fit the page before.
#[test]
fn a_page_whose_only_record_is_misread_is_known_by_its_mark() {
    for bit in 0..8 * 12 {
        let flash = Flash::of(3);
        let mut shelf = store(&flash);
        for number in 1..=6 {
            save(&mut shelf, number, LENGTH).unwrap();
        }
        // Behind the erasure, the mark, the head and the checkpoint.
        flash.cut_at(ERASURE + 4 + 4 + 50 + 1, 1);
        save(&mut shelf, 7, 200).unwrap_err();
        flash.restore_power();
        let at = place(&flash, 7, 200) - 16 + bit / 8;
        assert!(at / PAGE == 1 && restored(&mut store(&flash), 200) == (Restored::Newest, 7));
        let flip = || flash.edit(|bytes| bytes[at] ^= 1 << (bit % 8));
        flip();
        let mut shelf = store(&flash);
        assert_eq!(restored(&mut shelf, LENGTH), (Restored::Newest, 6));
        flip();
        save(&mut shelf, 8, 4).unwrap();
        assert_eq!(number(&flash), (Restored::Newest, 8), "bit {bit}");
    }
}

/// What is cut off looks blank, behind a checkpoint's blank bytes.
#[test]
fn nothing_is_written_over_what_was_cut_off_behind_blank_bytes() {
    let flash = Flash::of(3);
    flash.tears(Tear::Unsteady);
    let mut shelf = store(&flash);
    let mut blank = |number: u8| {
        shelf.save(&|out| {
            out[..LENGTH - 4].fill(0xFF);
            out[LENGTH - 4..LENGTH].fill(number);
            Ok(LENGTH)
        })
    };
    blank(1).unwrap();
    flash.moods(Mood::Old);
    // The last word of the checkpoint.
    flash.cut_at(4 + 25, 1);
    blank(2).unwrap_err();
    flash.restore_power();
    let mut shelf = store(&flash);
    shelf.restore(&mut |_| Ok(()));
    save(&mut shelf, 3, LENGTH).unwrap();
    flash.moods(Mood::New);
    assert_eq!(start(&flash), (Restored::Newest, 3));
}
