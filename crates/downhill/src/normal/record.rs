//! Detectors as checkpoints.

use super::Detector;
use super::alarm::Alarm;
use super::calibration::{Calibration, KEPT};
use super::score::Score;
use crate::Real;
use crate::checkpoint::{self, Checkpoint};

/// Numbers of a detector beside its model's, in a checkpoint.
pub const RECORD: usize = COUNTS * 2 + 1 + KEPT;
/// Counts, each of 32 bits.
const COUNTS: usize = 4;

/// A count as two numbers, of its lower and its upper 16 bits, which any kind of number holds.
fn halves<T: Real>(count: u32) -> [T; 2] {
    [count & 0xffff, count >> 16].map(T::from_u32)
}

/// The count of two numbers; `None` where they are no halves of one.
fn whole<T: Real>([low, high]: [T; 2]) -> Option<u32> {
    let half = |number: T| {
        let half = number.to_f64() as u32;
        (half <= 0xffff && T::from_u32(half).to_f64() == number.to_f64()).then_some(half)
    };
    Some(half(low)? | half(high)? << 16)
}

impl<M: Score> Detector<M> {
    /// All that it knows beside its model: windows learned from, windows calibrated on, votes and
    /// cool-down, each as its lower and its upper 16 bits; the threshold, −1 before there is one; the
    /// largest scores that it was calibrated on.
    pub fn record(&self) -> [M::Real; RECORD] {
        let mut record = [M::Real::ZERO; RECORD];
        let counts = [
            self.learned,
            self.calibration.windows(),
            self.alarm.above,
            self.alarm.wait,
        ];
        let counts = counts.map(halves::<M::Real>);
        let threshold = [self.threshold.unwrap_or(-M::Real::ONE)];
        let numbers = (counts.as_flattened().iter())
            .chain(&threshold)
            .chain(self.calibration.largest());
        for (place, &number) in record.iter_mut().zip(numbers) {
            *place = number;
        }
        record
    }

