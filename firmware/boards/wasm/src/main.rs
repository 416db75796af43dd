//! The `lab` firmware as a module of WebAssembly, which imports nothing: whoever runs it moves the
//! bytes of its line.
//!
//! Up to [`room`] bytes for the firmware are written to [`input`]; [`poll`] takes them, and returns
//! how many bytes from the firmware are then at [`output`]. It is called again, with 0, as long as
//! [`pending`] says so.
#![no_std]
#![no_main]

mod line;

use core::cell::RefCell;
use core::convert::Infallible;

use downhill_firmware::{Connection, Lab};
use embedded_hal::digital::{ErrorType, OutputPin};
use static_cell::ConstStaticCell;

use line::{Line, ROOM};

/// Memory for fits: a megabyte.
static ARENA: ConstStaticCell<[f32; 1 << 18]> = ConstStaticCell::new([0.0; 1 << 18]);
/// Memory for signal stages.
static SIGNAL: ConstStaticCell<[f32; 1 << 16]> = ConstStaticCell::new([0.0; 1 << 16]);

static LINE: Line = Line::new();
static LAB: OneThread<RefCell<Option<Lab<'static, &'static Line, Pin>>>> =
    OneThread(RefCell::new(None));

/// A value of the module's only thread.
struct OneThread<T>(T);

// SAFETY: a module without shared memory has one thread.
unsafe impl<T> Sync for OneThread<T> {}

/// A status pin that leads nowhere.
struct Pin;

/// Where the firmware's bytes are written to.
#[unsafe(no_mangle)]
extern "C" fn input() -> *const u8 {
    LINE.input()
}

/// Bytes that have room there.
#[unsafe(no_mangle)]
extern "C" fn room() -> usize {
    ROOM
}

/// Takes as many bytes as were written, executes some of what is there, and returns how many bytes
/// are at [`output`].
#[unsafe(no_mangle)]
extern "C" fn poll(written: usize) -> usize {
    LINE.take(written);
    let mut lab = LAB.0.borrow_mut();
    let lab = lab.get_or_insert_with(|| {
        Lab::new(Connection::new("wasm", &LINE), Pin, ARENA.take()).signal_memory(SIGNAL.take())
    });
    lab.poll();
    LINE.sent()
}

/// Returns 1 while there are bytes that the firmware has not executed, or 0.
#[unsafe(no_mangle)]
extern "C" fn pending() -> usize {
    LINE.is_pending().into()
}

/// Where the firmware's answer is.
#[unsafe(no_mangle)]
extern "C" fn output() -> *const u8 {
    LINE.output()
}

impl ErrorType for Pin {
    type Error = Infallible;
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
