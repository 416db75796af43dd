use core::ops::Range;

use downhill::checkpoint;
use downhill_link::CommandError;
use embedded_storage::nor_flash::NorFlash;

use super::layout::{HIDDEN, MARK, Mark, WORD, invert};
use super::pages::Pages;
use super::record::{Content, Found, PageSet, Record};
use super::scan::scan;
use super::{Restored, Store, Wear, Write};

/// A store in NOR flash whose words have 1 to 32 bytes; it writes each word once between two
/// erasures.
///
/// Checkpoints follow each other through a page, and then through the next one, so that all pages
/// wear alike. A page is erased when a checkpoint begins it, and only while the two newest are in
/// others. At its front are 16 bytes, erasures so far among them, and around each
/// [checkpoint](downhill::checkpoint), which has its own version and CRC, are 32 bytes: version of
/// the layout, 2, lengths and CRCs. Checkpoints of layout 1 are read.
///
/// `B` is the longest checkpoint in bytes, rounded up to a multiple of the words that the flash
/// writes.
pub struct FlashStore<S: NorFlash, const B: usize> {
    pages: Pages<S>,
    buffer: [u8; B],
    /// False until the flash was looked through.
    scanned: bool,
    found: Found,
    /// Erasures that a page is rated for.
    rated: u32,
    /// First address of the page in use.
    page: u32,
    /// Bytes of that page that are no longer blank.
    used: u32,
}

impl<S: NorFlash, const B: usize> core::fmt::Debug for FlashStore<S, B> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FlashStore")
            .field("turn", &self.found.turn)
            .field("page", &self.page)
            .finish_non_exhaustive()
    }
}

impl<S: NorFlash, const B: usize> FlashStore<S, B> {
    /// Bytes of flash that a mark, a head or a tail takes.
    const MARKED: u32 = (MARK as u32).next_multiple_of(Pages::<S>::GRAIN);

    /// A store in these bytes of the flash: three whole pages at least.
    ///
    /// # Errors
    /// [`CommandError::Flash`] where the range is not that, or the flash's words or pages are none
    /// that can be used.
    pub fn new(flash: S, range: Range<u32>) -> Result<Self, CommandError> {
        const {
            assert!(
                B.is_multiple_of(S::WRITE_SIZE),
                "`B` is no multiple of a word"
            )
        };
        let (page, grain) = (Pages::<S>::SIZE, Pages::<S>::GRAIN);
        let usable = S::WRITE_SIZE <= WORD
            && grain.is_multiple_of(S::WRITE_SIZE as u32)
            && grain.is_multiple_of(S::READ_SIZE as u32)
            && S::READ_SIZE <= 8
            && page.is_multiple_of(grain)
            && range.start.is_multiple_of(page)
            && range.end.is_multiple_of(page)
            && range.end <= flash.capacity() as u32
            && range.end.saturating_sub(range.start) / page >= 3;
        if !usable {
            return Err(CommandError::Flash);
        }
        Ok(Self {
            buffer: [0; B],
            scanned: false,
            found: Found::default(),
            rated: 0,
            page: range.end - page,
            used: page,
            pages: Pages { flash, range },
        })
    }

    /// Sets how often each page may be erased, as the flash's maker says: 10,000 times, say.
    #[must_use]
    pub fn rated_for(mut self, erases: u32) -> Self {
        self.rated = erases;
        self
    }

    /// Gives the flash back.
    pub fn into_flash(self) -> S {
        self.pages.flash
    }

    /// Looks the flash through, without changing it; returns what is wrong with it.
    fn look(&mut self) -> Option<CommandError> {
        let (found, refusal) = scan(&mut self.pages);
        (self.scanned, self.found) = (true, found);
        self.used = Pages::<S>::SIZE;
        if found.end > 0 {
            self.page = self.pages.of(found.end - 1);
            // At a distance from a head that was cut off and looks blank.
            let behind = self.pages.end_of_used(self.page) + Self::record_len(0);
            self.used = behind.max(found.end) - self.page;
        } else if let [Some(record), _] = found.acknowledged {
            self.page = self.pages.of(record.at);
        }
        if !found.unread.is_empty() {
            // Whatever is in there is older than what is written now.
            self.used = Pages::<S>::SIZE;
            self.found.turn = found.turn.checked_add(HIDDEN).unwrap_or(found.turn);
        }
        refusal
    }

