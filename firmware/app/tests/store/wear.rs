//! Pages of a store: how many it needs, how they wear, and what does not fit.

use super::{restored, save, store};
use crate::common::flash::{Chip, Flash, PAGE};
use downhill_firmware::{FlashStore, Restored, Store, Wear};
use downhill_link::CommandError;

#[test]
fn the_wear_is_spread_over_all_pages() {
    let flash = Flash::new();
    let mut shelf = store(&flash);
    for number in 1..2_000 {
        save(&mut shelf, number, 92).unwrap();
    }
    let wear = flash.wear();
    let (least, most) = (wear.iter().min().unwrap(), wear.iter().max().unwrap());
    assert!(*least > 40 && most - least <= 1, "{wear:?}");
}

#[test]
fn a_checkpoint_that_is_too_long_is_refused_with_the_length_needed() {
    let flash = Flash::new();
    let mut shelf = FlashStore::<_, 64>::new(flash.clone(), 0..4 * PAGE as u32).unwrap();
    let room = CommandError::Room { need: 65, got: 64 };
    assert_eq!(save(&mut shelf, 1, 65), Err(room));
    let mut shelf = FlashStore::<_, { PAGE }>::new(flash.clone(), 0..4 * PAGE as u32).unwrap();
    let room = CommandError::Room {
        need: PAGE as u32 + 8,
        got: PAGE as u32,
    };
    assert_eq!(save(&mut shelf, 1, PAGE - 40), Err(room));
    assert_eq!(save(&mut shelf, 1, PAGE - 48), Ok(()));
    // Of a firmware with room for longer ones.
    let mut shelf = FlashStore::<_, 64>::new(flash, 0..4 * PAGE as u32).unwrap();
    let room = CommandError::Room {
        need: PAGE as u32 - 48,
        got: 64,
    };
    assert_eq!(restored(&mut shelf, 8), (Restored::Refused(room), 0));
}

#[test]
fn a_store_has_three_whole_pages_at_least() {
    let fits = |range: std::ops::Range<usize>| {
        let range = range.start as u32..range.end as u32;
        FlashStore::<_, 64>::new(Flash::of(4), range).is_ok()
    };
    assert!(fits(0..3 * PAGE) && fits(PAGE..4 * PAGE));
    assert!(!fits(0..2 * PAGE) && !fits(0..3 * PAGE + 8) && !fits(8..3 * PAGE + 8));
    assert!(!fits(PAGE..5 * PAGE));
}

/// A page that is worn out is passed over.
#[test]
fn a_page_that_takes_nothing_is_passed_over() {
    let flash = Chip::<8>::of(4);
    let mut shelf = store(&flash);
    flash.wear_out(2);
    for number in 1..200 {
        save(&mut shelf, number, 100).unwrap();
    }
    assert_eq!(restored(&mut store(&flash), 100), (Restored::Newest, 199));
}

#[test]
fn erasures_are_counted_over_starts_and_wipes() {
    let flash = Flash::new();
    let erased = |flash: &Flash| flash.wear().iter().sum::<u32>();
    for number in 1..500 {
        // A start each time.
        let mut shelf = store(&flash).rated_for(10_000);
        restored(&mut shelf, 92);
        let wiped = number % 100 == 0;
        if wiped {
            shelf.wipe().unwrap();
            let mut shelf = store(&flash);
            restored(&mut shelf, 92);
            assert_eq!(shelf.wear().erases, erased(&flash));
        }
        save(&mut shelf, number, 92).unwrap();
        let wear = Wear {
            erases: erased(&flash),
            rated_erases: 40_000,
            // 92 bytes, 32 around them, 4 up to a grain, 16 at the front of the page.
            saves_per_erase: 7,
        };
        assert_eq!(shelf.wear(), wear, "{number}");
    }
    assert!(erased(&flash) > 60);
}

/// Where a page fails, the next one that has neither of the newest checkpoints is erased, or none.
#[test]
fn the_two_newest_stay_where_pages_fail() {
    let flash = Chip::<4>::of(3);
    let mut shelf = store(&flash);
    save(&mut shelf, 1, 900).unwrap();
    save(&mut shelf, 2, 900).unwrap();
    flash.wear_out(2);
    for _ in 0..4 {
        assert_eq!(save(&mut shelf, 3, 900), Err(CommandError::Flash));
    }
    assert_eq!(restored(&mut store(&flash), 900), (Restored::Newest, 2));
    flash.edit(|bytes| bytes[PAGE + 500] ^= 1);
    let older = Restored::Older(CommandError::Corrupt);
    assert_eq!(restored(&mut store(&flash), 900), (older, 1));
}
