//! Starts far from the answer.

use downhill::random::Random;

use super::{DEFAULT, free, near, program, work};

/// A number from -1 to 1.
fn draw(random: &mut Random) -> f64 {
    f64::from(random.word()) / f64::from(1u32 << 31) - 1.0
}

/// Curves that bend much are met from starts up to three times off: what two steps far from the
/// end have in common is no guide to where the third should lead.
#[test]
fn curves_that_bend_much_are_met_from_far_off() {
    let mut random = Random::seed(2);
    let grid = |from: f64, to: f64| (0..30).map(move |k| from + (to - from) * f64::from(k) / 29.0);
    let cases = [
        ("b1*exp(b2*x)+b3", [1.0, 0.4, 1.0], grid(0.0, 8.0), 0.05),
        ("b1*x^b2+b3", [4.0, 2.0, 1.0], grid(0.1, 10.0), 0.5),
    ];
    for (text, truth, grid, noise) in cases {
        let program = program(text);
        let x: Vec<f64> = grid.collect();
        let y: Vec<f64> = x
            .iter()
            .map(|&x| program.eval(&truth, &[x]) + noise * draw(&mut random))
            .collect();
        let fit = |start: &[f64]| {
            let mut words = work(&program);
            let fit = free(DEFAULT, &program, (&x, &y), start, &mut words);
            assert!(
                fit.passes() <= 60,
                "{text} from {start:?}: {} passes",
                fit.passes()
            );
            fit.parameters().to_vec()
        };
        let best = fit(&truth);
        for _ in 0..40 {
            let start = truth.map(|truth| truth * 3f64.powf(draw(&mut random)));
            for (found, &best) in fit(&start).iter().zip(&best) {
                near(*found, best, 1e-6 * best.abs());
            }
        }
    }
}
