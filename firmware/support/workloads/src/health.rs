//! Fits with a monitor beside them.

use downhill::health::{Health, Monitor};
use downhill::loss::{CrossEntropy, Squared};
use downhill::model::{Linear, Mlp, Tanh};
use downhill::optimizer::{Adam, Sgd};
use downhill::{Const, Fault, Step, Trainer};

/// Sampling of gradients, as the command's default.
const HEALTH: Health = Health::every(Health::DEFAULT_EVERY);

/// A fit and its monitor, a line each: the two alone, without the batch, the weight and the choice
/// of a monitor that a `fit::Fit` has at run time.
macro_rules! watched {
    ($($(#[$about:meta])* $name:ident $words:literal $fit:ty, $new:expr;)*) => { $(
        $(#[$about])*
        pub struct $name($fit, Monitor<[f32; $words]>);

        impl $name {
            /// A fit that has seen nothing.
            ///
            /// # Errors
            /// Faults of the workload's own settings.
            pub fn new() -> Result<Self, Fault> {
                let mut fit: $fit = $new?;
                fit.initialize(1);
                let monitor = Monitor::new(HEALTH, &fit, [0.0; $words])?;
                Ok(Self(fit, monitor))
            }

            /// One update, and what the monitor makes of it.
            ///
            /// # Errors
            /// Those of the core.
            #[inline(never)]
            pub fn step(
                &mut self,
                features: &[f32; 8],
                target: &[f32; 1],
            ) -> Result<Step<f32>, Fault> {
                let outcome = self.0.observe(features, target);
                self.1.watch(&self.0, (features, target, 1.0), &outcome);
                outcome
            }
        }
    )* };
}

type W1Fit<A> = Trainer<Linear<Const<8>>, Squared, Sgd<f32>, (), A>;
type W4Fit<A> = Trainer<Mlp<Const<8>, Const<16>, Const<3>, Tanh>, CrossEntropy, Adam<f32>, (), A>;

watched! {
    /// W1 with a monitor.
    W1Health 55 W1Fit<[f32; W1Fit::<[f32; 0]>::ARENA]>,
        Trainer::new(Linear::new(), Squared, Sgd::new(0.01), [0.0; _]);
    /// W4 with a monitor.
    W4Health 74 W4Fit<[f32; W4Fit::<[f32; 0]>::ARENA]>,
        Trainer::new(Mlp::new(), CrossEntropy, Adam::new(0.001), [0.0; _]);
}
