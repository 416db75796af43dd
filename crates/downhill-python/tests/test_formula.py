"""Formulas, beside SciPy and the command."""

import pickle

import numpy as np
import pandas
import pytest
from conftest import DATA, fit
from scipy.optimize import curve_fit as of_scipy

import downhill
from downhill import FormulaRegressor, curve_fit

X = np.linspace(0, 4, 50)
Y = 2.5 * np.exp(-1.3 * X) + 0.5 + np.random.default_rng(1).normal(0, 0.02, 50)
SIGMA = np.linspace(0.01, 0.05, 50)
FORMULA = "a*exp(-b*x) + c"


def function(x, a, b, c):
    return a * np.exp(-b * x) + c


@pytest.mark.parametrize("sigma", [None, SIGMA], ids=["alike", "sigma"])
@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize("p0", [None, [1, 1, 1]], ids=["searched", "given"])
def test_it_returns_what_scipy_does(sigma, absolute, p0):
    theirs, their_covariance = of_scipy(
        function, X, Y, p0=[1, 1, 1], sigma=sigma, absolute_sigma=absolute, ftol=1e-14, xtol=1e-14
    )
    ours = curve_fit(FORMULA, X, Y, p0=p0, sigma=sigma, absolute_sigma=absolute)
    popt, pcov = ours
    assert np.allclose(popt, theirs, rtol=1e-6)
    if sigma is not None or not absolute:
        assert np.allclose(pcov, their_covariance, rtol=1e-4)
    assert np.allclose(np.sqrt(np.diag(pcov)), list(ours.errors.values()))
    assert ours.success and list(ours.parameters) == ["a", "b", "c"]


def test_bounds_are_kept():
    for bounds in [
        ([0, 0, 0.6], [np.inf, np.inf, 1]),
        ((0, 0, 0.6), (np.inf, np.inf, 1)),
        {"c": (0.6, 1), "a": (0, None)},
    ]:
        popt, _ = curve_fit(FORMULA, X, Y, p0=[1, 1, 0.7], bounds=bounds)
        theirs, _ = of_scipy(function, X, Y, p0=[1, 1, 0.7], bounds=([0, 0, 0.6], [np.inf] * 3))
        assert np.allclose(popt, theirs, rtol=1e-4)


def test_several_variables_are_scipys_rows():
    rows = np.vstack([X, X[::-1] ** 2])
    y = 2 * rows[0] - 0.5 * rows[1] + 1
    popt, _ = curve_fit("p*x0 + q*x1 + r", rows, y)
    assert np.allclose(popt, [2, -0.5, 1])
    frame = pandas.DataFrame({"u": rows[0], "v": rows[1]})
    named = curve_fit("p*u + q*v + r", frame, y)
    assert np.allclose(named.popt, popt)


def test_it_is_the_command():
    data = pandas.read_csv(DATA / "co2_decay.csv")
    ours = FormulaRegressor("c + a*exp(-b*minutes)").fit(data[["minutes"]], data["co2"])
    theirs = fit(
        DATA / "co2_decay.csv", "--target", "co2", "--validation-every", 0,
        "--model", "formula: c + a*exp(-b*minutes)",
    )
    assert ours.fingerprint_ == theirs["fingerprint"]
    assert ours.result_["solver_fingerprint"] == theirs["solver_fingerprint"]
    assert ours.result_["aic"] == theirs["aic"] and ours.termination_ == theirs["termination"]
    assert ours.parameters_ == {
        name: own["value"] for name, own in theirs["parameters"].items()
    }


def test_bands_hold_the_curve():
    result = curve_fit(FORMULA, X, Y)
    curve, confidence, prediction = result.bands(X, level=0.9)
    assert np.allclose(curve, result.predict(X))
    assert (confidence[:, 0] < curve).all() and (curve < confidence[:, 1]).all()
    assert (prediction[:, 0] < confidence[:, 0]).all()
    # By the delta method, with Student's t.
    at = np.array([np.exp(-1.3 * 1), 0, 0])
    a, b, _ = result.popt
    at = np.array([np.exp(-b), -a * np.exp(-b), 1.0])
    from scipy.stats import t

    reach = t.ppf(0.95, 47) * np.sqrt(at @ result.pcov @ at)
    [value], [[low, high]], _ = result.bands([1.0], level=0.9)
    assert np.allclose([value - low, high - value], reach, rtol=1e-6)


def test_a_formula_fits_some_columns_and_is_kept():
    frame = pandas.DataFrame({"other": X**2, "t": X})
    fitted = FormulaRegressor(
        "a*exp(-b*t) + c", bounds={"b": (0, 10)}, fix={"c": 0.5}, derive="half=ln(2)/b"
    ).fit(frame, Y)
    assert list(fitted.parameters_) == ["a", "b"]
    assert np.isclose(fitted.result_["derived"]["half"]["value"], np.log(2) / fitted.parameters_["b"])
    other = pickle.loads(pickle.dumps(fitted))
    assert (other.predict(frame) == fitted.predict(frame)).all()
    result = curve_fit(FORMULA, X, Y)
    again = pickle.loads(pickle.dumps(result))
    assert (again.popt == result.popt).all() and again.aic == result.aic


@pytest.mark.parametrize(
    ("call", "pattern"),
    [
        (lambda: curve_fit("a*exp(", X, Y), "formula"),
        (lambda: curve_fit(function, X, Y), "is no text"),
        (lambda: curve_fit(FORMULA, X, Y[:-1]), "inconsistent"),
        (lambda: curve_fit(FORMULA, X, Y, p0=[1, 2]), "p0 has 2 values.*a, b, c"),
        (lambda: curve_fit(FORMULA, X, Y, p0={"d": 1}), "`start='d=1'|d"),
        (lambda: curve_fit(FORMULA, X, Y, bounds=([0, 0], [1, 1])), "lower and upper limits of a"),
        (lambda: curve_fit(FORMULA, X, Y, bounds=([2] * 3, [1] * 3)), "2"),
        (lambda: curve_fit(FORMULA, X, Y, sigma=SIGMA[:-1]), "`sigma` has incorrect shape"),
        (lambda: curve_fit(FORMULA, X, Y, sigma=SIGMA - 0.01), "sigma is 0.0 in row 0"),
        (lambda: curve_fit(FORMULA, np.where(X > 3, np.nan, X), Y), "row 37, column `x`.*NaN"),
        (lambda: curve_fit("a*x +", X, Y), "formula"),
        (lambda: curve_fit(FORMULA, X[:2], Y[:2], p0=[1, 1, 1]), "2 rows cannot determine 3"),
        (lambda: curve_fit(FORMULA, X, Y).bands(X, level=2), "level=2"),
    ],
)
def test_bad_input_is_refused(call, pattern):
    with pytest.raises(ValueError, match=pattern):
        call()


def test_a_parameter_that_nothing_determines_is_said():
    with pytest.warns(downhill.FitWarning, match="not identifiable"):
        result = curve_fit("a*b*x", X, Y)
    assert not result.success and np.isinf(result.pcov).any()
