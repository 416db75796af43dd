//! What is measured: instructions and memory on emulated boards, throughput beside others' on the
//! host.

pub(crate) mod device;
pub(crate) mod host;
pub(crate) mod page;
pub(crate) mod turns;
