//! Messages of every kind.

use downhill::health::{Detector, Drift, Finding, Health, Reaction, Severity, Verdict};
use downhill::least_squares::{
    AnySettings, Estimate, Estimation, LeastSquares, SolveError, Summary, Termination,
};
use downhill::loss::{AnyLoss, Huber, Squared};
use downhill::model::formula;
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{Adam, AnyOptimizer, Sgd};
use downhill::rules::{Bound, Scaling};
use downhill::{Dyn, Fault, Fingerprint, Recipe, Setting};
use downhill_link::{
    Ack, Alert, Capabilities, Command, CommandError, Counters, Event, Hello, Mode, Numbers,
    PROTOCOL, Progress, Query, Reply, Request, Scores, SensorCounters, SensorFault, SessionLost,
    Signal, State, Topics,
};

pub(crate) const SESSION: u32 = 0x5e55_1011;

/// `window=2: mean` of one channel.
pub(crate) const WINDOWS: Signal<'static> =
    Signal::from_sections(&[2, 12, 1, 2, 2, 0, 0, 0, 1, 1, 1, 0, 0, 0]);

pub(crate) fn recipe() -> Recipe<f32> {
    Recipe::new(
        AnyModel::Linear(Linear::with_shape(Dyn(2), Dyn(1), Dyn(1))),
        AnyLoss::Squared(Squared),
        AnyOptimizer::Sgd(Sgd::new(0.1)),
    )
    .seed(7)
}

pub(crate) fn other_recipe() -> Recipe<f32> {
    Recipe::new(
        AnyModel::Linear(Linear::with_shape(Dyn(300), Dyn(2), Dyn(0))),
        AnyLoss::Huber(Huber { delta: 1.5 }),
        AnyOptimizer::Adam(Adam::new(1e-3)),
    )
    .scaling(Scaling::STANDARD_WITH_TARGET)
    .health(Health {
        every: 16,
        recover: true,
        drift: Some(Drift {
            detector: Detector::Adwin,
            reaction: Reaction::Reset,
        }),
    })
    .batch(32)
    .seed(u64::MAX)
}

/// The formula `a * exp(b * x)` from a = 1, b = −0.5, with b at most 0, by Levenberg–Marquardt.
pub(crate) fn estimation() -> Estimation<f32> {
    let parsed = formula::parse("a * exp(b * x)", "y", |name| name == "x").unwrap();
    let mut bounds = [None; 8];
    bounds[0] = Some(Bound {
        first: 1,
        last: 1,
        low: f32::MIN,
        high: 0.0,
    });
    Estimation {
        model: AnyModel::Formula(parsed.program.with_start(&[1.0, -0.5]).unwrap()),
        settings: AnySettings::LeastSquares(LeastSquares::default()),
        bounds,
        seed: 0,
    }
}

pub(crate) fn requests() -> Vec<Request<'static>> {
    let mut all = vec![Request::Hello {
        version: PROTOCOL,
        session: SESSION,
    }];
    let commands = [
        Command::Configure(recipe(), Signal::NONE),
        Command::Configure(other_recipe(), Signal::NONE),
        Command::Sample {
            weight: 0.5,
            features: Numbers::new(&[1.0, -2.5, 0.0, f32::NAN]),
            target: Numbers::new(&[3.0]),
        },
        Command::Push {
            at: 70_000,
            words: Numbers::new(&[0.25; 70]),
        },
        Command::Commit { steps: u64::MAX },
        Command::Reset,
        Command::FitScaler {
            features: Numbers::new(&[1.0]),
            target: Numbers::new(&[]),
        },
        Command::FreezeScaler,
        Command::ApplyBatch,
        Command::ReportValidation { loss: 0.125 },
        Command::Finish,
        Command::Start { turns: 70_000 },
        Command::Stop,
        Command::Mode(Mode::LearnWhileInferring),
        Command::Label {
            sample: 300,
            target: Numbers::new(&[24.8]),
        },
        Command::Subscribe {
            topics: Topics {
                samples: true,
                steps: false,
                verdicts: true,
            },
            credit: 64,
        },
        Command::Resume,
        Command::Save,
        Command::Wipe,
        Command::Estimate(estimation()),
        Command::Advance,
        Command::Block(&[1, 2, 3]),
    ];
    let seqs = [1, 127, 128, 65_536, u32::MAX].into_iter().chain(2..);
    all.extend(
        commands
            .into_iter()
            .zip(seqs)
            .map(|(command, seq)| Request::Command { seq, command }),
    );
    let queries = [
        Query::Pull { at: 9, count: 100 },
        Query::Counters,
        Query::Checkpoint { at: 0, count: 20 },
        Query::Recipe,
        Query::Scores,
        Query::Estimate {
            parameter: 1,
            other: 0,
        },
        Query::Summary,
    ];
    all.extend(
        (3..)
            .zip(queries)
            .map(|(tag, query)| Request::Query { tag, query }),
    );
    all
}

