//! Fits in fixed point: ranges at their extremes, faults, resuming, and floats beside them.

use downhill::fit::Command;
use downhill::fixed::{
    self, Huber, Loss, Model, Momentum, Nlms, ONE, Optimizer, PARAMETER_MAX, Rate, Rules, Sgd,
    Trainer,
};
use downhill::loss::{AnyLoss, CrossEntropy, Squared};
use downhill::model::{AnyActivation, AnyModel, Linear, Mlp, Relu, Sigmoid, Softmax, Tanh, Widths};
use downhill::optimizer::AnyOptimizer;
use downhill::random::Random;
use downhill::rules::{AnyRules, Bound, Clip, Curve, Penalty, Scaling, ScalingMethod, Schedule};
use downhill::{Const, Dyn, Fault, Fingerprint, Hasher, NumberType, Recipe};

type Net<A> = Mlp<Const<4>, (Const<5>, Const<3>), Const<3>, A>;

/// Updates of each fit at the extremes; ten million in all with `DOWNHILL_LONG`.
fn turns() -> u32 {
    match std::env::var_os("DOWNHILL_LONG") {
        Some(_) => 700_000,
        None => 10_000,
    }
}

/// A number that is often an extreme.
fn wild(random: &mut Random) -> i16 {
    match random.below(4) {
        0 => [i16::MIN, i16::MAX, -1, 0, 1, ONE as i16][random.below(6) as usize],
        1 => random.word() as i16 >> 3,
        _ => random.word() as i16,
    }
}

/// Learns from wild samples, and from wild parameters now and then: no step wraps (a test build
/// checks every operation), a parameter stays in its range, and a fault changes nothing.
fn at_the_extremes<M: Model + Copy, L: Loss + Copy, O: Optimizer + Copy>(
    model: M,
    loss: L,
    optimizer: O,
    rules: impl Rules + Copy,
) -> u32 {
    let mut random = Random::seed(1);
    let new = || Trainer::with_rules(model, loss, optimizer, (), rules, [0; 160]).unwrap();
    let (mut fit, mut anew) = (new(), new());
    fit.initialize(1);
    let mut learned = 0;
    for turn in 0..turns() {
        if turn % 64 == 0 {
            let mut state = fit.state().to_vec();
            let (less, most) = (random.below(12), PARAMETER_MAX as i32);
            for word in &mut state {
                *word = (random.word() as i32 >> less).clamp(-most, most);
            }
            let at = random.below(state.len() as u32 * 4) as usize;
            if let Some(word) = state.get_mut(at) {
                *word = word.signum() * (most - random.below(3) as i32);
            }
            fit.resume(&state, fit.steps()).unwrap();
        }
        let features: [i16; 4] = core::array::from_fn(|_| wild(&mut random));
        let targets = L::TARGETS.unwrap_or(model.sizes().outputs);
        let target: Vec<i16> = (0..targets)
            .map(|_| match L::TARGETS {
                Some(_) => random.below(4) as i16,
                None => wild(&mut random),
            })
            .collect();
        let before = (fit.fingerprint(), fit.state().to_vec());
        // The same step without knowing what room the parameters have.
        anew.resume(&before.1, fit.steps()).unwrap();
        let step = fit.observe(&features, &target);
        assert_eq!(step, anew.observe(&features, &target));
        assert_eq!(fit.fingerprint(), anew.fingerprint());
        match step {
            Ok(_) => learned += 1,
            Err(_) => assert_eq!((fit.fingerprint(), fit.state().to_vec()), before),
        }
        let most = fit.state().iter().map(|word| word.unsigned_abs()).max();
        assert!(most <= Some(PARAMETER_MAX));
    }
    learned
}

/// Bundles that have every rule between them.
fn every_rule(rate: f32) -> [AnyRules<f32>; 3] {
    let none = AnyRules::NONE;
    let curve = Curve::InverseTime {
        decay: 0.001,
        floor: 0.0,
    };
    let cosine = Schedule::cosine(5000, 0.1);
    let bound = |first, low, high| Bound {
        first,
        last: first + 3,
        low,
        high,
    };
    let [first, second] = [bound(0, -0.5, 0.5), bound(6, 0.25, 100.0)].map(Some);
    [
        none.penalty(Penalty::l2(0.2 / rate.max(0.2)))
            .schedule(Schedule { warmup: 50, curve }),
        none.clip(Clip {
            value: Some(0.5),
            norm: Some(0.75),
        })
        .schedule(cosine),
        none.penalty(Penalty::l2(0.01))
            .bounds([first, second, None, None, None, None, None, None]),
    ]
}

