//! Records of layout 1, which are read and never written.
//!
//! They are items of the crate `sequential-storage` 8: a CRC-32 of the data, the data's length as
//! `u16`, and a CRC-16 of that; then, from the next word on, the data: a key, which is the generation
//! modulo 2, a version, 1, as `u16`, two zeros, the generation as `u32`, and a checkpoint. Items
//! that are no longer needed stay until their page is erased, so that the newest generation that
//! is whole is the one that counts.

use crc::{Algorithm, Crc, NoTable};
use embedded_storage::nor_flash::NorFlash;

use super::pages::Pages;
use super::record::{Content, Record};

/// Bytes before the data.
const HEADER: u32 = 8;
/// Bytes of the data before the checkpoint.
const FRONT: usize = 9;

static CASTAGNOLI: Algorithm<u32> = Algorithm {
    width: 32,
    poly: 0x1EDC_6F41,
    init: 0x7777_7777,
    refin: true,
    refout: true,
    xorout: 0xFFFF_FFFF,
    check: 0,
    residue: 0,
};
const CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CASTAGNOLI);

/// Offers every record; returns whether there is one that is damaged, or was never finished.
pub(super) fn scan<S: NorFlash>(pages: &mut Pages<S>, mut offer: impl FnMut(Record)) -> bool {
    let word = S::WRITE_SIZE.max(S::READ_SIZE);
    let header = HEADER.next_multiple_of(word as u32);
    let mut is_damaged = false;
    for page in pages.all() {
        let end = page + Pages::<S>::SIZE;
        for at in (page..end - header - FRONT as u32).step_by(word) {
            let Some((crc, length, generation)) = front(pages, at, at + header) else {
                continue;
            };
            let data = at + header;
            if length < FRONT as u32 || data + length > end {
                continue;
            }
            if pages.crc(CRC.digest(), data, length).map(adapted) != Some(crc) {
                is_damaged = true;
                continue;
            }
            let item = header + length.next_multiple_of(word as u32);
            offer(Record {
                generation,
                // As many as there were when each was as long as this one.
                erases: generation / (Pages::<S>::SIZE / item).max(1),
                at: data + FRONT as u32,
                content: Content::Checkpoint((length - FRONT as u32) as u16),
            });
        }
    }
    is_damaged
}

/// CRC, length and generation of what may be a record.
fn front<S: NorFlash>(pages: &mut Pages<S>, at: u32, data: u32) -> Option<(u32, u32, u32)> {
    let mut header = [0; HEADER as usize];
    let mut front = [0; FRONT];
    pages.read(at, &mut header)?;
    let [c0, c1, c2, c3, l0, l1, ..] = header;
    pages.read(data, &mut front)?;
    match front {
        [key, 1, 0, 0, 0, g0, g1, g2, g3] if key == g0 % 2 => Some((
            u32::from_le_bytes([c0, c1, c2, c3]),
            u16::from_le_bytes([l0, l1]).into(),
            u32::from_le_bytes([g0, g1, g2, g3]),
        )),
        _ => None,
    }
}

/// The CRC as it is stored: neither it nor its first byte is blank.
fn adapted(crc: u32) -> u32 {
    match crc {
        0 => 1,
        crc if matches!(crc & 0xFF, 0 | 0xFF) => crc ^ 1,
        crc => crc,
    }
}
