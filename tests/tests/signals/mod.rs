//! Signals: raw recordings in, features of windows out.

mod boards;
mod device;
mod fan;
mod fit;
mod guard;
mod node;
mod normal;
mod reference;
mod watching;
