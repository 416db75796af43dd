"""A fit from Python has the bits of the command's."""

import pickle

import numpy as np
import pytest
from conftest import DATA, SETS, fit, run, table

import downhill


def estimator(name, **parameters):
    return getattr(downhill, SETS[name][1])(**parameters)


def learned(name, **parameters):
    X, y, target, options = table(name)
    if X.isna().to_numpy().any() or y.isna().any():
        whole = ~y.isna()
        X, y, parameters["missing"] = X[whole], y[whole], "drop"
    fitted = estimator(name, random_state=0, **parameters).fit(X, y)
    return fitted, X, y, target, [*options, "--features", ",".join(X.columns)]


def test_every_data_set_has_the_fingerprint_of_the_command(name):
    fitted, X, _, target, options = learned(name, epochs=3)
    theirs = fit(
        DATA / name, "--target", target, "--validation-every", 0, "--epochs", 3, *options
    )
    assert fitted.fingerprint_ == theirs["fingerprint"]
    assert len(fitted.fingerprint_) == 16 and int(fitted.fingerprint_, 16) >= 0
    assert fitted.loss_curve_ == [epoch["train"] for epoch in theirs["history"]]
    assert fitted.n_iter_ == 3 and fitted.n_features_in_ == X.shape[1]
    assert [told["kind"] for told in fitted.verdicts_] == [
        told["kind"] for told in theirs["verdicts"]
    ]


@pytest.mark.parametrize(
    ("parameters", "options"),
    [
        ({"model": "mlp:8"}, ["--model", "mlp:8"]),
        ({"loss": "huber:1"}, ["--loss", "huber:1"]),
        ({"optimizer": "sgd", "lr": 0.01}, ["--optimizer", "sgd", "--lr", "0.01"]),
        ({"lr": "auto"}, ["--lr", "auto"]),
        ({"batch": 16, "schedule": "cosine"}, ["--batch", "16", "--schedule", "cosine"]),
        ({"scaler": "minmax", "l2": 1e-3}, ["--scaler", "minmax", "--l2", "1e-3"]),
        ({"precision": "f64", "shuffle": False}, ["--precision", "f64", "--no-shuffle"]),
        ({"random_state": 7, "restarts": 2}, ["--seed", "7", "--restarts", "2"]),
        ({"solver": "lm"}, ["--solver", "lm"]),
        ({"solver": "rls"}, ["--solver", "rls"]),
        ({"patience": 2, "validation_fraction": 0.2}, ["--patience", "2"]),
        ({"validation_last": 0.25}, ["--validation-last", "0.25"]),
        ({"recover": True, "replay": "ring:16,1"}, ["--recover", "--replay", "ring:16,1"]),
        ({"standardize_target": False}, ["--no-standardize-target"]),
        ({"weight_decay": 0.01, "clip_norm": 1.0}, ["--weight-decay", "0.01", "--clip-norm", "1"]),
        ({"bound": ["0=0:1", "1-2=-1:1"]}, ["--bound", "0=0:1", "--bound", "1-2=-1:1"]),
    ],
    ids=str,
)
def test_every_option_has_the_fingerprint_of_the_command(parameters, options):
    X, y, target, _ = table("concrete.csv")
    epochs = {} if "solver" in parameters else {"epochs": 2}
    if not any(name.startswith("validation") for name in parameters):
        options = [*options, "--validation-every", "0"]
    if epochs:
        options = [*options, "--epochs", "2"]
    ours = downhill.Regressor(**{**epochs, **parameters}).fit(X, y)
    theirs = fit(DATA / "concrete.csv", "--target", target, *options)
    assert ours.fingerprint_ == theirs["fingerprint"]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("order", ["C", "F", "strided"])
def test_layout_and_precision_of_arrays_change_no_bit(dtype, order):
    X, y, _, _ = table("iris.csv")
    X = X.to_numpy().astype(np.float32)
    plain = downhill.Classifier(epochs=2).fit(X, y).fingerprint_
    array = np.array(X, dtype=dtype, order="F" if order == "F" else "C")
    if order == "strided":
        array = np.repeat(array, 2, axis=1)[:, ::2]
        assert not array.flags.c_contiguous
    assert downhill.Classifier(epochs=2).fit(array, y.to_numpy()).fingerprint_ == plain


