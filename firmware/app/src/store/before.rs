//! Records of layout 1, which are read and never written.
//!
//! They are items of the crate `sequential-storage` 8: a CRC-32 of the data, the data's length as
//! `u16`, and a CRC-16 of that; then, from the next word on, the data: a key, which is the generation
//! modulo 2, a version, 1, as `u16`, two zeros, the generation as `u32`, and a checkpoint. Items
//! that are no longer needed stay until their page is erased, so that the newest generation that
//! is whole is the one that counts. Of one that is not whole, nothing says whether it was
//! acknowledged.

use crc::{Algorithm, Crc, NoTable};
use embedded_storage::nor_flash::NorFlash;

use super::layout::{MARK, Part};
use super::pages::Pages;
use super::record::{Content, Found, Record};

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

/// Adds every record in pages without a mark of layout 2; returns true where one of them is damaged
/// and none of layout 2 was acknowledged.
pub(super) fn scan<S: NorFlash>(pages: &mut Pages<S>, found: &mut Found) -> bool {
    let is_first = found.acknowledged[0].is_none();
    let word = S::WRITE_SIZE.max(S::READ_SIZE) as u32;
    let header = HEADER.next_multiple_of(word);
    let mut is_damaged = false;
    for page in pages.all() {
        let end = page + Pages::<S>::SIZE;
        let mut at = page;
        let mut mark = [0; MARK];
        if pages.read(page, &mut mark).is_some() && matches!(Part::read(mark), Some(Part::Page(_)))
        {
            continue;
        }
        while at + header + (FRONT as u32) < end {
            let data = at + header;
            // Twice, so that one misread hides none.
            let read = item(pages, at, data).or_else(|| item(pages, at, data));
            at += word;
            let Some(item) = read else { continue };
            let fits = item.length >= FRONT as u32 && data + item.length <= end;
            if !item.is_marked && !fits {
                continue;
            }
            if !item.is_marked
                || !fits
                || pages.crc(CRC.digest(), data, item.length).map(adapted) != Some(item.crc)
                // The generation was read apart from what the CRC saw.
                || self::item(pages, at - word, data) != read
            {
                is_damaged = true;
                continue;
            }
            let behind = data + item.length.next_multiple_of(word);
            // As many erasures as there were when each was as long as this one.
            let each = behind + word - at;
            found.saw(item.generation / (Pages::<S>::SIZE / each).max(1), 0);
            found.add(Record {
                order: (0, item.generation),
                at: data + FRONT as u32,
                content: Content::Earlier((item.length - FRONT as u32) as u16),
            });
            at = behind;
        }
    }
    is_first && is_damaged
}

/// Front of what may be a record.
#[derive(Clone, Copy, PartialEq)]
struct Item {
    crc: u32,
    length: u32,
    generation: u32,
    /// True where key, version and zeros are right, false where one of their bits is not.
    is_marked: bool,
}

#[inline(never)]
fn item<S: NorFlash>(pages: &mut Pages<S>, at: u32, data: u32) -> Option<Item> {
    let mut header = [0; HEADER as usize];
    let mut front = [0; FRONT];
    pages.read(at, &mut header)?;
    let [c0, c1, c2, c3, l0, l1, ..] = header;
    pages.read(data, &mut front)?;
    let [key, v0, v1, z0, z1, g0, g1, g2, g3] = front;
    let wrong = u64::from_le_bytes([key ^ (g0 % 2), v0 ^ 1, v1, z0, z1, 0, 0, 0]).count_ones();
    (wrong <= 1).then_some(Item {
        crc: u32::from_le_bytes([c0, c1, c2, c3]),
        length: u16::from_le_bytes([l0, l1]).into(),
        generation: u32::from_le_bytes([g0, g1, g2, g3]),
        is_marked: wrong == 0,
    })
}

/// The CRC as it is stored: neither it nor its first byte is blank.
fn adapted(crc: u32) -> u32 {
    match crc {
        0 => 1,
        crc if matches!(crc & 0xFF, 0 | 0xFF) => crc ^ 1,
        crc => crc,
    }
}
