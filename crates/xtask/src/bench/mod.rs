//! What is measured: instructions and memory on emulated boards, throughput and the time of a start
//! beside others' on the host.

mod bars;
pub(crate) mod device;
pub(crate) mod host;
pub(crate) mod page;
mod peers;
mod report;
pub(crate) mod start;
pub(crate) mod turns;
