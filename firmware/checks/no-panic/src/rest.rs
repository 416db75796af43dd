//! Everything of the core that is not a trainer.

use core::hint::black_box;

use downhill::early_stopping::EarlyStopping;
use downhill::loss::Loss;
use downhill::metrics::{Confusion, LogLoss, Meter, Regression, Skill};
use downhill::random::Random;
use downhill::replay::{Reservoir, Ring};
use downhill::split::is_validation;
use downhill::{Hasher, Predictor, scaler};

use crate::given::Given;

macro_rules! probes {
    ($($scaler:ident $random:ident $metrics:ident $memory:ident $predictor:ident $real:ident;)*) => { $(
        #[unsafe(no_mangle)]
        #[inline(never)]
        fn $scaler(given: &mut Given<$real>) {
            let words = &mut *given.words;
            let column = given.number as usize;
            scaler::learn(words, given.method, given.features, given.target);
            scaler::freeze(words, given.method);
            scaler::follow(words, given.number as u32, given.features, given.target);
            scaler::exempt(words, column);
            scaler::scale(words, column, given.state, given.arena);
            scaler::unscale(words, column, given.arena);
            black_box((scaler::samples(words), scaler::columns(words)));
        }

        #[unsafe(no_mangle)]
        #[inline(never)]
        fn $random(given: &mut Given<$real>) -> u64 {
            let mut random = Random::seed(given.number);
            random.shuffle(given.arena);
            black_box((random.below(given.number as u32), random.unit::<$real>()));
            let mut hasher = Hasher::default();
            hasher.reals(given.arena);
            hasher.word(random.word());
            hasher.finish().0
        }

        #[unsafe(no_mangle)]
        #[inline(never)]
        fn $metrics(given: &mut Given<$real>) {
            let fade = given.words.first().copied().unwrap_or(0.9);
            let mut meters = (
                (Regression::fading(fade), Skill::fading(fade)),
                (LogLoss::fading(fade), Confusion::new(&mut *given.counts, fade)),
            );
            meters.update(given.features, given.target);
            let ((regression, skill), (log_loss, confusion)) = meters;
            black_box((regression.count(), regression.mae(), regression.rmse()));
            black_box((regression.r2(), regression.max_error(), skill.value(), log_loss.value()));
            let class = given.number as usize;
            black_box((confusion.accuracy(), confusion.balanced_accuracy(), confusion.mcc()));
            black_box((confusion.classes(), confusion.total(), confusion.count(class, class)));
            black_box((confusion.scores(class).f1, confusion.class_of(given.features)));
        }

        #[unsafe(no_mangle)]
        #[inline(never)]
        fn $memory(given: &mut Given<$real>) -> bool {
            let marker = given.features.first().copied();
            let mut ring = Ring::<$real, 8>::limited(given.number as usize);
            let mut reservoir = Reservoir::<$real, 8>::limited(given.number, given.number as usize);
            let mut random = downhill::random::Random::seed(given.number);
            for &number in given.features {
                ring.push(number);
                reservoir.push(number);
            }
            black_box((ring.iter().count(), reservoir.items()));
            black_box((ring.draw(&mut random), reservoir.draw()));
            let mut stopping = EarlyStopping::new(given.number as u32, &mut *given.words);
            black_box(stopping.report(marker.unwrap_or(0.0), given.state).is_ok());
            black_box(stopping.best());
            black_box(is_validation(given.number, given.number as u32));
            black_box(given.missing).fill(marker, given.arena, given.words)
        }

        #[unsafe(no_mangle)]
        #[inline(never)]
        fn $predictor(given: &mut Given<$real>) -> bool {
            let (model, link) = (given.recipe.model, given.recipe.loss.link(given.number as usize));
            let scaler = (&*given.words, given.number == 0);
            Predictor::with_scaler(model, link, given.state, scaler, given.arena)
                .is_ok_and(|mut predictor| predictor.predict(given.features).is_ok())
        }
    )*

        pub(crate) fn all(single: &mut Given<f32>, double: &mut Given<f64>) {
            $(
                let given = probes!(@choose $real single double);
                $scaler(black_box(given));
                black_box($random(black_box(given)));
                $metrics(black_box(given));
                black_box($memory(black_box(given)));
                black_box($predictor(black_box(given)));
            )*
        }
    };
    (@choose f32 $single:ident $double:ident) => { &mut *$single };
    (@choose f64 $single:ident $double:ident) => { &mut *$double };
}

probes! {
    probe_scaler_32 probe_random_32 probe_metrics_32 probe_memory_32 probe_predictor_32 f32;
    probe_scaler_64 probe_random_64 probe_metrics_64 probe_memory_64 probe_predictor_64 f64;
}
