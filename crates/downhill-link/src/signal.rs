use core::fmt;

use downhill::signal::Description;
use serde::ser::SerializeTuple;
use serde::{Serialize, Serializer};

/// Most bytes of a signal stage's section, its number and length included.
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
    const SECTION: u8 = 2;

    /// The stage of a description, which is written into `bytes`.
    pub fn new(description: &Description<f32>, bytes: &'a mut [u8; SIGNAL]) -> Self {
        let length = postcard::experimental::serialized_size(description).unwrap_or(0);
        // Cannot fail: the longest description has fewer bytes. A tuple has no length of its own.
        let head = postcard::to_slice(&(Self::SECTION, length as u32), &mut *bytes);
        let head = head.map_or(0, |head| head.len());
        let behind = bytes.get_mut(head..).unwrap_or_default();
        let _ = postcard::to_slice(description, behind);
        Self(bytes.get(..head + length).unwrap_or_default())
    }

    /// The stage whose sections these are; none without any.
    pub const fn from_sections(sections: &'a [u8]) -> Self {
        Self(sections)
    }

    /// Bytes of the section.
    pub const fn bytes(&self) -> &'a [u8] {
        self.0
    }

    /// Returns true where there is no stage.
    pub const fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Its description; none of a stage that cannot be, or where there is none.
    pub fn description(&self) -> Option<Description<f32>> {
        let [Self::SECTION, behind @ ..] = self.0 else {
            return None;
        };
        let (bytes, []) = postcard::take_from_bytes::<&[u8]>(behind).ok()? else {
            return None;
        };
        let (description, []) = postcard::take_from_bytes(bytes).ok()? else {
            return None;
        };
        Some(description)
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
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        for byte in self.0 {
            tuple.serialize_element(byte)?;
        }
        tuple.end()
    }
}
