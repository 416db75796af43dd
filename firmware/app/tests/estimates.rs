//! Fits by least squares over the link, beside the same fit here.

use crate::common::{Host, recipe, sample};
use downhill::least_squares::{
    AnyEstimator, AnySettings, Estimation, LeastSquares, Normalized, Recursive, SolveError, Summary,
};
use downhill::model::formula;
use downhill::model::{AnyActivation, AnyModel, Mlp, Widths};
use downhill::{Dyn, Fault, Fingerprint};
use downhill_link::{ClientEvent, Command, CommandError, Numbers, Progress, Query, Signal};

/// y = a · exp(b · x), from a = 1 and b = 0.
fn estimation(settings: AnySettings<f32>) -> Estimation<f32> {
    let parsed = formula::parse("a * exp(b * x)", "y", |name| name == "x").unwrap();
    Estimation {
        model: AnyModel::Formula(parsed.program.with_start(&[1.0, 0.0]).unwrap()),
        settings,
        bounds: [None; 8],
        seed: 0,
    }
}

fn solver() -> Estimation<f32> {
    estimation(AnySettings::LeastSquares(LeastSquares::default()))
}

fn rows() -> impl Iterator<Item = ([f32; 1], [f32; 1])> {
    (0..20).map(|k| {
        let x = k as f32 / 10.0;
        let wobble = if k % 3 == 0 { 0.01 } else { -0.01 };
        ([x], [2.0 * (-0.7 * x).exp() + wobble])
    })
}

fn begun(estimation: &Estimation<f32>, words: &'static mut [f32]) -> (Host, Twin) {
    let mut host = Host::new(400);
    host.greet();
    let outcome = host.command(&Command::Estimate(*estimation));
    let twin = estimation.build(words).unwrap();
    assert_eq!(outcome.result, Ok(Progress { step: 0, loss: 0.0 }));
    assert_eq!(outcome.fingerprint, twin.fingerprint());
    (host, twin)
}

type Twin = AnyEstimator<'static, f32>;

fn memory() -> &'static mut [f32] {
    Box::leak(vec![f32::NAN; 100].into_boxed_slice())
}

fn summary(host: &mut Host) -> Option<Summary<f32>> {
    let mut found = None;
    host.client.ask(Query::Summary);
    host.settle(|event| match event {
        ClientEvent::Summary(summary) => found = summary,
        event => panic!("{event:?}"),
    });
    found
}

#[test]
fn a_formula_is_fitted_on_the_device_and_its_uncertainty_is_told() {
    let (mut host, mut twin) = begun(&solver(), memory());
    for (x, y) in rows() {
        let outcome = host.sample(&x, &y);
        assert_eq!(outcome.result, Ok(Progress { step: 0, loss: 0.0 }));
        assert_eq!(outcome.fingerprint, twin.fingerprint());
    }
    assert_eq!(summary(&mut host), None);
    while twin.termination().is_none() {
        for (x, [y]) in rows() {
            twin.add(&x, y, 1.0).unwrap();
        }
        twin.advance().unwrap();
        let outcome = host.command(&Command::Advance);
        let (step, loss) = (twin.steps(), twin.solver().unwrap().cost());
        assert_eq!(outcome.result, Ok(Progress { step, loss }));
        assert_eq!(outcome.fingerprint, twin.fingerprint());
    }
    let solver = twin.solver().unwrap();
    assert!(solver.termination().unwrap().is_converged());
    assert!((twin.parameters()[1] + 0.7).abs() < 0.02);
    assert_eq!(summary(&mut host), solver.summary());
    for (parameter, other) in [(0, 0), (0, 1), (1, 0), (2, 0)] {
        let mut found = None;
        host.client.ask(Query::Estimate { parameter, other });
        host.settle(|event| match event {
            ClientEvent::Estimate {
                estimate,
                correlation,
            } => found = Some((estimate, correlation)),
            event => panic!("{event:?}"),
        });
        let (at, other) = (parameter.into(), other.into());
        let correlation = solver.uncertainty().correlation(at, other);
        assert_eq!(found, Some((solver.estimate(at), correlation)));
    }
    assert_eq!(host.pull(), (twin.parameters().to_vec(), twin.steps()));
    // It has ended: nothing moves any more, and no sample is taken.
    let outcome = host.command(&Command::Advance);
    assert_eq!(outcome.fingerprint, twin.fingerprint());
    assert_eq!(
        host.sample(&[0.0], &[0.0]).result,
        Err(CommandError::AlreadyStarted)
    );
    assert_eq!(host.counters().steps, twin.steps());
    assert_eq!(host.counters().samples, 20);
}

