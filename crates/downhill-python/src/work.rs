//! Work without the interpreter's lock, which Ctrl-C ends early.

use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use downhill_cli::embed::{Progress, until};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

/// Time between two looks for Ctrl-C.
const OFTEN: Duration = Duration::from_millis(50);
/// Stack of the thread that works, in bytes: that of a program's first.
const STACK: usize = 8 << 20;

/// Event of a fit.
enum Event {
    Begin(u32),
    Epoch(f64),
}

/// Hands events on to the thread that holds the interpreter.
struct Sending(Option<Sender<Event>>);

impl Sending {
    fn send(&self, event: Event) {
        if let Some(sender) = &self.0 {
            // Without a receiver nobody wants to know.
            let _ = sender.send(event);
        }
    }
}

impl Progress for Sending {
    fn begin(&mut self, epochs: u32) {
        self.send(Event::Begin(epochs));
    }

    fn epoch(&mut self, loss: f64) {
        self.send(Event::Epoch(loss));
    }
}

/// Does `work` on a thread of its own while this one, without the interpreter's lock, looks for
/// Ctrl-C, which asks the work to end with what it has, and calls `watcher` with what happens: the
/// number of epochs at their begin, and the loss of each. Returns true too where Ctrl-C came.
pub(crate) fn run<R: Send>(
    py: Python<'_>,
    watcher: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&mut dyn Progress) -> R + Send,
) -> PyResult<(R, bool)> {
    let flag = Arc::new(AtomicBool::new(false));
    let watcher = watcher.map(|watcher| watcher.clone().unbind());
    let mut failed = None;
    let done = py.detach(|| {
        thread::scope(|scope| {
            let (sender, events) = mpsc::channel();
            let flagged = Arc::clone(&flag);
            let is_watched = watcher.is_some();
            let worker = thread::Builder::new().stack_size(STACK);
            let worker = worker.spawn_scoped(scope, move || {
                // The other end hangs up with the last sender: at the end of the work.
                let _until_the_end = sender.clone();
                let mut sending = Sending(is_watched.then_some(sender));
                until(&flagged, || work(&mut sending))
            });
            let worker = match worker {
                Ok(worker) => worker,
                Err(error) => return Err(error),
            };
            loop {
                let event = match events.recv_timeout(OFTEN) {
                    Ok(event) => Some(event),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => break,
                };
                let told = Python::attach(|py| {
                    if py.check_signals().is_err() {
                        flag.store(true, Ordering::Relaxed);
                    }
                    match (event, &watcher) {
                        (Some(event), Some(watcher)) => tell(py, watcher, event),
                        _ => Ok(()),
                    }
                });
                if let Err(error) = told {
                    flag.store(true, Ordering::Relaxed);
                    // Ctrl-C while the watcher runs is raised in it, not told by a check of signals.
                    let is_ctrl_c =
                        Python::attach(|py| error.is_instance_of::<PyKeyboardInterrupt>(py));
                    if !is_ctrl_c {
                        failed.get_or_insert(error);
                    }
                }
            }
            Ok(worker
                .join()
                .unwrap_or_else(|panicked| panic::resume_unwind(panicked)))
        })
    });
    match failed {
        Some(error) => Err(error),
        None => Ok((done?, flag.load(Ordering::Relaxed))),
    }
}

fn tell(py: Python<'_>, watcher: &Py<PyAny>, event: Event) -> PyResult<()> {
    match event {
        Event::Begin(epochs) => watcher.call1(py, (Some(epochs), None::<f64>))?,
        Event::Epoch(loss) => watcher.call1(py, (None::<u32>, Some(loss)))?,
    };
    Ok(())
}