#[test]
fn nothing_wraps_at_the_extremes_and_a_fault_changes_nothing() {
    for rate in [1.0, 0.3, 0.01, 1e-6] {
        let sgd = Sgd {
            rate: Rate::new(rate).unwrap(),
        };
        let momentum = Momentum {
            rate: sgd.rate,
            momentum: 58_982,
        };
        let line = Linear::<Const<4>>::new();
        let softmax = Softmax::<Const<4>, Const<3>>::new();
        let sigmoid = Net::<Sigmoid>::new();
        let rules = |rules| fixed::AnyRules::of(&rules, sgd.rate, (1, 1)).unwrap();
        let [penalized, clipped, bounded] = every_rule(rate).map(rules);
        let learned = [
            at_the_extremes(line, Squared, sgd, ()),
            at_the_extremes(line, Huber { delta: 4096 }, momentum, ()),
            at_the_extremes(line, CrossEntropy, sgd, ()),
            at_the_extremes(softmax, CrossEntropy, momentum, ()),
            at_the_extremes(Net::<Tanh>::new(), CrossEntropy, sgd, ()),
            at_the_extremes(Net::<Relu>::new(), Squared, momentum, ()),
            at_the_extremes(sigmoid, Huber { delta: i16::MAX }, sgd, ()),
            at_the_extremes(softmax, CrossEntropy, momentum, penalized),
            at_the_extremes(Net::<Relu>::new(), Squared, momentum, clipped),
            at_the_extremes(sigmoid, Huber { delta: i16::MAX }, sgd, bounded),
        ];
        if rate < 0.1 {
            // Extremes are not so far that nothing is tried.
            assert!(learned.iter().all(|&learned| learned > 100), "{learned:?}");
        }
    }
}

#[test]
fn least_mean_squares_stays_in_range_at_the_extremes() {
    let mut random = Random::seed(2);
    let mut fit = Nlms::new(Const::<4>, 32_767, 0, [0; 5]).unwrap();
    let mut learned = 0;
    for turn in 0..4 * turns() {
        if turn % 64 == 0 {
            let state: Vec<i32> = (0..5)
                .map(|_| {
                    let far = random.word() as i32 >> random.below(12);
                    far.clamp(-(PARAMETER_MAX as i32), PARAMETER_MAX as i32)
                })
                .collect();
            fit.resume(&state, 7).unwrap();
        }
        let features: [i16; 4] = core::array::from_fn(|_| wild(&mut random) >> random.below(12));
        let before = fit.fingerprint();
        match fit.observe(&features, wild(&mut random)) {
            Ok(_) => learned += 1,
            Err(_) => assert_eq!(fit.fingerprint(), before),
        }
        let most = fit
            .parameters()
            .iter()
            .map(|word| word.unsigned_abs())
            .max();
        assert!(most <= Some(PARAMETER_MAX));
    }
    assert!(learned > turns() / 10);
}

/// Samples with their three classes, and a target that is linear but for noise.
fn samples() -> Vec<([i16; 4], i16, i16)> {
    let mut random = Random::seed(3);
    let mut one = || {
        let mut draw = || (random.word() >> 18) as i16 - 8192;
        let features = [draw(), draw(), draw(), draw()];
        let [a, b, c, d] = features.map(i32::from);
        let line = (a + b / 2 - c / 4 + i32::from(draw()) / 16 + 500) / 2;
        let class = i16::from(a * b / 4096 + c > 0) + i16::from(d > 2000);
        (features, class, line as i16)
    };
    (0..4000).map(|_| one()).collect()
}

/// Mean loss over the last half of the samples, in fixed point and in floats, of the same fit.
fn beside_floats<M, L, F, O>(model: M, losses: (L, F), optimizer: O, float: O::Float) -> [f64; 2]
where
    M: Model + downhill::model::Model<f32> + Copy,
    L: Loss,
    F: downhill::loss::Loss<f32> + Copy,
    O: Twin,
{
    let mut fixed = Trainer::new(model, losses.0, optimizer, [0; 160]).unwrap();
    let mut floats = downhill::Trainer::new(model, losses.1, float, [0.0f32; 400]).unwrap();
    fixed.initialize(5);
    floats.initialize(5);
    let mut sums = [0.0; 2];
    let samples = samples();
    for (at, (features, class, line)) in samples.iter().enumerate() {
        let unit = |x: i16| f32::from(x) / 4096.0;
        let outputs = Model::sizes(&model).outputs;
        let target = match L::TARGETS {
            Some(_) => {
                if outputs == 1 {
                    (*class).min(1)
                } else {
                    *class
                }
            }
            None => *line,
        };
        let real = if L::TARGETS.is_some() {
            target.into()
        } else {
            unit(target)
        };
        let count = if L::TARGETS.is_some() { 1 } else { outputs };
        let loss = fixed.observe(features, &vec![target; count]).unwrap().loss;
        let exact = floats
            .observe(&features.map(unit), &vec![real; count])
            .unwrap()
            .loss;
        if at >= samples.len() / 2 {
            sums[0] += f64::from(loss) / 16_777_216.0;
            sums[1] += f64::from(exact);
        }
    }
    sums.map(|sum| sum / (samples.len() / 2) as f64)
}

