mod recovery;

use core::ops::Range;

use downhill::checkpoint;
use downhill_link::CommandError;
use embassy_futures::block_on;
use embedded_storage::nor_flash::{self, NorFlash};
use embedded_storage_async::nor_flash as asynchronous;
use sequential_storage::Error;
use sequential_storage::cache::key_pointers::ArrayKeyPointers;
use sequential_storage::cache::{Cache, Uncached};
use sequential_storage::map::{MapConfig, MapStorage, SerializationError, Value};

/// Storage in which checkpoints outlive a power cut.
pub trait Store {
    /// True where there is a storage: `()` is none.
    const PRESENT: bool = true;

    /// Writes the checkpoint that `write` puts at the front of the bytes it is given. Done when it
    /// is safe: a power cut at any instant before leaves the checkpoints that were there.
    ///
    /// # Errors
    /// [`CommandError::Room`] or [`CommandError::Flash`]; the checkpoints that were there are there.
    fn save(&mut self, write: &Write<'_>) -> Result<(), CommandError>;

    /// Offers the newest checkpoint to `take`, and where that refuses it the one before.
    fn restore(&mut self, take: &mut dyn FnMut(&[u8]) -> Result<(), CommandError>) -> Restored;

    /// Removes all checkpoints.
    ///
    /// # Errors
    /// [`CommandError::Flash`].
    fn wipe(&mut self) -> Result<(), CommandError>;
}

/// Writes a checkpoint to the front of some bytes and returns its length.
pub type Write<'a> = dyn Fn(&mut [u8]) -> Result<usize, checkpoint::Error> + 'a;

/// Outcome of restoring a fit from a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restored {
    /// There is no checkpoint: the fit starts anew.
    Empty,
    /// The newest checkpoint.
    Newest,
    /// The checkpoint before the newest, which was refused.
    Older(CommandError),
    /// None: the newest was refused, and so was the one before, if there is one. The fit starts
    /// anew.
    Refused(CommandError),
}

impl Store for () {
    const PRESENT: bool = false;

    fn save(&mut self, _: &Write<'_>) -> Result<(), CommandError> {
        Err(CommandError::Unsupported)
    }

    fn restore(&mut self, _: &mut dyn FnMut(&[u8]) -> Result<(), CommandError>) -> Restored {
        Restored::Empty
    }

    fn wipe(&mut self) -> Result<(), CommandError> {
        Err(CommandError::Unsupported)
    }
}

/// The version of what surrounds a checkpoint in flash.
const LAYOUT: u16 = 1;
/// The layout's version, a zero, and the checkpoint's generation, little-endian.
const HEADER: usize = 8;

/// A store in NOR flash, through [`sequential_storage`], which spreads the wear over all pages
/// and checks every item's CRC.
///
/// Two checkpoints are kept, under two keys that take turns; a generation tells which is newer.
/// Around a [checkpoint](downhill::checkpoint), which has its own version and CRC, there is the
/// version of the layout, 1, as `u16`, two zeros and the generation as `u32`.
///
/// `B` is the longest checkpoint in bytes, and 12 more, rounded up to a multiple of the words
/// that the flash writes; it must be less than a page.
pub struct FlashStore<S: NorFlash, const B: usize> {
    map: MapStorage<u8, Blocking<S>, Places>,
    buffer: [u8; B],
    /// Generation of the newest checkpoint that could be read, or 0.
    generation: u32,
}

/// Cache of the two places: to find them without one, all items of their pages are read.
type Places = Cache<Uncached, Uncached, ArrayKeyPointers<u8, 2>, u8>;

impl<S: NorFlash, const B: usize> core::fmt::Debug for FlashStore<S, B> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FlashStore")
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

