//! Fits in C have the fingerprints of the core at every step.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use downhill::fit::Command;
use downhill::loss::Loss;
use downhill::model::Model;
use downhill::random::Random;
use downhill::{NumberType, Recipe, fixed};
use downhill_link::read_recipe;
use downhill_tests::{data, downhill};
use tempfile::TempDir;

use super::build::{CORES, archive, on_board, on_host};

const SCALER_SAMPLES: usize = 20;
const SAMPLES: usize = 120;

/// Options of each fit, behind its file.
const FITS: &[(&str, &str)] = &[
    ("iris.csv", "--target species --model softmax"),
    (
        "iris.csv",
        "--target species --model mlp:8 --optimizer momentum --lr 0.01",
    ),
    (
        "iris.csv",
        "--target sepal_l --model mlp:6,4 --optimizer rmsprop --health 16",
    ),
    (
        "concrete.csv",
        "--target strength --model linear --optimizer sgd --lr 0.01",
    ),
    (
        "concrete.csv",
        "--target strength --loss huber:1 --schedule cosine --clip-norm 1",
    ),
    (
        "concrete.csv",
        "--target strength --model polynomial:2 --optimizer nesterov --lr 0.0005",
    ),
    (
        "concrete.csv",
        "--target strength --model linear --batch 4 --l2 0.01",
    ),
    ("occupancy.csv", "--target Occupancy --model logistic"),
    (
        "occupancy.csv",
        "--target Occupancy --model mlp:8 --optimizer averaged --lr 0.01",
    ),
    (
        "airfoil.csv",
        "--target y --model linear --optimizer adagrad --scaler minmax",
    ),
    ("concrete.csv", "--target strength --precision q15"),
    ("iris.csv", "--target species --model mlp:8 --precision q15"),
];

/// A recipe, samples for it, and what a program in C prints of them.
struct Subject {
    folder: TempDir,
    expected: String,
}

