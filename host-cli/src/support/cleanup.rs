//! Temporary files and processes that do not outlive the program, also where a signal ends it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;

use signal_hook::iterator::Signals;

use crate::support::interrupt;

/// Removal of a thing.
pub(crate) type Undo = Box<dyn FnOnce() + Send>;

static HELD: Mutex<BTreeMap<u64, Undo>> = Mutex::new(BTreeMap::new());

fn held() -> MutexGuard<'static, BTreeMap<u64, Undo>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A thing that a signal removes before it ends the program, until this is dropped.
#[derive(Debug)]
pub(crate) struct Held(u64);

impl Drop for Held {
    fn drop(&mut self) {
        held().remove(&self.0);
    }
}

/// Makes a thing, and has it removed by `undo` where a signal ends the program.
///
/// # Errors
/// Those of `make`.
pub(crate) fn hold<T, E>(
    make: impl FnOnce() -> Result<T, E>,
    undo: impl FnOnce(&T) -> Undo,
) -> Result<(T, Held), E> {
    static WATCH: Once = Once::new();
    WATCH.call_once(watch);
    // Until it is among them no signal ends the program.
    let mut held = held();
    let made = make()?;
    let number = held.last_key_value().map_or(0, |(last, _)| last + 1);
    held.insert(number, undo(&made));
    Ok((made, Held(number)))
}

/// Waits on a thread for signals that end the program. Without one they end it as they always do.
fn watch() {
    let Ok(mut signals) = Signals::new(interrupt::signals()) else {
        return;
    };
    interrupt::take_over();
    let _ = thread::Builder::new().spawn(move || {
        for signal in &mut signals {
            if interrupt::ends(signal) {
                let mut held = held();
                while let Some((_, undo)) = held.pop_last() {
                    undo();
                }
                interrupt::end(signal);
            }
        }
    });
}
