"""Checked by mypy, and not run: the stubs say what a user writes."""

import numpy as np

import downhill
from downhill import Classifier, Device, FormulaRegressor, Regressor, curve_fit

X = np.zeros((4, 2))
regressor: Regressor = Regressor(model="mlp:16", lr="auto", epochs=3).fit(X, X[:, 0])
amounts: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = regressor.predict(X)
score: float = regressor.score(X, X[:, 0])
hash_: str = regressor.fingerprint_
curve: list[float] = regressor.partial_fit(X, X[:, 0]).loss_curve_
classifier = Classifier(class_weight={"a": 2.0}, random_state=1).fit(X, ["a", "b", "a", "b"])
chances = classifier.predict_proba(X)
popt, pcov = curve_fit("a*x + b", X[:, 0], X[:, 1], p0=[1, 2], bounds=(0, np.inf))
formula = FormulaRegressor("a*x0 + b*x1", bounds={"a": (0, None)}).fit(X, X[:, 0], sigma=X[:, 1])
value: float = formula.parameters_["a"]
with Device(board="mps2-an386") as device:
    pulled: Regressor | Classifier = device.pull(regressor)
Regressor(epochs="many")  # type: ignore[arg-type]
downhill.nothing  # type: ignore[attr-defined]
