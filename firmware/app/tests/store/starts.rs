//! What a start says of the checkpoints that are there.

use std::ops::Range;

use super::{restored, save, store};
use crate::common::flash::{Chip, Flash, PAGE};
use downhill_firmware::{Restored, Store};
use downhill_link::CommandError;

const LENGTH: usize = 100;
/// Bytes of the marks before a checkpoint and behind it.
const MARK: usize = 16;
const CORRUPT: CommandError = CommandError::Corrupt;

/// A flash in which these checkpoints were saved.
fn saved<const WORD: usize>(numbers: Range<u32>) -> Chip<WORD> {
    let flash = Chip::new();
    let mut shelf = store(&flash);
    for number in numbers {
        save(&mut shelf, number, LENGTH).unwrap();
    }
    flash
}

fn place<const WORD: usize>(flash: &Chip<WORD>, number: u32) -> usize {
    super::place(flash, number, LENGTH)
}

/// Outcome of a start, which changes nothing.
fn start<const WORD: usize>(flash: &Chip<WORD>) -> (Restored, u32) {
    let before = flash.bytes();
    let outcome = restored(&mut store(flash), LENGTH);
    assert!(flash.bytes() == before, "a start changes the flash");
    outcome
}

fn flip_every_bit<const WORD: usize>() {
    let flash = saved::<WORD>(1..11);
    let (newest, older) = (place(&flash, 10), place(&flash, 9));
    let behind = newest + LENGTH.next_multiple_of(8);
    for bit in 0..8 * (MARK + LENGTH) {
        let flash = flash.copy();
        let at = newest - MARK + bit / 8;
        flash.edit(|bytes| bytes[at] ^= 1 << (bit % 8));
        assert_eq!(start(&flash), (Restored::Older(CORRUPT), 9), "bit {bit}");
        flash.edit(|bytes| bytes[older + bit % LENGTH] ^= 1);
        assert_eq!(start(&flash), (Restored::Refused(CORRUPT), 0), "bit {bit}");
    }
    // Behind a checkpoint is what says that it was acknowledged; it is there all the same.
    for bit in 0..8 * MARK {
        let flash = flash.copy();
        flash.edit(|bytes| bytes[behind + bit / 8] ^= 1 << (bit % 8));
        assert_eq!(start(&flash), (Restored::Newest, 10), "bit {bit} behind");
    }
}

#[test]
fn a_flipped_bit_is_told_and_nothing_is_erased() {
    flip_every_bit::<1>();
    flip_every_bit::<8>();
}

#[test]
fn damaged_checkpoints_stay_until_two_newer_ones_are_there() {
    let flash = saved::<4>(1..11);
    let damaged = place(&flash, 9) - MARK..place(&flash, 10) + LENGTH;
    for number in [9, 10] {
        let at = place(&flash, number);
        flash.edit(|bytes| bytes[at] ^= 1);
    }
    let before = flash.bytes()[damaged.clone()].to_vec();
    let mut shelf = store(&flash);
    assert_eq!(
        restored(&mut shelf, LENGTH),
        (Restored::Refused(CORRUPT), 0)
    );
    save(&mut shelf, 11, LENGTH).unwrap();
    assert_eq!(start(&flash), (Restored::Newest, 11));
    let at = place(&flash, 11);
    flash.edit(|bytes| bytes[at] ^= 1);
    assert_eq!(start(&flash), (Restored::Refused(CORRUPT), 0));
    assert_eq!(flash.bytes()[damaged], before);
}

#[test]
fn a_wipe_erases_all_that_is_damaged() {
    let flash = saved::<4>(1..30);
    for number in [28, 29] {
        let at = place(&flash, number);
        flash.edit(|bytes| bytes[at] ^= 1);
    }
    store(&flash).wipe().unwrap();
    assert_eq!(start(&flash), (Restored::Empty, 0));
    let left = |bytes: &[u8]| bytes.iter().filter(|byte| **byte != 0xFF).count();
    // A mark and an empty record in each page.
    assert_eq!(flash.bytes().len(), 4 * PAGE);
    assert!(left(&flash.bytes()) <= 4 * 3 * MARK);
    save(&mut store(&flash), 30, LENGTH).unwrap();
    assert_eq!(start(&flash), (Restored::Newest, 30));
}

#[test]
fn a_checkpoint_that_was_bad_when_it_was_written_falls_back() {
    let flash = saved::<4>(1..4);
    store(&flash).save(&|_| Ok(LENGTH)).unwrap();
    let mut refusals = 0;
    let outcome = store(&flash).restore(&mut |bytes| {
        if bytes.iter().all(|byte| *byte == 0) {
            refusals += 1;
            return Err(CommandError::Version { version: 9 });
        }
        Ok(())
    });
    let refusal = CommandError::Version { version: 9 };
    assert_eq!((outcome, refusals), (Restored::Older(refusal), 1));
    let outcome = store(&flash).restore(&mut |_| Err(CommandError::Recipe));
    assert_eq!(outcome, Restored::Refused(CommandError::Recipe));
}

#[test]
fn a_layout_to_come_is_refused_with_its_version_and_never_misread() {
    let flash = saved::<4>(1..3);
    let at = place(&flash, 2) - MARK;
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);
    flash.edit(|bytes| {
        bytes[at + 1] = 3;
        let own = crc.checksum(&bytes[at..at + 8]);
        bytes[at + 8..at + 12].copy_from_slice(&own.to_le_bytes());
        let mut digest = crc.digest();
        digest.update(&bytes[at..at + 8]);
        digest.update(&bytes[at + MARK..at + MARK + LENGTH]);
        bytes[at + 12..at + MARK].copy_from_slice(&digest.finalize().to_le_bytes());
    });
    let refusal = CommandError::Version { version: 3 };
    assert_eq!(start(&flash), (Restored::Older(refusal), 1));
}

#[test]
fn a_flash_that_nobody_ever_erased_is_taken_into_use() {
    let flash = Flash::unerased();
    assert_eq!(start(&flash), (Restored::Empty, 0));
    save(&mut store(&flash), 2, LENGTH).unwrap();
    assert_eq!(start(&flash), (Restored::Newest, 2));
    store(&flash).wipe().unwrap();
    assert_eq!(start(&flash), (Restored::Empty, 0));
}
