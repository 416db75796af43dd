//! Programs of nodes: their fits, whose shapes are compiled in, and the parts that they share.
#![no_std]

mod correction;
mod eight;
mod fan;
mod motion;
#[cfg(target_arch = "arm")]
mod pace;
mod thermometer;

#[cfg(target_arch = "arm")]
pub use correction::correct_for_good;
pub use correction::{Correction, correct};
pub use eight::{Eight, EightFit, Fixed, Float, learn, node_worker};
pub use fan::{FanMemory, guard_fan};
pub use motion::{Motion, MotionMemory, motion_worker, tell_motions};
#[cfg(target_arch = "arm")]
pub use pace::{once_a_second, uptime};
pub use thermometer::thermometer;

/// Unwraps a result that cannot fail with the constants compiled in. It does not describe the
/// error, as `expect` would: that takes flash.
pub fn must<T, E>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(_) => panic!(),
    }
}
