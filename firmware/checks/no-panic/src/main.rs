//! Calls everything the core offers, for each model, and links nothing else. It is never run:
//! `cargo xtask test` searches its symbols for panics and the heap.
#![no_std]
#![no_main]

mod broken;
mod commands;
mod fixed;
mod formulas;
mod given;
mod rest;
mod signals;

use core::hint::black_box;

use downhill::checkpoint::Checkpoint;
use downhill::loss::{CrossEntropy, Loss, Squared};
use downhill::metrics::Regression;
use downhill::model::formula::Program;
use downhill::model::{Linear, Logistic, Mlp, Model, Polynomial, Tanh};
use downhill::optimizer::{Adam, Momentum, Optimizer, Sgd};
use downhill::rules::Rules;
use downhill::signal::Description;
use downhill::{Arena, Const, Dyn, Fault, Real, Recipe, Trainer};

use given::{Given, Inputs};

/// Calls everything that a trainer has.
#[inline(always)]
fn use_all<M, L, O, R, A>(
    fit: Result<Trainer<M, L, O, R, A>, Fault>,
    inputs: Inputs<A::Real>,
) -> Result<u64, Fault>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    let Inputs {
        features,
        target,
        state,
        number,
        words,
        bytes,
        ..
    } = inputs;
    let mut fit = fit?;
    fit.initialize(number);
    fit.restore(state, number)?;
    fit.fit_scaler(features, target)?;
    fit.freeze_scaler();
    black_box(fit.observe(features, target)?);
    let weight = features.first().copied().unwrap_or(A::Real::ONE);
    black_box(fit.observe_weighted(features, target, weight)?);
    black_box(fit.accumulate(features, target, weight)?);
    black_box(fit.apply()?);
    black_box(fit.feed(number as u16, features, target, weight)?);
    black_box(fit.test_then_learn(features, target, &mut Regression::new())?);
    fit.clear_batch();
    fit.report(weight);
    fit.finish();
    black_box(fit.predict(features)?);
    black_box(fit.evaluate(features, target)?);
    black_box(fit.assess(features, target, words)?);
    black_box((fit.parameters(), fit.scaler(), fit.state()));
    black_box(
        (fit.checkpoint_len(bytes.len()), fit.save(&[1, 2, 3], bytes))
            .1
            .is_ok(),
    );
    black_box(Checkpoint::parse(bytes).is_ok_and(|saved| fit.resume(&saved).is_ok()));
    Ok(fit.fingerprint().0 ^ fit.steps() ^ u64::from(fit.batch_len()))
}

/// Defines a function for each combination of parts, in both precisions.
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
            let rate = given.features.first().copied().unwrap_or(0.1);
            let (model, loss) = ($model(given.number as u16), $loss(given.recipe));
            let (optimizer, rules) = ($optimizer(rate), $rules(given.recipe));
            let (arena, inputs) = given.split();
            use_all(Trainer::with_rules(model, loss, optimizer, rules, arena), inputs)
        }
    };
}

// Shapes that are constants, and one that is not. What a recipe chooses is probed below, and that
// is every model, loss, optimizer and rule.
probes! {
    probe_linear_32 probe_linear_64:
        |_| Linear::<Const<8>>::new(), |_| Squared, Sgd::new, |_| ();
    probe_linear_wide_32 probe_linear_wide_64:
        |_| Linear::<Const<8>, Const<2>>::new(), |r: &Recipe<_>| r.loss, Momentum::nesterov, |r: &Recipe<_>| r.rules;
    probe_linear_dyn_32 probe_linear_dyn_64:
        |n| Linear::with_shape(Dyn(n), Dyn(n), Dyn(n)), |_| Squared, Momentum::new, |_| ();
    probe_softmax_32 probe_softmax_64:
        |n| Linear::<_, Const<3>>::with_shape(Dyn(n), Const, Const), |_| CrossEntropy, Adam::new, |_| ();
    probe_logistic_32 probe_logistic_64:
        |_| Logistic::<Const<5>>::new(), |_| CrossEntropy, Sgd::new, |_| ();
    probe_polynomial_32 probe_polynomial_64:
        |_| Polynomial::<Const<2>, Const<3>>::new(), |_| Squared, Sgd::new, |r: &Recipe<_>| r.rules;
    probe_mlp_32 probe_mlp_64:
        |_| Mlp::<Const<8>, Const<16>, Const<3>, Tanh>::new(), |_| CrossEntropy, Adam::new, |_| ();
}

/// Calls everything that takes a recipe from the link.
macro_rules! recipes {
    ($($name:ident $real:ident;)*) => { $(
        #[unsafe(no_mangle)]
        #[inline(never)]
        fn $name(given: &mut Given<$real>) -> Result<u64, Fault> {
            let recipe = given.recipe;
            let (arena, mut inputs) = given.split();
            let trainer = commands::execute(recipe.build(arena)?, &mut inputs);
            use_all(trainer, inputs)
        }
    )* };
}

recipes! {
    probe_recipe_32 f32;
    probe_recipe_64 f64;
}

/// Everything a caller may hand over, as a caller in another program would.
#[unsafe(no_mangle)]
fn _start(
    single: &mut Given<f32>,
    double: &mut Given<f64>,
    program: &Program<f64>,
    words: &mut fixed::Words<'_>,
    descriptions: (&Description<f32>, &Description<f64>),
) -> bool {
    all(single, double);
    fixed::all(words);
    rest::all(single, double);
    formulas::all(single, double, program);
    signals::all(single, double, descriptions);
    black_box(probe_recipe_32(single)).is_ok()
        && black_box(probe_recipe_64(double)).is_ok()
        && broken::calls(single)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
