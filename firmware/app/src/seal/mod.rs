//! Whom a board obeys: keys that a host gives it, and sealed frames from then on.
//!
//! A [`Guard`] is the layer of a connection. It has no keys at first, unless its [`KeyStore`] kept
//! some: the link is plain then, and a host may give it keys. Once it has them, it answers nothing
//! but what was sealed with one.

mod guard;
mod key_store;

pub use clatter::rand_core::{CryptoRng, Error, RngCore};
pub use downhill_link::seal::{Key, Keys};
pub use guard::Guard;
pub use key_store::{BuiltIn, KeyStore, Volatile};