    /// Reads a record's checkpoint.
    fn fetch(&mut self, record: Record) -> Result<&[u8], CommandError> {
        let (length, crc) = match record.content {
            Content::Checkpoint(length, crc) => (length, Some(crc)),
            Content::Earlier(length) => (length, None),
            Content::Damaged => return Err(CommandError::Corrupt),
            Content::Layout(layout) => {
                let version = layout.into();
                return Err(CommandError::Version { version });
            }
        };
        let (need, got) = (length.into(), B as u32);
        let bytes = self.buffer.get_mut(..length.into());
        let bytes = bytes.ok_or(CommandError::Room { need, got })?;
        let read = self.pages.read(record.at, bytes);
        read.ok_or(CommandError::Flash)?;
        let turn = record.order.0;
        let mut digest = Mark::of(length, turn).digest();
        digest.update(bytes);
        match crc {
            Some(crc) if crc != digest.finalize() => Err(CommandError::Corrupt),
            _ => Ok(bytes),
        }
    }

    /// Bytes of flash that a checkpoint of this length takes.
    fn record_len(length: u16) -> u32 {
        2 * Self::MARKED + Pages::<S>::grains(length.into())
    }

    /// Appends the checkpoint of this length that is in the buffer. Where that fails, it tries once
    /// more, in a page that it erases: a word that looks blank may have been cut off before.
    fn append(&mut self, length: u16) -> Result<(), CommandError> {
        let (page, need) = (Pages::<S>::SIZE, Self::record_len(length));
        if need > page - Self::MARKED {
            let need = need + Self::MARKED;
            return Err(CommandError::Room { need, got: page });
        }
        for _ in 0..2 {
            let is_placed = self.used + need <= page || self.begin_page().is_some();
            if is_placed && self.write(length).is_some() {
                return Ok(());
            }
        }
        Err(CommandError::Flash)
    }

    /// Erases the next page that could be read and has none of the newest records, for use.
    fn begin_page(&mut self) -> Option<()> {
        let mut page = self.page;
        for _ in self.pages.all() {
            page = self.pages.after(page);
            let is_unread = self.found.unread.contains(self.pages.number(page));
            let mut needed = self.found.needed();
            if !is_unread && !needed.any(|record| self.pages.of(record.at) == page) {
                self.erase(page)?;
                return self.mark_page();
            }
        }
        None
    }

    /// Erases a page, which is the one in use from now on.
    fn erase(&mut self, page: u32) -> Option<()> {
        (self.page, self.used) = (page, Pages::<S>::SIZE);
        self.found.turn = self.found.turn.checked_add(1)?;
        let end = page + Pages::<S>::SIZE;
        self.pages.flash.erase(page, end).ok()
    }

    /// Writes the mark of the page in use.
    fn mark_page(&mut self) -> Option<()> {
        let mark = Mark::of(0, self.found.turn).page();
        let mark = mark.get(..Self::MARKED as usize)?;
        self.pages.write(self.page, mark)?;
        self.used = Self::MARKED;
        Some(())
    }

