use core::ops::Range;

use downhill::checkpoint;
use downhill_link::CommandError;
use embedded_storage::nor_flash::NorFlash;

use super::layout::{LAYOUT, MARK, Mark, WORD};
use super::pages::Pages;
use super::record::{Content, Newest, Record};
use super::scan::scan;
use super::{Restored, Store, Wear, Write};

/// A store in NOR flash whose words have 1 to 32 bytes; it writes each word once between two
/// erasures.
///
/// Checkpoints follow each other through a page, and then through the next one, so that all pages
/// wear alike. A page is erased when a checkpoint begins it, and only while the two newest are in
/// others. Around a [checkpoint](downhill::checkpoint), which has its own version and CRC, are 32
/// bytes: version of the layout, 2, generation, erasures so far, and CRCs. Checkpoints of layout 1
/// are read.
///
/// `B` is the longest checkpoint in bytes, rounded up to a multiple of the words that the flash
/// writes.
pub struct FlashStore<S: NorFlash, const B: usize> {
    pages: Pages<S>,
    buffer: [u8; B],
    /// False until the flash was looked through.
    scanned: bool,
    newest: Newest,
    /// Generation of the record that was begun last.
    generation: u32,
    /// Erasures of pages.
    erases: u32,
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
            .field("generation", &self.generation)
            .field("erases", &self.erases)
            .finish_non_exhaustive()
    }
}

impl<S: NorFlash, const B: usize> FlashStore<S, B> {
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
            newest: [None; 2],
            generation: 0,
            erases: 0,
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

    /// Looks the flash through, without changing it.
    fn look(&mut self) -> Result<(), CommandError> {
        let found = scan(&mut self.pages);
        self.scanned = true;
        self.newest = found.unwrap_or_default();
        if let [Some(record), _] = self.newest {
            self.generation = record.generation;
            self.erases = record.erases;
            self.page = self.pages.of(record.at);
            self.used = self.pages.end_of_used(self.page) - self.page;
        }
        found.map(drop)
    }

    /// Reads a record's checkpoint.
    fn fetch(&mut self, record: Record) -> Result<&[u8], CommandError> {
        let length = match record.content {
            Content::Checkpoint(length) => length,
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
        read.map(|()| &*bytes).ok_or(CommandError::Flash)
    }

    /// Bytes of flash that a checkpoint of this length takes.
    fn record_len(length: u16) -> u32 {
        2 * Pages::<S>::grains(MARK as u32) + Pages::<S>::grains(length.into())
    }

    /// Appends the checkpoint of this length that is in the buffer. Where that fails, it tries once
    /// more, in a page that it erases: a word that looks blank may have been cut off before.
    fn append(&mut self, length: u16) -> Result<(), CommandError> {
        let (page, need) = (Pages::<S>::SIZE, Self::record_len(length));
        if need > page {
            return Err(CommandError::Room { need, got: page });
        }
        for _ in 0..2 {
            let has_place = self.used + need <= page || self.begin_page().is_some();
            let at = self.page + self.used;
            if has_place && self.write(at, length).is_some() {
                self.used += need;
                return Ok(());
            }
            self.used = page;
        }
        Err(CommandError::Flash)
    }

    /// Erases the next page that has none of the newest records, for use.
    fn begin_page(&mut self) -> Option<()> {
        let Self { pages, newest, .. } = self;
        let mut page = pages.after(self.page);
        while (newest.iter().flatten()).any(|record| pages.of(record.at) == page) {
            page = pages.after(page);
        }
        (self.page, self.used) = (page, 0);
        self.erase(page)
    }

    fn erase(&mut self, page: u32) -> Option<()> {
        self.erases = self.erases.saturating_add(1);
        let end = page + Pages::<S>::SIZE;
        self.pages.flash.erase(page, end).ok()
    }

    /// Writes a record with the checkpoint that is in the buffer, each part once the one before was
    /// read back.
    fn write(&mut self, at: u32, length: u16) -> Option<()> {
        let Self { pages, buffer, .. } = self;
        self.generation = self.generation.wrapping_add(1);
        let mark = Mark {
            layout: LAYOUT,
            length,
            generation: self.generation,
            erases: self.erases,
        };
        let marked = Pages::<S>::grains(MARK as u32);
        let checkpoint = at + marked;
        let behind = checkpoint + Pages::<S>::grains(length.into());
        let (used, blank) = buffer.split_at_mut_checked(length.into())?;
        blank.fill(0xFF);
        let (head, tail) = (mark.head(used), mark.tail());
        pages.write(at, head.get(..marked as usize)?)?;
        let padded = usize::from(length).next_multiple_of(S::WRITE_SIZE);
        pages.write(checkpoint, buffer.get(..padded)?)?;
        pages.write(behind, tail.get(..marked as usize)?)?;
        let record = Record {
            generation: self.generation,
            erases: self.erases,
            at: checkpoint,
            content: Content::Checkpoint(length),
        };
        self.newest = [Some(record), self.newest[0]];
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
        let mut refused = self.look().err();
        for record in self.newest.into_iter().flatten() {
            let taken = match self.fetch(record) {
                // What a wipe left.
                Ok([]) => break,
                Ok(bytes) => take(bytes),
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
        let mut records = self.newest.iter().flatten();
        let newest = records.find_map(|record| match record.content {
            Content::Checkpoint(length) if length > 0 => Some(length),
            _ => None,
        });
        let pages = self.pages.range.len() as u32 / Pages::<S>::SIZE;
        Wear {
            erases: self.erases,
            rated_erases: self.rated.saturating_mul(pages),
            saves_per_erase: newest.map_or(0, |length| Pages::<S>::SIZE / Self::record_len(length)),
        }
    }

    /// Writes an empty record to a page of its own, which counts once it is whole, erases the other
    /// pages, and says in a second record how often pages were erased.
    fn wipe(&mut self) -> Result<(), CommandError> {
        if !self.scanned {
            let _ = self.look();
        }
        self.used = Pages::<S>::SIZE;
        let marked = self.append(0).is_ok();
        for page in self.pages.all() {
            let kept = marked && page == self.page;
            if !kept && self.pages.end_of_used(page) > page {
                self.erase(page).ok_or(CommandError::Flash)?;
            }
        }
        self.newest[1] = None;
        if !marked {
            self.newest[0] = None;
        }
        self.append(0)
    }
}
