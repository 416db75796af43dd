"""Makes tests/data/oracle/fits.json: curve fits with errors, as SciPy's `curve_fit`, lmfit, statsmodels
and ODRPACK make them. Versions are in the file.

    python -m pip install numpy==2.4.6 scipy==1.17.1 lmfit==1.3.4 statsmodels==0.15.0 odrpack==0.7.0
    python tests/oracle/make_fits.py
"""

import json
import re
from importlib.metadata import version
from pathlib import Path

import lmfit
import numpy as np
import odrpack
import statsmodels.api as sm
from scipy.optimize import curve_fit
from scipy.stats import norm, t

FILE = Path(__file__).parent.parent / "data" / "oracle" / "fits.json"
LEVEL = 0.9
rng = np.random.default_rng(20261130)


def table(**columns):
    """Columns as they are read back: rounded, so that the file holds all that was fitted."""
    return {name: [float(f"{x:.6g}") for x in column] for name, column in columns.items()}


def names(formula):
    """Parameters in the order of the text."""
    found = re.findall(r"[a-z]\w*", formula)
    return list(dict.fromkeys(name for name in found if name != "exp" and name[0] != "x"))


def jacobian(f, x, beta):
    """Complex steps, exact to rounding."""
    rows = []
    for k in range(len(beta)):
        point = np.array(beta, complex)
        step = 1e-30 * max(1.0, abs(beta[k]))
        point[k] += 1j * step
        rows.append(np.imag(f(x, *point)) / step)
    return np.array(rows).T


def bands(f, x, beta, cov, sigma, quantile):
    jac = jacobian(f, x, beta)
    error = np.sqrt(np.einsum("ni,ij,nj->n", jac, cov, jac))
    value = f(x, *beta)
    both = np.sqrt(error**2 + sigma**2)
    ends = lambda e: np.array([value - quantile * e, value + quantile * e]).T.tolist()
    return ends(error), ends(both)


def derived(g, beta, cov):
    slope = jacobian(lambda _, *b: np.array([g(b)]), None, beta)[0]
    return {"value": float(np.real(g(beta))), "standard_error": float(np.sqrt(slope @ cov @ slope))}


def curve(name, formula, f, columns, start, sigma, quantity, text):
    """One fit without sigma, with it up to a factor, and with it as it is."""
    x, y = np.array(columns["x"]), np.array(columns["y"])
    n, p = len(x), len(start)
    for kind in [None, "relative", "absolute"]:
        s = np.array(columns["s"]) if kind else np.ones(n)
        beta, cov = curve_fit(
            f, x, y, start, sigma=s, absolute_sigma=kind == "absolute",
            jac=lambda x, *b: jacobian(f, x, b), ftol=1e-15, xtol=1e-15, gtol=1e-15, maxfev=10000,
        )
        chi = float(np.sum(((y - f(x, *beta)) / s) ** 2))
        params = lmfit.Parameters()
        for k, b in enumerate(beta):
            params.add(f"b{k}", value=float(b) * (1 + 1e-3))
        residual = lambda own: (y - f(x, *own.valuesdict().values())) / s
        other = lmfit.minimize(residual, params, scale_covar=kind != "absolute", ftol=1e-15, xtol=1e-15)
        errors = [other.params[f"b{k}"].stderr for k in range(p)]
        assert np.allclose(errors, np.sqrt(np.diag(cov)), rtol=1e-3), (name, errors, np.sqrt(np.diag(cov)))
        assert np.isclose(other.chisqr, chi, rtol=1e-9)
        noise = 1.0 if kind == "absolute" else np.sqrt(chi / (n - p))
        quantile = norm.ppf(0.5 + LEVEL / 2) if kind == "absolute" else t.ppf(0.5 + LEVEL / 2, n - p)
        confidence, prediction = bands(f, x, beta, cov, noise * s, quantile)
        w = 1 / s**2
        spread = float(np.sum(w * (y - np.sum(w * y) / np.sum(w)) ** 2))
        yield {
            "name": f"{name}, {kind}", "columns": columns, "formula": formula, "names": names(formula), "sigma": kind,
            "start": start, "parameters": beta.tolist(), "covariance": cov.tolist(),
            "interval": [[float(b - quantile * e), float(b + quantile * e)] for b, e in zip(beta, np.sqrt(np.diag(cov)))],
            "confidence": confidence, "prediction": prediction,
            "aic": other.aic, "bic": other.bic, "r_squared": 1 - chi / spread,
            "adjusted_r_squared": 1 - chi / spread * (n - 1) / (n - p),
            "derive": text, "derived": derived(quantity, beta, cov),
        }