/// The optimizer of floats that is the same.
trait Twin: Optimizer {
    type Float: downhill::optimizer::Optimizer<f32>;
}
impl Twin for Sgd {
    type Float = downhill::optimizer::Sgd<f32>;
}
impl Twin for Momentum {
    type Float = downhill::optimizer::Momentum<f32>;
}

#[test]
fn losses_fall_as_those_of_floats_do() {
    let rate = |times| Rate::scaled(0.02, times, 1).unwrap();
    let (sgd, float) = (
        |times| Sgd { rate: rate(times) },
        downhill::optimizer::Sgd::new(0.02),
    );
    let momentum = Momentum {
        rate: rate(1),
        momentum: 58_982,
    };
    let float_momentum = downhill::optimizer::Momentum::new(0.02);
    let huber = (Huber { delta: 2048 }, downhill::loss::Huber { delta: 0.5 });
    let both = (CrossEntropy, CrossEntropy);
    let line = Linear::<Const<4>>::new();
    let softmax = Softmax::<Const<4>, Const<3>>::new();
    for [own, exact] in [
        beside_floats(line, (Squared, Squared), sgd(2), float),
        beside_floats(line, huber, momentum, float_momentum),
        beside_floats(line, both, sgd(1), float),
        beside_floats(softmax, both, momentum, float_momentum),
        beside_floats(Net::<Tanh>::new(), both, sgd(1), float),
        beside_floats(Net::<Relu>::new(), both, sgd(1), float),
        beside_floats(Net::<Sigmoid>::new(), both, sgd(1), float),
    ] {
        assert!((own / exact - 1.0).abs() < 0.005, "{own}, not {exact}");
        assert!(exact > 1e-4);
    }
}

/// Every rule beside that of floats: the same parameters, within the rounding of 16 bits.
#[test]
fn rules_do_what_those_of_floats_do() {
    let none = AnyRules::NONE;
    let step = Curve::Step {
        every: 300,
        factor: 0.5,
    };
    let bound = Some(Bound {
        first: 1,
        last: 2,
        low: 0.1,
        high: 0.15,
    });
    let rules = [
        none.schedule(Schedule::cosine(100, 0.01)),
        none.schedule(Schedule {
            warmup: 10_000,
            curve: step,
        }),
        none.penalty(Penalty::l2(0.3)),
        none.clip(Clip {
            value: Some(0.02),
            norm: None,
        }),
        none.clip(Clip {
            value: None,
            norm: Some(0.03),
        }),
        none.bounds([bound, None, None, None, None, None, None, None]),
    ];
    let mut plain: Vec<f64> = Vec::new();
    for rules in [none].into_iter().chain(rules) {
        let rate = Rate::scaled(0.02, 2, 1).unwrap();
        let own = fixed::AnyRules::of(&rules, rate, (2, 1)).unwrap();
        let line = Linear::<Const<4>>::new();
        let mut fit = Trainer::with_rules(line, Squared, Sgd { rate }, (), own, [0; 6]).unwrap();
        let float = downhill::optimizer::Sgd::new(0.02);
        let mut floats =
            downhill::Trainer::with_rules(line, Squared, float, rules, [0.0f32; 40]).unwrap();
        for (features, _, target) in samples().iter().take(1500) {
            let unit = |x: i16| f32::from(x) / 4096.0;
            fit.observe(features, &[*target]).unwrap();
            floats
                .observe(&features.map(unit), &[unit(*target)])
                .unwrap();
        }
        let real = |word: &i32| f64::from(*word) / f64::from(1 << 28);
        let own: Vec<f64> = fit.parameters().iter().map(real).collect();
        for (own, exact) in own.iter().zip(floats.parameters()) {
            assert!(
                (own - f64::from(*exact)).abs() < 0.002,
                "{rules:?}: {own}, not {exact}"
            );
        }
        let apart = own
            .iter()
            .zip(&plain)
            .map(|(own, plain)| (own - plain).abs());
        let apart = apart.fold(0.0, f64::max);
        assert!(plain.is_empty() || apart > 0.004, "{rules:?} does nothing");
        if plain.is_empty() {
            plain = own;
        }
    }
}

