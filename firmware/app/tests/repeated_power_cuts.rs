//! Power cut after power cut, at random instants, with checkpoints from a few words to a page: what
//! was acknowledged as saved is there.

use crate::common::flash::{Flash, PAGE};
use downhill::random::Random;
use downhill_firmware::{FlashStore, Restored, Store};
use downhill_link::CommandError;

/// The most bytes of a checkpoint of which two go into a page, and of which one does.
const HALF: usize = 488;
const WHOLE: usize = 992;

/// Puts what stands for checkpoint `number` at the front of `out`.
fn write(number: u32, out: &mut [u8]) {
    let words = out.chunks_mut(4).zip(number..);
    words.for_each(|(out, word)| out.copy_from_slice(&word.to_le_bytes()[..out.len()]));
}

/// The number of what a store wakes with, 0 where it begins anew.
fn restored(shelf: &mut impl Store, length: usize) -> (Restored, u32) {
    let mut number = 0;
    let restored = shelf.restore(&mut |bytes| {
        let first = *bytes.first_chunk().ok_or(CommandError::Corrupt)?;
        number = u32::from_le_bytes(first);
        let mut meant = vec![0; length];
        write(number, &mut meant);
        assert!(bytes == meant, "{bytes:?} is no checkpoint");
        Ok(())
    });
    (restored, number)
}

/// So many cuts of a store with checkpoints of this length.
fn endure<const B: usize>(pages: usize, length: usize, cuts: u32) {
    let flash = Flash::of(pages);
    let mut random = Random::seed((pages * length) as u64);
    let (mut saved, mut begun, mut kept) = (0, 0, 0);
    let mut wiping = false;
    for cut in 0..cuts {
        // Also while what the cut before left is put in order.
        let reach = [8, 64, 512, 2048][random.below(4) as usize];
        flash.cut_at(1 + random.below(reach), cut.into());
        let mut shelf = FlashStore::<_, B>::new(flash.clone(), 0..(PAGE * pages) as u32).unwrap();
        let (restored, number) = restored(&mut shelf, length);
        if flash.is_cut() {
            continue;
        }
        assert!(
            number == saved || number == begun || (wiping && number == 0),
            "{pages} pages, {length} bytes, cut {cut}: {saved} was saved, {begun} begun, {number} \
             is there: {restored:?}"
        );
        saved = number;
        // A cut in the middle of it leaves the checkpoint or none.
        wiping = random.below(32) == 0;
        if wiping && shelf.wipe().is_ok() {
            (saved, wiping) = (0, false);
        }
        while !flash.is_cut() {
            begun += 1;
            let outcome = shelf.save(&|out| {
                let out = out.get_mut(..length);
                let out = out.ok_or(downhill::checkpoint::Error::Room { need: 0, got: 0 })?;
                write(begun, out);
                Ok(length)
            });
            match outcome {
                Ok(()) => {
                    saved = begun;
                    kept += 1;
                }
                Err(refusal) => {
                    assert!(flash.is_cut(), "{pages} pages, {length} bytes: {refusal:?}");
                }
            }
        }
    }
    assert!(
        kept > cuts / 4,
        "{pages} pages, {length} bytes: {kept} saved"
    );
}

#[test]
fn nothing_saved_is_lost_however_often_the_power_goes() {
    let cuts = match std::env::var_os("DOWNHILL_LONG") {
        Some(_) => 10_000,
        None => 150,
    };
    for length in [8, 100, 320, HALF] {
        endure::<{ HALF + 12 }>(3, length, cuts);
    }
    for pages in [4, 5, 8] {
        for length in [8, 100, 320, HALF, 700, WHOLE] {
            endure::<{ WHOLE + 12 }>(pages, length, cuts);
        }
    }
}

#[test]
fn a_store_has_three_pages_at_least_and_four_where_each_takes_one_checkpoint() {
    fn fits<const B: usize>(pages: usize) -> bool {
        let all = 0..(PAGE * pages) as u32;
        FlashStore::<_, B>::new(Flash::of(pages), all).is_ok()
    }
    assert!(!fits::<{ HALF + 12 }>(2) && fits::<{ HALF + 12 }>(3));
    assert!(!fits::<{ HALF + 13 }>(3) && fits::<{ HALF + 13 }>(4));
}