    /// Writes a record with the checkpoint that is in the buffer, each part once the one before was
    /// read back.
    fn write(&mut self, length: u16) -> Option<()> {
        let Self { pages, buffer, .. } = self;
        let marked = Self::MARKED as usize;
        // Nothing more goes to a page in which this fails.
        let behind = core::mem::replace(&mut self.used, Pages::<S>::SIZE);
        let at = self.page + behind + Self::MARKED;
        let (used, blank) = buffer.split_at_mut_checked(length.into())?;
        blank.fill(0xFF);
        let mut head = Mark::of(length, self.found.turn).head(used);
        let [.., c0, c1, c2, c3] = *head.first_chunk::<MARK>()?;
        pages.write(at - Self::MARKED, head.get(..marked)?)?;
        let padded = usize::from(length).next_multiple_of(S::WRITE_SIZE);
        pages.write(at, buffer.get(..padded)?)?;
        invert(&mut head);
        let tail = at + Pages::<S>::grains(length.into());
        pages.write(tail, head.get(..marked)?)?;
        self.used = behind + Self::record_len(length);
        let record = Record {
            order: (self.found.turn, at),
            at,
            content: Content::Checkpoint(length, u32::from_le_bytes([c0, c1, c2, c3])),
        };
        self.found.draft = None;
        self.found.acknowledged = [Some(record), self.found.acknowledged[0]];
        Some(())
    }
}

impl<S: NorFlash, const B: usize> Store for FlashStore<S, B> {
    fn save(&mut self, write: &Write<'_>) -> Result<(), CommandError> {
        if !self.scanned {
            // What cannot be read is no reason not to write.
            let _ = self.look();
        }
        match write(&mut self.buffer) {
            Ok(length) => {
                let (need, got) = (length as u32, u16::MAX.into());
                let length = u16::try_from(length);
                self.append(length.map_err(|_| CommandError::Room { need, got })?)
            }
            Err(checkpoint::Error::Room { need, got }) => {
                let (need, got) = (need as u32, got as u32);
                Err(CommandError::Room { need, got })
            }
            Err(_) => Err(CommandError::Corrupt),
        }
    }

    fn restore(&mut self, take: &mut dyn FnMut(&[u8]) -> Result<(), CommandError>) -> Restored {
        let mut refused = self.look();
        let draft = self.found.draft.map(|record| record.order);
        for record in self.found.records() {
            let taken = match self.fetch(record) {
                // What a wipe left.
                Ok([]) => break,
                Ok(bytes) => take(bytes),
                // A word that was cut off reads otherwise now.
                Err(CommandError::Corrupt | CommandError::Flash) if draft == Some(record.order) => {
                    continue;
                }
                Err(command_error) => Err(command_error),
            };
            match (taken, refused) {
                (Ok(()), None) => return Restored::Newest,
                (Ok(()), Some(command_error)) => return Restored::Older(command_error),
                (Err(command_error), _) => {
                    refused.get_or_insert(command_error);
                }
            }
        }
        refused.map_or(Restored::Empty, Restored::Refused)
    }

    fn wear(&self) -> Wear {
        let newest = self
            .found
            .records()
            .find_map(|record| match record.content {
                Content::Checkpoint(length, _) | Content::Earlier(length) if length > 0 => {
                    Some(length)
                }
                _ => None,
            });
        let pages = self.pages.range.len() as u32 / Pages::<S>::SIZE;
        let room = Pages::<S>::SIZE - Self::MARKED;
        Wear {
            erases: self.found.turn % HIDDEN,
            rated_erases: self.rated.saturating_mul(pages),
            saves_per_erase: newest.map_or(0, |length| room / Self::record_len(length)),
        }
    }

    /// Erases every page and writes an empty record to it, which counts once it is whole. The page
    /// of the newest checkpoint is the last.
    fn wipe(&mut self) -> Result<(), CommandError> {
        if !self.scanned {
            let _ = self.look();
        }
        self.found.unread = PageSet::default();
        let (mut erased, mut marked) = (true, false);
        let newest = self.found.records().next();
        let mut page = newest.map_or(self.page, |record| self.pages.of(record.at));
        for _ in self.pages.all() {
            page = self.pages.after(page);
            erased &= self.erase(page).is_some();
            marked |= self.mark_page().is_some() && self.write(0).is_some();
        }
        match erased && marked {
            true => Ok(()),
            false => Err(CommandError::Flash),
        }
    }
}
