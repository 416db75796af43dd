//! Fits in fixed point, and the same net in floats beside them.

use downhill::fixed::{Nlms, ONE, Rate, Sgd, Trainer};
use downhill::loss::{CrossEntropy, Squared};
use downhill::model::{Linear, Mlp, Tanh};
use downhill::random::Random;
use downhill::{Const, Fault, Fingerprint, Hasher, Step};

use crate::Workload;

/// Updates whose fingerprints are hashed.
const STEPS: usize = 256;

/// A workload in fixed point and the hash of the fingerprints of its first steps, on every target.
pub trait SameBits: Workload {
    /// The hash, as the host has it.
    const BITS: u64;

    /// The hash, as this target has it.
    ///
    /// # Errors
    /// Those of the core.
    fn bits() -> Result<u64, Fault> {
        let (mut fit, mut random) = (Self::new()?, Random::seed(2));
        let mut hasher = Hasher::default();
        for _ in 0..STEPS {
            fit.call(&Self::sample(&mut random))?;
            let Fingerprint(bits) = fit.fingerprint();
            hasher.word(bits as u32);
            hasher.word((bits >> 32) as u32);
        }
        Ok(hasher.finish().0)
    }
}

impl SameBits for W1Fixed {
    const BITS: u64 = 0x7f5e_2fcb_3d98_d9e4;
}

impl SameBits for NlmsFixed {
    const BITS: u64 = 0x94d3_9704_9603_f5be;
}

impl SameBits for W4Fixed {
    const BITS: u64 = 0x7623_7723_7668_9b43;
}

/// The rate 0.01 of a linear fit, whose slope is 2 e.
const LINEAR: Rate = Rate::scaled(0.01, 2, 1).unwrap();
/// The rate 0.01.
const NET: Rate = Rate::new(0.01).unwrap();

type W1Fit<A> = Trainer<Linear<Const<8>>, Squared, Sgd, A>;
type W4Fit<A> = Trainer<Mlp<Const<8>, Const<16>, Const<3>, Tanh>, CrossEntropy, Sgd, A>;

/// One update from one sample, a line each.
macro_rules! fixed {
    ($($(#[$about:meta])* $name:ident $key:literal $fit:ty, $new:expr, $target:expr;)*) => { $(
        $(#[$about])*
        pub struct $name($fit);

        impl Workload for $name {
            const NAME: &'static str = $key;
            type Sample = ([i16; 8], i16);
            type Answer = Step<u32>;
            type Prediction = i32;

            fn new() -> Result<Self, Fault> {
                let mut fit = $new?;
                fit.initialize(1);
                Ok(Self(fit))
            }

            fn sample(random: &mut Random) -> Self::Sample {
                let features = features(random);
                (features, $target(sum(&features)))
            }

            fn wild() -> Self::Sample {
                ([i16::MAX; 8], i16::MIN)
            }

            #[inline(never)]
            fn call(&mut self, (features, target): &Self::Sample) -> Result<Step<u32>, Fault> {
                self.0.observe(features, &[*target])
            }

            #[inline(never)]
            fn predict(&mut self, (features, _): &Self::Sample) -> Result<i32, Fault> {
                Ok(self.0.predict(features)?.first().copied().unwrap_or_default())
            }

            #[inline(never)]
            fn fingerprint(&self) -> Fingerprint {
                self.0.fingerprint()
            }

            #[inline(never)]
            fn save(&self, _: &mut [u8]) -> Option<usize> {
                None
            }

            #[inline(never)]
            fn resume(&mut self, _: &[u8]) -> Option<()> {
                None
            }
        }
    )* };
}

fixed! {
    /// Linear, 8 features, squared loss, SGD.
    W1Fixed "w1.q15" W1Fit<[i32; W1Fit::<[i32; 0]>::ARENA]>,
        Trainer::new(Linear::new(), Squared, Sgd { rate: LINEAR }, [0; _]), |sum| sum as i16;
    /// Perceptron 8-16-3, tanh, cross-entropy, SGD.
    W4Fixed "w4_sgd.q15" W4Fit<[i32; W4Fit::<[i32; 0]>::ARENA]>,
        Trainer::new(Mlp::new(), CrossEntropy, Sgd { rate: NET }, [0; _]), class;
}

/// Normalized least mean squares, 8 features and a bias.
pub struct NlmsFixed(Nlms<Const<8>, [i32; 9]>);

impl Workload for NlmsFixed {
    const NAME: &'static str = "w1_nlms.q15";
    type Sample = ([i16; 8], i16);
    type Answer = Step<u32>;
    type Prediction = i32;

    fn new() -> Result<Self, Fault> {
        Nlms::new(Const, 8192, 4, [0; 9]).map(Self)
    }

    fn sample(random: &mut Random) -> Self::Sample {
        W1Fixed::sample(random)
    }

    fn wild() -> Self::Sample {
        W1Fixed::wild()
    }

    #[inline(never)]
    fn call(&mut self, (features, target): &Self::Sample) -> Result<Step<u32>, Fault> {
        self.0.observe(features, *target)
    }

    #[inline(never)]
    fn predict(&mut self, (features, _): &Self::Sample) -> Result<i32, Fault> {
        self.0.predict(features)
    }

    #[inline(never)]
    fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint()
    }

    #[inline(never)]
    fn save(&self, _: &mut [u8]) -> Option<usize> {
        None
    }

    #[inline(never)]
    fn resume(&mut self, _: &[u8]) -> Option<()> {
        None
    }
}

/// Numbers in [-1, 1).
fn features(random: &mut Random) -> [i16; 8] {
    core::array::from_fn(|_| (random.word() >> 19) as i16 - ONE as i16)
}

fn sum(features: &[i16]) -> i32 {
    features.iter().map(|&x| i32::from(x)).sum()
}

/// One of three classes.
fn class(sum: i32) -> i16 {
    i16::from(sum > -ONE / 2) + i16::from(sum > ONE / 2)
}
