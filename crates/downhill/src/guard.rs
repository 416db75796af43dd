//! A guard for a fit that goes on learning alone: a reference beside it, and the better one answers.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::{Fault, Hasher, Real, Setting};

/// Samples that losses are compared over.
pub const WINDOW: u32 = BLOCKS as u32 * BLOCK;
/// Blocks of that window, and samples of a block.
const BLOCKS: usize = 10;
const BLOCK: u32 = 50;
/// Weights of a sample in the recent losses: those that forget soon, and those that do not.
const RECENT: [f64; 2] = [0.25, 1.0 / 32.0];
/// Full blocks in which the learner may have been the worse one.
const EXCEPTIONS: usize = 1;
/// Recent losses of the reference, in its calm loss, beyond which something is wrong.
const CALM: f64 = 3.0;
/// Factor by which the calm loss rises with a block that is above it.
const RISE: f64 = 1.05;

/// Fit that answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Answer {
    /// The fit as it left the factory.
    #[default]
    Reference,
    /// The fit that goes on learning.
    Learner,
}

/// Settings of a [`Guard`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct GuardSettings<T> {
    /// Share by which answers may be worse than the reference's over [`WINDOW`] samples, above 0.
    pub margin: T,
    /// Share by which the learner's loss over [`WINDOW`] samples is above the reference's from
    /// which on it should go back to the reference.
    pub back: T,
    /// Distance of the two predictions, in calm losses of the reference, beyond which the
    /// reference answers whatever was before.
    pub reach: T,
}

impl<T: Real> Default for GuardSettings<T> {
    /// 5 %, 50 %, and four calm losses.
    fn default() -> Self {
        Self {
            margin: T::from_f64(0.05),
            back: T::HALF,
            reach: T::from_u32(4),
        }
    }
}

/// Sums over some samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sums<T> {
    reference: T,
    learner: T,
    /// Loss of the answers less that of the reference.
    excess: T,
}

/// Guard of a fit that learns alone: tells which of two fits answers, and when the learning one should
/// go back.
///
/// Both predict each sample; [`answer`](Guard::answer) says whose prediction is given, from what was
/// before it. When the label is there, and before anything is learned from it,
/// [`observe`](Guard::observe) takes the loss of both. The learner answers while
/// 1. its mean loss is below the reference's in the last nine blocks of 50 samples, but for one, and
///    so are its recent losses, of means that forget over 4 and over 32 samples;
/// 2. the recent loss of the reference is no more than three times its *calm* loss, for where labels
///    or sensors are suddenly wrong the learner learns what is wrong;
/// 3. blocks in which answers were worse than the reference's sum up, over the last 500 samples, to
///    no more than a quarter of the margin of 500 calm losses;
/// 4. the two predictions are no further apart than [`reach`](GuardSettings::reach) calm losses.
///
/// The calm loss is the reference's mean over its best block, and rises by 5 % with each block that is
/// above it: what is wrong for some hundred samples is not trusted, and what stays is.
///
/// ```
/// use downhill::guard::{Answer, Guard, GuardSettings};
/// let mut guard = Guard::new(GuardSettings::<f32>::default())?;
/// for _ in 0..500 {
///     guard.answer(0.01);
///     guard.observe(1.0, 0.5)?; // the learner has half of the loss
/// }
/// assert_eq!(guard.answer(0.01), Answer::Learner);
/// for _ in 0..2 {
///     guard.answer(0.01);
///     guard.observe(1.0, 3.0)?; // somebody mistypes labels
/// }
/// assert_eq!(guard.answer(0.01), Answer::Reference);
/// # Ok::<(), downhill::Fault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guard<T> {
    settings: GuardSettings<T>,
    blocks: [Sums<T>; BLOCKS],
    /// Losses that forget, soon and later: of the reference, and of the learner.
    recent: [[T; 2]; 2],
    /// Mean loss of the reference while all is well.
    calm: T,
    samples: u32,
    answer: Answer,
    changes: u32,
}

impl<T: Real> Guard<T> {
    /// A guard that lets the reference answer first.
    ///
    /// # Errors
    /// [`Fault::Setting`] of a setting that is not finite and above 0.
    pub fn new(settings: GuardSettings<T>) -> Result<Self, Fault> {
        let GuardSettings {
            margin,
            back,
            reach,
        } = settings;
        if ![margin, back, reach]
            .iter()
            .all(|&x| x > T::ZERO && x.is_finite())
        {
            return Err(Fault::Setting(Setting::Detector));
        }
        Ok(Self {
            settings,
            blocks: [Sums::default(); BLOCKS],
            recent: [[T::ZERO; 2]; 2],
            calm: T::MAX,
            samples: 0,
            answer: Answer::Reference,
            changes: 0,
        })
    }