def line():
    """A line, whose figures statsmodels has all."""
    x = np.linspace(-3, 12, 25)
    s = 0.2 + 0.05 * np.abs(x)
    columns = table(x=x, y=1.5 - 0.7 * x + s * rng.normal(size=x.size), s=s)
    x, y, s = (np.array(columns[k]) for k in "xys")
    for kind in [None, "relative"]:
        w = 1 / s**2 if kind else np.ones_like(x)
        fit = sm.WLS(y, sm.add_constant(x), weights=w).fit()
        n, q = x.size, t.ppf(0.5 + LEVEL / 2, x.size - 2)
        frame = fit.get_prediction(sm.add_constant(x), weights=w).summary_frame(alpha=1 - LEVEL)
        ends = lambda a, b: np.array([frame[a], frame[b]]).T.tolist()
        # statsmodels has the constant terms of the likelihood too.
        constant = n * (np.log(2 * np.pi) + 1) - np.sum(np.log(w))
        yield {
            "name": f"line, {kind}", "columns": columns, "formula": "a + b*x", "names": ["a", "b"], "sigma": kind,
            "start": [0.0, 0.0], "parameters": fit.params.tolist(), "covariance": fit.cov_params().tolist(),
            "interval": fit.conf_int(alpha=1 - LEVEL).tolist(),
            "confidence": ends("mean_ci_lower", "mean_ci_upper"),
            "prediction": ends("obs_ci_lower", "obs_ci_upper"),
            "aic": fit.aic - constant, "bic": fit.bic - constant,
            "r_squared": fit.rsquared, "adjusted_r_squared": fit.rsquared_adj,
            "derive": "zero=-a/b", "derived": derived(lambda b: -b[0] / b[1], fit.params, fit.cov_params()),
        }


def fits():
    x = np.linspace(0.1, 9, 30)
    s = 0.02 + 0.03 * np.exp(-x / 4)
    decay = lambda x, a, b, c: a * np.exp(-b * x) + c
    yield from curve("decay", "a*exp(-b*x) + c", decay,
                     table(x=x, y=decay(x, 2.5, 0.6, 0.4) + s * rng.normal(size=x.size), s=s),
                     [1.0, 1.0, 0.0], s, lambda b: np.log(2) / b[1], "half_life=ln(2)/b")
    x = np.array([0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.1, 1.1])
    s = np.linspace(5, 12, 12)
    menten = lambda x, v, k: v * x / (k + x)
    yield from curve("saturation", "v*x/(k + x)", menten,
                     table(x=x, y=menten(x, 212.7, 0.0641) + s * rng.normal(size=12), s=s),
                     [205.0, 0.08], s, lambda b: b[0] / b[1] ** 0.5, "slope=v/sqrt(k)")
    yield from line()


def odr(name, formula, f, start, noise, x, y, sx, sy):
    """Rows with errors of features and target, by ODRPACK."""
    features = [f"x{k}" for k in range(len(x))] if len(x) > 1 else ["x"]
    columns = table(**dict(zip(features, x)), y=y, **{f"d{k}": own for k, own in zip(features, sx)}, s=sy)
    xs = np.array([columns[k] for k in features])
    ss = np.array([columns[f"d{k}"] for k in features])
    data = xs if len(x) > 1 else xs[0]
    weight = 1 / ss**2 if len(x) > 1 else 1 / ss[0] ** 2
    g = lambda x, b: np.asarray(f(x, *b), float)
    jac_beta = lambda x, b: jacobian(lambda x, *b: f(x, *b), x, b).T
    def jac_x(x, b):
        z = np.array(x, complex) if len(features) > 1 else np.array([x], complex)
        rows = []
        for k in range(len(features)):
            up = z.copy()
            up[k] += 1e-30j
            rows.append(np.imag(f(up if len(features) > 1 else up[0], *b)) / 1e-30)
        return np.array(rows) if len(features) > 1 else rows[0]
    fit = odrpack.odr_fit(g, data, np.array(columns["y"]), np.array(start), weight_x=weight,
                          weight_y=1 / np.array(columns["s"]) ** 2, jac_beta=jac_beta, jac_x=jac_x,
                          maxit=1000, sstol=1e-15, partol=1e-15)
    # From there once more, until nothing moves.
    fit = odrpack.odr_fit(g, data, np.array(columns["y"]), fit.beta, delta0=fit.delta, weight_x=weight,
                          weight_y=1 / np.array(columns["s"]) ** 2, jac_beta=jac_beta, jac_x=jac_x,
                          maxit=1000, sstol=1e-15, partol=1e-15)
    assert fit.success, (name, fit.stopreason)
    return {"name": name, "columns": columns, "formula": formula, "names": names(formula), "features": features, "start": start,
            "parameters": fit.beta.tolist(), "standard_errors": fit.sd_beta.tolist(),
            "residual_variance": float(fit.res_var), "sum_of_squares": float(fit.sum_square)}


