//! Mahalanobis distances and sequential k-means against scikit-learn.

use downhill::Real;
use downhill::normal::{KMeans, Mahalanobis, Score};
use serde::Deserialize;

use super::reals;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    learned: Vec<Vec<f64>>,
    others: Vec<Vec<f64>>,
    mahalanobis: Vec<Distances>,
    kmeans: Clusters,
}

#[derive(Deserialize)]
struct Distances {
    shrinkage: f64,
    scores: Vec<f64>,
}

#[derive(Deserialize)]
struct Clusters {
    scaled_by: u32,
    centers: Vec<Vec<f64>>,
    scores: Vec<f64>,
}

fn vectors() -> Vec<Case> {
    let text = include_str!("../../data/oracle/normal.json");
    let vectors: Vectors = serde_json::from_str(text).expect("normal.json");
    vectors.cases
}

/// Scores of windows by a model that has learned from others.
fn scores<M: Score>(mut model: M, case: &Case) -> (M, Vec<M::Real>) {
    for window in &case.learned {
        model.learn(&reals::<M::Real>(window)).expect("a window");
    }
    model.freeze().expect("windows");
    let score = |window: &Vec<f64>| model.score(&reals::<M::Real>(window)).expect("a window");
    let scores = case.others.iter().map(score).collect();
    (model, scores)
}

/// Fails unless scores are those of the oracle, to a share of the larger of them and 1.
fn assert_near<T: Real>(what: &str, got: &[T], expected: &[f64], within: f64) {
    assert_eq!(got.len(), expected.len(), "{what}");
    for (at, (got, expected)) in got.iter().zip(expected).enumerate() {
        let far = (got.to_f64() - expected).abs();
        let most = within * expected.abs().max(1.0);
        assert!(
            far <= most,
            "{what}: number {at} is {got:?}, not {expected}"
        );
    }
}

fn mahalanobis<T: Real>(within: f64) {
    for case in vectors() {
        for distances in &case.mahalanobis {
            let shrinkage = T::from_f64(distances.shrinkage);
            let features = case.learned[0].len();
            let mut words = vec![T::ZERO; Mahalanobis::<&mut [T]>::words(features)];
            let model = Mahalanobis::new(features, shrinkage, &mut words[..]);
            let (_, got) = scores(model.expect("a model"), &case);
            let what = format!("{}, shrinkage {}", case.name, distances.shrinkage);
            assert_near(&what, &got, &distances.scores, within);
        }
    }
}

fn kmeans<T: Real>(within: f64) {
    for case in vectors() {
        let (features, oracle) = (case.learned[0].len(), &case.kmeans);
        let centers = oracle.centers.len();
        let mut words = vec![T::ZERO; KMeans::<&mut [T]>::words(features, centers)];
        let model = KMeans::new(features, centers as u16, oracle.scaled_by, &mut words[..]);
        let (model, got) = scores(model.expect("a model"), &case);
        for (at, (got, expected)) in model.centers().zip(&oracle.centers).enumerate() {
            assert_near(
                &format!("{}, center {at}", case.name),
                got,
                expected,
                within,
            );
        }
        assert_near(&case.name, &got, &oracle.scores, within);
    }
}

#[test]
fn mahalanobis_distances_are_those_of_a_shrunk_covariance() {
    mahalanobis::<f64>(1e-10);
    mahalanobis::<f32>(1e-3);
}

#[test]
fn centers_are_those_of_k_means_in_one_pass_from_the_same_start() {
    kmeans::<f64>(1e-10);
    kmeans::<f32>(1e-4);
}