    /// Fit whose prediction of the next sample is given; `distance` is the loss that one of the
    /// predictions has where the other is the target.
    pub fn answer(&mut self, distance: T) -> Answer {
        let [soon, later] = self.recent;
        let (mut worse, mut exceptions) = (T::ZERO, 0);
        let under_way = (self.samples / BLOCK) as usize % BLOCKS;
        for (at, block) in self.blocks.iter().enumerate() {
            worse += block.excess.larger(T::ZERO);
            if at != under_way {
                exceptions += usize::from(block.learner >= block.reference);
            }
        }
        let GuardSettings { margin, reach, .. } = self.settings;
        let calm = self.calm;
        let allowed = margin * T::from_f64(0.25) * T::from_u32(WINDOW) * calm;
        let may = self.samples >= WINDOW - BLOCK
            && exceptions <= EXCEPTIONS
            && [soon, later]
                .iter()
                .all(|[reference, learner]| learner < reference)
            && later[0] <= T::from_f64(CALM) * calm
            && worse <= allowed
            && distance <= reach * calm;
        let answer = match may {
            true => Answer::Learner,
            false => Answer::Reference,
        };
        self.changes = self
            .changes
            .saturating_add(u32::from(answer != self.answer));
        self.answer = answer;
        answer
    }

    /// Takes in the losses of both on the sample that was answered last, before either learns from
    /// it; returns `true` where the learner should go back to the reference, and then begins anew.
    ///
    /// # Errors
    /// [`Fault::Loss`] where the reference's is negative or not finite, and nothing has changed; a
    /// learner's loss that is not is taken for the largest there can be, and sends it back.
    pub fn observe(&mut self, reference: T, learner: T) -> Result<bool, Fault> {
        if !(reference >= T::ZERO && reference.is_finite()) {
            return Err(Fault::Loss);
        }
        if !(learner >= T::ZERO && learner.is_finite()) {
            self.begin();
            return Ok(true);
        }
        let block = self.samples / BLOCK;
        let at = block as usize % BLOCKS;
        if let Some(sums) = self.blocks.get_mut(at) {
            if self.samples.is_multiple_of(BLOCK) {
                *sums = Sums::default();
            }
            sums.reference += reference;
            sums.learner += learner;
            if self.answer == Answer::Learner {
                sums.excess += learner - reference;
            }
            if self.samples % BLOCK == BLOCK - 1 {
                let mean = sums.reference / T::from_u32(BLOCK);
                self.calm = mean.smaller(self.calm * T::from_f64(RISE));
            }
        }
        let first = T::ONE / T::from_u32(self.samples.saturating_add(1));
        for (recent, weight) in self.recent.iter_mut().zip(RECENT) {
            let weight = T::from_f64(weight).larger(first);
            for (recent, loss) in recent.iter_mut().zip([reference, learner]) {
                *recent += weight * (loss - *recent);
            }
        }
        // The count comes round to a block of the same place.
        self.samples = match self.samples {
            u32::MAX => u32::MAX - WINDOW + 1,
            samples => samples + 1,
        };
        let [mut of_reference, mut of_learner] = [T::ZERO; 2];
        for block in &self.blocks {
            of_reference += block.reference;
            of_learner += block.learner;
        }
        let goes_back =
            self.samples >= WINDOW && of_learner > (T::ONE + self.settings.back) * of_reference;
        if goes_back {
            self.begin();
        }
        Ok(goes_back)
    }

    /// Begins anew, as with a learner that is the reference once more.
    fn begin(&mut self) {
        self.changes = self
            .changes
            .saturating_add(u32::from(self.answer == Answer::Learner));
        self.answer = Answer::Reference;
        self.blocks = [Sums::default(); BLOCKS];
        (self.recent, self.samples) = ([[T::ZERO; 2]; 2], 0);
    }

    /// Mean losses of reference and learner over some 32 samples.
    pub fn recent(&self) -> [T; 2] {
        self.recent[1]
    }

    /// Times that the answer came to be the other one's.
    pub fn changes(&self) -> u32 {
        self.changes
    }

    /// Takes in all that decides its future.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        hasher.word(self.samples);
        hasher.word(u32::from(self.answer == Answer::Learner));
        let GuardSettings {
            margin,
            back,
            reach,
        } = self.settings;
        hasher.reals(&[margin, back, reach]);
        hasher.reals(self.recent.as_flattened());
        hasher.reals(&[self.calm]);
        for block in &self.blocks {
            hasher.reals(&[block.reference, block.learner, block.excess]);
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;
    use crate::loss::Squared;
    use crate::model::Linear;
    use crate::optimizer::Sgd;
    use crate::random::Random;
    use crate::{Const, Trainer};

    type Fit = Trainer<Linear<Const<3>>, Squared, Sgd<f32>, (), [f32; 16]>;

    fn fit(rate: f32) -> Fit {
        Trainer::new(Linear::new(), Squared, Sgd::new(rate), [0.0; 16]).unwrap()
    }

    /// Disturbances of a stream.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Kind {
        Sound,
        LabelFaults,
        Drift,
        Swapped,
        All,
    }

