//! Calls everything the core offers, for each model, and links nothing else. It is never run:
//! `cargo xtask test` searches its symbols for panics and the heap.
#![no_std]
#![no_main]

mod broken;

use core::hint::black_box;

use downhill::loss::{CrossEntropy, Huber, Loss, Squared};
use downhill::model::{Linear, Logistic, Model};
use downhill::optimizer::{Adam, Momentum, Optimizer, Sgd};
use downhill::rules::{Rules, Scaled, Scaling};
use downhill::{Arena, Const, Dyn, Fault, Real, Recipe, Trainer};

/// What a fit is given; nothing of it is known when the probe is built.
struct Given<'a, T> {
    arena: &'a mut [T],
    features: &'a [T],
    target: &'a [T],
    state: &'a [T],
    number: u64,
}

/// All of a trainer.
#[inline(always)]
fn use_all<M, L, O, R, A>(
    fit: &mut Trainer<M, L, O, R, A>,
    (features, target, state): (&[A::Real], &[A::Real], &[A::Real]),
    number: u64,
) -> Result<u64, Fault>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    fit.initialise(number);
    fit.restore(state, number)?;
    fit.survey(features, target)?;
    fit.freeze();
    black_box(fit.observe(features, target)?);
    let weight = features.first().copied().unwrap_or(A::Real::ONE);
    black_box(fit.observe_weighted(features, target, weight)?);
    black_box(fit.accumulate(features, target, weight)?);
    black_box(fit.apply()?);
    black_box(fit.feed(number as u16, features, target, weight)?);
    fit.drop_batch();
    black_box(fit.predict(features)?);
    black_box(fit.evaluate(features, target)?);
    black_box((fit.parameters(), fit.scaler(), fit.state()));
    Ok(fit.fingerprint().0 ^ fit.steps() ^ u64::from(fit.gathered()))
}

/// One function for each combination of parts, in both precisions.
macro_rules! probes {
    ($($name32:ident $name64:ident: $model:expr, $loss:expr, $optimizer:expr, $rules:expr;)*) => {
        $(
            probes!(@one $name32 f32 $model, $loss, $optimizer, $rules);
            probes!(@one $name64 f64 $model, $loss, $optimizer, $rules);
        )*
        fn all(single: &mut Given<f32>, double: &mut Given<f64>) {
            $(
                black_box($name32(black_box(single)).is_ok());
                black_box($name64(black_box(double)).is_ok());
            )*
        }
    };
    (@one $name:ident $real:ident $model:expr, $loss:expr, $optimizer:expr, $rules:expr) => {
        #[unsafe(no_mangle)]
        #[inline(never)]
        fn $name(given: &mut Given<$real>) -> Result<u64, Fault> {
            let shape = given.number as u16;
            let rate = given.features.first().copied().unwrap_or(0.1);
            let (model, loss) = ($model(shape), $loss(rate));
            let (optimizer, rules) = ($optimizer(rate), $rules(shape));
            let mut fit = Trainer::with_rules(model, loss, optimizer, rules, &mut *given.arena)?;
            use_all(&mut fit, (given.features, given.target, given.state), given.number)
        }
    };
}

probes! {
    probe_linear_sgd_32 probe_linear_sgd_64:
        |_| Linear::<Const<8>>::new(), |_| Squared, Sgd::rate, |_| ();
    probe_linear_momentum_32 probe_linear_momentum_64:
        |_| Linear::<Const<8>, Const<2>>::new(), |delta| Huber { delta }, Momentum::nesterov, |_| Scaled(Scaling::StandardWithTarget);
    probe_linear_adam_32 probe_linear_adam_64:
        |n| Linear::<_, Const<3>>::with_shape(Dyn(n), Const, Const), |_| CrossEntropy, Adam::rate, |_| ();
    probe_linear_dyn_32 probe_linear_dyn_64:
        |n| Linear::with_shape(Dyn(n), Dyn(n), Dyn(n)), |_| Squared, Momentum::rate, |_| Scaled(Scaling::Standard);
    probe_logistic_sgd_32 probe_logistic_sgd_64:
        |_| Logistic::<Const<5>>::new(), |_| CrossEntropy, Sgd::rate, |_| ();
    probe_logistic_adam_32 probe_logistic_adam_64:
        |n| Logistic::with_shape(Dyn(n), Const, Const), |_| CrossEntropy, Adam::rate, |_| Scaled(Scaling::Standard);
}

/// A fit that is chosen at run time, as it comes over the link.
#[unsafe(no_mangle)]
#[inline(never)]
fn probe_recipe_32(recipe: &Recipe<f32>, given: &mut Given<f32>) -> Result<u64, Fault> {
    let mut fit = recipe.build(&mut *given.arena)?;
    use_all(
        &mut fit,
        (given.features, given.target, given.state),
        given.number,
    )
}

/// The same in double precision.
#[unsafe(no_mangle)]
#[inline(never)]
fn probe_recipe_64(recipe: &Recipe<f64>, given: &mut Given<f64>) -> Result<u64, Fault> {
    let mut fit = recipe.build(&mut *given.arena)?;
    use_all(
        &mut fit,
        (given.features, given.target, given.state),
        given.number,
    )
}

/// Everything a caller may hand over, as a caller in another program would.
#[unsafe(no_mangle)]
fn _start(
    single: &mut Given<f32>,
    double: &mut Given<f64>,
    recipes: (&Recipe<f32>, &Recipe<f64>),
) -> bool {
    all(single, double);
    black_box(probe_recipe_32(recipes.0, single)).is_ok()
        && black_box(probe_recipe_64(recipes.1, double)).is_ok()
        && broken::calls(single)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
