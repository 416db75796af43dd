//! The concrete fits that are measured.
//!
//! Generic code takes the optimisation level of the crate that makes it concrete: this one. Each
//! call is kept out of line, so that it costs what it costs a program.
#![no_std]

use downhill::loss::Squared;
use downhill::model::Linear;
use downhill::optimizer::Sgd;
use downhill::random::Random;
use downhill::{Const, Fault, Step, Trainer};

/// A call to be counted.
pub trait Workload: Sized {
    /// The first part of its figures' keys, and the kind of its shapes.
    const NAME: &'static str;
    /// What one call is given.
    type Sample;
    /// What one call returns.
    type Answer;

    /// A fit that has seen nothing.
    ///
    /// # Errors
    /// Where the workload itself is wrong.
    fn new() -> Result<Self, Fault>;
    /// The next sample of the workload's data.
    fn sample(random: &mut Random) -> Self::Sample;
    /// What is counted.
    ///
    /// # Errors
    /// Those of the core.
    fn call(&mut self, sample: &Self::Sample) -> Result<Self::Answer, Fault>;
}

/// Numbers in [-1, 1).
fn features<const N: usize>(random: &mut Random) -> [f32; N] {
    core::array::from_fn(|_| 2.0 * random.unit::<f32>() - 1.0)
}

type W1Fit<A> = Trainer<Linear<Const<8>>, Squared, Sgd<f32>, (), A>;

/// Linear, 8 features, squared loss, SGD.
pub struct W1(W1Fit<[f32; W1Fit::<[f32; 0]>::ARENA]>);

impl Workload for W1 {
    const NAME: &'static str = "w1.const";
    type Sample = ([f32; 8], [f32; 1]);
    type Answer = Step<f32>;

    fn new() -> Result<Self, Fault> {
        let arena = [0.0; W1Fit::<[f32; 0]>::ARENA];
        Trainer::new(Linear::new(), Squared, Sgd::rate(0.01), arena).map(Self)
    }

    fn sample(random: &mut Random) -> Self::Sample {
        let features = features(random);
        (features, [features.iter().sum()])
    }

    #[inline(never)]
    fn call(&mut self, (features, target): &Self::Sample) -> Result<Step<f32>, Fault> {
        self.0.observe(features, target)
    }
}