def orthogonal():
    # Pearson's data with York's weights (York, 1966), the classic of errors in both.
    x = np.array([0.0, 0.9, 1.8, 2.6, 3.3, 4.4, 5.2, 6.1, 6.5, 7.4])
    y = np.array([5.9, 5.4, 4.4, 4.6, 3.5, 3.7, 2.8, 2.8, 2.4, 1.5])
    wx = np.array([1000, 1000, 500, 800, 200, 80, 60, 20, 1.8, 1.0])
    wy = np.array([1, 1.8, 4, 8, 20, 20, 70, 70, 100, 500])
    yield odr("Pearson and York", "a + b*x", lambda x, a, b: a + b * x, [5.0, -0.5], None, [x], y, [1 / np.sqrt(wx)], 1 / np.sqrt(wy))
    def made(name, formula, f, start, truth, xs, sx, sy):
        xs = [np.asarray(own, float) for own in xs]
        sx = [np.broadcast_to(own, xs[0].shape).astype(float) for own in sx]
        sy = np.broadcast_to(sy, xs[0].shape).astype(float)
        y = f(xs if len(xs) > 1 else xs[0], *truth) + sy * rng.normal(size=xs[0].size)
        seen = [own + s * rng.normal(size=own.size) for own, s in zip(xs, sx)]
        return odr(name, formula, f, start, None, seen, y, sx, sy)
    yield made("parabola", "a + b*x + c*x^2", lambda x, a, b, c: a + b * x + c * x**2, [0.0, 0.0, 0.0], [1.0, -2.0, 0.5], [np.linspace(-3, 6, 20)], [0.15], 0.2)
    yield made("decay", "a*exp(-b*x) + c", lambda x, a, b, c: a * np.exp(-b * x) + c, [3.0, 0.5, 0.0], [5.0, 0.8, 1.0], [np.linspace(0.2, 7, 25)], [0.05 + 0.02 * np.linspace(0, 1, 25)], 0.08)
    yield made("power", "a*x^b", lambda x, a, b: a * x**b, [1.0, 1.0], [2.0, 1.7], [np.linspace(1, 9, 15)], [0.1], np.linspace(0.3, 2, 15))
    yield made("logistic", "a/(1 + exp(-(x - m)/w))", lambda x, a, m, w: a / (1 + np.exp(-(x - m) / w)), [8.0, 4.0, 1.0], [10.0, 5.0, 0.9], [np.linspace(0, 10, 30)], [0.2], 0.15)
    u, v = np.meshgrid(np.linspace(0.5, 4, 6), np.linspace(1, 5, 5))
    yield made("surface", "a*x0^b + c*x1", lambda x, a, b, c: a * x[0]**b + c * x[1], [1.0, 1.0, 1.0], [1.2, 1.5, -0.8], [u.ravel(), v.ravel()], [0.05, 0.1], 0.1)
    yield made("saturation", "v*x/(k + x)", lambda x, v, k: v * x / (k + x), [10.0, 1.0], [12.0, 2.5], [np.geomspace(0.3, 30, 18)], [0.05 * np.geomspace(0.3, 30, 18)], 0.25)


if __name__ == "__main__":
    packages = ["numpy", "scipy", "lmfit", "statsmodels", "odrpack"]
    found = {
        "versions": {name: version(name) for name in packages},
        "level": LEVEL,
        "fits": list(fits()),
        "orthogonal": list(orthogonal()),
    }
    FILE.write_text(json.dumps(found, indent=1) + "\n")
    print(f"{FILE}: {len(found['fits'])} fits, {len(found['orthogonal'])} with errors in features")