/// Fingerprints of every step, hashed.
fn bits(mut observe: impl FnMut(&[i16; 4], i16, i16) -> Fingerprint) -> u64 {
    let mut hasher = Hasher::default();
    for (features, class, line) in samples().iter().take(500) {
        let Fingerprint(bits) = observe(features, *class, *line);
        hasher.word(bits as u32);
        hasher.word((bits >> 32) as u32);
    }
    hasher.finish().0
}

/// The numbers were computed by this test; a change that alters them alters SPEC.md's arithmetic.
#[test]
fn bits_are_those_of_the_first_release() {
    let [rate, slow] = [0.05, 0.005].map(|rate| Rate::new(rate).unwrap());
    let mut line = Trainer::new(Linear::<Const<4>>::new(), Squared, Sgd { rate }, [0; 6]).unwrap();
    let mut net = Trainer::new(
        Net::<Tanh>::new(),
        CrossEntropy,
        Momentum {
            rate: slow,
            momentum: 58_982,
        },
        [0; 160],
    )
    .unwrap();
    net.initialize(1);
    let mut nlms = Nlms::new(Const::<4>, 8192, 4, [0; 5]).unwrap();
    let found = [
        bits(|features, _, target| {
            line.observe(features, &[target]).unwrap();
            line.fingerprint()
        }),
        bits(|features, class, _| {
            net.observe(features, &[class]).unwrap();
            net.fingerprint()
        }),
        bits(|features, _, target| {
            nlms.observe(features, target).unwrap();
            nlms.fingerprint()
        }),
    ];
    assert_eq!(
        found.map(|bits| format!("{bits:016x}")),
        ["21340a01de24911b", "1a34a38724038eab", "f51567a0e321bdab"]
    );
}

#[test]
fn what_cannot_be_is_refused_with_its_cause() {
    let sgd = Sgd {
        rate: Rate::new(0.1).unwrap(),
    };
    let line = Linear::<Const<2>>::new();
    let short = Trainer::new(line, Squared, sgd, [0; 3]).err();
    assert_eq!(short, Some(Fault::Arena { need: 4, got: 3 }));
    let mut fit = Trainer::new(line, Squared, sgd, [0; 4]).unwrap();
    assert_eq!(
        fit.observe(&[0], &[0]),
        Err(Fault::Length { need: 2, got: 1 })
    );
    assert_eq!(
        fit.observe(&[0, 0], &[]),
        Err(Fault::Length { need: 1, got: 0 })
    );
    let far = PARAMETER_MAX as i32 + 1;
    assert_eq!(fit.resume(&[far, 0, 0], 0), Err(Fault::Update));
    assert_eq!(fit.resume(&[0, 0, 0], u64::MAX), Err(Fault::Steps));
    assert_eq!(
        fit.resume(&[0, 0], 0),
        Err(Fault::Length { need: 3, got: 2 })
    );
    fit.resume(&[PARAMETER_MAX as i32, 0, 0], 0).unwrap();
    // A weight of 8 that is to grow.
    assert_eq!(
        fit.observe(&[ONE as i16 / 2, 0], &[32_000]),
        Err(Fault::Update)
    );
    assert_eq!(fit.observe(&[i16::MAX, 0], &[0]), Err(Fault::Prediction));
    assert_eq!(
        fit.observe(&[-ONE as i16 / 2, 0], &[32_000]),
        Err(Fault::Gradient)
    );
}

/// A float that is often an extreme.
fn wild_real(random: &mut Random) -> f32 {
    match random.below(8) {
        0 => [f32::MAX, f32::MIN, f32::MIN_POSITIVE, 1e-45, -0.0, 7.9999][random.below(6) as usize],
        1 => f32::from_bits(random.word() & 0xff7f_ffff),
        _ => (random.unit::<f32>() - 0.5) * 2f32.powi(random.below(12) as i32),
    }
}

