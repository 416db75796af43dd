//! The stage: samples in, features of windows out.

use super::cosines::Cosines;
use super::description::Description;
use super::filter::{FOURTH_ORDER, Pass, SECOND_ORDER, STATES, Section};
use super::window;
use crate::{Arena, Fault, Real};

/// Share of half the new rate up to which decimation lets through.
const KEPT: f64 = 0.6;

impl<T: Real> Description<T> {
    /// Sections that each channel goes through, in their order.
    pub fn filters(&self) -> impl Iterator<Item = Section<T>> + use<T> {
        let single = [(Pass::High, self.highpass), (Pass::Low, self.lowpass)];
        let single = single
            .into_iter()
            .filter_map(|(pass, share)| Some(Section::new(pass, share?, SECOND_ORDER)));
        let kept = T::from_f64(KEPT / 2.0) / T::from_u32(u32::from(self.decimate));
        let count = if self.decimate > 1 { 2 } else { 0 };
        let double = FOURTH_ORDER.into_iter().take(count);
        single.chain(double.map(move |damping| Section::new(Pass::Low, kept, damping)))
    }
}

/// Turns raw samples into features of windows, in an arena of fixed length.
///
/// ```
/// use downhill::signal::{Description, Stage};
///
/// let text = "window=16 hop=8 rate=100Hz: mean,dominant";
/// let description = Description::<f32>::parse(text, &["current"], None)?;
/// let mut stage = Stage::new(description, [0.0; 64]).unwrap();
/// let (mut features, mut windows) = ([0.0; 2], 0);
/// for k in 0..32u8 {
///     let sample = [[1.0, 3.0], [2.0, 2.0]][usize::from(k % 2)][usize::from(k % 4 / 2)];
///     if stage.push(&[sample], &mut features).unwrap() {
///         windows += 1;
///         assert_eq!(features, [2.0, 25.0]); // a period of four samples
///     }
/// }
/// assert_eq!(windows, 3);
/// # Ok::<(), downhill::signal::SignalError>(())
/// ```
#[derive(Debug)]
pub struct Stage<A: Arena> {
    description: Description<A::Real>,
    sections: [Section<A::Real>; 4],
    arena: A,
    /// Samples of a channel that are held at most.
    held: u16,
    /// Samples of a channel that are held.
    at: u16,
    /// Kept samples until one is held again.
    skip: u16,
    /// Raw samples until one is kept.
    until_kept: u8,
    /// Samples kept since the last gap.
    kept: u32,
    /// Windows that have ended.
    windows: u32,
    /// Windows that had begun when a gap came.
    dropped: u32,
}

impl<A: Arena<Real: Cosines>> Stage<A> {
    /// A stage that has seen nothing.
    ///
    /// # Errors
    /// [`Fault::Arena`] where it is shorter than [`Description::arena_len`].
    pub fn new(description: Description<A::Real>, arena: A) -> Result<Self, Fault> {
        let (need, got) = (description.arena_len(), arena.words().len());
        if got < need {
            return Err(Fault::Arena {
                need: need as u32,
                got: got as u32,
            });
        }
        let mut sections = [Section::default(); 4];
        for (place, section) in sections.iter_mut().zip(description.filters()) {
            *place = section;
        }
        Ok(Self {
            held: description.held() as u16,
            description,
            sections,
            arena,
            at: 0,
            skip: 0,
            until_kept: 0,
            kept: 0,
            windows: 0,
            dropped: 0,
        })
    }

    /// Its description.
    pub fn description(&self) -> &Description<A::Real> {
        &self.description
    }

    /// Takes a sample of each channel; returns true where a window ends with it, whose features
    /// then are in `features`.
    ///
    /// # Errors
    /// [`Fault::Length`] where there are not as many samples as channels, or not as many features
    /// as [`Description::len`]; [`Fault::Feature`] with a channel whose sample is not finite, which
    /// is a [gap](Stage::gap).
    #[inline]
    pub fn push(&mut self, sample: &[A::Real], features: &mut [A::Real]) -> Result<bool, Fault> {
        let channels = self.description.channels();
        let lengths = [
            (channels, sample.len()),
            (self.description.len(), features.len()),
        ];
        if let Some((need, got)) = lengths.into_iter().find(|(need, got)| need != got) {
            return Err(Fault::Length {
                need: need as u32,
                got: got as u32,
            });
        }
        if let Some(index) = sample.iter().position(|x| !x.is_finite()) {
            self.gap();
            return Err(Fault::Feature {
                index: index as u16,
            });
        }
        let is_kept = self.until_kept == 0;
        self.until_kept = match is_kept {
            true => self.description.decimate - 1,
            false => self.until_kept - 1,
        };
        let is_held = is_kept && self.skip == 0;
        if is_held && self.at == self.held {
            self.make_room();
        }
        let is_held = is_kept && self.skip == 0;
        self.take(sample, is_held);
        if is_kept {
            self.kept = self.kept.saturating_add(1);
            self.skip = self.skip.saturating_sub(1);
        }
        if !is_held {
            return Ok(false);
        }
        self.at += 1;
        let is_whole = self.at == self.held;
        if is_whole {
            self.windows = self.windows.saturating_add(1);
            self.tell(features);
        }
        Ok(is_whole)
    }

