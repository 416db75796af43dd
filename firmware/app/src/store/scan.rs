use core::ops::Range;

use downhill_link::CommandError;
use embedded_storage::nor_flash::NorFlash;

use super::before;
use super::layout::{CRC, LAYOUT, MARK, Part};
use super::pages::Pages;
use super::record::{Content, Newest, Record, offer};

/// Finds the two newest records.
///
/// # Errors
/// Without any: [`CommandError::Corrupt`] where there is a damaged record of layout 1, and
/// [`CommandError::Flash`] where nothing can be read.
pub(super) fn scan<S: NorFlash>(pages: &mut Pages<S>) -> Result<Newest, CommandError> {
    let mut newest = [None; 2];
    let mut readable = false;
    for page in pages.all() {
        let end = page + Pages::<S>::SIZE;
        let mut at = page;
        while at + MARK as u32 <= end {
            let mut bytes = [0; MARK];
            let read = pages.read(at, &mut bytes).is_some();
            readable |= read;
            let part = if read { Part::read(&bytes) } else { None };
            let (record, length) = record(pages, at..end, part);
            if let Some(record) = record {
                offer(&mut newest, record);
            }
            at += length;
        }
    }
    if newest.iter().all(Option::is_some) {
        return Ok(newest);
    }
    let is_damaged = before::scan(pages, |record| offer(&mut newest, record));
    match newest {
        [None, _] if !readable => Err(CommandError::Flash),
        [None, _] if is_damaged => Err(CommandError::Corrupt),
        _ => Ok(newest),
    }
}

/// The record that a part at the front of a range belongs to, and the bytes up to where the next
/// part may be.
fn record<S: NorFlash>(
    pages: &mut Pages<S>,
    range: Range<u32>,
    part: Option<Part>,
) -> (Option<Record>, u32) {
    let grain = Pages::<S>::GRAIN;
    let grains = Pages::<S>::grains;
    let (mark, at, content, bytes) = match part {
        None => return (None, grain),
        Some(Part::Tail(mark)) => (mark, range.start, Content::Damaged, grain),
        Some(Part::Head(mark, front, crc)) => {
            let at = range.start + grains(MARK as u32);
            let mut digest = CRC.digest();
            digest.update(&front);
            let length = u32::from(mark.length);
            if at + length > range.end || pages.crc(digest, at, length) != Some(crc) {
                return (None, grain);
            }
            let bytes = at + grains(length) - range.start;
            let content = match mark.layout {
                LAYOUT => Content::Checkpoint(mark.length),
                layout => Content::Layout(layout),
            };
            (mark, at, content, bytes)
        }
    };
    let record = Record {
        generation: mark.generation,
        erases: mark.erases,
        at,
        content,
    };
    (Some(record), bytes)
}