pub(crate) fn replies() -> Vec<Reply<'static>> {
    let ack = |result| {
        Reply::Ack(Ack {
            seq: 12,
            fingerprint: Fingerprint(0xf9e9_6e30_6193_f59f),
            result,
            verdict: Some(Verdict {
                step: 12,
                severity: Severity::Advice,
                finding: Finding::CollinearFeatures {
                    a: 0,
                    b: 300,
                    correlation: 0.9995,
                },
            }),
        })
    };
    vec![
        Reply::Hello(Hello {
            version: PROTOCOL,
            session: SESSION,
            next: 1,
            arithmetic: 1,
            arena: 4096,
            frame: 576,
            window: 8,
            capabilities: Capabilities::SENSOR.union(Capabilities::STORE),
            board: "mps2-an386",
        }),
        Reply::Mismatch {
            version: 1,
            session: SESSION,
        },
        ack(Ok(Progress {
            step: 12,
            loss: 0.75,
        })),
        ack(Err(CommandError::Fault(Fault::Feature { index: 3 }))),
        ack(Err(CommandError::Fault(Fault::Arena { need: 99, got: 64 }))),
        ack(Err(CommandError::Fault(Fault::Setting(Setting::Rate)))),
        ack(Err(CommandError::NoFit)),
        ack(Err(CommandError::Piece { expected: 128 })),
        ack(Err(CommandError::Columns { need: 200, got: 1 })),
        ack(Err(CommandError::FpuMode)),
        ack(Err(CommandError::Solve(SolveError::Rows {
            need: 3,
            got: 2,
        }))),
        ack(Err(CommandError::Room {
            need: 300,
            got: 256,
        })),
        Reply::OutOfOrder {
            expected: 5,
            got: 7,
        },
        Reply::State(State {
            tag: 5,
            next: 8,
            steps: 6,
            fingerprint: Fingerprint(1),
            length: 300,
            at: 100,
            words: Numbers::new(&[1.0, 2.0, -0.0]),
        }),
        Reply::Counters {
            tag: 6,
            counters: Counters {
                samples: 1,
                steps: 2,
                refused: 3,
                bad: 4,
                unknown: 5,
                repeated: 6,
                out_of_order: 7,
                line: 8,
                pin: u32::MAX,
                turns: 9,
                skipped: 10,
                expired: 11,
                withheld: 12,
                saved: 13,
                unsaved: 14,
                sensor: SensorCounters {
                    missing: 15,
                    bus: 16,
                    slow: 17,
                    not_finite: 18,
                    out_of_range: 19,
                    stuck: 20,
                    noisy: 21,
                },
                stack: 22,
                uptime: 23,
                erases: 24,
                rated_erases: 25,
                saves_per_erase: 26,
                events: 27,
                windows: 28,
                dropped: 29,
            },
        },
        Reply::Checkpoint(State {
            tag: 7,
            next: 8,
            steps: 6,
            fingerprint: Fingerprint(1),
            length: 20,
            at: 18,
            words: Numbers::new(&[f32::NAN, 2.0]),
        }),
        Reply::Recipe {
            tag: 8,
            recipe: Some(recipe()),
            signal: Signal::NONE,
        },
        Reply::Scores {
            tag: 9,
            scores: Scores {
                count: 4.0,
                mae: 0.25,
                rmse: 0.5,
                max_error: 1.0,
            },
        },
        Reply::Estimate {
            tag: 10,
            estimate: Some(Estimate {
                value: 0.5,
                standard_error: Some(0.25),
            }),
            correlation: Some(-0.75),
        },
        Reply::Summary {
            tag: 11,
            summary: Some(Summary {
                termination: Termination::Singular { parameter: 1 },
                passes: 9,
                rows: 16,
                cost: 88.0,
                residual_deviation: None,
            }),
        },
        Reply::SessionLost(SessionLost {
            session: SESSION,
            by: 7,
            executed: Some(150),
        }),
        Reply::Conflict { seq: 12 },
        Reply::Event {
            number: 1,
            event: Event::SampleTaken {
                sample: 7,
                features: Numbers::new(&[25.0]),
                prediction: Numbers::new(&[24.8]),
            },
        },
        Reply::Event {
            number: 2,
            event: Event::Learned {
                sample: 7,
                step: 5,
                loss: 0.125,
                fingerprint: Fingerprint(2),
                features: Numbers::new(&[25.0]),
                target: Numbers::new(&[24.5]),
            },
        },
        Reply::Event {
            number: 3,
            event: Event::Alert {
                sample: 7,
                alert: Alert::Sensor(SensorFault::Stuck { feature: 2 }),
            },
        },
        Reply::Event {
            number: 4,
            event: Event::Verdict {
                sample: 7,
                verdict: Verdict {
                    step: 5,
                    severity: Severity::Advice,
                    finding: Finding::DeadFeature { index: 1 },
                },
            },
        },
    ]
}
