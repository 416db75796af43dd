//! Estimators that learn row by row: RLS and NLMS.

use downhill::least_squares::{Nlms, Normalized, Recursive, Rls};
use downhill::loss::Squared;
use downhill::model::Linear;
use downhill::optimizer::Adam;
use downhill::{Const, Dyn, Fault, Trainer};

use super::near;

#[test]
fn huge_rows_are_learned_from_and_faint_ones_do_not_wind_the_covariance_up() {
    let model = Linear::with_shape(Dyn(1), Dyn(1), Dyn(0));
    let mut rls = Rls::new(Recursive::default(), &model, [0.0f32; 5]).unwrap();
    let mut nlms = Nlms::new(Normalized::default(), &model, [0.0f32; 2]).unwrap();
    for _ in 0..40 {
        rls.observe(&[1e30], 2e30).unwrap();
        nlms.observe(&[1e30], 2e30).unwrap();
    }
    assert!(
        (rls.parameters()[0] - 2.0).abs() < 1e-4,
        "{:?}",
        rls.parameters()
    );
    assert!(
        (nlms.parameters()[0] - 2.0).abs() < 1e-4,
        "{:?}",
        nlms.parameters()
    );
    let settings = Recursive {
        forgetting: 0.9f32,
        variance: 50.0,
    };
    let mut rls = Rls::new(settings, &model, [0.0f32; 5]).unwrap();
    for k in 0..10_000 {
        rls.observe(&[[1.0, 1e-9, -1e-12][(k > 5) as usize + (k % 2)]], 1.0)
            .unwrap();
        assert!(rls.state()[1] <= 50.0 * 1.00001, "{}", rls.state()[1]);
    }
}

#[test]
fn a_constant_input_does_not_wind_the_covariance_up() {
    let model = Linear::<Dyn>::with_shape(Dyn(2), Default::default(), Default::default());
    let settings = Recursive {
        forgetting: 0.9f32,
        variance: 100.0,
    };
    let mut rls = Rls::new(settings, &model, [0.0f32; Recursive::<f32>::words(3, 0)]).unwrap();
    let random = |k: u32, salt: u32| {
        (k.wrapping_mul(2_654_435_761).wrapping_add(salt) >> 8) as f32 / 8_388_608.0 - 1.0
    };
    // Learn two slopes and an offset, then stand still for very long.
    for k in 0..200 {
        let (a, b) = (random(k, 1), random(k.wrapping_mul(77), 99));
        rls.observe(&[a, b], 2.0 * a - 3.0 * b + 1.0).unwrap();
    }
    let learned = rls.parameters().to_vec();
    assert!(
        (learned[0] - 2.0).abs() < 1e-3 && (learned[1] + 3.0).abs() < 1e-3,
        "{learned:?}"
    );
    for k in 0..200_000u32 {
        rls.observe(&[0.5, 0.5], 0.5 + 0.01 * random(k, 5)).unwrap();
    }
    assert!(
        rls.state().iter().all(|x| x.abs() < 1e3),
        "{:?}",
        rls.state()
    );
    for (now, then) in rls.parameters().iter().zip(&learned) {
        assert!((now - then).abs() < 0.1, "{now} {then}");
    }
    // It still follows: the offset moves by 4, and the constant rows show it at once.
    for _ in 0..60 {
        rls.observe(&[0.5, 0.5], 4.5).unwrap();
    }
    let error = rls.observe(&[0.5, 0.5], 4.5).unwrap();
    assert!(error.abs() < 0.01, "{error}");
}

#[test]
fn without_forgetting_rls_is_least_squares() {
    let model = Linear::<Dyn>::with_shape(Dyn(1), Default::default(), Default::default());
    let settings = Recursive {
        forgetting: 1.0f64,
        variance: 1e12,
    };
    let mut rls = Rls::new(settings, &model, vec![0.0; Recursive::<f64>::words(2, 0)]).unwrap();
    let (x, y) = ([0.0, 1.0, 2.0, 3.0], [1.0, 3.1, 4.9, 7.0]);
    for (x, y) in x.iter().zip(y) {
        rls.observe(&[*x], y).unwrap();
    }
    near(rls.parameters()[0], 1.98, 1e-9);
    near(rls.parameters()[1], 1.03, 1e-9);
    // U D Uᵀ is (XᵀX)⁻¹ of these four rows: 0.2, -0.3 and 0.7.
    let &[_, _, d0, u, d1] = rls.state() else {
        panic!("{:?}", rls.state())
    };
    near(d1, 0.7, 1e-9);
    near(u * d1, -0.3, 1e-9);
    near(d0 + u * u * d1, 0.2, 1e-9);
}