    /// Writes a [checkpoint] to the front of `out`, whose batch is the [record](Detector::record);
    /// returns its length.
    ///
    /// # Errors
    /// [`checkpoint::Error::Room`] with the length needed.
    pub fn save(&self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error> {
        let (steps, state) = (self.steps(), self.model.state());
        checkpoint::write(out, steps, recipe, state, &self.record())
    }

    /// Goes on where a checkpoint of such a detector stopped.
    ///
    /// # Errors
    /// [`checkpoint::Error::Mismatch`], and [`checkpoint::Error::Corrupt`] of numbers that no
    /// detector has. Nothing has changed then.
    pub fn restore(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error> {
        let numbers = saved.batch::<M::Real>();
        if numbers.len() != RECORD {
            let (need, got) = (RECORD, numbers.len());
            return Err(checkpoint::Error::Mismatch { need, got });
        }
        let mut record = [M::Real::ZERO; RECORD];
        for (place, number) in record.iter_mut().zip(numbers) {
            *place = number;
        }
        let (counts, rest) = record.split_at(COUNTS * 2);
        let mut counts = counts.as_chunks().0.iter().map(|halves| whole(*halves));
        let mut count = || counts.next().flatten().ok_or(checkpoint::Error::Corrupt);
        let [learned, calibrated, above, wait] = [count()?, count()?, count()?, count()?];
        let [threshold, largest @ ..] = rest else {
            return Err(checkpoint::Error::Corrupt);
        };
        let threshold = Some(*threshold).filter(|&threshold| threshold != -M::Real::ONE);
        let largest = largest.first_chunk().ok_or(checkpoint::Error::Corrupt)?;
        let settings = &self.settings;
        let is_possible = match threshold {
            Some(threshold) => {
                threshold >= M::Real::ZERO && threshold.is_finite() && learned == settings.learn
            }
            None => learned <= settings.learn && calibrated < settings.calibrate,
        };
        if !is_possible {
            return Err(checkpoint::Error::Corrupt);
        }
        let is_frozen = learned == settings.learn;
        self.model.resume(saved, learned, is_frozen)?;
        (self.learned, self.threshold) = (learned, threshold);
        self.calibration = Calibration::of(largest, calibrated);
        self.alarm = Alarm { above, wait };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec;

    use super::*;
    use crate::loss::Squared;
    use crate::model::{Mlp, Tanh};
    use crate::normal::{KMeans, Mahalanobis, Phase, Reconstruction, Settings};
    use crate::optimizer::Adam;
    use crate::random::Random;
    use crate::rules::Scaling;
    use crate::{Const, Fingerprint, Trainer};

    const SETTINGS: Settings<f32> = Settings {
        learn: 40,
        calibrate: 20,
        share: 0.1,
        votes: [1, 32],
        cool_down: 100_000,
    };

    /// Feeds windows one by one; at each of them a checkpoint is taken over by another detector, and
    /// both go on alike.
    fn goes_on<M: Score<Real = f32>>(new: impl Fn() -> M) {
        let fresh = || Detector::new(new(), SETTINGS).unwrap();
        let (mut detector, mut random) = (fresh(), Random::seed(7));
        let mut other = fresh();
        let mut prints: std::vec::Vec<Fingerprint> = vec![];
        for at in 0..120 {
            let scale = if at > 80 { 4.0 } else { 1.0 };
            let window = [random.unit::<f32>() * scale, random.unit::<f32>()];
            let mut bytes = [0; 1_000];
            let length = detector.save(b"two", &mut bytes).unwrap();
            let saved = Checkpoint::parse(&bytes[..length]).unwrap();
            assert_eq!(saved.steps, detector.steps());
            assert_eq!(saved.steps, at.min(60));
            other.restore(&saved).unwrap();
            assert_eq!(other.fingerprint(), detector.fingerprint(), "{at}");
            let told = detector.observe(&window).unwrap();
            assert_eq!(other.observe(&window).unwrap(), told);
            assert_eq!(other.fingerprint(), detector.fingerprint(), "{at}");
            prints.push(detector.fingerprint());
        }
        assert_eq!(detector.phase(), Phase::Watching);
        assert!(detector.is_on());
        // All bits of the votes, and a wait of more than 16 bits, were in it.
        assert!(detector.alarm.wait > 0xffff && detector.alarm.above > 0xffff);
        prints.dedup();
        assert!(prints.len() > 100);
    }

    #[test]
    fn a_checkpoint_at_any_window_goes_on_alike() {
        goes_on(|| Mahalanobis::new(2, 0.1, [0.0; 8]).unwrap());
        goes_on(|| KMeans::new(2, 3, 10, [0.0; 32]).unwrap());
        goes_on(|| {
            let (model, rules) = (Mlp::<_, _, _, Tanh>::new(), Scaling::STANDARD_WITH_TARGET);
            let model: Mlp<Const<2>, Const<1>, Const<2>, Tanh> = model;
            let trainer = Trainer::with_rules(model, Squared, Adam::new(0.01), rules, [0.0; 64]);
            Reconstruction::new(trainer.unwrap(), 10, 1).unwrap()
        });
    }

    #[test]
    fn what_no_detector_has_is_refused_and_changes_nothing() {
        let new = |features| {
            let model = Mahalanobis::new(features, 0.1, [0.0f32; 16]).unwrap();
            Detector::new(model, SETTINGS).unwrap()
        };
        let mut detector = new(2);
        detector.observe(&[1.0, 2.0]).unwrap();
        let before = detector.fingerprint();
        let mut bytes = [0; 1_000];
        let refused = |bytes: &[u8], detector: &mut Detector<Mahalanobis<[f32; 16]>>| {
            let saved = Checkpoint::parse(bytes).unwrap();
            let error = detector.restore(&saved).unwrap_err();
            assert_eq!(detector.fingerprint(), before);
            error
        };
        let length = new(3).save(b"", &mut bytes).unwrap();
        let error = refused(&bytes[..length], &mut detector);
        assert_eq!(error, checkpoint::Error::Mismatch { need: 5, got: 9 });
        let length = checkpoint::write(&mut bytes, 1, b"", &[0.0f32; 5], &[]).unwrap();
        let error = refused(&bytes[..length], &mut detector);
        let need = RECORD;
        assert_eq!(error, checkpoint::Error::Mismatch { need, got: 0 });
        // A count that is no whole number; more windows than it learns from; a threshold before it
        // has learned; one that is not finite; a number of the model that is not.
        for (at, number) in [
            (0, 0.5),
            (0, 41.0),
            (8, 1.0),
            (8, f32::INFINITY),
            (99, f32::NAN),
        ] {
            let (mut record, mut state) = (new(2).record(), [0.0; 5]);
            match record.get_mut(at) {
                Some(place) => *place = number,
                None => state[0] = number,
            }
            let length = checkpoint::write(&mut bytes, 1, b"", &state, &record).unwrap();
            let error = refused(&bytes[..length], &mut detector);
            assert_eq!(error, checkpoint::Error::Corrupt, "{at}");
        }
    }
}
