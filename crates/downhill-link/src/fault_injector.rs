//! A bad line for tests: frames are lost, damaged, repeated and swapped, the same way every time.

use downhill::random::Random;
use heapless::Vec;

use crate::FRAME;

/// Rate of each fault, as a share of all frames, from 0 to 1; at most one happens to a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// The frame does not arrive.
    pub drop: f32,
    /// One bit of it is flipped.
    pub corrupt: f32,
    /// Its end does not arrive.
    pub cut: f32,
    /// It arrives twice.
    pub duplicate: f32,
    /// It arrives after the frame that follows it.
    pub reorder: f32,
}

impl Rates {
    /// Every fault equally often, this share of frames in all.
    pub fn all(share: f32) -> Self {
        let each = share / 5.0;
        Self {
            drop: each,
            corrupt: each,
            cut: each,
            duplicate: each,
            reorder: each,
        }
    }
}

/// Number of frames that met each fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Injected {
    /// All frames, the unharmed included.
    pub frames: u32,
    /// Dropped.
    pub dropped: u32,
    /// One bit flipped.
    pub corrupted: u32,
    /// Cut.
    pub cut: u32,
    /// Sent twice.
    pub duplicated: u32,
    /// Held back behind the next frame.
    pub reordered: u32,
}

/// A bad line for tests, seeded: what goes wrong is the same in every run.
///
/// A corrupted or a cut frame is always one bad frame to a [`FrameReader`](crate::FrameReader)
/// once another frame follows, so that its count can be compared with what was injected.
///
/// ```
/// use downhill_link::fault_injector::{FaultInjector, Rates};
/// let mut line = FaultInjector::<64>::new(7, Rates { duplicate: 1.0, ..Rates::default() });
/// let mut arrived = 0;
/// line.pass(&[0, 1, 2, 0], |bytes| arrived += bytes.len());
/// assert_eq!((arrived, line.injected().duplicated), (8, 1));
/// ```
#[derive(Debug)]
pub struct FaultInjector<const N: usize = FRAME> {
    random: Random,
    rates: Rates,
    held: Vec<u8, N>,
    injected: Injected,
}

impl<const N: usize> FaultInjector<N> {
    /// A line with these faults, drawn from `seed`.
    pub const fn new(seed: u64, rates: Rates) -> Self {
        Self {
            random: Random::seed(seed),
            rates,
            held: Vec::new(),
            injected: Injected {
                frames: 0,
                dropped: 0,
                corrupted: 0,
                cut: 0,
                duplicated: 0,
                reordered: 0,
            },
        }
    }

    /// Faults injected so far.
    pub const fn injected(&self) -> &Injected {
        &self.injected
    }

    /// Lets a frame through, or what is left of it; `deliver` gets each run of bytes that
    /// arrives.
    pub fn pass(&mut self, frame: &[u8], mut deliver: impl FnMut(&[u8])) {
        let Rates {
            drop,
            corrupt,
            cut,
            duplicate,
            reorder,
        } = self.rates;
        self.injected.frames += 1;
        let late = core::mem::take(&mut self.held);
        let mut drawn: f32 = self.random.unit();
        let mut falls = |rate: f32| {
            let hit = (0.0..rate).contains(&drawn);
            drawn -= rate;
            hit
        };
        if falls(drop) {
            self.injected.dropped += 1;
        } else if falls(corrupt) {
            self.corrupt(frame, &mut deliver);
        } else if falls(cut) {
            self.cut(frame, &mut deliver);
        } else if falls(duplicate) {
            self.injected.duplicated += 1;
            deliver(frame);
            deliver(frame);
        } else if falls(reorder) && self.held.extend_from_slice(frame).is_ok() {
            self.injected.reordered += 1;
        } else {
            deliver(frame);
        }
        if !late.is_empty() {
            deliver(&late);
        }
    }

    /// Delivers a frame that is still held back.
    pub fn flush(&mut self, mut deliver: impl FnMut(&[u8])) {
        let late = core::mem::take(&mut self.held);
        if !late.is_empty() {
            deliver(&late);
        }
    }

    /// Flips a bit, but never to a zero byte, which would make two bad frames of one, and not of
    /// the first zero, which alone ends a frame that was cut before.
    fn corrupt(&mut self, frame: &[u8], deliver: &mut impl FnMut(&[u8])) {
        let at = 1 + self.random.below(frame.len().saturating_sub(1) as u32) as usize;
        let bit = self.random.below(8);
        let Some((before, [byte, after @ ..])) = frame.split_at_checked(at) else {
            return deliver(frame);
        };
        self.injected.corrupted += 1;
        let flipped = match byte ^ (1 << bit) {
            0 => byte ^ (1 << (bit ^ 1)),
            flipped => flipped,
        };
        deliver(before);
        deliver(&[flipped]);
        deliver(after);
    }

    /// Loses at least the last byte that matters and leaves at least the first.
    fn cut(&mut self, frame: &[u8], deliver: &mut impl FnMut(&[u8])) {
        let choices = frame.len().saturating_sub(3) as u32;
        let keep = 2 + self.random.below(choices) as usize;
        match frame.get(..keep) {
            Some(kept) if choices > 0 => {
                self.injected.cut += 1;
                deliver(kept);
            }
            _ => deliver(frame),
        }
    }
}
