use core::fmt;

use downhill::normal;
use downhill::signal::Description;
use serde::de::DeserializeOwned;
use serde::ser::SerializeTuple;
use serde::{Serialize, Serializer};

/// Most bytes of a signal stage's section, its number and length included.
pub const SIGNAL: usize = 255;
/// Most bytes of a detector's section, its number and length included.
pub const DETECTOR: usize = 40;
/// Most bytes of both.
pub const SECTIONS: usize = SIGNAL + DETECTOR;

/// Surroundings of a fit, as the sections of its recipe have them: the signal stage in front of it, a
/// description of the windows that the device makes of raw samples, or none; and the detector of
/// anomalies in its place, or none.
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
/// A detector has the features of the recipe's model, and the trainer of the recipe where it
/// [reconstructs](normal::Kind::Reconstruction):
///
/// ```
/// use downhill::normal::{Description, Kind, Settings};
/// use downhill_link::{SECTIONS, Signal};
///
/// let kind = Kind::KMeans { centers: 8 };
/// let detector = Description { kind, scaled_by: 100, settings: Settings::default() };
/// let mut bytes = [0; SECTIONS];
/// let signal = Signal::with_detector(&[], &detector, &mut bytes);
/// assert_eq!(signal.detector(), Some(detector));
/// assert_eq!(signal.read(), Some((None, Some(detector))));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Signal<'a>(&'a [u8]);

impl<'a> Signal<'a> {
    /// No stage: samples of the host are features.
    pub const NONE: Self = Self(&[]);
    /// Number of the section of a stage.
    const SECTION: u8 = 2;
    /// Number of the section of a detector.
    pub(crate) const DETECTOR: u8 = 3;

    /// The stage of a description, which is written into `bytes`.
    pub fn new(description: &Description<f32>, bytes: &'a mut [u8; SIGNAL]) -> Self {
        let length = write(Self::SECTION, description, &mut *bytes);
        Self(bytes.get(..length).unwrap_or_default())
    }

    /// A detector behind the section of a stage, or behind none; both are written into `bytes`, which
    /// have room for both: [`SECTIONS`], or [`DETECTOR`] without a stage.
    pub fn with_detector(
        stage: &[u8],
        detector: &normal::Description<f32>,
        bytes: &'a mut [u8],
    ) -> Self {
        let Some((front, behind)) = bytes.split_at_mut_checked(stage.len()) else {
            return Self::NONE;
        };
        front.copy_from_slice(stage);
        let length = stage.len() + write(Self::DETECTOR, detector, behind);
        Self(bytes.get(..length).unwrap_or_default())
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

    /// Description of the stage; none of one that cannot be, or where there is none.
    pub fn description(&self) -> Option<Description<f32>> {
        self.read()?.0
    }

    /// Description of the detector; none of one that cannot be, or where there is none.
    pub fn detector(&self) -> Option<normal::Description<f32>> {
        self.read()?.1
    }

    /// Both descriptions; none where one cannot be, or where there is anything else.
    #[allow(clippy::type_complexity, reason = "one of each section")]
    pub fn read(&self) -> Option<(Option<Description<f32>>, Option<normal::Description<f32>>)> {
        let mut sections = self.0;
        let stage = take(Self::SECTION, &mut sections)?;
        let detector = take(Self::DETECTOR, &mut sections)?;
        sections.is_empty().then_some((stage, detector))
    }

    /// Bytes of the section of the stage; none without one.
    pub fn stage(&self) -> &'a [u8] {
        let mut behind = self.0;
        match take::<Description<f32>>(Self::SECTION, &mut behind) {
            Some(_) => { self.0.get(..self.0.len() - behind.len()) }.unwrap_or_default(),
            None => self.0,
        }
    }
}

/// Takes a section from the front, where it is of this number; none where it cannot be.
fn take<T: DeserializeOwned>(number: u8, sections: &mut &[u8]) -> Option<Option<T>> {
    let Some(behind) = sections.strip_prefix(&[number]) else {
        return Some(None);
    };
    let (bytes, rest) = postcard::take_from_bytes::<&[u8]>(behind).ok()?;
    let (value, []) = postcard::take_from_bytes(bytes).ok()? else {
        return None;
    };
    *sections = rest;
    Some(Some(value))
}

/// Writes a section to the front of `bytes`; returns its length.
fn write<T: Serialize>(number: u8, value: &T, bytes: &mut [u8]) -> usize {
    let length = postcard::experimental::serialized_size(value).unwrap_or(0);
    // Cannot fail: the longest section has fewer bytes. A tuple has no length of its own.
    let head = postcard::to_slice(&(number, length as u32), &mut *bytes);
    let head = head.map_or(0, |head| head.len());
    let _ = postcard::to_slice(value, bytes.get_mut(head..).unwrap_or_default());
    head + length
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
