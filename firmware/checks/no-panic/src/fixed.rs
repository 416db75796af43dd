//! Fits in fixed point.

use core::hint::black_box;

use downhill::checkpoint::Checkpoint;
use downhill::fixed::{
    AnyTrainer, Fit, Huber, Loss, Model, Momentum, Nlms, Optimizer, Rate, Sgd, Trainer, arena_len,
};
use downhill::loss::{CrossEntropy, Squared};
use downhill::model::{Linear, Mlp, Relu, Sigmoid, Softmax, Tanh};
use downhill::{Const, Dyn, Fault, Recipe};

use crate::commands::every;

/// Inputs of a fit; nothing of them is known when the probe is built.
pub(crate) struct Words<'a> {
    recipe: &'a Recipe<f32>,
    real: &'a [f32],
    hash: &'a [u8],
    bytes: &'a mut [u8],
    arena: &'a mut [i32],
    features: &'a [i16],
    target: &'a [i16],
    outputs: &'a mut [i32],
    state: &'a [i32],
    number: u64,
    rate: f32,
}

/// Calls everything that a trainer has.
#[inline(always)]
fn use_all<M: Model, L: Loss, O: Optimizer>(
    model: M,
    loss: L,
    optimizer: O,
    words: &mut Words<'_>,
) -> Result<u64, Fault> {
    let Words {
        features, target, ..
    } = *words;
    let mut fit = Trainer::new(model, loss, optimizer, &mut *words.arena)?;
    fit.initialize(words.number);
    fit.resume(words.state, words.number)?;
    black_box(fit.observe(features, target)?);
    black_box(fit.predict(features)?);
    black_box(fit.assess(features, target, words.outputs)?);
    black_box((fit.parameters(), fit.state(), fit.rate()));
    Ok(fit.fingerprint().0 ^ fit.steps())
}

macro_rules! probes {
    ($($name:ident $model:expr, $loss:expr, $optimizer:expr;)*) => {
        $(
            #[unsafe(no_mangle)]
            #[inline(never)]
            fn $name(words: &mut Words<'_>) -> Result<u64, Fault> {
                let Some(rate) = Rate::scaled(words.rate, 2, words.number as u16) else {
                    return Err(Fault::Update);
                };
                let (number, momentum) = (words.number as u16, words.number as u16);
                use_all($model(number), $loss(number), $optimizer(rate, momentum), words)
            }
        )*
        pub(crate) fn all(words: &mut Words<'_>) {
            $(black_box($name(black_box(words)).is_ok());)*
            black_box(probe_fixed_nlms(black_box(words)).is_ok());
            black_box(probe_fixed_recipe(black_box(words)).is_ok());
        }
    };
}

fn sgd(rate: Rate, _: u16) -> Sgd {
    Sgd { rate }
}

fn momentum(rate: Rate, momentum: u16) -> Momentum {
    Momentum { rate, momentum }
}

probes! {
    probe_fixed_linear |_| Linear::<Const<8>>::new(), |_| Squared, sgd;
    probe_fixed_dyn |n| Linear::with_shape(Dyn(n), Dyn(n), Dyn(n)),
        |n| Huber { delta: n as i16 }, momentum;
    probe_fixed_softmax |n| Softmax::<_, Const<3>>::with_shape(Dyn(n), Const, Const),
        |_| CrossEntropy, sgd;
    probe_fixed_classes |n| Linear::with_shape(Dyn(n), Dyn(n), Const::<1>),
        |_| CrossEntropy, momentum;
    probe_fixed_mlp |_| Mlp::<Const<8>, Const<16>, Const<3>, Tanh>::new(), |_| CrossEntropy, sgd;
    probe_fixed_relu |_| Mlp::<Const<8>, (Const<4>, Const<4>), Const<2>, Relu>::new(),
        |_| Squared, momentum;
    probe_fixed_mlp_dyn |n| Mlp::with_shape(Dyn(n), downhill::model::Widths([n, n, n]), Dyn(n), Sigmoid),
        |_| CrossEntropy, momentum;
}

#[unsafe(no_mangle)]
#[inline(never)]
fn probe_fixed_nlms(words: &mut Words<'_>) -> Result<u64, Fault> {
    let (features, number) = (words.features, words.number as u16);
    let mut fit = Nlms::new(Dyn(number), number, number, &mut *words.arena)?;
    fit.resume(words.state, words.number)?;
    let target = words.target.first().copied().unwrap_or_default();
    black_box(fit.observe(features, target)?);
    black_box((fit.predict(features)?, fit.parameters()));
    Ok(fit.fingerprint().0)
}

/// A fit of any recipe, with all of its rules, that takes every command.
#[unsafe(no_mangle)]
#[inline(never)]
fn probe_fixed_recipe(words: &mut Words<'_>) -> Result<u64, Fault> {
    black_box(arena_len(words.recipe).is_ok());
    AnyTrainer::<&mut [i32]>::check(words.recipe, words.arena.len())?;
    let mut fit = Fit::new(AnyTrainer::build(words.recipe, &mut *words.arena)?);
    for command in every(words.real, words.real, words.real, words.number) {
        black_box(fit.execute(black_box(command))?);
    }
    black_box(Checkpoint::parse(words.bytes).is_ok_and(|saved| fit.resume(&saved).is_ok()));
    black_box(fit.trainer.predict_real(words.real)?);
    black_box(fit.trainer.evaluate_real(words.real, words.real)?);
    black_box((
        fit.trainer.scaler_samples(),
        fit.trainer.widths(),
        fit.cut_off(),
    ));
    black_box(fit.save(words.hash, words.bytes).is_ok());
    Ok(fit.trainer.fingerprint().0)
}