    /// Raw samples of each channel until a window ends, that one included.
    pub fn until_window(&self) -> usize {
        let kept = match self.at == self.held {
            true => self.description.hop,
            false => self.skip + (self.held - self.at),
        };
        let behind_next = usize::from(kept.saturating_sub(1)) * self.description.decimate();
        usize::from(self.until_kept) + behind_next + 1
    }

    /// Lets go of the samples in front of the next window.
    fn make_room(&mut self) {
        let (held, hop) = (self.held, self.description.hop);
        let step = hop.min(held);
        self.skip = hop - step;
        self.at = held - step;
        let (held, channels) = (usize::from(held), self.description.channels());
        let buffers = self.arena.words_mut().chunks_exact_mut(held.max(1));
        for buffer in buffers.take(channels) {
            let left = held - usize::from(step);
            for at in 0..left {
                if let Some(&later) = buffer.get(at + usize::from(step))
                    && let Some(place) = buffer.get_mut(at)
                {
                    *place = later;
                }
            }
        }
    }

    /// Filters a sample of each channel, and holds it.
    fn take(&mut self, sample: &[A::Real], is_held: bool) {
        let (held, at) = (usize::from(self.held), usize::from(self.at));
        let used = self.description.sections();
        let words = self.arena.words_mut();
        let Some((buffers, states)) = words.split_at_mut_checked(sample.len() * held) else {
            return;
        };
        let mut states = states.as_chunks_mut::<STATES>().0.iter_mut();
        for (&sample, buffer) in sample.iter().zip(buffers.chunks_exact_mut(held.max(1))) {
            let mut filtered = sample;
            for (section, states) in self.sections.iter().take(used).zip(&mut states) {
                filtered = match self.kept == 0 && self.until_kept == self.description.decimate - 1
                {
                    true => section.settle(filtered, states),
                    false => section.filter(filtered, states),
                };
            }
            if is_held && let Some(place) = buffer.get_mut(at) {
                *place = filtered;
            }
        }
    }

    /// Writes what is told of the window that has just ended.
    fn tell(&mut self, features: &mut [A::Real]) {
        let held = usize::from(self.held);
        let (description, channels) = (&self.description, self.description.channels());
        let states = channels * STATES * description.sections();
        let words = self.arena.words_mut();
        let Some((buffers, rest)) = words.split_at_mut_checked(channels * held) else {
            return;
        };
        let room = rest.get_mut(states..).unwrap_or_default();
        let all = description.features().iter();
        let between = all.clone().filter(|one| one.is_between()).count();
        let own = (features.len() - between.min(features.len())) / channels.max(1);
        let mut left = features;
        for buffer in buffers.chunks_exact(held.max(1)) {
            let Some(out) = left.split_off_mut(..own) else {
                return;
            };
            window::of_channel(description, buffer, room, out);
        }
        let length = description.window();
        let of = |channel: usize| {
            let end = (channel + 1) * held;
            buffers.get(end.saturating_sub(length)..end).unwrap_or(&[])
        };
        for (feature, out) in all.filter(|one| one.is_between()).zip(left) {
            *out = window::of_several(feature, length, of);
        }
    }

    /// The samples of a channel that are held, as they were filtered; behind a window's end they
    /// end with the window.
    pub fn held(&self, channel: usize) -> &[A::Real] {
        let held = usize::from(self.held);
        let buffer = self.arena.words().get(channel * held..);
        buffer
            .and_then(|buffer| buffer.get(..usize::from(self.at)))
            .unwrap_or(&[])
    }

    /// Forgets all samples, as behind a gap, a fault or the end of a recording: the next sample is
    /// the first. Returns the number of windows that had begun and are dropped.
    pub fn gap(&mut self) -> u32 {
        let (kept, held) = (self.kept, u32::from(self.held));
        let hop = u32::from(self.description.hop).max(1);
        let begun = kept.div_ceil(hop);
        let ended = match kept.checked_sub(held) {
            Some(more) => more / hop + 1,
            None => 0,
        };
        (self.at, self.skip, self.until_kept, self.kept) = (0, 0, 0, 0);
        let unfinished = begun.saturating_sub(ended);
        self.dropped = self.dropped.saturating_add(unfinished);
        unfinished
    }

    /// Number of windows that have ended.
    pub fn windows(&self) -> u32 {
        self.windows
    }

    /// Numbers in its arena.
    pub fn room(&self) -> usize {
        self.arena.words().len()
    }

    /// Gives its arena back.
    pub fn into_arena(self) -> A {
        self.arena
    }

    /// Number of windows that had begun and were dropped, at gaps and faults.
    pub fn dropped(&self) -> u32 {
        self.dropped
    }
}