#[test]
fn estimators_refuse_with_the_cause() {
    let model = Linear::<Dyn>::with_shape(Dyn(2), Default::default(), Default::default());
    let mut rls = Rls::new(Recursive::default(), &model, [0.0f32; 18]).unwrap();
    assert_eq!(
        rls.observe(&[1.0], 0.0),
        Err(Fault::Length { need: 2, got: 1 })
    );
    assert_eq!(
        rls.observe(&[1.0, f32::NAN], 0.0),
        Err(Fault::Feature { index: 1 })
    );
    assert_eq!(
        rls.observe(&[1.0, 0.0], f32::INFINITY),
        Err(Fault::Target { index: 0 })
    );
    assert!(matches!(
        Rls::new(Recursive::default(), &model, [0.0f32; 17]),
        Err(Fault::Arena { need: 18, got: 17 })
    ));
}

#[test]
fn settings_are_refused_for_the_range_that_they_are_out_of() {
    let model = Linear::with_shape(Dyn(2), Dyn(1), Dyn(1));
    let usual = Recursive::<f64>::default();
    let recursive = [
        (
            0.49,
            usual.variance,
            "forgetting: the forgetting factor must be at least 0.5 and at most 1",
        ),
        (
            1.01,
            usual.variance,
            "forgetting: the forgetting factor must be at least 0.5 and at most 1",
        ),
        (
            1.0,
            0.0,
            "variance: the variance must be finite and above 0",
        ),
        (
            0.5,
            f64::INFINITY,
            "variance: the variance must be finite and above 0",
        ),
    ];
    for (forgetting, variance, reason) in recursive {
        let settings = Recursive {
            forgetting,
            variance,
        };
        let refused = Rls::new(settings, &model, [0.0; 18]).unwrap_err();
        assert_eq!(refused.to_string(), reason);
    }
    let normalized = [
        (2.0, 1e-6, "rate: the rate must be above 0 and below 2"),
        (0.0, 1e-6, "rate: the rate must be above 0 and below 2"),
        (
            1.0,
            1e-30,
            "floor: the floor must be finite and above 1e-30",
        ),
        (
            1.0,
            f64::INFINITY,
            "floor: the floor must be finite and above 1e-30",
        ),
    ];
    for (rate, floor, reason) in normalized {
        let settings = Normalized { rate, floor };
        let refused = Nlms::new(settings, &model, [0.0; 6]).unwrap_err();
        assert_eq!(refused.to_string(), reason);
    }
    let mut adam = Adam::new(0.01);
    for (epsilon, permitted) in [(1e-12, true), (0.99e-12, false), (f64::NAN, false)] {
        adam.epsilon = epsilon;
        let fit = Trainer::new(Linear::<Const<1>>::new(), Squared, adam, [0.0; 9]);
        let reason = "optimizer.epsilon: epsilon must be finite and at least 1e-12";
        match fit {
            Ok(_) => assert!(permitted, "{epsilon}"),
            Err(fault) => assert!(
                !permitted && fault.to_string() == reason,
                "{epsilon}: {fault}"
            ),
        }
    }
}

#[test]
fn silence_moves_nothing() {
    let model = Linear::with_shape(Dyn(2), Dyn(1), Dyn(0));
    let mut nlms = Nlms::new(Normalized::default(), &model, [0.0f32; 4]).unwrap();
    let mut rls = Rls::new(
        Recursive::default(),
        &model,
        [0.0f32; Recursive::<f32>::words(2, 0)],
    )
    .unwrap();
    for _ in 0..1_000 {
        nlms.observe(&[0.0, 0.0], 1.0).unwrap();
        nlms.observe(&[1e-9, 1e-9], 1e-3).unwrap();
        rls.observe(&[0.0, 0.0], 1.0).unwrap();
    }
    assert!(nlms.parameters().iter().all(|p| p.abs() < 1e-3));
    assert_eq!(rls.parameters(), [0.0, 0.0]);
}