    /// Losses of reference and answers on a stream, and the number of times that the learner went back.
    fn stream(kind: Kind, seed: u64) -> (Vec<[f32; 2]>, u32) {
        let mut random = Random::seed(seed);
        let mut normal = move || (0..12).map(|_| random.unit::<f32>()).sum::<f32>() - 6.0;
        let mut weights = [1.0 + 0.2 * normal(), -0.5 + 0.2 * normal(), 0.3 * normal()];
        let mut reference = fit(0.01);
        let sample = |normal: &mut dyn FnMut() -> f32, weights: [f32; 3]| {
            let x: [f32; 3] = core::array::from_fn(|_| normal());
            let y = x.iter().zip(weights).map(|(x, w)| x * w).sum::<f32>() + 0.3 * normal();
            (x, y)
        };
        for _ in 0..3_000 {
            let (x, y) = sample(&mut normal, weights);
            reference.observe(&x, &[y]).unwrap();
        }
        let factory = reference.state().to_vec();
        let mut learner = fit(0.02);
        learner.restore(&factory, 0).unwrap();
        let mut guard = Guard::new(GuardSettings::default()).unwrap();
        let (mut losses, mut backs) = (Vec::new(), 0);
        let drift: [f32; 3] = core::array::from_fn(|_| 3e-4 * normal());
        for k in 0..6_000u32 {
            let of = |own| kind == own || kind == Kind::All;
            if of(Kind::Drift) && (1_000..4_000).contains(&k) {
                for (weight, drift) in weights.iter_mut().zip(drift) {
                    *weight += drift;
                }
            }
            let (mut x, y) = sample(&mut normal, weights);
            if of(Kind::Swapped) && (2_500..3_300).contains(&k) {
                x.swap(0, 1);
            }
            let faulty = of(Kind::LabelFaults) && (k / 400) % 5 == 3 && k % 3 > 0;
            let label = if faulty { -4.0 * y + 3.0 } else { y };
            let predictions = [&mut reference, &mut learner].map(|fit| fit.predict(&x).unwrap()[0]);
            let [a, b] = predictions;
            let answer = guard.answer(0.5 * (a - b) * (a - b));
            // Losses are those of the labels that there are.
            let loss = |p: f32, y: f32| 0.5 * (p - y) * (p - y);
            let given = if answer == Answer::Learner { b } else { a };
            losses.push([loss(a, label), loss(given, label)]);
            if guard.observe(loss(a, label), loss(b, label)).unwrap() {
                learner.restore(&factory, 0).unwrap();
                backs += 1;
            }
            let _ = learner.observe(&x, &[label]);
        }
        (losses, backs)
    }

    /// The most that answers were worse than the reference over any 500 samples, as a share.
    fn worst(losses: &[[f32; 2]]) -> f64 {
        let share = |window: &[[f32; 2]]| {
            let sum = |at: usize| window.iter().map(|loss| f64::from(loss[at])).sum::<f64>();
            sum(1) / sum(0) - 1.0
        };
        losses
            .windows(WINDOW as usize)
            .map(share)
            .fold(f64::MIN, f64::max)
    }

    #[test]
    fn answers_are_never_worse_than_the_reference_by_more_than_the_margin() {
        for kind in [
            Kind::Sound,
            Kind::LabelFaults,
            Kind::Drift,
            Kind::Swapped,
            Kind::All,
        ] {
            for seed in 0..10 {
                let (losses, _) = stream(kind, 100 * kind as u64 + seed);
                let worst = worst(&losses);
                assert!(worst <= 0.05, "{kind:?}, seed {seed}: {worst}");
            }
        }
    }

    #[test]
    fn a_learner_that_follows_a_drift_answers_and_one_that_is_lost_goes_back() {
        let (mut reference, mut given) = (0.0, 0.0);
        for seed in 0..5 {
            let (losses, _) = stream(Kind::Drift, 200 + seed);
            let sum = |at: usize| losses[4_000..].iter().map(|loss| loss[at]).sum::<f32>();
            reference += sum(0);
            given += sum(1);
        }
        assert!(given < 0.5 * reference, "{given} {reference}");
        let mut guard = Guard::new(GuardSettings::<f32>::default()).unwrap();
        let back = (0..).find(|_| guard.observe(1.0, 2.0).unwrap());
        assert_eq!(back, Some(499));
        assert_eq!(guard.observe(1.0, f32::NAN), Ok(true));
        assert_eq!(guard.observe(f32::NAN, 1.0), Err(Fault::Loss));
    }
}
