//! A computer evaluates a formula for several rows at once: every bit is that of a row alone.

use downhill::least_squares::{Bounds, LeastSquares, Method, Robust, SolveError, Solver, Table};
use downhill::model::formula::{self, Names, Program};
use downhill::random::Random;
use downhill::{Fingerprint, Real};
use proptest::prelude::*;

/// Columns `x`, `z` and `site`, which tells three groups.
struct Known;

impl Names for Known {
    fn is_column(&self, name: &str) -> bool {
        matches!(name, "x" | "z" | "site")
    }
    fn groups(&self, column: &str) -> Option<u8> {
        (column == "site").then_some(3)
    }
}

fn read<T: Real>(text: &str) -> Option<(Program<T>, Vec<bool>)> {
    let parsed = formula::parse_with(text, "y", &Known).ok()?;
    let groups = parsed.features().iter().map(|&name| name == "site");
    Some((parsed.program, groups.collect()))
}

/// Rows of a formula: features, targets, weights.
fn rows<T: Real>(groups: &[bool], count: usize, seed: u64, odd: bool) -> [Vec<T>; 3] {
    let mut random = Random::seed(seed);
    let mut rows = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..count {
        for &group in groups {
            let number = match group {
                true => f64::from(random.below(3)),
                false => [4.0 * random.unit::<f64>() - 1.0, 0.0][usize::from(random.below(9) == 0)],
            };
            rows[0].push(T::from_f64(number));
        }
        rows[1].push(T::from_f64(3.0 * random.unit::<f64>()));
        let weight = match random.below(12) {
            0 if odd => 0.0,
            1 if odd => 2.5,
            _ => 1.0,
        };
        rows[2].push(T::from_f64(weight));
    }
    rows
}

/// The fingerprints after each of some passes, the last one not ended, or why one could not end.
fn passes<T: Real>(
    program: &Program<T>,
    settings: LeastSquares<T>,
    add: impl Fn(&mut Solver<'_, T, &Program<T>>),
) -> Vec<Result<Fingerprint, SolveError>> {
    let count = program.parameters();
    let mut words = vec![T::ZERO; LeastSquares::<T>::words(count, count)];
    let start: Vec<T> = (0..count)
        .map(|at| T::from_f64(0.4 + 0.17 * at as f64))
        .collect();
    let mut solver = Solver::new(settings, program, &start, Bounds::NONE, &mut words).unwrap();
    let mut prints = Vec::new();
    for _ in 0..4 {
        add(&mut solver);
        prints.push(Ok(solver.fingerprint()));
        prints.push(solver.advance().map(|_| solver.fingerprint()));
    }
    prints
}

/// Compares rows that were added at once with those that were added alone.
fn compare<T: Real>(text: &str, count: usize, seed: u64, odd: bool) {
    let Some((program, groups)) = read::<T>(text) else {
        return;
    };
    let [features, targets, weights] = rows::<T>(&groups, count, seed, odd);
    let table = Table::new(groups.len(), &features, &targets).with_weights(&weights);
    let scale = T::from_f64(0.7);
    for loss in [Robust::Squared, Robust::Huber(scale), Robust::Cauchy(scale)] {
        let settings = LeastSquares {
            loss,
            method: Method::default(),
            ..LeastSquares::default()
        };
        let alone = passes(&program, settings, |solver| {
            for (row, (&target, &weight)) in targets.iter().zip(&weights).enumerate() {
                let own = &features[row * groups.len()..][..groups.len()];
                solver.add(own, target, weight);
            }
        });
        let at_once = passes(&program, settings, |solver| solver.add_rows(table));
        assert_eq!(alone, at_once, "{text}, {count} rows of seed {seed}");
    }
}

/// A sum of so many terms, each with a parameter of its own and others.
fn sum(count: usize) -> String {
    let term = |k: usize| match k % 6 {
        0 => format!("p{k}*exp(-p{}*x)", (k + 1) % count),
        1 => format!("sin(x + p{k})"),
        2 => format!("(p{k}*x + 3)^(-1.5)"),
        3 => format!("max(p{k}, x)/p{}", (k + 5) % count),
        4 => format!("3^p{k} - hypot(p{}, x)", (k + 3) % count),
        _ => format!("p{k}*x^2"),
    };
    (0..count).map(term).collect::<Vec<_>>().join(" + ")
}

#[test]
fn rows_at_once_have_the_bits_of_rows_alone() {
    for count in [1, 3, 4, 5, 8, 9, 16, 17, 33] {
        for rows in [7, 8, 40, 83] {
            compare::<f64>(&sum(count), rows, 5, true);
            compare::<f32>(&sum(count), rows, 6, false);
        }
    }
    for text in [
        "a",
        "a[site] + b*x",
        "a[site]*exp(-b[site]*x) + c",
        "where(x < k, a, b)*x + c",
        "a/(b + x)/(c + z) - x/z",
        "sqrt(a*x) + b*log(x + 1)",
        "sqrt(a*z^2) + b*x",
        "abs(a*x)^b + c*sign(x)",
        "floor(a*x) + b*not(x > 1) + heaviside(x, b)*c",
        "a*exp(900*b*x)",
        "b/(2*exp(1000*x) + 1) + a*x",
        "a*x/(exp(1000*x)/2 + 1) + 0*c",
        "atan2(a*x, b) + (a*x % b) + erf(c*x)",
        "(a + x*(b + x*(c + x*d)))/(1 + x*(e + x*(f + x*g)))",
    ] {
        for (rows, seed) in [(30, 1), (64, 2), (65, 3), (200, 4)] {
            compare::<f64>(text, rows, seed, seed % 2 == 0);
            compare::<f32>(text, rows, seed, seed % 2 == 1);
        }
    }
}

/// Texts that are formulas.
fn formulas() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["a", "b", "c", "d", "g", "h", "x", "z", "pi"])
            .prop_map(String::from),
        (0.0..10.0f64).prop_map(|x| format!("{x}")),
    ];
    leaf.prop_recursive(5, 24, 2, |inner| {
        let functions = vec![
            "exp", "log", "sqrt", "sin", "cos", "tan", "atan", "abs", "tanh", "erf", "gamma",
            "floor", "sinc", "sign", "log1p", "cbrt", "-", "not ", "",
        ];
        let operators = vec!["+", "-", "*", "/", "^", "%", "<", "and"];
        let twos = vec!["max", "min", "atan2", "hypot", "heaviside"];
        prop_oneof![
            4 => (inner.clone(), prop::sample::select(operators), inner.clone())
                .prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            2 => (prop::sample::select(functions), inner.clone())
                .prop_map(|(f, a)| format!("{f}({a})")),
            1 => (prop::sample::select(twos), inner.clone(), inner.clone())
                .prop_map(|(f, a, b)| format!("{f}({a}, {b})")),
            1 => (inner.clone(), inner.clone(), inner)
                .prop_map(|(c, a, b)| format!("where({c}, {a}, {b})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_formulas_have_the_bits_of_rows_alone(
        text in formulas(),
        count in 3usize..60,
        seed in any::<u64>(),
        odd in any::<bool>(),
    ) {
        compare::<f64>(&format!("a*x + {text}"), count, seed, odd);
    }
}
