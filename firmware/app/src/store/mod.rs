//! Checkpoints that outlive a power cut.

mod before;
mod flash;
mod layout;
mod pages;
mod record;
mod scan;

use downhill::checkpoint;
use downhill_link::CommandError;

pub use flash::FlashStore;

/// Storage in which checkpoints outlive a power cut.
pub trait Store {
    /// True where there is a storage: `()` is none.
    const PRESENT: bool = true;

    /// Writes the checkpoint that `write` puts at the front of the bytes it is given. Done when it
    /// is safe: it was read back, and a power cut at any instant before leaves the checkpoints that
    /// were there.
    ///
    /// # Errors
    /// [`CommandError::Room`] or [`CommandError::Flash`]; the checkpoints that were there are there.
    fn save(&mut self, write: &Write<'_>) -> Result<(), CommandError>;

    /// Offers the newest checkpoint to `take`, and where that refuses it the one before. Erases
    /// and writes nothing.
    fn restore(&mut self, take: &mut dyn FnMut(&[u8]) -> Result<(), CommandError>) -> Restored;

    /// Wear of the storage, as far as it is known.
    fn wear(&self) -> Wear {
        Wear::default()
    }

    /// Removes all checkpoints, and whatever else is in the storage.
    ///
    /// # Errors
    /// [`CommandError::Flash`].
    fn wipe(&mut self) -> Result<(), CommandError>;
}

/// Wear of a storage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wear {
    /// Erasures of pages since the storage was first used, at least: one behind which the power
    /// went before the page was marked is missing.
    pub erases: u32,
    /// Erasures that all pages together are rated for; 0 where that is not known.
    pub rated_erases: u32,
    /// Checkpoints, as long as the newest, that a page takes between two erasures; 0 without one.
    pub saves_per_erase: u32,
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
    /// The checkpoint before the newest, which was refused, is damaged, or is in a page that cannot
    /// be read. Such a page is erased by a [wipe](Store::wipe) only.
    Older(CommandError),
    /// None: the newest was refused or is damaged, and so is the one before, if there is one. The
    /// fit starts anew; what is in the store stays there until somebody saves and later checkpoints
    /// need its place, or until it is [wiped](Store::wipe). A node writes none unasked before.
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
