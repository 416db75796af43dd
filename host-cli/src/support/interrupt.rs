//! Ctrl-C, and whatever else asks a run to end: it ends with what it has.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

use crate::support::failure::{Failure, Outcome};

static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Lets Ctrl-C ask instead of kill; a second one kills. So does whoever ends a service or closes a
/// terminal, which `timeout` and shells say twice. Whoever calls this looks at [`asked`].
pub(crate) fn listen() {
    let asked = ASKED.get_or_init(Arc::default);
    // In this order: the first signal finds no flag, the second one does. Where there are no
    // signals, Ctrl-C kills, as it does anyway.
    let _ = flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(asked));
    let _ = flag::register(SIGINT, Arc::clone(asked));
    let _ = flag::register(SIGTERM, Arc::clone(asked));
    if heeds_hangups() {
        let _ = flag::register(SIGHUP, Arc::clone(asked));
    }
}

/// True where a hangup would kill, and is not ignored, as under `nohup`; `false` where nobody
/// tells.
fn heeds_hangups() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|set| u64::from_str_radix(set.trim(), 16).ok());
    ignored.is_some_and(|set| set & 1 << (SIGHUP - 1) == 0)
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

/// True where an interrupt was asked for.
pub(crate) fn asked() -> bool {
    ASKED
        .get()
        .is_some_and(|asked| asked.load(Ordering::Relaxed))
}
