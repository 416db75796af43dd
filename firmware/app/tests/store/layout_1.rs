//! Checkpoints that version 0.1.0 left, in layout 1.

use super::{restored, save, store};
use crate::common::flash::{Chip, Misread, PAGES, TEARS};
use downhill_firmware::{Restored, Store};
use downhill_link::CommandError;

const LENGTH: usize = 100;
const OLDER: Restored = Restored::Older(CommandError::Corrupt);

/// The flash as version 0.1.0 left it.
fn flash<const WORD: usize, const READ: usize>() -> Chip<WORD, READ> {
    let path = "/../../tests/data/before/checkpoints/flash.bin";
    let bytes = std::fs::read(format!("{}{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let flash = Chip::of(PAGES);
    flash.edit(|all| all.copy_from_slice(&bytes));
    flash
}

/// Outcome of a start, and the bytes that it brings up.
fn start<const WORD: usize, const READ: usize>(flash: &Chip<WORD, READ>) -> (Restored, Vec<u8>) {
    let mut taken = Vec::new();
    let outcome = store(flash).restore(&mut |bytes| {
        taken = bytes.to_vec();
        Ok(())
    });
    (outcome, taken)
}

/// Address of a checkpoint.
fn place<const WORD: usize, const READ: usize>(
    flash: &Chip<WORD, READ>,
    checkpoint: &[u8],
) -> usize {
    let bytes = flash.bytes();
    let mut places = bytes.windows(checkpoint.len());
    places.position(|bytes| bytes == checkpoint).unwrap()
}

fn flip_every_bit<const WORD: usize, const READ: usize>() {
    let flash = flash::<WORD, READ>();
    let (outcome, newest) = start(&flash);
    assert_eq!(outcome, Restored::Newest);
    assert!(newest.starts_with(b"DHCK"));
    let at = place(&flash, &newest);
    // CRC and length; the CRC of the length, which nothing reads; key, version, zeros, generation
    // and checkpoint.
    for bit in (8 * (at - 17)..8 * (at - 11)).chain(8 * (at - 9)..8 * (at + newest.len())) {
        let flip = || flash.edit(|bytes| bytes[bit / 8] ^= 1 << (bit % 8));
        flip();
        let (outcome, older) = start(&flash);
        assert_eq!(outcome, OLDER, "bit {bit}");
        assert!(older.starts_with(b"DHCK") && older != newest);
        flip();
    }
}

#[test]
fn a_flipped_bit_of_the_newest_is_told_whatever_words_the_flash_reads() {
    flip_every_bit::<4, 1>();
    flip_every_bit::<4, 2>();
    flip_every_bit::<4, 4>();
}

#[test]
fn one_misread_of_a_start_makes_no_older_one_the_newest() {
    let sound = flash::<4, 1>();
    let (_, newest) = start(&sound);
    let bytes = sound.bytes();
    // The first is one of the generation, as it is read with bytes before it.
    for misread in [Misread::Bit(45), Misread::Noise, Misread::Failure] {
        for read in 1.. {
            let flash = sound.copy();
            flash.misread(read, misread);
            let (outcome, taken) = start(&flash);
            if !flash.has_misread() {
                break;
            }
            // Else it is the misread one, which its own CRC refuses.
            let is_stored = bytes.windows(newest.len()).any(|stored| stored == taken);
            let is_older = is_stored && taken != newest;
            let place = format!("{misread:?} of read {read}: {outcome:?}");
            assert!(
                !is_older || matches!(outcome, Restored::Older(_)),
                "{place}"
            );
        }
    }
}

#[test]
fn damaged_checkpoints_are_refused_and_kept() {
    let flash = flash::<4, 1>();
    flash.edit(|bytes| {
        for at in 0..bytes.len() - 40 {
            if bytes[at..].starts_with(b"DHCK") {
                bytes[at + 30] ^= 4;
            }
        }
    });
    let before = flash.bytes();
    let refused = Restored::Refused(CommandError::Corrupt);
    assert_eq!(start(&flash).0, refused);
    assert!(flash.bytes() == before);
}

/// The power goes at each operation of the first saves in layout 2.
#[test]
fn a_cut_of_the_first_saves_leaves_what_was_there() {
    let (_, newest) = start(&flash::<4, 1>());
    for tear in TEARS {
        let mut cuts = 0;
        for operation in 1.. {
            let flash = flash::<4, 1>();
            let mut shelf = store(&flash);
            start(&flash);
            flash.tears(tear);
            flash.cut_at(operation, operation.into());
            let acknowledged = (1..4).take_while(|n| save(&mut shelf, *n, LENGTH).is_ok());
            let acknowledged = acknowledged.count() as u32;
            if !flash.is_cut() {
                break;
            }
            cuts += 1;
            flash.restore_power();
            let place = format!("{tear:?}, cut {operation}: {acknowledged} were acknowledged");
            let (outcome, taken) = start(&flash);
            assert_eq!(outcome, Restored::Newest, "{place}");
            if taken == newest {
                assert_eq!(acknowledged, 0, "{place}");
                continue;
            }
            let (_, number) = restored(&mut store(&flash), LENGTH);
            assert!(
                (acknowledged..=acknowledged + 1).contains(&number),
                "{place}: {number}"
            );
        }
        assert!(cuts > 100);
    }
}
