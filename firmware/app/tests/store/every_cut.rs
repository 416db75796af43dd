//! All that can happen to a small store: a power cut at each operation of a save, each remains of
//! it, and a start at which any one read goes wrong.

use std::fmt::Debug;

use super::{MISREADS, restored, save, store};
use crate::common::flash::{Chip, Misread, Mood, TEARS, Tear};
use downhill_firmware::Restored;

const LENGTH: usize = 8;
/// Bytes of a page: one to three records.
const SIZE: usize = 128;
type Small<const WORD: usize> = Chip<WORD, 1, SIZE>;
/// Saves before the one that is cut: enough to have begun each page twice.
const SAVES: u32 = 8;

/// Every so many of the starts at which a read goes wrong.
fn stride() -> u32 {
    match std::env::var_os("DOWNHILL_LONG") {
        Some(_) => 1,
        None => 37,
    }
}

/// Checks what a start brings up: without a misread the checkpoint that was acknowledged last or
/// the one that was begun, and with one at least no older one that is called the newest.
fn check(found: (Restored, u32), known: (u32, u32), misread: bool, place: &dyn Debug) {
    let (restored, number) = found;
    let right = match restored {
        Restored::Newest => (known.0..=known.1).contains(&number),
        Restored::Empty => known.0 == 0,
        Restored::Older(_) | Restored::Refused(_) => misread,
    };
    assert!(
        right,
        "{place:?}: {known:?} were acknowledged and begun, {found:?} is there"
    );
}

/// A start after a cut, at which a read goes wrong, then a save, and a start that reads all.
/// Returns false where there was no such read.
fn go_on<const WORD: usize>(
    flash: &Small<WORD>,
    (acknowledged, begun): (u32, u32),
    read: u32,
    misread: Misread,
    moods: [Mood; 2],
    place: &dyn Debug,
) -> bool {
    let flash = flash.copy();
    flash.moods(moods[0]);
    flash.misread(read, misread);
    let mut shelf = store(&flash);
    let found = restored(&mut shelf, LENGTH);
    if !flash.has_misread() {
        return false;
    }
    check(found, (acknowledged, begun), read > 0, place);
    for number in begun + 1..begun + 4 {
        flash.moods(moods[0]);
        save(&mut shelf, number, LENGTH).unwrap();
        flash.moods(moods[1]);
        let found = restored(&mut store(&flash), LENGTH);
        check(found, (number, number), false, place);
    }
    true
}

/// Cuts the save after so many others at an operation; returns the operations up to the cut, 0 where
/// there are not so many.
fn cut<const WORD: usize>(flash: &Small<WORD>, saved: u32, tear: Tear, operation: u32) -> u32 {
    let flash = flash.copy();
    let mut shelf = store(&flash);
    restored(&mut shelf, LENGTH);
    flash.tears(tear);
    flash.cut_at(operation, (operation + saved).into());
    let known = match save(&mut shelf, saved + 1, LENGTH) {
        Ok(()) => return 0,
        Err(_) => (saved, saved + 1),
    };
    let behind = flash.operations();
    flash.restore_power();
    let moods: &[_] = match tear {
        Tear::Unsteady => &[Mood::Old, Mood::New, Mood::Random],
        _ => &[Mood::Random],
    };
    let pairs = (moods.iter()).flat_map(|one| moods.iter().map(|other| [*one, *other]));
    for (moods, misread) in pairs.flat_map(|pair| MISREADS.map(|misread| (pair, misread))) {
        // And once without one.
        let reads = (operation % stride()..).step_by(stride() as usize);
        for read in std::iter::once(0).chain(reads) {
            let place = (WORD, saved, tear, operation, misread, read, moods);
            if !go_on(&flash, known, read, misread, moods, &place) {
                break;
            }
        }
    }
    behind
}

fn cut_everywhere<const WORD: usize>() {
    let flash = Small::<WORD>::of(3);
    let mut shelf = store(&flash);
    restored(&mut shelf, LENGTH);
    for saved in 0..SAVES {
        for tear in TEARS {
            let mut operation = 1;
            let mut cuts = 0;
            loop {
                // All instants of an erasure are the same.
                let behind = cut(&flash, saved, tear, operation);
                if behind == 0 {
                    break;
                }
                (operation, cuts) = (behind + 1, cuts + 1);
            }
            assert!(cuts >= 3, "{cuts}");
        }
        save(&mut shelf, saved + 1, LENGTH).unwrap();
    }
}

#[test]
fn nothing_is_lost_by_a_cut_and_a_misread_in_words_of_one_byte() {
    cut_everywhere::<1>();
}

#[test]
fn nothing_is_lost_by_a_cut_and_a_misread_in_words_of_two_and_four_bytes() {
    cut_everywhere::<2>();
    cut_everywhere::<4>();
}

#[test]
fn nothing_is_lost_by_a_cut_and_a_misread_in_words_of_eight_and_of_32_bytes() {
    cut_everywhere::<8>();
    cut_everywhere::<32>();
}