#[test]
fn estimators_row_by_row_agree_at_every_step() {
    for settings in [
        AnySettings::Recursive(Recursive::default()),
        AnySettings::Normalized(Normalized::default()),
    ] {
        let (mut host, mut twin) = begun(&estimation(settings), memory());
        for (x, y) in rows() {
            let loss = twin.add(&x, y[0], 1.0).unwrap();
            let outcome = host.sample(&x, &y);
            let step = twin.steps();
            assert_eq!(outcome.result, Ok(Progress { step, loss }));
            assert_eq!(outcome.fingerprint, twin.fingerprint());
        }
        assert_eq!(
            host.command(&Command::Advance).result,
            Err(CommandError::Unsupported)
        );
        let half = Command::Sample {
            weight: 0.5,
            features: Numbers::new(&[1.0]),
            target: Numbers::new(&[1.0]),
        };
        let outcome = host.command(&half);
        assert_eq!(outcome.result, Err(CommandError::Fault(Fault::Weight)));
        assert_eq!(outcome.fingerprint, twin.fingerprint());
    }
}

#[test]
fn what_is_refused_changes_nothing() {
    let (mut host, twin) = begun(&solver(), memory());
    let unable = Err(CommandError::Unsupported);
    for command in [
        Command::FreezeScaler,
        Command::ApplyBatch,
        Command::Finish,
        Command::Resume,
    ] {
        assert_eq!(host.command(&command).result, unable);
    }
    let fault = |fault| Err(CommandError::Fault(fault));
    let (need, got) = (1, 2);
    for (x, y, refusal) in [
        (
            &[1.0, 2.0][..],
            &[1.0][..],
            fault(Fault::Length { need, got }),
        ),
        (&[f32::NAN], &[1.0], fault(Fault::Feature { index: 0 })),
        (&[1.0], &[f32::INFINITY], fault(Fault::Target { index: 0 })),
    ] {
        assert_eq!(host.command(&sample(x, y)).result, refusal);
    }
    // Too few samples: the pass has not been, and one more makes it possible.
    assert!(host.sample(&[0.0], &[2.0]).result.is_ok());
    let outcome = host.command(&Command::Advance);
    let few = Err(CommandError::Solve(SolveError::Rows { need: 2, got: 1 }));
    assert_eq!(
        (outcome.result, outcome.fingerprint),
        (few, twin.fingerprint())
    );
    assert!(host.sample(&[1.0], &[1.0]).result.is_ok());
    assert!(host.command(&Command::Advance).result.is_ok());
    // Impossible settings leave the fit as it is.
    let before = host.command(&Command::Advance).fingerprint;
    let impossible = LeastSquares {
        tolerance: f32::NAN,
        ..LeastSquares::default()
    };
    let command = Command::Estimate(estimation(AnySettings::LeastSquares(impossible)));
    let outcome = host.command(&command);
    assert_eq!(
        outcome.result,
        Err(CommandError::Solve(SolveError::Tolerance))
    );
    assert_eq!(outcome.fingerprint, before);
}

#[test]
fn memory_holds_so_many_samples_and_what_is_kept_is_kept() {
    // Of 400 words 200 receive samples of three.
    let (mut host, _) = begun(&solver(), memory());
    for k in 0..66 {
        let x = k as f32 / 30.0;
        assert!(host.sample(&[x], &[2.0 * (-0.7 * x).exp()]).result.is_ok());
    }
    let full = Fault::Arena {
        need: 3 * 67,
        got: 200,
    };
    assert_eq!(
        host.sample(&[0.0], &[0.0]).result,
        Err(CommandError::Fault(full))
    );
    // A recipe whose words there are not is refused, and the samples are as they were.
    let (features, widths, outputs) = (Dyn(3), Widths([40, 0, 0]), Dyn(1));
    let net = Mlp::with_shape(features, widths, outputs, AnyActivation::Tanh);
    let refused = host.command(&Command::Configure(
        recipe().model(AnyModel::Mlp(net)),
        Signal::NONE,
    ));
    assert!(matches!(
        refused.result,
        Err(CommandError::Fault(Fault::Arena { .. }))
    ));
    let mut steps = 0;
    while summary(&mut host).is_none() && steps < 100 {
        assert!(host.command(&Command::Advance).result.is_ok());
        steps += 1;
    }
    let (state, _) = host.pull();
    assert!((state[0] - 2.0).abs() < 1e-5 && (state[1] + 0.7).abs() < 1e-5);
    // One whose words there are takes their place.
    assert!(
        host.command(&Command::Configure(recipe(), Signal::NONE))
            .result
            .is_ok()
    );
    assert_eq!(
        host.pull().0.len(),
        recipe().build(memory()).unwrap().state().len()
    );
    assert_eq!(host.command(&Command::Reset).fingerprint, Fingerprint(0));
    assert!(
        host.command(&Command::Configure(recipe(), Signal::NONE))
            .result
            .is_ok()
    );
}
