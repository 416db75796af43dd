//! Power cut after power cut, at random instants, with checkpoints from a few words to a page.

use super::{check, restored, save, store};
use crate::common::flash::{Chip, TEARS};
use downhill::random::Random;
use downhill_firmware::Store;

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
    let (mut acknowledged, mut begun, mut saved) = (0, 0, 0);
    let mut wiping = false;
    for cut in 0..cuts {
        // Also while what the cut before left is put in order.
        let reach = [8, 64, 512, 2048][random.below(4) as usize];
        let tear = TEARS[random.below(3) as usize];
        flash.tears(tear);
        flash.cut_at(1 + random.below(reach), cut.into());
        let mut store = store(&flash);
        let (outcome, number) = restored(&mut store, length);
        if flash.is_cut() {
            continue;
        }
        // A cut in the middle of a wipe leaves the checkpoint or none.
        let begun_or_wiped = if wiping && number == 0 { 0 } else { begun };
        let place = || format!("{pages} pages, {length} bytes, cut {cut} ({tear:?})");
        check((outcome, number), (acknowledged, begun_or_wiped), place());
        acknowledged = number;
        wiping = random.below(64) == 0;
        if wiping && store.wipe().is_ok() {
            (acknowledged, wiping) = (0, false);
        }
        while !flash.is_cut() {
            begun += 1;
            match save(&mut store, begun, length) {
                Ok(()) => {
                    acknowledged = begun;
                    wiping = false;
                    saved += 1;
                }
                Err(refusal) => assert!(flash.is_cut(), "{}: {refusal:?}", place()),
            }
        }
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