impl<S: NorFlash, const B: usize> FlashStore<S, B> {
    /// A store in these bytes of the flash: whole pages, three at least, four where a page takes
    /// only one checkpoint of `B` bytes.
    ///
    /// # Errors
    /// [`CommandError::Flash`] where the range is not that, or the flash's words or pages are none
    /// that can be used.
    pub fn new(flash: S, range: Range<u32>) -> Result<Self, CommandError> {
        let marker = S::WRITE_SIZE.max(S::READ_SIZE);
        // The storage puts eight bytes before each.
        let two = 2 * (B + 8_usize.next_multiple_of(marker)) + 2 * marker;
        let pages = if two <= S::ERASE_SIZE { 3 } else { 4 };
        if range.end.saturating_sub(range.start) < pages * S::ERASE_SIZE as u32 {
            return Err(CommandError::Flash);
        }
        let config = MapConfig::try_new(range).map_err(|_| CommandError::Flash)?;
        Ok(Self {
            map: MapStorage::new(
                Blocking { flash, read: 0 },
                config,
                Cache::new(Uncached, Uncached, ArrayKeyPointers::new()),
            ),
            buffer: [0; B],
            generation: 0,
        })
    }

    /// Gives the flash back.
    pub fn into_flash(self) -> S {
        self.map.destroy().0.flash
    }

    /// The generation and the bytes of the checkpoint under a key.
    fn fetch(&mut self, key: u8) -> Result<Option<(u32, &[u8])>, CommandError> {
        let Self { map, buffer, .. } = self;
        match block_on(map.fetch_item::<&[u8]>(buffer, &key)) {
            Ok(None) => Ok(None),
            Ok(Some(item)) => open(item).map(Some),
            Err(error) => Err(command_error(&error)),
        }
    }

    /// Erases all that is not blank.
    fn erase(&mut self) -> Result<(), CommandError> {
        self.generation = 0;
        let range = self.map.flash_range();
        recovery::clear(&mut self.map.flash().flash, range).map_err(|_| CommandError::Flash)
    }

    /// The generation under a key; none where there is nothing that can be read.
    fn generation(&mut self, key: u8) -> Result<Option<u32>, CommandError> {
        Ok(self.fetch(key)?.map(|(generation, _)| generation))
    }
}

/// Key of a generation: two keys alternate.
fn key(generation: u32) -> u8 {
    (generation % 2) as u8
}

/// Takes an item apart.
fn open(item: &[u8]) -> Result<(u32, &[u8]), CommandError> {
    let (header, checkpoint) = item
        .split_first_chunk::<HEADER>()
        .ok_or(CommandError::Corrupt)?;
    let [v0, v1, _, _, g0, g1, g2, g3] = *header;
    match u16::from_le_bytes([v0, v1]) {
        LAYOUT => Ok((u32::from_le_bytes([g0, g1, g2, g3]), checkpoint)),
        version => Err(CommandError::Version { version }),
    }
}

fn command_error<E>(error: &Error<E>) -> CommandError {
    match error {
        Error::Corrupted { .. } => CommandError::Corrupt,
        _ => CommandError::Flash,
    }
}

impl<S: NorFlash, const B: usize> Store for FlashStore<S, B> {
    fn save(&mut self, write: &Write<'_>) -> Result<(), CommandError> {
        let generation = self.generation.wrapping_add(1);
        let item = Item { generation, write };
        let stored = block_on(
            self.map
                .store_item(&mut self.buffer, &key(generation), &item),
        );
        match stored {
            Ok(()) => {
                self.generation = generation;
                Ok(())
            }
            Err(Error::SerializationError(SerializationError::BufferTooSmall)) => {
                let need = match write(&mut []) {
                    Err(checkpoint::Error::Room { need, .. }) => need,
                    _ => 0,
                };
                let (need, got) = ((need + OVERHEAD) as u32, B as u32);
                Err(CommandError::Room { need, got })
            }
            Err(Error::ItemTooBig | Error::BufferTooSmall(_)) => {
                let (need, got) = (B as u32, S::ERASE_SIZE as u32);
                Err(CommandError::Room { need, got })
            }
            Err(error) => Err(command_error(&error)),
        }
    }

