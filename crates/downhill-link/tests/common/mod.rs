//! Messages of every kind.
#![allow(missing_docs, dead_code)]

use downhill::health::{Detector, Drift, Finding, Health, Reaction, Severity, Verdict};
use downhill::loss::{AnyLoss, Huber, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{Adam, AnyOptimizer, Sgd};
use downhill::rules::{AnyRules, Scaling};
use downhill::{Dyn, Fault, Fingerprint, Recipe, Setting};
use downhill_link::{
    Counters, Hello, Numbers, Order, Outcome, PROTOCOL, Progress, Query, Refusal, Reply, Request,
    State,
};

pub(crate) fn recipe() -> Recipe<f32> {
    Recipe {
        model: AnyModel::Linear(Linear::with_shape(Dyn(2), Dyn(1), Dyn(1))),
        loss: AnyLoss::Squared(Squared),
        optimizer: AnyOptimizer::Sgd(Sgd::rate(0.1)),
        rules: AnyRules::default(),
        batch: 1,
        seed: 7,
        threshold: None,
    }
}

pub(crate) fn other_recipe() -> Recipe<f32> {
    Recipe {
        model: AnyModel::Linear(Linear::with_shape(Dyn(300), Dyn(2), Dyn(0))),
        loss: AnyLoss::Huber(Huber { delta: 1.5 }),
        optimizer: AnyOptimizer::Adam(Adam::rate(1e-3)),
        rules: AnyRules {
            scaling: Scaling::STANDARD_WITH_TARGET,
            health: Health {
                every: 16,
                recover: true,
                drift: Some(Drift {
                    detector: Detector::Adwin,
                    reaction: Reaction::Reset,
                }),
            },
            ..AnyRules::default()
        },
        batch: 32,
        seed: u64::MAX,
        threshold: None,
    }
}

pub(crate) fn requests() -> Vec<Request<'static>> {
    let mut all = vec![Request::Hello {
        version: PROTOCOL,
        tag: 1,
    }];
    let orders = [
        Order::Configure(recipe()),
        Order::Configure(other_recipe()),
        Order::Sample {
            weight: 0.5,
            features: Numbers::new(&[1.0, -2.5, 0.0, f32::NAN]),
            target: Numbers::new(&[3.0]),
        },
        Order::Push {
            at: 70_000,
            words: Numbers::new(&[0.25; 70]),
        },
        Order::Commit { steps: u64::MAX },
        Order::Reset,
        Order::Survey {
            features: Numbers::new(&[1.0]),
            target: Numbers::new(&[]),
        },
        Order::Freeze,
        Order::Apply,
        Order::Report { loss: 0.125 },
        Order::Finish,
    ];
    let seqs = [1, 127, 128, 65_536, u32::MAX, 2, 3, 4, 5, 6, 7];
    all.extend(
        orders
            .into_iter()
            .zip(seqs)
            .map(|(order, seq)| Request::Order { seq, order }),
    );
    all.push(Request::Query {
        tag: 3,
        query: Query::Pull { at: 9, count: 100 },
    });
    all.push(Request::Query {
        tag: 4,
        query: Query::Counters,
    });
    all
}

pub(crate) fn replies() -> Vec<Reply<'static>> {
    let outcome = |result| {
        Reply::Outcome(Outcome {
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
            tag: 1,
            next: 1,
            arithmetic: 1,
            arena: 4096,
            frame: 576,
            window: 8,
            board: "mps2-an386",
        }),
        Reply::Mismatch { version: 1, tag: 2 },
        outcome(Ok(Progress {
            step: 12,
            loss: 0.75,
        })),
        outcome(Err(Refusal::Fault(Fault::Feature { index: 3 }))),
        outcome(Err(Refusal::Fault(Fault::Arena { need: 99, got: 64 }))),
        outcome(Err(Refusal::Fault(Fault::Setting(Setting::Rate)))),
        outcome(Err(Refusal::NoFit)),
        outcome(Err(Refusal::Piece { expected: 128 })),
        outcome(Err(Refusal::Columns { need: 200, got: 1 })),
        outcome(Err(Refusal::Arithmetic)),
        Reply::OutOfTurn {
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
                out_of_turn: 7,
                line: 8,
                pin: u32::MAX,
            },
        },
    ]
}
