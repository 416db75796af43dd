//! Ctrl-C, and whatever else asks a run to end: it ends with what it has.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::{SigId, flag, low_level};

use crate::support::failure::{Failure, Outcome};

static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Signal that came last, 0 before the first.
static SIGNAL: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

/// Handler that ends the program at a second Ctrl-C, until somebody else does.
static SECOND: Mutex<Second> = Mutex::new(Second::Unset);

/// True once a signal has asked, as far as whoever has [taken over](take_over) knows.
static SEEN: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Flag that ends the work of this thread, in the place of a signal.
    static OWN: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// Flag that asks the work of a thread to end. For loops over rows, where [`asked`] would be a part of
/// the cost.
pub(crate) struct Watch(Option<Arc<AtomicBool>>);

/// Who ends the program at a second Ctrl-C.
enum Second {
    Unset,
    Handler(SigId),
    Elsewhere,
}

/// Lets Ctrl-C ask instead of kill; a second one kills. So does whoever ends a service or closes a
/// terminal, which `timeout` and shells say twice. Whoever calls this looks at [`asked`].
pub(crate) fn listen() {
    let asked = ASKED.get_or_init(Arc::default);
    let mut second = SECOND.lock().unwrap_or_else(PoisonError::into_inner);
    // In this order: the first signal finds no flag, the second one does. Where there are no
    // signals, Ctrl-C kills, as it does anyway.
    if let Second::Unset = *second
        && let Ok(handler) = flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(asked))
    {
        *second = Second::Handler(handler);
    }
    let last = SIGNAL.get_or_init(Arc::default);
    let heeded = |&signal: &i32| signal != SIGHUP || !is_ignored(SIGHUP);
    for signal in [SIGINT, SIGTERM, SIGHUP].into_iter().filter(heeded) {
        let _ = flag::register_usize(signal, Arc::clone(last), signal as usize);
        let _ = flag::register(signal, Arc::clone(asked));
    }
}

/// The signals that end the program, or ask it to end.
pub(crate) fn signals() -> impl Iterator<Item = i32> {
    let all = [SIGINT, SIGTERM, SIGHUP].into_iter();
    all.filter(|&signal| !is_ignored(signal))
}

/// Leaves it to the caller to [end](end) the program at a signal that [ends](ends) it. A file that
/// grows too long is an error from now on, and no signal.
pub(crate) fn take_over() {
    let mut second = SECOND.lock().unwrap_or_else(PoisonError::into_inner);
    SEEN.store(asked(), Ordering::Relaxed);
    if let Second::Handler(handler) = std::mem::replace(&mut *second, Second::Elsewhere) {
        low_level::unregister(handler);
    }
    let _ = flag::register(SIGXFSZ, Arc::default());
}

/// Returns true when a signal that has come ends the program: any where nobody [listens](listen),
/// else a second Ctrl-C. To be asked once for each.
pub(crate) fn ends(signal: i32) -> bool {
    ASKED.get().is_none() || (SEEN.swap(true, Ordering::Relaxed) && signal == SIGINT)
}

/// Ends the program as this signal does.
pub(crate) fn end(signal: i32) -> ! {
    if ASKED.get().is_none() {
        let _ = low_level::emulate_default_handler(signal);
    }
    low_level::exit(128 + signal)
}

/// True where a signal was ignored at the start, as a hangup is under `nohup`. Where nobody tells,
/// a hangup is.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|set| u64::from_str_radix(set.trim(), 16).ok());
    ignored.map_or(signal == SIGHUP, |set| set & 1 << (signal - 1) != 0)
}

/// Failure of work that a signal ended before it was done, with this account of it.
pub(crate) fn early(account: String) -> Failure {
    let signal = SIGNAL.get().map_or(0, |last| last.load(Ordering::Relaxed));
    Failure::Interrupted(signal as u8, account)
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

/// Does work that ends early once `flag` is set, as at a signal.
pub(crate) fn until<R>(flag: &Arc<AtomicBool>, work: impl FnOnce() -> R) -> R {
    OWN.with(|own| own.replace(Some(Arc::clone(flag))));
    let done = work();
    OWN.with(|own| own.replace(None));
    done
}

impl Watch {
    /// That of the work of this thread.
    pub(crate) fn new() -> Self {
        Self(OWN.with_borrow(Clone::clone))
    }

    /// True where an interrupt was asked for.
    #[inline]
    pub(crate) fn asked(&self) -> bool {
        let asked = self.0.as_ref().or_else(|| ASKED.get());
        asked.is_some_and(|asked| asked.load(Ordering::Relaxed))
    }
}

/// True where an interrupt was asked for.
pub(crate) fn asked() -> bool {
    Watch::new().asked()
}
