"""Model files."""

import os

import numpy as np

from . import _downhill
from ._estimators import Classifier, Regressor


def load(path):
    """Read a model file that ``downhill fit --out`` or :meth:`save` wrote.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    Regressor or Classifier
        Fitted; it predicts, and learns on by ``partial_fit``.

    Raises
    ------
    OSError
        The file cannot be read.
    ValueError
        It is no model file, or a bit of it has changed.
    """
    with open(path, encoding="utf-8", newline="") as file:
        return of_text(file.read(), str(os.fspath(path)))


def of_text(text, name):
    """Read the text of a model file; ``name`` stands for it in messages."""
    model = _downhill.Model.parse(text, name)
    estimator = Regressor()
    estimator._model = model
    facts = estimator._facts()
    if facts["is_classifier"]:
        estimator = Classifier()
        estimator._model = model
        estimator._facts()
        estimator._learn_classes(labels_of_texts(facts["classes"]))
    else:
        estimator._is_flat = len(facts["targets"]) == 1
    columns = [own[0] for own in facts["encoding"]] or facts["features"]
    estimator.feature_names_in_ = np.array(list(dict.fromkeys(columns)), dtype=object)
    estimator.n_features_in_ = len(estimator.feature_names_in_)
    estimator.verdicts_, estimator.loss_curve_, estimator.n_iter_ = [], [], 0
    return estimator


def labels_of_texts(texts):
    """Return labels as an array: truth values or numbers where each is one."""
    if sorted(text.lower() for text in texts) == ["false", "true"]:
        return np.array([False, True])
    try:
        numbers = [float(text) for text in texts]
    except ValueError:
        return np.unique(np.array(texts))
    if all(number.is_integer() for number in numbers):
        return np.unique(np.array(numbers).astype(np.int64))
    return np.unique(np.array(numbers))