    fn restore(&mut self, take: &mut dyn FnMut(&[u8]) -> Result<(), CommandError>) -> Restored {
        let range = self.map.flash_range();
        let Ok(doubtful) = recovery::recover(&mut self.map.flash().flash, range) else {
            return Restored::Refused(CommandError::Flash);
        };
        let mut needed = false;
        let found = [0, 1].map(|key| {
            let found = self.generation(key);
            // The last that was read is the checkpoint that was found.
            needed |= found != Ok(None) && doubtful.contains(&self.map.flash().read);
            found
        });
        // A page that is needed is whole: it is erased once all of it was copied.
        if !needed
            && !doubtful.is_empty()
            && (self.map.flash().flash)
                .erase(doubtful.start, doubtful.end)
                .is_err()
        {
            return Restored::Refused(CommandError::Flash);
        }
        if matches!(
            found,
            [Err(CommandError::Corrupt), Err(CommandError::Corrupt)] | [Ok(None), Ok(None)]
        ) {
            // No page of it was ever written by the store, or none can be read: what is in it is
            // nothing, and the next checkpoint needs pages that are erased.
            return match self.erase() {
                Ok(()) => Restored::Empty,
                Err(command_error) => Restored::Refused(command_error),
            };
        }
        let mut refused = found.iter().find_map(|found| found.err());
        let mut known = found.map(|found| found.ok().flatten());
        self.generation = match known {
            [Some(even), Some(odd)] => newer(even, odd),
            [one, other] => one.or(other).unwrap_or(0),
        };
        if let [Some(even), Some(odd)] = known
            && newer(even, odd) == odd
        {
            known.swap(0, 1);
        }
        for generation in known.into_iter().flatten() {
            let taken = match self.fetch(key(generation)) {
                // What a wipe put there.
                Ok(Some((_, []))) => break,
                Ok(Some((_, bytes))) => take(bytes),
                Ok(None) => Err(CommandError::Corrupt),
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

    /// Writes an empty checkpoint in place of each: erasing page by page could be cut half-way.
    fn wipe(&mut self) -> Result<(), CommandError> {
        match self.save(&|_| Ok(0)).and_then(|()| self.save(&|_| Ok(0))) {
            Ok(()) => Ok(()),
            Err(_) => self.erase(),
        }
    }
}

/// Newer of two generations, which wrap around after the largest number.
fn newer(one: u32, other: u32) -> u32 {
    match one.wrapping_sub(other) < 1 << 31 {
        true => one,
        false => other,
    }
}

/// Bytes beside a checkpoint in the buffer: the header, and the key in a word of its own.
const OVERHEAD: usize = HEADER + 4;

/// A checkpoint on its way to flash, written straight to the storage's buffer.
struct Item<'a> {
    generation: u32,
    write: &'a Write<'a>,
}

impl<'v> Value<'v> for Item<'_> {
    fn serialize_into(&self, buffer: &mut [u8]) -> Result<usize, SerializationError> {
        let short = SerializationError::BufferTooSmall;
        let (header, rest) = buffer.split_first_chunk_mut::<HEADER>().ok_or(short)?;
        let [v0, v1] = LAYOUT.to_le_bytes();
        let [g0, g1, g2, g3] = self.generation.to_le_bytes();
        *header = [v0, v1, 0, 0, g0, g1, g2, g3];
        let length = (self.write)(rest).map_err(|_| SerializationError::BufferTooSmall)?;
        Ok(HEADER + length)
    }

    fn deserialize_from(_: &'v [u8]) -> Result<(Self, usize), SerializationError> {
        Err(SerializationError::InvalidFormat)
    }
}

/// A flash that never waits, for a library that could.
struct Blocking<S> {
    flash: S,
    /// Offset of the last read.
    read: u32,
}

impl<S: nor_flash::ErrorType> nor_flash::ErrorType for Blocking<S> {
    type Error = S::Error;
}

impl<S: NorFlash> asynchronous::ReadNorFlash for Blocking<S> {
    const READ_SIZE: usize = S::READ_SIZE;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), S::Error> {
        self.read = offset;
        self.flash.read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.flash.capacity()
    }
}

impl<S: NorFlash> asynchronous::NorFlash for Blocking<S> {
    const WRITE_SIZE: usize = S::WRITE_SIZE;
    const ERASE_SIZE: usize = S::ERASE_SIZE;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), S::Error> {
        self.flash.erase(from, to)
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), S::Error> {
        self.flash.write(offset, bytes)
    }
}
