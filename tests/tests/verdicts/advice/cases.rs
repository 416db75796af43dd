//! Fits that are advised a cure.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use downhill_tests::sets::*;

use super::cure::Cure;

/// A fit that is advised a cure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    rows: Rows,
    pub(super) options: &'static str,
}

#[derive(Clone, Copy, Debug)]
enum Rows {
    /// A set of `tests/data`.
    Real(Set),
    /// A file of [`write_data`], of this seed.
    Made(&'static str, u64),
}

const fn on(set: Set, options: &'static str) -> Case {
    Case {
        rows: Rows::Real(set),
        options,
    }
}

const fn made(name: &'static str, seed: u64, options: &'static str) -> Case {
    Case {
        rows: Rows::Made(name, seed),
        options,
    }
}

impl Case {
    /// File and columns.
    pub(super) fn arguments(&self, folder: &Path) -> Vec<String> {
        match self.rows {
            Rows::Real(set) => {
                let mut arguments = set.arguments();
                // Given by the case.
                if self.options.contains("--features") && !set.features.is_empty() {
                    arguments.truncate(arguments.len() - 2);
                }
                arguments
            }
            Rows::Made(name, seed) => {
                let file = folder.join(format!("{name}{seed}.csv"));
                vec![file.to_str().unwrap().into(), "--target".into(), "y".into()]
            }
        }
    }
}

/// Fits that are advised a cure, each on rows of its own. A new cure does not compile without.
pub(super) fn cases(cure: Cure) -> [Case; 5] {
    match cure {
        Cure::LowerRate => [
            on(PETALS, "--optimizer sgd --lr 1"),
            on(CONCRETE, "--optimizer sgd --lr 1"),
            on(AIRFOIL, "--optimizer sgd --lr 1"),
            on(AIR, "--optimizer sgd --lr 0.5 --epochs 10"),
            on(NAVAL, "--optimizer sgd --lr 0.5 --epochs 4"),
        ],
        Cure::SearchRate => [
            on(PETALS, "--optimizer sgd --lr 1 --epochs 5"),
            on(CONCRETE, "--optimizer sgd --lr 1 --epochs 5"),
            on(AIRFOIL, "--optimizer sgd --lr 1 --epochs 5"),
            on(AIR, "--optimizer sgd --lr 0.5 --epochs 1"),
            on(SEEDS, "--optimizer sgd --lr 1e6 --epochs 5"),
        ],
        Cure::HigherRate => [
            on(PETALS, "--lr 3e-6"),
            on(CONCRETE, "--lr 1e-6"),
            on(AIRFOIL, "--lr 1e-6 --epochs 10"),
            on(AIR, "--lr 1e-7 --epochs 5"),
            on(SEEDS, "--lr 1e-6"),
        ],
        Cure::FallingRate => [
            on(AIRFOIL, "--schedule constant --lr 0.01 --epochs 100"),
            on(CONCRETE, "--schedule constant --lr 0.05 --epochs 30"),
            on(OCCUPANCY, "--schedule constant --lr 0.05 --epochs 10"),
            on(DIGITS, "--schedule constant --lr 0.02 --epochs 5"),
            on(CHURN, "--schedule constant --lr 0.05 --epochs 10"),
        ],
        Cure::MoreEpochs => [
            on(IRIS, "--epochs 10"),
            on(SEEDS, "--epochs 10"),
            on(CONCRETE, "--model mlp:16 --epochs 20 --lr 0.002"),
            on(AIRFOIL, "--model mlp:16 --epochs 20"),
            on(IONOSPHERE, "--epochs 5"),
        ],
        Cure::ClipNorm => [1, 2, 3, 4, 5].map(|seed| made("jump", seed, JUMP)),
        Cure::OtherUnits => [
            made("small", 1, SMALL),
            made("small", 2, SMALL),
            made("small", 3, SMALL),
            made("small", 4, SMALL),
            made(
                "small",
                1,
                "--model mlp:6,6,6:sigmoid --scaler none --epochs 10",
            ),
        ],
        Cure::LargerModel => [
            on(CONCRETE, "--features coarse_agg"),
            on(AIRFOIL, "--features angle"),
            on(IONOSPHERE, "--features x3,x5"),
            made("waves", 1, "--epochs 20"),
            made("waves", 2, "--epochs 20"),
        ],
        Cure::LowerDegree | Cure::Bound => [
            on(PETALS, "--model polynomial:40 --features petal_l"),
            on(CONCRETE, "--model polynomial:30 --features cement"),
            on(AIRFOIL, "--model polynomial:30 --features freq"),
            on(AIR, "--model polynomial:60 --features T --epochs 2"),
            on(CONCRETE, "--model polynomial:30 --features age"),
        ],
        Cure::StopEarly | Cure::Penalty => [
            on(IRIS, "--model mlp:64,64 --loss cross_entropy --epochs 100"),
            on(SEEDS, "--model mlp:64,64 --loss cross_entropy"),
            on(DIGITS, "--epochs 20"),
            on(SEMEION, "--epochs 30 --lr 0.01 --l2 0"),
            on(IONOSPHERE, "--epochs 200 --l2 0"),
        ],
        Cure::NoPenalty => [
            on(PETALS, "--l2 10"),
            on(CONCRETE, "--l1 0.3"),
            on(AIRFOIL, "--weight-decay 100"),
            on(IRIS, "--l2 10"),
            on(SEEDS, "--l2 10 --l1 0.1"),
        ],
        Cure::Unfreeze => [
            on(SEEDS, "--model mlp:2,8 --loss cross_entropy --freeze 1"),
            on(IRIS, "--model mlp:1,8 --loss cross_entropy --freeze 1"),
            on(AIRFOIL, "--model mlp:4,8 --freeze 1 --lr 0.001"),
            on(AIRFOIL, "--model mlp:4,8 --freeze 1 --lr 0.0005"),
            on(
                SEEDS,
                "--model mlp:2,8 --loss cross_entropy --freeze 1 --lr 0.001",
            ),
        ],
        Cure::RobustLoss => [
            made("far", 1, ""),
            made("far", 2, "--epochs 100"),
            made("far", 3, "--model mlp:8"),
            made("far", 4, "--lr 0.01"),
            made("far", 5, "--loss huber:5"),
        ],
        Cure::RobustSquares => [
            made("far", 1, "--epochs 100"),
            made("far", 2, ""),
            made("far", 3, "--lr 0.01"),
            made("far", 4, "--model polynomial:2"),
            made("far", 5, "--optimizer sgd"),
        ],
        Cure::Scale => [
            on(CONCRETE, "--scaler none --epochs 10"),
            on(OCCUPANCY, "--scaler none --epochs 3"),
            on(CHURN, "--scaler none --epochs 3"),
            on(AIRFOIL, "--scaler none --epochs 10"),
            on(AIR, "--scaler none --epochs 3"),
        ],
        Cure::LeaveOut => [
            on(NAVAL, "--epochs 3"),
            made("sum", 1, "--epochs 20"),
            made("sum", 2, "--epochs 20"),
            made("twins", 1, "--epochs 20"),
            made("still", 1, "--epochs 20"),
        ],
        Cure::ChooseThreshold => [1, 2, 3, 4, 5].map(|seed| made("rare", seed, "--epochs 20")),
        Cure::ClassLoss => [
            on(IRIS, "--model linear"),
            on(SEEDS, "--model linear"),
            on(IONOSPHERE, "--model linear"),
            on(DIGITS, "--model linear --epochs 5"),
            on(CHURN, "--model linear --epochs 5"),
        ],
        Cure::WiderLoss => [
            on(PETALS, FLAT),
            on(CONCRETE, FLAT),
            on(AIRFOIL, FLAT),
            on(AIR, "--loss huber:1e-300 --precision f64 --epochs 2"),
            on(NAVAL, "--loss huber:1e-300 --precision f64 --epochs 2"),
        ],
        Cure::LeastSquares => [
            on(PETALS, "--optimizer sgd --epochs 20"),
            on(NAVAL, "--optimizer sgd --epochs 5"),
            on(AIR, "--optimizer sgd --epochs 3"),
            made("near", 1, "--epochs 20"),
            made("near", 2, "--epochs 20"),
        ],
        Cure::Recover => [1, 2, 3, 5, 6].map(|seed| made("square", seed, SADDLE)),
    }
}

const JUMP: &str = "--loss hinge --scaler none --no-shuffle --optimizer sgd --lr 1e-5 --epochs 1";
const SMALL: &str = "--model mlp:8,8,8:sigmoid --scaler none --epochs 10";
const FLAT: &str = "--loss huber:1e-300 --precision f64 --epochs 20";
const SADDLE: &str =
    "--model formula:w^2*a --start w=0 --optimizer sgd --lr 0.01 --epochs 18 --validation-every 5";

/// Writes files for what is in no set of `tests/data`, of six seeds each: four features between
/// -1 and 1, and a target that is mostly a weighted sum of them.
pub(super) fn write_data(folder: &Path) {
    for seed in 1..=6 {
        let mut state = seed;
        let mut draw = || {
            state = u64::wrapping_mul(state, 6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / f64::from(1 << 23) - 1.0
        };
        let mut write =
            |name: &str, rows: usize, row: &dyn Fn(usize, [f64; 4], f64) -> Vec<f64>| {
                let mut text = String::new();
                for at in 0..rows {
                    let x = [draw(), draw(), draw(), draw()];
                    let numbers = row(at, x, draw());
                    if text.is_empty() {
                        let names = ["a", "b", "c", "d", "e"];
                        text = format!("{},y\n", names[..numbers.len() - 1].join(","));
                    }
                    let cells: Vec<String> = numbers.iter().map(|x| format!("{x:.6}")).collect();
                    writeln!(text, "{}", cells.join(",")).unwrap();
                }
                fs::write(folder.join(format!("{name}{seed}.csv")), text).unwrap();
            };
        let sum = |x: &[f64; 4], e: f64| 2.0 * x[0] - x[1] + 0.5 * x[2] + 0.3 * e;
        let class = |is: bool| f64::from(u8::from(is));
        write("jump", 2400, &|at, x, e| {
            let by = if at < 600 { 1.0 } else { 30_000.0 };
            [&x.map(|x| x * by)[..], &[class(sum(&x, e) > 0.0)]].concat()
        });
        write("small", 400, &|_, x, e| {
            [&x.map(|x| 0.001 * x)[..], &[sum(&x, e)]].concat()
        });
        write("waves", 400, &|_, x, e| {
            [&x[..], &[(5.0 * x[0]).cos() + 0.1 * e]].concat()
        });
        write("sum", 400, &|_, x, e| {
            [&x[..], &[x[0] + 3.0 * x[2], sum(&x, e)]].concat()
        });
        write("twins", 400, &|_, x, e| {
            vec![x[0], x[1], x[2], 1.0 - 2.0 * x[0], sum(&x, e)]
        });
        write("still", 400, &|_, x, e| {
            vec![x[0], x[1], 3.0, x[3], sum(&x, e)]
        });
        write("near", 400, &|_, x, e| {
            vec![x[0], x[0] + 0.01 * x[3], x[2], x[3] + 0.3 * e]
        });
        write("rare", 1000, &|_, x, e| {
            [&x[..], &[class(x[0] + 0.3 * x[1] + 0.2 * e > 1.05)]].concat()
        });
        write("far", 400, &|at, x, e| {
            let off = if [13, 110, 207].contains(&at) {
                500.0
            } else {
                0.0
            };
            [&x[..], &[sum(&x, e) + off]].concat()
        });
        write("square", 300, &|_, x, _| vec![x[0], x[0]]);
    }
}
