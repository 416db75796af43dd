//! A signal stage: raw samples become features of windows, in fixed memory and with the same bits
//! on every target.
//!
//! A [`Description`] says what is done with the samples of some channels: filters and decimation,
//! how many samples are a window and how far it is to the next one, and what is told of it. It is
//! read from a text such as `window=128 hop=64 rate=26Hz: mean,std,rms,bands:8`. A [`Stage`] does
//! it, sample by sample, in an [arena](crate::Arena) whose length the description tells.
//!
//! # Order of operations
//! * Filters come first, at the raw rate: high pass, low pass, and the two sections of the filter
//!   of decimation, a Butterworth filter of fourth order up to 0.6 of half the new rate. Each starts
//!   as if its first sample had always been.
//! * Sums of one channel's window (the mean, moments, squares, sizes) run over four lanes: sample
//!   *i* goes to lane *i* mod 4; behind each 64 samples, and at the end, the lanes fold as
//!   (0 + 1) + (2 + 3) onto the whole. The mean is x₀ + Σ(x − x₀)·(1/N), and moments are about it,
//!   what rounding took off the mean included. All other sums run in index order.
//! * A spectrum is of the window less its mean, times the taper (Hann's is
//!   0.5 − 0.5·cos 2πi/N, of samples i and N − i alike). Pairs of samples are complex numbers, which
//!   are transformed by decimation in frequency in steps of four (the last is of two, of an odd
//!   power); twiddle factors are entries of one table of cosines, made at build time. Powers are
//!   |X|²/(N·Σ taper²), with Σ taper² = 3N/8 of Hann's; they are one-sided and not doubled.

mod block;
mod cosines;
mod description;
mod error;
mod feature;
mod fft;
mod filter;
mod parse;
mod possible;
mod scan;
mod spectrum;
mod stage;
mod statistics;
mod window;

pub use block::Block;
pub use cosines::Cosines;
pub use description::{Description, EDGES, FEATURES, FeatureName, LONGEST, MOST_CHANNELS, SLOWEST};
pub use error::{Caret, Reason, SignalError};
pub use feature::{Bands, Feature, Plain};
pub use filter::{Pass, Section};
pub use stage::Stage;
