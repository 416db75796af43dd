//! Signals: raw recordings in, features of windows out.

mod reference;
