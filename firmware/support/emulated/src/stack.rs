//! Peak of a program's stack: the memory below the stack is painted at the start, and looked
//! at afterwards.

use core::ptr::{read_volatile, with_exposed_provenance_mut, write_volatile};
use core::sync::atomic::{AtomicUsize, Ordering};

use downhill_firmware::BoardStats;

use crate::processor;

/// Most bytes below the stack that are painted.
const DEPTH: usize = 16 * 1024;
/// Left alone below the stack pointer: the painter's own frame.
const MARGIN: usize = 256;
const PAINT: u32 = 0xA5A5_A5A5;

unsafe extern "C" {
    /// Start of the stack; it grows downwards.
    static _stack_start: u32;
}

/// The lowest word that was painted.
static BOTTOM: AtomicUsize = AtomicUsize::new(0);

/// Paints what is below the stack, and lets a host read how much of it was ever in use; called
/// once, at the start of a program.
#[inline(never)]
pub fn paint() -> BoardStats {
    let here = processor::stack_pointer();
    let lowest = processor::end_of_statics().next_multiple_of(4);
    let bottom = lowest.max(here.saturating_sub(DEPTH) & !3);
    for address in (bottom..here - MARGIN).step_by(4) {
        // SAFETY: between the statics and the stack is RAM that nothing uses.
        unsafe { write_volatile(with_exposed_provenance_mut(address), PAINT) };
    }
    BOTTOM.store(bottom, Ordering::Relaxed);
    BoardStats {
        stack: Some(peak),
        clock: None,
    }
}

/// The most bytes of stack that were ever in use, from its very beginning: `main`'s frame may hold
/// most of a program. As many as were painted where there may have been more.
fn peak() -> u32 {
    let (top, bottom) = (
        &raw const _stack_start as usize,
        BOTTOM.load(Ordering::Relaxed),
    );
    let used = (bottom..top).step_by(4).find(|&address| {
        // SAFETY: as above; the words above are the stack's.
        let word: u32 = unsafe { read_volatile(with_exposed_provenance_mut(address)) };
        word != PAINT
    });
    (top - used.unwrap_or(top)) as u32
}
