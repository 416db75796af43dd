//! How much stack a program needs: what lies below the stack is painted at the start, and looked
//! at afterwards.

use core::ptr::{read_volatile, with_exposed_provenance_mut, write_volatile};
use core::sync::atomic::{AtomicUsize, Ordering};

use downhill_firmware::Vitals;

/// How far below the stack it is painted, at most.
const DEPTH: usize = 16 * 1024;
/// Left alone below the stack pointer: the painter's own frame.
const MARGIN: usize = 256;
const PAINT: u32 = 0xA5A5_A5A5;

/// Where the stack began when it was painted, and the lowest word that was.
static TOP: AtomicUsize = AtomicUsize::new(0);
static BOTTOM: AtomicUsize = AtomicUsize::new(0);

/// Paints what is below the stack, and lets a host read how much of it was ever in use; called
/// once, at the start of a program.
#[inline(never)]
pub fn paint() -> Vitals {
    let top: usize;
    // SAFETY: it reads a register.
    unsafe { core::arch::asm!("mov {}, sp", out(reg) top, options(nomem, nostack)) };
    let lowest = (cortex_m_rt::heap_start() as usize).next_multiple_of(4);
    let bottom = lowest.max(top.saturating_sub(DEPTH) & !3);
    for address in (bottom..top - MARGIN).step_by(4) {
        // SAFETY: between the statics and the stack is RAM that nothing uses.
        unsafe { write_volatile(with_exposed_provenance_mut(address), PAINT) };
    }
    TOP.store(top, Ordering::Relaxed);
    BOTTOM.store(bottom, Ordering::Relaxed);
    Vitals {
        stack: Some(peak),
        clock: None,
    }
}

/// The most bytes of stack that were in use since, the caller's not counted; as many as were
/// painted where there may have been more.
fn peak() -> u32 {
    let (top, bottom) = (TOP.load(Ordering::Relaxed), BOTTOM.load(Ordering::Relaxed));
    let used = (bottom..top).step_by(4).find(|&address| {
        // SAFETY: as above; the words above are the stack's.
        let word: u32 = unsafe { read_volatile(with_exposed_provenance_mut(address)) };
        word != PAINT
    });
    (top - used.unwrap_or(top)) as u32
}
