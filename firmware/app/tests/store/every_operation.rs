//! A power cut at every operation of a run of saves, and again at each of the next ones.

use super::{check, restored, save, store};
use crate::common::flash::{Chip, TEARS, Tear};
use downhill_firmware::Store;

const LENGTH: usize = 200;
/// Enough to fill three pages and to begin them anew.
const SAVES: u32 = 14;
/// Operations after the first cut at which the power goes again: of the first word of what is
/// written next, near its end, in an erasure, in the record behind that.
const AGAIN: [u32; 6] = [1, 3, 17, 40, 70, 220];

/// All of these in a long run, and otherwise one.
fn agains(operation: u32) -> impl Iterator<Item = u32> {
    let one = match std::env::var_os("DOWNHILL_LONG") {
        Some(_) => None,
        None => Some(operation as usize % AGAIN.len()),
    };
    let chosen = move |at: &usize| one.is_none_or(|one| one == *at);
    (0..AGAIN.len()).filter(chosen).map(|at| AGAIN[at])
}

/// Saves on until the power goes or all is saved; the number that was acknowledged last, and the
/// one that was begun.
fn go_on<const WORD: usize>(flash: &Chip<WORD>, from: u32) -> (u32, u32) {
    let mut shelf = store(flash);
    restored(&mut shelf, LENGTH);
    for number in from + 1..=SAVES {
        if save(&mut shelf, number, LENGTH).is_err() {
            assert!(flash.is_cut());
            return (number - 1, number);
        }
    }
    (SAVES, SAVES)
}

/// Cuts a run of saves at an operation; false where it has no such operation.
fn cut<const WORD: usize>(operation: u32, tear: Tear) -> bool {
    let place = |again| format!("words of {WORD}, {tear:?}, cut {operation}, then {again}");
    let flash = Chip::<WORD>::of(3);
    flash.tears(tear);
    flash.cut_at(operation, operation.into());
    let known = go_on(&flash, 0);
    if !flash.is_cut() {
        return false;
    }
    flash.restore_power();
    for again in agains(operation) {
        let flash = flash.copy();
        let found = restored(&mut store(&flash), LENGTH);
        check(found, known, place(0));
        flash.cut_at(again, again.into());
        let (acknowledged, begun) = go_on(&flash, found.1);
        flash.restore_power();
        let known = (acknowledged.max(found.1), begun);
        let found = restored(&mut store(&flash), LENGTH);
        check(found, known, place(again));
        // And on to the end.
        go_on(&flash, found.1);
        let found = restored(&mut store(&flash), LENGTH);
        check(found, (SAVES, SAVES), place(again));
    }
    true
}

fn cut_everywhere<const WORD: usize>() {
    for tear in TEARS {
        let count = (1..).take_while(|operation| cut::<WORD>(*operation, tear));
        assert!(count.count() > SAVES as usize * LENGTH / WORD);
    }
}

#[test]
fn a_cut_at_any_operation_loses_nothing_in_words_of_one_byte() {
    cut_everywhere::<1>();
}

#[test]
fn a_cut_at_any_operation_loses_nothing_in_words_of_two_bytes() {
    cut_everywhere::<2>();
}

#[test]
fn a_cut_at_any_operation_loses_nothing_in_words_of_four_bytes() {
    cut_everywhere::<4>();
}

#[test]
fn a_cut_at_any_operation_loses_nothing_in_words_of_eight_and_of_32_bytes() {
    cut_everywhere::<8>();
    cut_everywhere::<32>();
}

#[test]
fn a_cut_at_any_operation_of_a_wipe_leaves_the_newest_or_none() {
    for tear in TEARS {
        for operation in 1.. {
            let flash = Chip::<4>::of(3);
            go_on(&flash, 0);
            flash.tears(tear);
            let mut shelf = store(&flash);
            restored(&mut shelf, LENGTH);
            flash.cut_at(operation, operation.into());
            let wiped = shelf.wipe();
            let cut = flash.is_cut();
            assert!(wiped.is_ok() || cut);
            flash.restore_power();
            let found = restored(&mut store(&flash), LENGTH);
            let place = format!("{tear:?}, cut {operation} of a wipe");
            check(found, (if cut { SAVES } else { 0 }, 0), place);
            if !cut {
                break;
            }
        }
    }
}

/// Cuts two records at each of their first words: what is left must not hide the next record,
/// whatever is in it.
fn cut_twice_in_a_head<const WORD: usize>() {
    let mut number = 0;
    for (first, second) in (1..=24).flat_map(|first| (1..=24).map(move |at| (first, at))) {
        for tear in TEARS {
            let flash = Chip::<WORD>::of(3);
            flash.tears(tear);
            for operation in [0, first, second, 0] {
                flash.restore_power();
                let mut shelf = store(&flash);
                restored(&mut shelf, 8);
                flash.cut_at(operation, number.into());
                number += 1;
                let saved = save(&mut shelf, number, 8);
                assert_eq!(saved.is_ok(), !flash.is_cut());
            }
            let place = format!("words of {WORD}, {tear:?}, cuts {first} and {second}");
            check(restored(&mut store(&flash), 8), (number, number), place);
        }
    }
}

#[test]
fn a_record_behind_torn_heads_is_found_in_words_of_one_and_two_bytes() {
    cut_twice_in_a_head::<1>();
    cut_twice_in_a_head::<2>();
}

#[test]
fn a_record_behind_torn_heads_is_found_in_words_of_four_and_eight_bytes() {
    cut_twice_in_a_head::<4>();
    cut_twice_in_a_head::<8>();
}
