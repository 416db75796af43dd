//! Key of the hidden trait methods that choose a faster path at run time.

/// Argument of hidden trait methods, which no other crate can name: they can neither be called nor
/// overridden there.
#[derive(Clone, Copy, Debug)]
pub struct Internal;