impl Subject {
    fn new((file, options): (&str, &str)) -> Self {
        let folder = TempDir::with_prefix("downhill-c-").unwrap();
        let (bytes, header) = (
            folder.path().join("recipe.bin"),
            folder.path().join("recipe.h"),
        );
        for (form, out) in [("bytes", &bytes), ("c", &header)] {
            let file = data(file);
            let mut arguments = vec!["recipe", &file];
            arguments.extend(options.split(' '));
            arguments.extend(["--to", form, "--name", "subject", "--out"]);
            arguments.push(out.to_str().unwrap());
            downhill(&arguments).assert().success();
        }
        let recipe = read_recipe(&fs::read(bytes).unwrap()).unwrap();
        let samples = samples(&recipe);
        fs::write(folder.path().join("samples.h"), header_of(&samples)).unwrap();
        let expected = expected(&recipe, &samples);
        Self { folder, expected }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Widths of a sample of a recipe: features and targets.
fn widths(recipe: &Recipe<f32>) -> (usize, usize) {
    let sizes = Model::<f32>::sizes(&recipe.model);
    (sizes.features, recipe.loss.targets(sizes.outputs))
}

/// Samples whose targets a recipe can learn.
fn samples(recipe: &Recipe<f32>) -> Vec<Vec<f32>> {
    let (features, targets) = widths(recipe);
    let outputs = Model::<f32>::sizes(&recipe.model).outputs;
    let mut random = Random::seed(7);
    let mut sample = |_| {
        let unit = |random: &mut Random| random.word() as f32 / u32::MAX as f32;
        let mut sample: Vec<f32> = (0..features)
            .map(|at| 10.0 * at as f32 + unit(&mut random))
            .collect();
        let sum: f32 = sample.iter().sum::<f32>() - (5 * features * (features - 1)) as f32;
        let share = sum / features as f32;
        let target = match recipe.class_threshold() {
            Some(_) => (share * outputs.max(2) as f32)
                .floor()
                .min(outputs.max(2) as f32 - 1.0),
            None => 20.0 + 30.0 * share,
        };
        sample.extend(vec![target; targets]);
        sample
    };
    (0..SAMPLES).map(&mut sample).collect()
}

fn header_of(samples: &[Vec<f32>]) -> String {
    let width = samples[0].len();
    let mut text = format!(
        "#define SAMPLES {SAMPLES}\n#define SCALER_SAMPLES {SCALER_SAMPLES}\n\
         static const float samples[SAMPLES][{width}] = {{\n"
    );
    for sample in samples {
        let numbers: Vec<String> = sample.iter().map(|x| format!("{x:?}f")).collect();
        writeln!(text, "    {{{}}},", numbers.join(", ")).unwrap();
    }
    text + "};\n"
}

/// Lines that the core comes to: a fingerprint a step, and the bits of a prediction.
fn expected(recipe: &Recipe<f32>, samples: &[Vec<f32>]) -> String {
    match recipe.number {
        NumberType::Q15 => {
            let words = vec![0; fixed::arena_len(recipe).unwrap()];
            let mut fit = fixed::Fit::new(fixed::AnyTrainer::build(recipe, words).unwrap());
            learn(recipe, samples, |command| {
                fit.execute(command).unwrap();
                fit.trainer.fingerprint().0
            }) + &bits(
                &mut |x| {
                    fit.trainer
                        .predict_real(x)
                        .unwrap()
                        .iter()
                        .map(|&bits| bits as u32)
                        .collect()
                },
                &samples[0][..widths(recipe).0],
            )
        }
        _ => {
            let arena = vec![0.0; recipe.arena_len()].leak();
            let words = vec![0.0; recipe.monitor_len()].leak();
            let mut fit = recipe.build_fit(arena, words).unwrap();
            learn(recipe, samples, |command| {
                fit.execute(command).unwrap();
                fit.trainer.fingerprint().0
            }) + &bits(
                &mut |x| {
                    fit.trainer
                        .predict(x)
                        .unwrap()
                        .iter()
                        .map(|x| x.to_bits())
                        .collect()
                },
                &samples[0][..widths(recipe).0],
            )
        }
    }
}

fn learn(
    recipe: &Recipe<f32>,
    samples: &[Vec<f32>],
    mut execute: impl FnMut(Command<'_, f32>) -> u64,
) -> String {
    let at = widths(recipe).0;
    let mut printed = String::new();
    for sample in &samples[..SCALER_SAMPLES] {
        let (features, target) = sample.split_at(at);
        execute(Command::FitScaler { features, target });
    }
    execute(Command::FreezeScaler);
    for sample in &samples[SCALER_SAMPLES..] {
        let (features, target) = sample.split_at(at);
        let fingerprint = execute(Command::Sample {
            features,
            target,
            weight: 1.0,
        });
        writeln!(printed, "{fingerprint:016x}").unwrap();
    }
    printed
}

fn bits(predict: &mut dyn FnMut(&[f32]) -> Vec<u32>, features: &[f32]) -> String {
    let words = predict(features).into_iter();
    words.map(|word| format!("{word:016x}\n")).collect()
}

#[test]
fn fits_in_c_have_the_bits_of_the_core() {
    let archive = archive(None, None);
    for fit in FITS {
        let subject = Subject::new(*fit);
        let printed = on_host("replay.c", subject.path(), &archive);
        assert_eq!(printed, subject.expected, "{fit:?}");
        let steps: Vec<&str> = printed.lines().collect();
        assert!(
            steps.len() > SAMPLES - SCALER_SAMPLES && steps[0] != steps[50],
            "{fit:?}"
        );
    }
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn fits_in_c_have_the_bits_of_the_core_on_boards() {
    let subjects: Vec<Subject> = FITS.iter().map(|fit| Subject::new(*fit)).collect();
    for core in CORES {
        let archive = core.archive();
        for (subject, fit) in subjects.iter().zip(FITS) {
            let printed = on_board(core, "replay.c", subject.path(), &archive);
            assert_eq!(printed, subject.expected, "{}: {fit:?}", core.machine);
        }
    }
}

/// As docs/c.md says: the stack of creating a fit, and the most of all other calls.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn calls_take_the_stack_that_the_page_says() {
    for fit in [FITS[0], FITS[2], FITS[11]] {
        let subject = Subject::new(fit);
        for core in CORES {
            let printed = on_board(core, "stack.c", subject.path(), &core.archive());
            let bytes =
                |line: &str| u64::from_str_radix(line.rsplit(' ').next().unwrap(), 16).unwrap();
            let used: Vec<u64> = printed.lines().map(bytes).collect();
            println!("{} {fit:?}: {used:?}", core.machine);
            assert!(
                used[0] <= 8_000 && used[1] <= 2_500,
                "{}: {used:?}",
                core.machine
            );
        }
    }
}
