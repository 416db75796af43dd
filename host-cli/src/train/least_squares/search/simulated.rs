//! Simulated data of the shapes that people fit most, and how often the search finds their least
//! sum of squares.

use downhill::least_squares::{Bounds, LeastSquares, Table};
use downhill::model::formula::{self, Program};
use downhill::random::Random;

use super::variable_projection::{Rows, squares};
use super::{Found, Limits, Search};

/// What a shape draws: the numbers of its parameters, given scale and offset of x, and x itself.
struct Shape {
    text: &'static str,
    /// True where x is spaced evenly in its logarithm, over some powers of ten.
    logarithmic: bool,
    /// Range of the offset of x, in units of its range.
    offset: (f64, f64),
    truth: fn(&mut Draw, &[f64]) -> Vec<f64>,
}

struct Draw(Random);

impl Draw {
    fn unit(&mut self) -> f64 {
        self.0.unit()
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    fn log(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    fn sign(&mut self) -> f64 {
        if self.0.below(2) == 0 { 1.0 } else { -1.0 }
    }
}

fn ends(x: &[f64]) -> (f64, f64) {
    let low = x.iter().fold(f64::MAX, |a, &b| a.min(b));
    let high = x.iter().fold(f64::MIN, |a, &b| a.max(b));
    (low, high - low)
}

const SHAPES: &[Shape] = &[
    Shape {
        text: "a + b*x",
        logarithmic: false,
        offset: (-1000.0, 1000.0),
        truth: |d, x| {
            let (low, range) = ends(x);
            let slope = d.sign() * d.log(1e-3, 1e3) / range;
            vec![d.between(-1.0, 1.0) - slope * low, slope]
        },
    },
    Shape {
        text: "a*x^b",
        logarithmic: false,
        offset: (0.05, 3.0),
        truth: |d, x| {
            let (low, range) = ends(x);
            let power = d.sign() * d.log(0.3, 4.0);
            vec![d.log(1e-3, 1e3) / (low + range).powf(power), power]
        },
    },
    Shape {
        text: "a*exp(-b*x) + c",
        logarithmic: false,
        offset: (-3.0, 3.0),
        truth: |d, x| {
            let (low, range) = ends(x);
            let (size, rate) = (
                d.sign() * d.log(1e-3, 1e3),
                d.sign() * d.log(0.7, 10.0) / range,
            );
            vec![size * (rate * low).exp(), rate, size * d.between(-2.0, 2.0)]
        },
    },
    Shape {
        text: "a*(1 - exp(-b*x))",
        logarithmic: false,
        offset: (0.0, 0.2),
        truth: |d, x| vec![d.sign() * d.log(1e-3, 1e3), d.log(0.7, 10.0) / ends(x).1],
    },
    Shape {
        text: "a/(1 + exp(-k*(x - x0)))",
        logarithmic: false,
        offset: (-1000.0, 1000.0),
        truth: |d, x| {
            let (low, range) = ends(x);
            let rate = d.sign() * d.log(4.0, 40.0) / range;
            vec![d.log(1e-3, 1e3), rate, low + d.between(0.2, 0.8) * range]
        },
    },
    Shape {
        text: "a*exp(-0.5*((x - m)/s)^2) + c",
        logarithmic: false,
        offset: (-1000.0, 1000.0),
        truth: |d, x| {
            let (low, range) = ends(x);
            let size = d.sign() * d.log(1e-3, 1e3);
            let width = d.log((1.5 / x.len() as f64).max(0.03), 0.25);
            let middle = low + d.between(0.15, 0.85) * range;
            vec![size, middle, width * range, size * d.between(-2.0, 2.0)]
        },
    },
    Shape {
        text: "a*sin(w*x + p) + c",
        logarithmic: false,
        offset: (-3.0, 3.0),
        truth: |d, x| {
            let cycles = d.log(0.7, 20.0f64.min(0.45 * x.len() as f64));
            let size = d.log(1e-3, 1e3);
            let turns = 2.0 * std::f64::consts::PI * cycles / ends(x).1;
            vec![
                size,
                turns,
                d.between(-3.0, 3.0),
                size * d.between(-5.0, 5.0),
            ]
        },
    },
    Shape {
        text: "1/(a + b*log(x) + c*log(x)^3)",
        logarithmic: true,
        offset: (0.0, 0.0),
        truth: |d, x| {
            // From 300 K at the lowest resistance down, after a beta of 2500 to 5000 K.
            let (beta, bend) = (d.log(2500.0, 5000.0), d.log(3e-8, 3e-7));
            let low = x[0].ln();
            vec![
                1.0 / 330.0 - low / beta - bend * low.powi(3),
                1.0 / beta,
                bend,
            ]
        },
    },
    Shape {
        text: "v*x/(k + x)",
        logarithmic: false,
        offset: (0.0, 0.1),
        truth: |d, x| vec![d.log(1e-3, 1e3), d.log(0.05, 1.5) * ends(x).1],
    },
    Shape {
        text: "v*x^n/(k^n + x^n)",
        logarithmic: true,
        offset: (0.0, 0.0),
        truth: |d, x| {
            let (first, last) = (x[0], x[x.len() - 1]);
            let share = d.between(0.3, 0.7);
            let half = first * (last / first).powf(share);
            vec![d.log(1e-3, 1e3), d.log(0.7, 4.0), half]
        },
    },
    Shape {
        text: "d + (a - d)/(1 + (x/c)^b)",
        logarithmic: true,
        offset: (0.0, 0.0),
        truth: |d, x| {
            let (first, last) = (x[0], x[x.len() - 1]);
            let half = first * (last / first).powf(d.between(0.3, 0.7));
            let size = d.log(1e-3, 1e3);
            let low = size * d.between(-1.0, 1.0);
            vec![low, low + d.sign() * size, half, d.log(0.7, 4.0)]
        },
    },
    Shape {
        text: "y0 + k1*min(x - x0, 0) + k2*max(x - x0, 0)",
        logarithmic: false,
        offset: (-1000.0, 1000.0),
        truth: |d, x| {
            let (low, range) = ends(x);
            let size = d.log(1e-3, 1e3);
            let slope = |d: &mut Draw| d.sign() * d.log(0.1, 10.0) * size / range;
            let (one, other) = (slope(d), slope(d));
            let other = if (one - other).abs() * range < size {
                one + size / range
            } else {
                other
            };
            vec![
                size * d.between(-3.0, 3.0),
                one,
                low + d.between(0.2, 0.8) * range,
                other,
            ]
        },
    },
];

/// A set of data, the program and its true parameters.
struct Set {
    program: Program<f64>,
    rows: Rows,
    truth: Vec<f64>,
}

fn set(shape: &Shape, draw: &mut Draw) -> Set {
    let parsed = formula::parse::<f64>(shape.text, "y", |name| name == "x").unwrap();
    let count = draw.log(10.0, 200.99) as usize;
    let scale = draw.log(1e-6, 1e6);
    let (low, high) = shape.offset;
    let offset = draw.between(low, high);
    let even = draw.0.below(2) == 0;
    let mut places: Vec<f64> = (0..count)
        .map(|k| {
            if even {
                k as f64 / (count - 1) as f64
            } else {
                draw.unit()
            }
        })
        .collect();
    places.sort_by(f64::total_cmp);
    let decades = draw.between(2.0, 6.0);
    let x: Vec<f64> = places
        .iter()
        .map(|&place| match shape.logarithmic {
            true => scale * 10f64.powf(decades * place),
            false => scale * (offset + place + 0.01),
        })
        .collect();
    let truth = (shape.truth)(draw, &x);
    let program = parsed.program;
    let clean: Vec<f64> = x
        .iter()
        .map(|&x| program.eval::<f64>(&truth, &[x]))
        .collect();
    let noise = draw.log(0.001, 0.1) * ends(&clean).1;
    let targets = clean
        .iter()
        .map(|y| {
            let normal: f64 = (0..12).map(|_| draw.unit()).sum::<f64>() - 6.0;
            y + noise * normal
        })
        .collect();
    let rows = Rows {
        columns: 1,
        weights: vec![1.0; x.len()],
        features: x,
        targets,
    };
    Set {
        program,
        rows,
        truth,
    }
}

/// The least sum of squares from the true parameters and from this many random starts.
fn reference(set: &Set, draw: &mut Draw, starts: usize) -> f64 {
    let mut least = f64::MAX;
    for start in 0..=starts {
        let mut begin = set.truth.clone();
        if start > 0 {
            for value in &mut begin {
                *value *= draw.log(0.2, 5.0) * if draw.0.below(8) == 0 { -1.0 } else { 1.0 };
            }
        }
        let settings = LeastSquares {
            passes: 60,
            tolerance: 1e-3,
            ..LeastSquares::default()
        };
        let mut words = vec![0.0; LeastSquares::<f64>::words(begin.len(), begin.len())];
        let mut table = Table::new(1, &set.rows.features, &set.rows.targets);
        let fit = settings.fit(&set.program, &mut table, &begin, Bounds::NONE, &mut words);
        if let Ok(fit) = fit {
            least = least.min(fit.cost());
        }
    }
    least
}

fn search(set: &Set) -> Option<Found> {
    let count = set.truth.len();
    let limits: Vec<Limits> = vec![(f64::MIN, f64::MAX); count];
    let given = vec![None; count];
    let search = Search {
        program: set.program,
        limits: &limits,
        given: &given,
        loss: Default::default(),
        seed: 0,
        starts: None,
    };
    let mut table = Table::new(1, &set.rows.features, &set.rows.targets);
    search.run(&mut table)
}

#[test]
fn the_least_of_all_minima_is_found() {
    let is_long = std::env::var_os("DOWNHILL_LONG").is_some();
    let (sets, starts) = if is_long { (1_000, 200) } else { (6, 20) };
    let mut short = Vec::new();
    for (at, shape) in SHAPES.iter().enumerate() {
        let mut draw = Draw(Random::seed(at as u64));
        let mut found = 0;
        for _ in 0..sets {
            let set = set(shape, &mut draw);
            let least = reference(&set, &mut draw, starts);
            let own = search(&set).map_or(f64::MAX, |found| {
                squares(&set.program, &set.rows, &found.start)
            });
            if own <= least * 1.0001 {
                found += 1;
            }
        }
        println!("{:45} {found} of {sets}", shape.text);
        if found * 100 < sets * 95 {
            short.push(shape.text);
        }
    }
    assert!(short.is_empty(), "found too rarely: {short:?}");
}

#[test]
fn a_seed_has_its_bits() {
    let set = set(&SHAPES[6], &mut Draw(Random::seed(3)));
    let (one, other) = (search(&set).unwrap(), search(&set).unwrap());
    let bits = |found: &Found| found.start.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&one), bits(&other));
    assert!(one.agreed > 0 && one.agreed <= one.fitted);
}
