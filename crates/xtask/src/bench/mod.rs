//! Benchmarks: instructions and memory on emulated boards, throughput and the time of a start beside
//! others' on the host.

pub(crate) mod c;
mod cmsis;
mod contenders;
mod cores;
pub(crate) mod device;
pub(crate) mod fits;
pub(crate) mod host;
pub(crate) mod latency;
pub(crate) mod page;
mod peers;
mod report;
pub(crate) mod signal;
pub(crate) mod startup;
mod stats;
mod thresholds;
