use core::fmt;

use downhill::signal::Description;
use serde::ser::SerializeTuple;
use serde::{Serialize, Serializer};

/// Most bytes of a description in a recipe's section.
pub const SIGNAL: usize = 255;

/// The signal stage in front of a fit, as the section of its recipe has it: a description of the
/// windows that the device makes of raw samples, or none.
///
/// ```
/// use downhill::signal::Description;
/// use downhill_link::{SIGNAL, Signal};
///
/// let text = "window=128 hop=64 rate=26Hz: mean,std,bands:8";
/// let description = Description::parse(text, &["ax", "ay", "az"], None).unwrap();
/// let mut bytes = [0; SIGNAL];
/// let signal = Signal::new(&description, &mut bytes);
/// assert_eq!(signal.description(), Some(description));
/// assert!(Signal::NONE.is_none() && !signal.is_none());
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Signal<'a>(&'a [u8]);

impl<'a> Signal<'a> {
    /// No stage: samples of the host are features.
    pub const NONE: Self = Self(&[]);
    /// Number of the section.
    pub(crate) const SECTION: u8 = 2;

    /// The stage of a description, which is written into `bytes`.
    pub fn new(description: &Description<f32>, bytes: &'a mut [u8; SIGNAL]) -> Self {
        // Cannot fail: the longest description has fewer bytes.
        Self(postcard::to_slice(description, bytes).map_or(&[], |bytes| &*bytes))
    }

    /// The stage whose description has these bytes, at most [`SIGNAL`] of them; none without any.
    pub const fn from_bytes(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Bytes of its description.
    pub const fn bytes(&self) -> &'a [u8] {
        self.0
    }

    /// Returns true where there is no stage.
    pub const fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Its description; none of a stage that cannot be, or where there is none.
    pub fn description(&self) -> Option<Description<f32>> {
        let (description, rest) = postcard::take_from_bytes(self.0).ok()?;
        rest.is_empty().then_some(description)
    }

    /// Bytes of the section: its number, the length, and those of the description; nothing where
    /// there is no stage.
    pub(crate) fn section(&self) -> impl Iterator<Item = u8> + use<'a> {
        let head = [Self::SECTION, self.0.len() as u8];
        let length = if self.is_none() { 0 } else { head.len() };
        head.into_iter().take(length).chain(self.0.iter().copied())
    }
}

impl fmt::Debug for Signal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signal").field(&self.0).finish()
    }
}

/// As the section that stands behind a recipe. It is not read as other fields are.
impl Serialize for Signal<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A tuple has no length of its own in `postcard`.
        let mut tuple = serializer.serialize_tuple(self.section().count())?;
        for byte in self.section() {
            tuple.serialize_element(&byte)?;
        }
        tuple.end()
    }
}
