//! Robust losses and weights.

use downhill::least_squares::{Bounds, LeastSquares, Robust, Table};

use super::{DEFAULT, free, near, program, work};

#[test]
fn a_robust_fit_is_at_the_minimum_of_its_own_loss() {
    let line = program("a + b*x");
    let x: Vec<f64> = (0..12).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| 0.05 * x * x * x - x).collect();
    for loss in [Robust::Huber(4.0), Robust::Cauchy(2.0)] {
        let cost = |p: &[f64]| -> f64 {
            let residuals = x.iter().zip(&y).map(|(x, y)| (y - p[0] - p[1] * x).abs());
            residuals
                .map(|r| match loss {
                    Robust::Huber(s) if r > s => s * (2.0 * r - s),
                    Robust::Cauchy(s) => s * s * (1.0 + (r / s) * (r / s)).ln(),
                    _ => r * r,
                })
                .sum()
        };
        let mut words = work(&line);
        let settings = LeastSquares { loss, ..DEFAULT };
        let fit = free(settings, &line, (&x, &y), &[0.0, 0.0], &mut words);
        assert!(fit.termination().unwrap().is_converged(), "{loss:?}");
        let best = fit.parameters();
        near(fit.cost(), cost(best), 1e-12 * fit.cost());
        for (a, b) in [(1e-5, 0.0), (-1e-5, 0.0), (0.0, 1e-5), (0.0, -1e-5)] {
            assert!(
                cost(&[best[0] + a, best[1] + b]) > fit.cost(),
                "{loss:?} {a} {b}"
            );
        }
    }
}

#[test]
fn robust_losses_see_through_outliers_and_weights_count_rows() {
    let line = program("a + b*x");
    let x: Vec<f64> = (0..30).map(f64::from).collect();
    let noise = |k: usize| 0.05 * ((k * 7 % 11) as f64 / 5.0 - 1.0);
    let mut y: Vec<f64> = x
        .iter()
        .enumerate()
        .map(|(k, x)| 1.0 + 2.0 * x + noise(k))
        .collect();
    for k in [3, 11, 27] {
        y[k] += 60.0;
    }
    let slope_error = |loss| {
        let settings = LeastSquares { loss, ..DEFAULT };
        let mut words = work(&line);
        let fit = free(settings, &line, (&x, &y), &[0.0, 0.0], &mut words);
        assert!(
            fit.termination().unwrap().is_converged(),
            "{loss:?} {:?}",
            fit.termination()
        );
        (fit.parameters()[1] - 2.0).abs() + (fit.parameters()[0] - 1.0).abs()
    };
    assert!(slope_error(Robust::Squared) > 2.0);
    assert!(slope_error(Robust::Huber(0.1)) < 0.1);
    assert!(slope_error(Robust::Cauchy(0.1)) < 0.05);

    // A weight of 0 leaves a row out, a weight of 2 is the row twice.
    let weights: Vec<f64> = (0..30)
        .map(|k| [2.0, 1.0][k % 2] * f64::from(y[k] < 61.0))
        .collect();
    let mut words = work(&line);
    let mut table = Table::new(1, &x, &y).with_weights(&weights);
    let weighted = DEFAULT
        .fit(&line, &mut table, &[0.0, 0.0], Bounds::NONE, &mut words)
        .unwrap();
    let mut doubled = (Vec::new(), Vec::new());
    for k in 0..30 {
        for _ in 0..weights[k] as usize {
            doubled.0.push(x[k]);
            doubled.1.push(y[k]);
        }
    }
    let mut words = work(&line);
    let twice = free(
        DEFAULT,
        &line,
        (&doubled.0, &doubled.1),
        &[0.0, 0.0],
        &mut words,
    );
    near(weighted.parameters()[0], twice.parameters()[0], 1e-12);
    near(weighted.parameters()[1], twice.parameters()[1], 1e-12);
    assert_eq!(
        weighted.rows(),
        weights.iter().filter(|&&w| w > 0.0).count() as u32
    );
}