def test_model_files_go_both_ways(name, tmp_path):
    fitted, X, _, target, options = learned(name, epochs=2)
    ours, theirs = tmp_path / "ours.json", tmp_path / "theirs.json"
    fitted.save(ours)
    run("fit", DATA / name, "--target", target, "--validation-every", 0, "--epochs", 2,
        *options, "--quiet", "--out", theirs)
    loaded = downhill.load(theirs)
    assert loaded.fingerprint_ == fitted.fingerprint_ == downhill.load(ours).fingerprint_
    rows = X.dropna().iloc[:40]
    assert (loaded.predict(rows) == fitted.predict(rows)).all()
    assert loaded.n_features_in_ == X.shape[1]
    # What the command predicts with our model.
    whole = tmp_path / "rows.csv"
    rows.to_csv(whole, index=False)
    lines = run("predict", ours, whole, "--quiet").splitlines()
    assert len(lines) == len(rows) + 1
    last = [line.split(",")[-1] for line in lines[1:]]
    if SETS[name][1] == "Regressor":
        same = np.array(last, dtype=np.float32) == fitted.predict(rows).astype(np.float32)
    else:
        texts = [label.lower() for label in map(str, fitted.predict(rows).tolist())]
        same = np.array([theirs.lower() for theirs in last]) == np.array(texts)
    assert same.all()


def test_a_pickled_fit_is_the_same_and_learns_on():
    X, y, _, _ = table("iris.csv")
    fitted = downhill.Classifier(epochs=2).fit(X, y)
    other = pickle.loads(pickle.dumps(fitted))
    assert other.fingerprint_ == fitted.fingerprint_
    assert (other.predict_proba(X) == fitted.predict_proba(X)).all()
    assert other.loss_curve_ == fitted.loss_curve_
    for one in (fitted, other):
        one.partial_fit(X, y)
    assert other.fingerprint_ == fitted.fingerprint_


def test_passes_over_rows_are_the_epochs_of_a_fit():
    X, y, target, _ = table("airfoil.csv")
    X, y = X.to_numpy(), y.to_numpy()
    stream = downhill.Regressor(model="mlp:4", batch=8, lr=0.01)
    for epochs in (1, 2, 3):
        stream.partial_fit(X, y)
        theirs = fit(
            DATA / "airfoil.csv", "--target", target, "--validation-every", 0, "--no-shuffle",
            "--model", "mlp:4", "--batch", 8, "--lr", 0.01, "--schedule", "constant",
            "--epochs", epochs,
        )
        assert stream.fingerprint_ == theirs["fingerprint"]
        assert stream.loss_curve_ == [epoch["train"] for epoch in theirs["history"]]
    assert stream.n_iter_ == 3


def test_weights_of_rows_and_classes_are_those_of_the_command(tmp_path):
    X, y, target, _ = table("iris.csv")
    weight = np.linspace(0.5, 2, len(X))
    file = tmp_path / "weighted.csv"
    X.assign(species=y, w=weight).to_csv(file, index=False)
    ours = downhill.Classifier(epochs=2, class_weight={0: 1, 1: 3, 2: 0.5})
    ours.fit(X, y, sample_weight=weight)
    theirs = fit(
        file, "--target", target, "--weight", "w", "--features", ",".join(X.columns),
        "--class-weight", "0=1,1=3,2=0.5", "--validation-every", 0, "--epochs", 2,
    )
    assert ours.fingerprint_ == theirs["fingerprint"]


def test_categories_are_those_of_the_command(tmp_path):
    X, y, target, _ = table("iris.csv")
    kinds = np.array(["dry", "wet", "dry", "ice"])[np.arange(len(X)) % 4]
    X = X.assign(kind=kinds)
    file = tmp_path / "kinds.csv"
    X.assign(species=y).to_csv(file, index=False)
    ours = downhill.Classifier(epochs=2).fit(X, y)
    theirs = fit(
        file, "--target", target, "--features", ",".join(X.columns),
        "--validation-every", 0, "--epochs", 2,
    )
    assert ours.fingerprint_ == theirs["fingerprint"]
    assert ours.result_["features"][-3:] == ["kind=dry", "kind=wet", "kind=ice"]
    path = tmp_path / "model.json"
    ours.save(path)
    assert (downhill.load(path).predict(X) == ours.predict(X)).all()
    with pytest.raises(ValueError, match=r"row 1, column `kind`.*'mud'"):
        ours.predict(X.iloc[:2].assign(kind=["dry", "mud"]))
