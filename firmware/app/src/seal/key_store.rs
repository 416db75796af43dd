use downhill_link::seal::Keys;

/// Place where a board keeps its keys.
pub trait KeyStore {
    /// The keys, where there are any.
    fn load(&mut self) -> Option<Keys>;

    /// Keeps these keys in the place of others; returns whether they will be there after a power
    /// cut, or whenever the board starts.
    fn keep(&mut self, keys: &Keys) -> bool;
}

/// Keys that are built into a firmware: no host can give others.
#[derive(Clone, Debug)]
pub struct BuiltIn(pub Keys);

impl KeyStore for BuiltIn {
    fn load(&mut self) -> Option<Keys> {
        Some(self.0.clone())
    }

    fn keep(&mut self, _: &Keys) -> bool {
        false
    }
}

/// Keys that are forgotten with the power, for a board that has no flash to keep them in.
#[derive(Clone, Copy, Debug)]
pub struct Volatile;

impl KeyStore for Volatile {
    fn load(&mut self) -> Option<Keys> {
        None
    }

    fn keep(&mut self, _: &Keys) -> bool {
        true
    }
}
