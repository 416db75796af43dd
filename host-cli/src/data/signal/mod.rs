//! Signals: raw rows of recordings become rows of windows, which a fit takes as any others.

mod cells;
mod cut;
mod find;
mod options;
mod prepared;
mod raw;
mod record;
mod roles;
mod stretches;
mod times;
mod walk;
mod windows;

pub(crate) use self::cut::Wanted;
pub(crate) use self::find::find;
pub(crate) use self::options::SignalOptions;
pub(crate) use self::prepared::{Signal, SignalFacts, of_model, prepare, raw_of_model};
pub(crate) use self::raw::{Packed, Piece, RawSamples};
pub(crate) use self::record::SignalRecord;
pub(crate) use self::stretches::{Stretch, stretches};
pub(crate) use self::windows::{WindowRows, window_of};
