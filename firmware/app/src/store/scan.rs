use core::ops::Range;

use downhill_link::CommandError;
use embedded_storage::nor_flash::NorFlash;

use super::before;
use super::layout::{LAYOUT, MARK, Mark, Part};
use super::pages::Pages;
use super::record::{Content, Found, Record};

/// Finds the newest records, and what is wrong with the flash around them:
/// [`CommandError::Flash`] where part of a page cannot be read in which there may be newer ones, and
/// [`CommandError::Corrupt`] where there are only records of layout 1 and one of those is damaged.
pub(super) fn scan<S: NorFlash>(pages: &mut Pages<S>) -> (Found, Option<CommandError>) {
    // More reads than a torn word and a failure beside it spoil.
    let hiding = 2 + MARK.div_ceil(Pages::<S>::GRAIN as usize);
    let mut found = Found::default();
    for page in pages.all() {
        let end = page + Pages::<S>::SIZE;
        let (mut at, mut unread) = (page, 0);
        while at + MARK as u32 <= end {
            let mut bytes = [0; MARK];
            let part = match pages.read(at, &mut bytes) {
                Some(()) => {
                    unread = 0;
                    Part::read(bytes)
                }
                None => {
                    unread += 1;
                    None
                }
            };
            if unread == hiding {
                found.unread.insert(pages.number(page));
            }
            at += match part {
                Some(part) => add(pages, at..end, part, &mut found),
                None => Pages::<S>::GRAIN,
            };
        }
    }
    let mut refusal = None;
    if found.acknowledged[1].is_none() && before::scan(pages, &mut found) {
        refusal = Some(CommandError::Corrupt);
    }
    if let ([Some(newest), _], Some(draft)) = (found.acknowledged, found.draft)
        && draft.order < newest.order
    {
        found.draft = None;
    }
    if !found.unread.is_empty() {
        refusal = Some(CommandError::Flash);
    }
    (found, refusal)
}

/// Adds what a part at the front of a range tells of; returns the bytes up to where the next one
/// may be.
fn add<S: NorFlash>(pages: &mut Pages<S>, range: Range<u32>, part: Part, found: &mut Found) -> u32 {
    let grain = Pages::<S>::GRAIN;
    let marked = Pages::<S>::grains(MARK as u32);
    let record = |mark: Mark, at, content| Record {
        order: (mark.turn, at),
        at,
        content,
    };
    match part {
        Part::Page(mark) => found.saw(mark.turn, range.start + marked),
        Part::Tail(mark) => {
            found.saw(mark.turn, (range.start + marked).min(range.end));
            let at = range
                .start
                .saturating_sub(Pages::<S>::grains(mark.length.into()));
            let at = at.max(pages.of(range.start));
            found.add(record(mark, at, Content::Damaged));
        }
        Part::Head(mark, crc) => {
            let at = range.start + marked;
            let behind = at + Pages::<S>::grains(mark.length.into());
            found.saw(mark.turn, (behind + marked).min(range.end));
            let length = mark.length.into();
            if at + length > range.end || pages.crc(mark.digest(), at, length) != Some(crc) {
                return grain;
            }
            let content = match mark.layout {
                LAYOUT => Content::Checkpoint(mark.length, crc),
                layout => Content::Layout(layout),
            };
            let record = record(mark, at, content);
            match is_tail(pages, behind..range.end, mark) {
                true => found.add(record),
                false => found.add_draft(record),
            }
            // Its tail is not read again: another time it may be whole.
            return behind + marked - range.start;
        }
    }
    grain
}

/// Returns true where the tail of this record is at the front of a range.
fn is_tail<S: NorFlash>(pages: &mut Pages<S>, range: Range<u32>, mark: Mark) -> bool {
    let mut bytes = [0; MARK];
    range.start + MARK as u32 <= range.end
        && pages.read(range.start, &mut bytes).is_some()
        && Part::read(bytes) == Some(Part::Tail(mark))
}
