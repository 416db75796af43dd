//! Ctrl-C: asks a run to end with what it has.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

use crate::failure::{Failure, Outcome};

static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Lets Ctrl-C ask instead of kill; a second one kills. Whoever calls this looks at [`asked`].
pub(crate) fn listen() {
    let asked = ASKED.get_or_init(Arc::default);
    // In this order: the first signal finds no flag, the second one does. Where there are no
    // signals, Ctrl-C kills, as it does anyway.
    let _ = flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(asked));
    let _ = flag::register(SIGINT, Arc::clone(asked));
}

/// Ends a fit that was interrupted before it had learned anything.
pub(crate) fn before_any_update(interrupted: bool) -> Outcome {
    match interrupted {
        true => Err(Failure::Fit(
            "interrupted before any update: there is no fit, and nothing is written".into(),
        )),
        false => Ok(()),
    }
}

/// Whether somebody has asked.
pub(crate) fn asked() -> bool {
    ASKED
        .get()
        .is_some_and(|asked| asked.load(Ordering::Relaxed))
}
