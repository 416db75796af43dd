//! Checkpoints in flash: power cuts, damage, versions, wear.

mod every_cut;
mod every_operation;
mod layout_1;
mod misread;
mod node;
mod random_cuts;
mod schedule;
mod starts;
mod wear;

use crate::common::flash::{Chip, Misread};
use downhill_firmware::{FlashStore, Restored, Store};
use downhill_link::CommandError;

/// Bytes of the longest checkpoint.
const ROOM: usize = 960;

/// Ways in which a read goes wrong.
const MISREADS: [Misread; 4] = [
    Misread::Bit(5),
    Misread::Bit(34),
    Misread::Noise,
    Misread::Failure,
];

/// A store in all of a flash, as after a start.
fn store<const WORD: usize, const READ: usize, const SIZE: usize>(
    flash: &Chip<WORD, READ, SIZE>,
) -> FlashStore<Chip<WORD, READ, SIZE>, ROOM> {
    assert_eq!(flash.size() % SIZE, 0);
    FlashStore::new(flash.clone(), 0..flash.size() as u32).unwrap()
}

/// Address of checkpoint `number` of this length.
fn place<const WORD: usize, const READ: usize, const SIZE: usize>(
    flash: &Chip<WORD, READ, SIZE>,
    number: u32,
    length: usize,
) -> usize {
    let mut checkpoint = vec![0; length];
    write(number, &mut checkpoint);
    let bytes = flash.bytes();
    let found = bytes.windows(length).position(|bytes| bytes == checkpoint);
    found.unwrap()
}

/// Puts what stands for checkpoint `number` at the front of `out`.
fn write(number: u32, out: &mut [u8]) {
    let words = out.chunks_mut(4).zip(number..);
    words.for_each(|(out, word)| out.copy_from_slice(&word.to_le_bytes()[..out.len()]));
}

/// Saves checkpoint `number` of this length.
fn save(store: &mut impl Store, number: u32, length: usize) -> Result<(), CommandError> {
    store.save(&|out| {
        let got = out.len();
        let out = out.get_mut(..length);
        write(
            number,
            out.ok_or(downhill::checkpoint::Error::Room { need: length, got })?,
        );
        Ok(length)
    })
}

/// Outcome of a start, and the number of the checkpoint that it brings up, 0 for none.
fn restored(store: &mut impl Store, length: usize) -> (Restored, u32) {
    let mut number = 0;
    let restored = store.restore(&mut |bytes| {
        let first = *bytes.first_chunk().ok_or(CommandError::Corrupt)?;
        number = u32::from_le_bytes(first);
        let mut meant = vec![0; length];
        write(number, &mut meant);
        assert!(bytes == meant, "{bytes:?} is no checkpoint");
        Ok(())
    });
    (restored, number)
}

/// Checks what a start brings up after cuts: the checkpoint that was acknowledged last, or a newer
/// one of which every word was written; it is the newest, and nothing is damaged.
fn check(
    (restored, number): (Restored, u32),
    (acknowledged, begun): (u32, u32),
    place: impl std::fmt::Display,
) {
    let outcome = match number {
        0 => Restored::Empty,
        _ => Restored::Newest,
    };
    assert!(
        restored == outcome && (number == acknowledged || number == begun),
        "{place}: {acknowledged} was acknowledged, {begun} begun, {number} is there: {restored:?}"
    );
}
