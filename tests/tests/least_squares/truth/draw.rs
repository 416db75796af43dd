//! Formulas, rows and starts, drawn at random.

use downhill::Real;
use downhill::model::formula::{self, Program};
use downhill::random::Random;

/// A number from 0 to 1.
fn unit(random: &mut Random) -> f64 {
    f64::from(random.word()) / f64::from(u32::MAX)
}

/// A number from a twentieth to twenty, of either sign.
fn wild(random: &mut Random) -> f64 {
    let size = 10f64.powf(2.6 * unit(random) - 1.3);
    if random.word() & 1 == 0 { size } else { -size }
}

/// Pieces that formulas are made of; each `P` is a parameter of its own.
const PIECES: &[&str] = &[
    "P",
    "P*x",
    "P*exp(-P*x)",
    "P*(1 - exp(-P*x))",
    "P/(1 + exp(P - P*x))",
    "P*sin(P*x + P)",
    "P*exp(-((x - P)/P)^2)",
    "P*x^P",
    "P*x/(P + x)",
    "P*tanh(P*x)",
    "P*log(1 + P*x^2)",
    "P*min(x, P)",
    "P*abs(x - P)",
    "P/(1 + (x/P)^P)",
];

/// A formula of one or two pieces.
fn text(random: &mut Random) -> String {
    let mut piece = || PIECES[random.word() as usize % PIECES.len()];
    let (one, other) = (piece(), piece());
    let joined = match random.word() % 2 {
        0 => one.to_string(),
        _ => format!("{one} + {other}"),
    };
    let mut text = String::new();
    for (at, part) in joined.split('P').enumerate() {
        text += &if at == 0 {
            part.to_string()
        } else {
            format!("p{at}{part}")
        };
    }
    text
}

/// Formula, rows and start of a fit.
pub(super) struct Case {
    pub(super) text: String,
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
    pub(super) start: Vec<f64>,
}

impl Case {
    /// A peak, or a step, that starts a few of its widths beside the rows.
    pub(super) fn beside(random: &mut Random) -> Self {
        let text = match random.word() % 2 {
            0 => "p1*exp(-((x - p2)/p3)^2)",
            _ => "p1/(1 + exp((p2 - x)/p3))",
        };
        let x: Vec<f64> = (0..20).map(f64::from).collect();
        let truth = [
            1.0 + unit(random),
            5.0 + 10.0 * unit(random),
            1.0 + unit(random),
        ];
        let program = parsed::<f64>(text);
        let noise = |x: &f64| program.eval::<f64>(&truth, &[*x]) + 0.02 * (unit(random) - 0.5);
        let y = x.iter().map(noise).collect();
        let widths = 3.0 + 40.0 * unit(random);
        let start = vec![1.0, 19.0 + widths, 1.0 + unit(random)];
        Self {
            text: text.into(),
            x,
            y,
            start,
        }
    }

    pub(super) fn draw(random: &mut Random) -> Self {
        let text = text(random);
        let program = parsed::<f64>(&text);
        let count = program.parameters();
        let rows = count + 3 + random.word() as usize % 20;
        let (scale, from) = (10f64.powf(1.4 * unit(random) - 0.7), 3.0 * unit(random));
        let x: Vec<f64> = (0..rows)
            .map(|k| scale * (from + 10.0 * k as f64 / rows as f64 + 0.1))
            .collect();
        let truth: Vec<f64> = (0..count).map(|_| wild(random)).collect();
        let noise = 0.1 * unit(random);
        let kind = random.word() % 3;
        let mut y: Vec<f64> = x
            .iter()
            .map(|&x| match kind {
                0 => program.eval::<f64>(&truth, &[x]),
                1 => 10.0 * (-(x / scale - from - 5.0).powi(2)).exp(),
                _ => wild(random),
            })
            .collect();
        let largest = y.iter().fold(0.0f64, |most, y| most.max(y.abs()));
        if !(largest > 1e-100 && largest < 1e100) {
            y = x.clone();
        } else {
            for y in &mut y {
                *y += noise * largest * (2.0 * unit(random) - 1.0);
            }
        }
        let start = truth
            .iter()
            .map(|truth| match random.word() % 4 {
                3 => truth * 100f64.powf(unit(random)),
                0 => truth * 3f64.powf(2.0 * unit(random) - 1.0),
                1 => wild(random),
                _ => 1.0,
            })
            .collect();
        Self { text, x, y, start }
    }
}

pub(super) fn parsed<T: Real>(text: &str) -> Program<T> {
    formula::parse::<T>(text, "y", |name| name == "x")
        .unwrap()
        .program
}
