//! Power cut after power cut, at random instants, with checkpoints from a few words to a page, and
//! starts at which a read goes wrong.

use super::{MISREADS, check, restored, save, store};
use crate::common::flash::{Chip, Misread, TEARS, Tear};
use downhill::random::Random;
use downhill_firmware::{Restored, Store};

/// Pages of a flash, and bytes of a checkpoint.
const SHAPES: [(usize, usize); 10] = [
    (3, 8),
    (3, 100),
    (3, 437),
    (3, 900),
    (4, 8),
    (4, 320),
    (4, 960),
    (5, 101),
    (8, 100),
    (8, 700),
];

/// Cuts of each length of a word.
fn cuts() -> u32 {
    match std::env::var_os("DOWNHILL_LONG") {
        Some(_) => 500_000,
        None => 20_000,
    }
}

/// So many cuts of a store with checkpoints of this length.
fn endure<const WORD: usize>(pages: usize, length: usize, cuts: u32) {
    let flash = Chip::<WORD>::of(pages);
    let mut random = Random::seed((pages * length) as u64);
    // The checkpoint that was acknowledged last, the one that was brought up after it, and the one
    // that was begun.
    let (mut acknowledged, mut last, mut begun, mut saved) = (0, 0, 0, 0);
    // What was brought up stays, but for words that read otherwise each time, or went unread.
    let (mut steady, mut wiping) = (true, false);
    for cut in 0..cuts {
        // Also while what the cut before left is put in order.
        let reach = [8, 64, 512, 2048][random.below(4) as usize];
        let tear = TEARS[random.below(TEARS.len() as u32) as usize];
        flash.tears(tear);
        flash.cut_at(1 + random.below(reach), cut.into());
        let misread = MISREADS[random.below(4) as usize];
        let goes_wrong = random.below(4) == 0;
        if goes_wrong {
            let reach = 64 << random.below(5);
            flash.misread(1 + random.below(reach), misread);
        }
        let mut store = store(&flash);
        let (outcome, number) = restored(&mut store, length);
        let misread = (goes_wrong && flash.has_misread()).then_some(misread);
        flash.misread(0, Misread::Failure);
        let place = format!("{pages} pages, {length} bytes, cut {cut} ({tear:?}, {misread:?})");
        match (steady && misread.is_none(), wiping && number == 0) {
            // A wipe that was cut leaves the checkpoint or none.
            (_, true) => (acknowledged, last) = (0, 0),
            (true, _) => check((outcome, number), (last, begun), &place),
            _ if misread.is_some() && outcome != Restored::Newest && outcome != Restored::Empty => {
            }
            _ => check((outcome, number), (number.max(acknowledged), begun), &place),
        }
        steady &= misread.is_none();
        if steady {
            last = number;
        }
        if random.below(64) == 0 {
            wiping = true;
            if store.wipe().is_ok() {
                (acknowledged, last, steady, wiping) = (0, 0, true, false);
            }
        }
        while !flash.is_cut() {
            begun += 1;
            match save(&mut store, begun, length) {
                Ok(()) => {
                    (acknowledged, last, steady, wiping) = (begun, begun, true, false);
                    saved += 1;
                }
                Err(refusal) => assert!(flash.is_cut(), "{place}: {refusal:?}"),
            }
        }
        steady &= tear != Tear::Unsteady;
    }
    assert!(saved > cuts / 16, "{pages} pages, {length} bytes: {saved}");
}

/// As many cuts as a run has, in flashes of every shape.
fn endure_all<const WORD: usize>() {
    for (pages, length) in SHAPES {
        endure::<WORD>(pages, length, cuts() / SHAPES.len() as u32);
    }
}

#[test]
fn nothing_acknowledged_is_lost_in_words_of_one_byte() {
    endure_all::<1>();
}

#[test]
fn nothing_acknowledged_is_lost_in_words_of_two_bytes() {
    endure_all::<2>();
}

#[test]
fn nothing_acknowledged_is_lost_in_words_of_four_bytes() {
    endure_all::<4>();
}

#[test]
fn nothing_acknowledged_is_lost_in_words_of_eight_bytes() {
    endure_all::<8>();
}
