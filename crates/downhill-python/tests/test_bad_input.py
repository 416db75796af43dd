"""Bad input: Python's own exceptions, with the place; nothing ends the interpreter."""

import threading
import warnings

import numpy as np
import pandas
import polars
import pytest
import scipy.sparse

import downhill

N = np.nan
X = np.arange(40.0).reshape(20, 2) ** 1.5
Y = X @ [1.0, -2.0]
LABELS = np.where(Y > Y.mean(), "up", "down")


def with_cell(value, row=3, column=1, of=X, dtype=None):
    other = np.array(of, dtype=dtype or of.dtype)
    other[row, column] = value
    return other


def frame(**columns):
    return pandas.DataFrame(columns)


R, C = downhill.Regressor, downhill.Classifier

# What is called, the exception, and a pattern of its message.
CASES = {
    "NaN": (lambda: R().fit(with_cell(N), Y), ValueError, "row 3, column `x1`.*NaN"),
    "infinity": (lambda: R().fit(with_cell(np.inf), Y), ValueError, "row 3, column `x1`.*inf"),
    "minus infinity": (lambda: R().fit(with_cell(-np.inf), Y), ValueError, "row 3, column `x1`"),
    "NaN by name": (
        lambda: R().fit(frame(a=X[:, 0], b=with_cell(N)[:, 1]), Y),
        ValueError,
        "row 3, column `b`.*NaN",
    ),
    "beyond f32": (lambda: R().fit(with_cell(1e300), Y), ValueError, "row 3, column `x1`: 1e300|1.*f32"),
    "huge integer": (
        lambda: R().fit(with_cell(10**400, dtype=object), Y),
        ValueError,
        "row 3, column 1.*not a number",
    ),
    "text in numbers": (
        lambda: R().fit(with_cell("warm", dtype=object), Y),
        ValueError,
        "row 3, column 1: 'warm' is not a number",
    ),
    "object in numbers": (
        lambda: R().fit(with_cell({"a": 1}, dtype=object), Y),
        TypeError,
        "row 3, column 1.*must be a string",
    ),
    "list in numbers": (
        lambda: R().fit([[1.0, 2.0], [3.0]], [1, 2]),
        ValueError,
        "inhomogeneous|sequence",
    ),
    "complex": (lambda: R().fit(X + 1j, Y), ValueError, "Complex data not supported"),
    "times": (
        lambda: R().fit(X.astype("datetime64[s]"), Y),
        ValueError,
        "holds times; take their seconds",
    ),
    "sparse": (lambda: R().fit(scipy.sparse.csr_matrix(X), Y), TypeError, "Sparse data was passed"),
    "one dimension": (lambda: R().fit(X[:, 0], Y), ValueError, "Expected 2D array, got 1D"),
    "three dimensions": (lambda: R().fit(X[None], Y), ValueError, "dim 3"),
    "a number": (lambda: R().fit(1.0, Y), ValueError, "got scalar array"),
    "nothing": (lambda: R().fit(None, Y), ValueError, "Expected 2D array"),
    "no rows": (lambda: R().fit(X[:0], Y[:0]), ValueError, r"0 sample\(s\) \(shape=\(0, 2\)\)"),
    "no columns": (lambda: R().fit(X[:, :0], Y), ValueError, r"0 feature\(s\)"),
    "no target": (lambda: R().fit(X, None), ValueError, "y is None"),
    "short target": (lambda: R().fit(X, Y[:-1]), ValueError, r"inconsistent.*\[20, 19\]"),
    "NaN target": (
        lambda: R().fit(X, np.where(np.arange(20) == 5, N, Y)),
        ValueError,
        "Input y contains NaN: row 5",
    ),
    "infinite target": (
        lambda: R().fit(X, np.where(np.arange(20) == 5, np.inf, Y)),
        ValueError,
        "Input y contains infinity: row 5",
    ),
    "text target": (lambda: R().fit(X, LABELS), ValueError, "y, row 0.*'up' is not a number"),
    "target of three dimensions": (
        lambda: R().fit(X, Y.reshape(20, 1, 1)),
        ValueError,
        "should be a 1d array",
    ),
    "no targets": (lambda: R().fit(X, np.empty((20, 0))), ValueError, "0 targets"),
    "constant target": (lambda: R().fit(X, np.ones(20)), ValueError, "the target is 1 in every"),
    "negative counts": (
        lambda: R(loss="poisson").fit(X, -np.abs(Y)),
        ValueError,
        "loss='poisson'.*counts",
    ),
    "negative weight": (
        lambda: R().fit(X, Y, sample_weight=with_cell(-1.0, 4, 0)[:, 0]),
        ValueError,
        "row 4 is -1",
    ),
    "NaN weight": (
        lambda: R().fit(X, Y, sample_weight=with_cell(N, 4, 0)[:, 0]),
        ValueError,
        "sample_weight contains NaN: row 4",
    ),
    "no weight": (lambda: R().fit(X, Y, sample_weight=np.zeros(20)), ValueError, "are zero"),
    "weights of one class": (
        lambda: C().fit(X, LABELS, sample_weight=(LABELS == "up").astype(float)),
        ValueError,
        "one class alone",
    ),
    "one row": (lambda: R().fit(X[:1], Y[:1]), ValueError, "one sample"),
    "short weights": (lambda: R().fit(X, Y, sample_weight=[1, 2]), ValueError, r"expected \(20,\)"),
    "weights in rows and columns": (
        lambda: R().fit(X, Y, sample_weight=np.ones((20, 2))),
        ValueError,
        "1D array or scalar",
    ),
    "two columns of one name": (
        lambda: R().fit(pandas.DataFrame(X, columns=["a", "a"]), Y),
        ValueError,
        "two columns of X are named 'a'",
    ),
    "names and numbers for names": (
        lambda: R().fit(pandas.DataFrame(X, columns=["a", 1]), Y),
        TypeError,
        "string names",
    ),
    "too many categories": (
        lambda: R().fit(frame(a=[f"k{at}" for at in range(200)]), np.arange(200.0)),
        ValueError,
        "column `a` holds text, and more than 100",
    ),
    "no category at all": (
        lambda: R().fit(frame(a=["x"] * 20, b=pandas.Series([None] * 20, dtype="str")), Y),
        ValueError,
        "column `b` has no value",
    ),
    "lists as categories": (
        lambda: R().fit(frame(a=pandas.Series([["x"], "y"] * 10)), Y),
        ValueError,
        "row 0, column `a`",
    ),
    "missing category": (
        lambda: R().fit(frame(a=[None, "x", "y", "x"] * 5), Y),
        ValueError,
        "row 0, column `a=x`.*NaN",
    ),
    "null of Polars": (
        lambda: R().fit(polars.DataFrame({"a": [1.0, None] * 10, "b": X[:, 1]}), Y),
        ValueError,
        "row 1, column `a`.*NaN",
    ),
    "one class": (lambda: C().fit(X, ["a"] * 20), ValueError, "one class, 'a'"),
    "continuous labels": (lambda: C().fit(X, Y + 0.5), ValueError, "continuous"),
    "too many classes": (
        lambda: C().fit(np.arange(60.0).reshape(30, 2), [f"c{at}" for at in range(30)]),
        ValueError,
        "30|class",
    ),
    "missing label": (
        lambda: C().fit(X, np.array([None, *LABELS[1:]], dtype=object)),
        ValueError,
        "NaN: row 0",
    ),
    "labels of two kinds": (
        lambda: C().fit(X, np.array([1, *LABELS[1:]], dtype=object)),
        ValueError,
        "mixes texts and numbers",
    ),
    "labels that are the same to the core": (
        lambda: C().fit(X, ["yes", "Yes", "no", "No"] * 5),
        ValueError,
        "the same to the core",
    ),
    "labels in columns": (lambda: C().fit(X, X.astype(int)), ValueError, "1d array"),
    "weight of no class": (
        lambda: C(class_weight={"sideways": 2}).fit(X, LABELS),
        ValueError,
        "'sideways', which is no label",
    ),
    "weights of classes": (lambda: C(class_weight=3).fit(X, LABELS), ValueError, "class_weight=3"),
    "threshold of many classes": (
        lambda: C(threshold=0.4).fit(X, np.arange(20) % 3),
        ValueError,
        "threshold",
    ),
    "unknown model": (lambda: R(model="forest").fit(X, Y), ValueError, "forest"),
    "unknown loss": (lambda: R(loss="l3").fit(X, Y), ValueError, "l3"),
    "loss of amounts": (lambda: C(loss="huber:1").fit(X, LABELS), ValueError, "loss='huber:1'"),
    "model of classes": (lambda: R(model="softmax").fit(X, Y), ValueError, "model='softmax'"),
    "rate of nothing": (lambda: R(lr=0).fit(X, Y), ValueError, "lr"),
    "no epoch": (lambda: R(epochs=0).fit(X, Y), ValueError, "epochs"),
    "half an epoch": (lambda: R(epochs=0.5).fit(X, Y), ValueError, "epochs"),
    "rate of text": (lambda: R(lr="fast").fit(X, Y), ValueError, "fast"),
    "patience alone": (lambda: R(patience=3).fit(X, Y), ValueError, "patience"),
    "all held out": (
        lambda: R(validation_fraction=0.9).fit(X, Y),
        ValueError,
        "validation_fraction=0.9",
    ),
    "held out twice": (
        lambda: R(validation_fraction=0.2, validation_every=5).fit(X, Y),
        ValueError,
        "exclude each other",
    ),
    "seed below 0": (lambda: R(random_state=-1).fit(X, Y), ValueError, "random_state=-1"),
    "seed of text": (lambda: R(random_state="x").fit(X, Y), ValueError, "random_state='x'"),
    "solver and optimizer": (
        lambda: R(solver="lm", optimizer="sgd").fit(X, Y),
        ValueError,
        "`solver` and `optimizer` exclude",
    ),
    "solver of a stream": (
        lambda: R(solver="lm").partial_fit(X, Y),
        AttributeError,
        "rows as they come need a gradient",
    ),
    "fixed point": (lambda: R(precision="q15").fit(X, Y), ValueError, "precision='q15'"),
    "bound of no parameter": (lambda: R(bound="9=0:1").fit(X, Y), ValueError, "9"),
    "prediction before the fit": (lambda: R().predict(X), (ValueError, AttributeError), "not fitted"),
    "other width": (
        lambda: R(epochs=1).fit(X, Y).predict(X[:, :1]),
        ValueError,
        "X has 1 features, but Regressor is expecting 2",
    ),
    "NaN in a prediction": (
        lambda: R(epochs=1).fit(X, Y).predict(with_cell(N, 7)),
        ValueError,
        "row 7, column `x1`.*NaN",
    ),
    "other names": (
        lambda: R(epochs=1).fit(frame(a=X[:, 0]), Y).predict(frame(b=X[:, 0])),
        ValueError,
        "unseen at fit time:\n- b",
    ),
    "NaN in a stream": (
        lambda: R().partial_fit(X, Y).partial_fit(with_cell(N, 2), Y),
        ValueError,
        "row 2, column `x1`.*NaN",
    ),
    "another class in a stream": (
        lambda: C().partial_fit(X, LABELS).partial_fit(X, ["left"] * 20),
        ValueError,
        "'left', which is not among",
    ),
    "a file that is none": (lambda: downhill.load(__file__), ValueError, "test_bad_input"),
    "no file": (lambda: downhill.load("nowhere.json"), OSError, "nowhere.json"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_refused_with_its_place(case):
    call, kind, pattern = CASES[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=downhill.FitWarning)
        with pytest.raises(kind, match=f"(?s){pattern}"):
            call()


def test_there_are_enough():
    assert len(CASES) >= 40


def test_a_stream_that_is_refused_has_learned_nothing():
    fitted = downhill.Regressor(batch=4).partial_fit(X, Y)
    before = fitted.fingerprint_
    with pytest.raises(ValueError, match="row 18"):
        fitted.partial_fit(with_cell(N, 18), Y)
    assert fitted.fingerprint_ == before
    new = downhill.Regressor()
    with pytest.raises(ValueError):
        new.partial_fit(with_cell(N, 18), Y)
    assert not hasattr(new, "fingerprint_") and new.partial_fit(X, Y).n_iter_ == 1


def test_a_fit_of_no_use_warns_and_is_there():
    far = np.where(np.arange(20) == 7, 1e18, Y)
    with pytest.warns(downhill.FitWarning):
        fitted = downhill.Regressor(optimizer="sgd", lr=1e6, scaler="none").fit(X * 1e6, far)
    assert fitted.result_["status"] == "failed" and len(fitted.fingerprint_) == 16
    assert "row 7" in fitted.verdicts_[-1]["advice"]


def test_threads_share_and_do_not_mix():
    alone = downhill.Classifier(model="mlp:4", epochs=30).fit(X, LABELS).fingerprint_
    found, errors = [], []

    def work(at):
        try:
            if at % 3 == 2:
                with pytest.raises(ValueError):
                    downhill.Classifier().fit(with_cell(N), LABELS)
                return
            fitted = downhill.Classifier(model="mlp:4", epochs=30).fit(X, LABELS)
            found.append(fitted.fingerprint_)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(at,)) for at in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and found == [alone] * 8


def test_one_model_is_safe_in_many_threads():
    fitted = downhill.Regressor(epochs=2).fit(X, Y)
    expected = fitted.predict(X)
    wrong = []

    def work():
        for _ in range(50):
            if not (fitted.predict(X) == expected).all():
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
