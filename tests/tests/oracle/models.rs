//! Outputs, loss and gradient of every model at one sample.

use downhill::loss::Squared;
use downhill::model::{AnyActivation, AnyModel, Linear, Mlp, Model, Polynomial, Widths};
use downhill::optimizer::Sgd;
use downhill::{Dyn, Real, Trainer};
use serde::Deserialize;

use super::{assert_close, reals};

/// A model by the oracle's name: `shape` has the features, the hidden widths and the outputs.
pub(crate) fn build_model<T>(kind: &str, shape: &[u16], activation: AnyActivation) -> AnyModel<T> {
    let [features, hidden @ .., outputs] = shape else {
        panic!("a shape has at least features and outputs");
    };
    let (features, outputs) = (Dyn(*features), Dyn(*outputs));
    match kind {
        "linear" => AnyModel::Linear(Linear::with_shape(features, outputs, Dyn(1))),
        "mlp" => {
            let mut widths = [0; 3];
            widths[..hidden.len()].copy_from_slice(hidden);
            let mlp = Mlp::with_shape(features, Widths(widths), outputs, activation);
            AnyModel::Mlp(mlp)
        }
        "polynomial:2" => AnyModel::Polynomial(Polynomial::with_shape(features, Dyn(2), outputs)),
        "polynomial:3" => AnyModel::Polynomial(Polynomial::with_shape(features, Dyn(3), outputs)),
        other => panic!("no model is called {other}"),
    }
}

#[derive(Deserialize)]
struct Models {
    models: Vec<ModelVectors>,
}

#[derive(Deserialize)]
struct ModelVectors {
    kind: String,
    shape: Vec<u16>,
    activation: AnyActivation,
    parameters: Vec<f64>,
    features: Vec<f64>,
    target: Vec<f64>,
    outputs: Vec<f64>,
    loss: f64,
    gradient: Vec<f64>,
}

fn check_models<T: Real>() {
    let vectors = include_str!("../../data/oracle/models.json");
    let Models { models } = serde_json::from_str(vectors).unwrap();
    for vector in models {
        let model = build_model(&vector.kind, &vector.shape, vector.activation);
        let what = format!("{} {:?} {:?}", vector.kind, vector.shape, vector.activation);
        let (features, target) = (reals::<T>(&vector.features), reals::<T>(&vector.target));
        let parameters = reals::<T>(&vector.parameters);
        assert_eq!(Model::<T>::sizes(&model).parameters, parameters.len());
        // Descent at rate 1 moves a parameter by its gradient.
        let (sgd, mut arena) = (Sgd::new(T::ONE), vec![T::ZERO; 1024]);
        let mut fit = Trainer::new(model, Squared, sgd, arena.as_mut_slice()).unwrap();
        fit.restore(&parameters, 0).unwrap();
        let outputs = fit.predict(&features).unwrap();
        assert_close(&format!("outputs of {what}"), outputs, &vector.outputs);
        let step = fit.observe(&features, &target).unwrap();
        assert_close(&format!("loss of {what}"), &[step.loss], &[vector.loss]);
        let moved = fit.parameters().iter().zip(&parameters);
        let gradient: Vec<T> = moved.map(|(&after, &before)| before - after).collect();
        assert_close(&format!("gradient of {what}"), &gradient, &vector.gradient);
    }
}

#[test]
fn models_in_f64() {
    check_models::<f64>();
}

#[test]
fn models_in_f32() {
    check_models::<f32>();
}