#[test]
fn real_numbers_stay_in_range_at_the_extremes() {
    type Any = fixed::AnyFit<Vec<i32>>;
    let mut random = Random::seed(4);
    let model = AnyModel::Mlp(Mlp::with_shape(
        Dyn(2),
        Widths([3, 2, 0]),
        Dyn(2),
        AnyActivation::Relu,
    ));
    let momentum = downhill::optimizer::Momentum::new(0.01);
    let mut recipe = Recipe::new(
        model,
        AnyLoss::Squared(Squared),
        AnyOptimizer::Momentum(momentum),
    );
    recipe.number = NumberType::Q15;
    let new = |recipe: &Recipe<f32>| {
        let words = vec![0; fixed::arena_len(recipe).unwrap()];
        Any::new(fixed::AnyTrainer::build(recipe, words).unwrap())
    };
    let mut learned = 0;
    for turn in 0..turns() / 10 {
        recipe.rules.scaling = Scaling {
            method: [
                ScalingMethod::Standard,
                ScalingMethod::MinMax,
                ScalingMethod::None,
            ][turn as usize % 3],
            target: turn % 2 == 0,
        };
        let mut fit = new(&recipe);
        for _ in 0..3 {
            let numbers: [f32; 4] = std::array::from_fn(|_| wild_real(&mut random));
            let (features, target) = numbers.split_at(2);
            let command = Command::FitScaler { features, target };
            fit.execute(command).unwrap();
        }
        fit.execute(Command::FreezeScaler).unwrap();
        let mut twin = new(&recipe);
        twin.trainer.resume(fit.trainer.state(), 0).unwrap();
        for _ in 0..8 {
            let numbers: [f32; 4] = std::array::from_fn(|_| wild_real(&mut random));
            let (features, target) = numbers.split_at(2);
            let before = fit.trainer.fingerprint();
            let command = Command::Sample {
                features,
                target,
                weight: 1.0,
            };
            let step = fit.execute(command);
            assert_eq!(step, twin.execute(command));
            match step {
                Ok(step) => {
                    learned += 1;
                    assert!(step.loss.is_finite());
                }
                Err(_) => assert_eq!(fit.trainer.fingerprint(), before),
            }
            for &bits in fit.trainer.predict_real(features).unwrap() {
                assert!(!f32::from_bits(bits as u32).is_nan());
            }
        }
        assert_eq!(fit.cut_off(), twin.cut_off());
    }
    assert!(learned > turns() / 4, "{learned}");
}

/// The columns are those that the scaler of floats would have, and the furthest number has 16 bits.
#[test]
fn a_scaler_learns_what_that_of_floats_learns() {
    let mut random = Random::seed(6);
    for method in [ScalingMethod::Standard, ScalingMethod::MinMax] {
        let scaling = Scaling {
            method,
            target: true,
        };
        let sgd = Sgd {
            rate: Rate::new(0.1).unwrap(),
        };
        let new = || {
            let line = Linear::<Const<2>>::new();
            Trainer::with_scaler(line, Squared, sgd, scaling, [0; 21]).unwrap()
        };
        let (mut fit, mut words) = (new(), [0.0f32; 8]);
        let rows: Vec<[f32; 3]> = (0..200)
            .map(|_| {
                let z: f32 = random.unit();
                [1013.0 + 7.0 * z, 1e-4 * (z - 0.3), -4e6 * z]
            })
            .collect();
        for [a, b, y] in &rows {
            fit.fit_scaler(&[*a, *b], &[*y]).unwrap();
            downhill::scaler::learn(&mut words, method, &[*a, *b], &[*y]);
        }
        assert_eq!(fit.observe_real(&[0.0; 2], &[0.0]), Err(Fault::Scaler));
        let learning = fit.state().to_vec();
        fit.freeze_scaler();
        downhill::scaler::freeze(&mut words, method);
        for (at, [mean, factor]) in downhill::scaler::columns(&words).iter().enumerate() {
            let column = fixed::scaler::column(fit.columns(), at);
            let (own_mean, own_factor) = column.mean_and_factor();
            let (mean, factor) = (f64::from(*mean), f64::from(*factor));
            assert!((own_factor / factor - 1.0).abs() < 4e-5, "{column:?}");
            assert!(
                ((own_mean - mean) * factor).abs() < 2.0 / 4096.0,
                "{column:?}"
            );
        }
        for [a, b, y] in &rows {
            assert_eq!(fit.observe_real(&[*a, *b], &[*y]).unwrap().1, 0);
        }
        // Another one goes on from where the first was still learning.
        let mut other = new();
        other.resume(&learning, 0).unwrap();
        other.freeze_scaler();
        for [a, b, y] in &rows {
            other.observe_real(&[*a, *b], &[*y]).unwrap();
        }
        assert_eq!(other.fingerprint(), fit.fingerprint());
    }
}
