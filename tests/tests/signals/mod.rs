//! Signals: raw recordings in, features of windows out.

mod boards;
mod fit;
mod reference;
