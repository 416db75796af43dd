//! The table of workloads.

use core::hint::black_box;

use downhill::checkpoint::Checkpoint;
use downhill::loss::{AnyLoss, CrossEntropy, Squared};
use downhill::model::{AnyActivation, AnyModel, Linear, Logistic, Mlp, Tanh, Widths};
use downhill::optimizer::{Adam, AnyOptimizer, Sgd};
use downhill::random::Random;
use downhill::recipe::AnyTrainer;
use downhill::{Const, Dyn, Fault, Fingerprint, Recipe, Step, Trainer};

use crate::{Workload, formula};

/// One update from one sample, a line each.
macro_rules! online {
    ($($(#[$about:meta])* $name:ident $key:literal
        ($features:literal) $fit:ty, $new:expr, $target:expr;)*) => { $(
        $(#[$about])*
        pub struct $name($fit);

        impl Workload for $name {
            const NAME: &'static str = $key;
            type Sample = ([f32; $features], [f32; 1]);
            type Answer = Step<f32>;
            type Prediction = f32;

            fn new() -> Result<Self, Fault> {
                let mut fit = $new?;
                fit.initialize(1);
                Ok(Self(fit))
            }

            fn sample(random: &mut Random) -> Self::Sample {
                let features = features(random);
                (features, [$target(&features)])
            }

            fn wild() -> Self::Sample {
                ([f32::INFINITY; $features], [0.0])
            }

            #[inline(never)]
            fn call(&mut self, (features, target): &Self::Sample) -> Result<Step<f32>, Fault> {
                self.0.observe(features, target)
            }

            #[inline(never)]
            fn predict(&mut self, (features, _): &Self::Sample) -> Result<f32, Fault> {
                Ok(self.0.predict(features)?.first().copied().unwrap_or_default())
            }

            #[inline(never)]
            fn fingerprint(&self) -> Fingerprint {
                self.0.fingerprint()
            }

            #[inline(never)]
            fn save(&self, out: &mut [u8]) -> Option<usize> {
                self.0.save(&[], out).ok()
            }

            #[inline(never)]
            fn resume(&mut self, saved: &[u8]) -> Option<()> {
                self.0.resume(&Checkpoint::parse(saved).ok()?).ok()
            }
        }
    )* };
}

type W1Fit<A> = Trainer<Linear<Const<8>>, Squared, Sgd<f32>, (), A>;
type W1WideFit<A> = Trainer<Linear<Const<64>>, Squared, Sgd<f32>, (), A>;
type W1DynFit<A> = Trainer<Linear<Dyn>, Squared, Sgd<f32>, (), A>;
type W2Fit<A> = Trainer<Logistic<Const<8>>, CrossEntropy, Sgd<f32>, (), A>;
type W2DynFit<A> = Trainer<Logistic<Dyn>, CrossEntropy, Sgd<f32>, (), A>;
type W3Fit<A> = Trainer<Mlp<Const<2>, Const<8>, Const<1>, Tanh>, CrossEntropy, Adam<f32>, (), A>;
type W4Fit<A> = Trainer<Mlp<Const<8>, Const<16>, Const<3>, Tanh>, CrossEntropy, Adam<f32>, (), A>;
type W4SgdFit<A> = Trainer<Mlp<Const<8>, Const<16>, Const<3>, Tanh>, CrossEntropy, Sgd<f32>, (), A>;
type W4DynFit<A> = Trainer<Mlp<Dyn, Widths, Dyn, Tanh>, CrossEntropy, Adam<f32>, (), A>;

/// Room for any of the smaller fits whose length is known at run time only.
type Small = [f32; 160];
/// Room for W4, in the same case.
type Large = [f32; 800];

online! {
    /// Linear, 8 features, squared loss, SGD.
    W1 "w1.const" (8) W1Fit<[f32; W1Fit::<[f32; 0]>::ARENA]>,
        Trainer::new(Linear::new(), Squared, SGD, [0.0; _]), sum;
    /// W1 with its shape chosen at run time.
    W1Dyn "w1.dyn" (8) W1DynFit<Small>,
        Trainer::new(Linear::with_shape(dynamic(8), Const, Const), Squared, SGD, [0.0; _]), sum;
    /// W1 with everything chosen at run time.
    W1Any "w1.any" (8) AnyTrainer<Small>, linear(8).build([0.0; _]), sum;
    /// W1 with 64 features.
    W1Wide "w1_64.const" (64) W1WideFit<[f32; W1WideFit::<[f32; 0]>::ARENA]>,
        Trainer::new(Linear::new(), Squared, SGD, [0.0; _]), sum;
    /// W1 with 64 features and its shape chosen at run time.
    W1WideDyn "w1_64.dyn" (64) W1DynFit<Small>,
        Trainer::new(Linear::with_shape(dynamic(64), Const, Const), Squared, SGD, [0.0; _]), sum;
    /// W1 with 64 features and everything chosen at run time.
    W1WideAny "w1_64.any" (64) AnyTrainer<Small>, linear(64).build([0.0; _]), sum;
    /// Logistic, 8 features, cross-entropy, SGD.
    W2 "w2.const" (8) W2Fit<[f32; W2Fit::<[f32; 0]>::ARENA]>,
        Trainer::new(Logistic::new(), CrossEntropy, SGD, [0.0; _]), sign;
    /// W2 with its shape chosen at run time.
    W2Dyn "w2.dyn" (8) W2DynFit<Small>,
        Trainer::new(Logistic::with_shape(dynamic(8), Const, Const), CrossEntropy, SGD, [0.0; _]), sign;
    /// W2 with everything chosen at run time.
    W2Any "w2.any" (8) AnyTrainer<Small>,
        linear(8).loss(AnyLoss::CrossEntropy(CrossEntropy)).build([0.0; _]), sign;
    /// Perceptron 8-16-3, tanh, cross-entropy, Adam.
    W4 "w4.const" (8) W4Fit<[f32; W4Fit::<[f32; 0]>::ARENA]>,
        Trainer::new(Mlp::new(), CrossEntropy, Adam::new(0.001), [0.0; _]), class;
    /// W4 by gradient descent.
    W4Sgd "w4_sgd.const" (8) W4SgdFit<[f32; W4SgdFit::<[f32; 0]>::ARENA]>,
        Trainer::new(Mlp::new(), CrossEntropy, SGD, [0.0; _]), class;
    /// W4 with its shape chosen at run time.
    W4Dyn "w4.dyn" (8) W4DynFit<Large>,
        Trainer::new(
            Mlp::with_shape(dynamic(8), Widths(black_box([16, 0, 0])), dynamic(3), Tanh),
            CrossEntropy,
            Adam::new(0.001),
            [0.0; _],
        ), class;
    /// W4 with everything chosen at run time.
    W4Any "w4.any" (8) AnyTrainer<Large>, perceptron().build([0.0; _]), class;
    /// A formula of three parameters, squared loss, SGD.
    Formula3 "formula3.const" (1) formula::Fit<[f32; formula::Fit::<[f32; 0]>::ARENA]>,
        Trainer::new(formula::model(), Squared, SGD, [0.0; _]), formula::target;
    /// The formula compiled from text, as over the link.
    Formula3Any "formula3.any" (1) AnyTrainer<Small>,
        formula::recipe(linear(1))?.build([0.0; _]), formula::target;
}

/// Perceptron 2-8-1, tanh and sigmoid, cross-entropy, Adam, an update from a batch of 4.
pub struct W3(W3Fit<[f32; W3Fit::<[f32; 0]>::BATCH_ARENA]>);

impl Workload for W3 {
    const NAME: &'static str = "w3.const";
    type Sample = [([f32; 2], [f32; 1]); 4];
    type Answer = Step<f32>;
    type Prediction = f32;

    fn new() -> Result<Self, Fault> {
        let mut fit = Trainer::new(Mlp::new(), CrossEntropy, Adam::new(0.01), [0.0; _])?;
        fit.initialize(1);
        Ok(Self(fit))
    }

    fn sample(_: &mut Random) -> Self::Sample {
        [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
            .map(|(a, b)| ([a, b], [f32::from(u8::from(a != b))]))
    }

    fn wild() -> Self::Sample {
        [([f32::INFINITY; 2], [0.0]); 4]
    }

    #[inline(never)]
    fn call(&mut self, samples: &Self::Sample) -> Result<Step<f32>, Fault> {
        for (features, target) in samples {
            self.0.accumulate(features, target, 1.0)?;
        }
        self.0.apply()
    }

    #[inline(never)]
    fn predict(&mut self, [(features, _), ..]: &Self::Sample) -> Result<f32, Fault> {
        Ok(self
            .0
            .predict(features)?
            .first()
            .copied()
            .unwrap_or_default())
    }

    #[inline(never)]
    fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint()
    }

    #[inline(never)]
    fn save(&self, out: &mut [u8]) -> Option<usize> {
        self.0.save(&[], out).ok()
    }

    #[inline(never)]
    fn resume(&mut self, saved: &[u8]) -> Option<()> {
        self.0.resume(&Checkpoint::parse(saved).ok()?).ok()
    }
}

const SGD: Sgd<f32> = Sgd::new(0.01);

fn linear(features: u16) -> Recipe<f32> {
    Recipe::new(
        AnyModel::Linear(Linear::with_shape(
            dynamic(features),
            dynamic(1),
            dynamic(1),
        )),
        AnyLoss::Squared(Squared),
        AnyOptimizer::Sgd(SGD),
    )
    .seed(1)
}

fn perceptron() -> Recipe<f32> {
    linear(8)
        .model(AnyModel::Mlp(Mlp::with_shape(
            dynamic(8),
            Widths(black_box([16, 0, 0])),
            dynamic(3),
            AnyActivation::Tanh,
        )))
        .loss(AnyLoss::CrossEntropy(CrossEntropy))
        .optimizer(AnyOptimizer::Adam(Adam::new(0.001)))
}

/// A dimension that the compiler does not know.
fn dynamic(length: u16) -> Dyn {
    Dyn(black_box(length))
}

/// Numbers in [-1, 1).
fn features<const N: usize>(random: &mut Random) -> [f32; N] {
    core::array::from_fn(|_| 2.0 * random.unit::<f32>() - 1.0)
}

fn sum(features: &[f32]) -> f32 {
    features.iter().sum()
}

fn sign(features: &[f32]) -> f32 {
    f32::from(u8::from(sum(features) > 0.0))
}

/// One of three classes.
fn class(features: &[f32]) -> f32 {
    let number = sum(features);
    f32::from(u8::from(number > -0.5)) + f32::from(u8::from(number > 0.5))
}
