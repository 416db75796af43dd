"""The estimators are scikit-learn's."""

import numpy as np
import pytest
from conftest import table
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.compose import ColumnTransformer
from sklearn.inspection import permutation_importance
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import downhill

ORDER = "the order of rows decides, as of scikit-learn's SGD"
EQUIVALENCE = {
    "check_sample_weight_equivalence_on_dense_data": ORDER,
    "check_sample_weight_equivalence_on_sparse_data": ORDER,
}


FEW = "has fewer rows than parameters, which least squares refuse"


def expected_failures(estimator):
    """Return the checks that fail, and why."""
    of_solver = getattr(estimator, "solver", None) == "lm"
    return dict.fromkeys(EQUIVALENCE, FEW) if of_solver else EQUIVALENCE


@parametrize_with_checks(
    [
        downhill.Regressor(),
        downhill.Classifier(),
        downhill.Regressor(solver="lm", precision="f64"),
    ],
    expected_failed_checks=expected_failures,
)
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)


def test_kinds():
    assert is_regressor(downhill.Regressor()) and is_classifier(downhill.Classifier())


def test_a_clone_is_unfitted_and_has_the_parameters():
    X, y, _, _ = table("iris.csv")
    fitted = downhill.Classifier(epochs=2, lr=0.01).fit(X, y)
    other = clone(fitted)
    assert other.get_params() == fitted.get_params()
    assert not hasattr(other, "fingerprint_") and not hasattr(other, "coef_")
    assert repr(other) == "Classifier(lr=0.01, epochs=2)"
    with pytest.raises(ValueError, match="Invalid parameter 'rate'"):
        other.set_params(rate=1)


def test_pipelines_and_columns():
    X, y, _, _ = table("iris.csv")
    kinds = X.assign(kind=np.where(np.arange(len(X)) % 3, "a", "b"))
    columns = ColumnTransformer(
        [("numbers", StandardScaler(), list(X.columns)), ("kind", OneHotEncoder(), ["kind"])]
    )
    pipeline = make_pipeline(columns, downhill.Classifier(epochs=50))
    pipeline.fit(kinds, y)
    assert pipeline.score(kinds, y) > 0.9


def test_searches_and_scores():
    X, y, _, _ = table("iris.csv")
    search = GridSearchCV(downhill.Classifier(epochs=10), {"lr": [1e-5, 0.01]}, cv=3)
    assert search.fit(X, y).best_params_ == {"lr": 0.01}
    scores = cross_val_score(downhill.Classifier(epochs=10), X, y, cv=3)
    assert scores.mean() > 0.8
    X, y, _, _ = table("airfoil.csv")
    fitted = downhill.Regressor(solver="lm").fit(X, y)
    importance = permutation_importance(fitted, X, y, n_repeats=2, random_state=0)
    assert importance.importances_mean.argmax() == list(X.columns).index("freq")


def test_scores_are_those_of_scikit_learn():
    X, y, _, _ = table("airfoil.csv")
    weight = np.linspace(0, 1, len(X))
    both = np.column_stack([y, y**2])
    for target in (y, both):
        fitted = downhill.Regressor(epochs=3).fit(X, target)
        ours = fitted.score(X, target, sample_weight=weight)
        assert np.isclose(ours, r2_score(target, fitted.predict(X), sample_weight=weight))
        assert fitted.predict(X).shape == np.shape(target)


def test_a_linear_model_has_its_coefficients_in_raw_units():
    X, y, _, _ = table("airfoil.csv")
    fitted = downhill.Regressor(solver="lm").fit(X, y)
    predicted = X.to_numpy() @ fitted.coef_ + fitted.intercept_
    assert np.allclose(predicted, fitted.predict(X))
    X, y, _, _ = table("iris.csv")
    fitted = downhill.Classifier(epochs=5).fit(X, y)
    assert fitted.coef_.shape == (3, 4) and fitted.intercept_.shape == (3,)
    raw = X.to_numpy() @ fitted.coef_.T + fitted.intercept_
    assert (raw.argmax(axis=1) == fitted.predict(X)).all()
    assert not hasattr(downhill.Classifier(model="mlp:3", epochs=2).fit(X, y), "coef_")


def test_probabilities_and_scores_agree_with_labels():
    X, y, _, _ = table("iris.csv")
    two = np.where(y == 0, "No", "maybe")
    for labels in (y, two):
        fitted = downhill.Classifier(epochs=10).fit(X, labels)
        chance, score = fitted.predict_proba(X), fitted.decision_function(X)
        assert np.allclose(chance.sum(axis=1), 1) and (fitted.classes_ == np.unique(labels)).all()
        assert (fitted.classes_[chance.argmax(axis=1)] == fitted.predict(X)).all()
        likely = score.argmax(axis=1) if score.ndim == 2 else (score > 0).astype(int)
        assert (fitted.classes_[likely] == fitted.predict(X)).all()
        assert np.allclose(fitted.predict_log_proba(X), np.log(chance))
    hinge = downhill.Classifier(loss="hinge", epochs=10).fit(X, two)
    assert (hinge.classes_[(hinge.decision_function(X) > 0).astype(int)] == hinge.predict(X)).all()
    with pytest.raises(AttributeError, match="no probabilities"):
        hinge.predict_proba(X)
