//! Why a fit ends, cannot start, or leaves a parameter open.

use downhill::least_squares::{Bounds, LeastSquares, Robust, SolveError, Table, Termination};

use super::{DEFAULT, free, near, program, work};

#[test]
fn what_rows_cannot_tell_apart_is_named() {
    let (x, y) = ([1.0, 2.0, 3.0, 4.0], [2.1, 3.9, 6.2, 7.8]);
    let cases = [
        ("a*x + b*x", 1), // two of a kind
        ("a*x + 0*c", 1), // no influence at all
        ("a*b*x + c", 1), // only the product counts
        ("a + b*x + c*(1 + 2*x)", 2),
    ];
    for (text, parameter) in cases {
        let program = program(text);
        let mut words = work(&program);
        let start = vec![1.0; program.parameters()];
        let fit = free(DEFAULT, &program, (&x, &y), &start, &mut words);
        let end = fit.termination().unwrap();
        assert_eq!(end, Termination::Singular { parameter }, "{text}");
        let sure = fit.uncertainty();
        assert_eq!(sure.standard_error(usize::from(parameter)), None, "{text}");
        // The fit is the best there is all the same.
        let worst = x
            .iter()
            .zip(y)
            .map(|(&x, y)| (program.eval::<f64>(fit.parameters(), &[x]) - y).abs());
        assert!(worst.fold(0.0, f64::max) < 0.3, "{text}");
    }
}

#[test]
fn every_end_has_its_reason() {
    let decay = program("a*exp(-b*x)");
    let x: Vec<f64> = (0..20).map(f64::from).collect();
    let noisy = |k: usize| 0.1 * ((k * 5 % 7) as f64 - 3.0);
    let exact: Vec<f64> = x.iter().map(|x| 3.0 * (-0.1 * x).exp()).collect();
    let noisy: Vec<f64> = exact
        .iter()
        .enumerate()
        .map(|(k, y)| y + noisy(k))
        .collect();
    let end = |settings: LeastSquares<f64>, y: &[f64]| {
        let mut words = work(&decay);
        let fit = free(settings, &decay, (&x, y), &[1.0, 1.0], &mut words);
        (fit.termination().unwrap(), fit.passes())
    };
    assert_eq!(end(DEFAULT, &exact).0, Termination::Residual);
    let (reason, to_the_end) = end(DEFAULT, &noisy);
    assert!(matches!(reason, Termination::Gradient | Termination::Step));
    let loose = LeastSquares {
        tolerance: 1e-3,
        ..DEFAULT
    };
    let (reason, early) = end(loose, &noisy);
    assert!(reason == Termination::Gradient && early < to_the_end);
    let hurried = LeastSquares {
        passes: 3,
        ..DEFAULT
    };
    assert_eq!(end(hurried, &noisy), (Termination::Passes, 3));
    // A kink: from its bottom no step leads down.
    let kink = program("abs(a) + 1");
    let mut words = work(&kink);
    let fit = free(
        DEFAULT,
        &kink,
        (&[1.0, 2.0], &[0.0, 0.0]),
        &[1.0],
        &mut words,
    );
    near(fit.parameters()[0], 0.0, 1e-6);
}

#[test]
fn what_cannot_start_says_why() {
    let line = program("a + b*x");
    let (x, y) = ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]);
    let refuse = |settings: LeastSquares<f64>, y: &[f64], start: &[f64], bounds, short| {
        let mut words = work(&line);
        let length = words.len() - short;
        let words = &mut words[..length];
        settings
            .fit(&line, &mut Table::new(1, &x, y), start, bounds, words)
            .err()
    };
    let none = Bounds::NONE;
    assert_eq!(refuse(DEFAULT, &y, &[0.0, 0.0], none, 0), None);
    assert_eq!(
        refuse(DEFAULT, &y, &[0.0, 0.0], none, 1),
        Some(SolveError::Workspace { need: 64, got: 63 })
    );
    assert_eq!(
        refuse(DEFAULT, &y, &[0.0], none, 0),
        Some(SolveError::Parameters { need: 2, got: 1 })
    );
    assert_eq!(
        refuse(DEFAULT, &y, &[0.0, f64::NAN], none, 0),
        Some(SolveError::Start { parameter: 1 })
    );
    let crossed = Bounds {
        lower: &[0.0, 2.0],
        upper: &[1.0, 1.0],
    };
    assert_eq!(
        refuse(DEFAULT, &y, &[0.0, 0.0], crossed, 0),
        Some(SolveError::Bounds { parameter: 1 })
    );
    assert_eq!(
        refuse(DEFAULT, &[1.0, f64::INFINITY, 2.0], &[0.0, 0.0], none, 0),
        Some(SolveError::Row { row: 1 })
    );
    assert_eq!(
        refuse(DEFAULT, &y[..1], &[0.0, 0.0], none, 0),
        Some(SolveError::Rows { need: 2, got: 1 })
    );
    let flat = LeastSquares {
        loss: Robust::Huber(0.0),
        ..DEFAULT
    };
    assert_eq!(
        refuse(flat, &y, &[0.0, 0.0], none, 0),
        Some(SolveError::Scale)
    );
    let wild = LeastSquares {
        tolerance: f64::NAN,
        ..DEFAULT
    };
    assert_eq!(
        refuse(wild, &y, &[0.0, 0.0], none, 0),
        Some(SolveError::Tolerance)
    );
}

/// Copies of a column add nothing that is determined, and cost no degree of freedom.
#[test]
fn what_rows_do_not_determine_takes_no_degree_of_freedom() {
    let x: Vec<f64> = (1..=20).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| x * x).collect();
    let of = |text: &str| {
        let model = program(text);
        let mut words = work(&model);
        let start = vec![0.0; model.parameters()];
        let fit = free(DEFAULT, &model, (&x, &y), &start, &mut words);
        let sure = fit.uncertainty();
        (sure.rank(), sure.residual_deviation().unwrap())
    };
    let ((rank, deviation), (same, copied)) = (of("a + b*x"), of("a + b*x + c*2*x + d*3*x"));
    assert_eq!((rank, same), (2, 2));
    near(copied, deviation, 1e-9);
}
