"""Formulas: an estimator, and a fit of a curve as SciPy has it."""

import numpy as np

from ._data import Table, features_of, is_frame
from ._estimators import Regressor


class FormulaRegressor(Regressor):
    """A formula of named columns, by least squares.

    What ``downhill fit --model 'formula: …'`` fits. A column that has no name is ``x`` where it is
    the only one, and else ``x0``, ``x1`` …; every other name in the formula is a parameter.

    Parameters
    ----------
    formula : str
        Such as ``'a*exp(-b*x) + c'``; with a left side, such as ``'log(y) = a + b*x'``, that of the
        target.
    start : dict, default=None
        Where parameters begin; of those that are not named the start is searched.
    fix : dict, default=None
        Values of parameters that are not fitted.
    bounds : dict, default=None
        Lower and upper limit of parameters, such as ``{'b': (0, None)}``.
    derive : str or list of str, default=None
        Quantities of the parameters, such as ``'half_life=ln(2)/b'``, with their errors in
        ``result_['derived']``.
    level : float, default=None
        Level of the intervals of parameters, 0.95 unless told.
    loss : str, default=None
        ``'squared'`` (what ``None`` is), ``'huber:1.5'`` or ``'cauchy:1'``.
    solver : str, default=None
        ``'lm'`` (what ``None`` is), ``'gn'`` ….
    precision : str, default=None
        ``'f64'`` (what ``None`` is) or ``'f32'``.
    restarts : int, default=None
        Starts that are fitted, the best of which is kept.
    validation_fraction, validation_every, validation_last, missing, random_state, report
        As of :class:`Regressor`.

    Attributes
    ----------
    parameters_ : dict
        Value of each parameter.
    errors_ : dict
        Standard error of each, ``nan`` where nobody can tell.
    covariance_ : ndarray of shape (n_parameters, n_parameters)
    termination_ : str
        Why the solver ended.
    fingerprint_, verdicts_, result_, summary_, report_, n_features_in_, feature_names_in_
        As of :class:`Regressor`.

    Examples
    --------
    >>> import numpy as np
    >>> from downhill import FormulaRegressor
    >>> x = np.linspace(0, 4, 30)
    >>> decay = FormulaRegressor("a*exp(-b*x)").fit(x.reshape(-1, 1), 3 * np.exp(-0.7 * x))
    >>> print({name: round(value, 6) for name, value in decay.parameters_.items()})
    {'a': 3.0, 'b': 0.7}
    """

    def __init__(
        self,
        formula="a*x + b",
        *,
        start=None,
        fix=None,
        bounds=None,
        derive=None,
        level=None,
        loss=None,
        solver=None,
        precision=None,
        restarts=None,
        validation_fraction=None,
        validation_every=None,
        validation_last=None,
        missing=None,
        random_state=None,
        report=None,
    ):
        self.formula = formula
        self.start = start
        self.fix = fix
        self.bounds = bounds
        self.derive = derive
        self.level = level
        self.loss = loss
        self.solver = solver
        self.precision = precision
        self.restarts = restarts
        self.validation_fraction = validation_fraction
        self.validation_every = validation_every
        self.validation_last = validation_last
        self.missing = missing
        self.random_state = random_state
        self.report = report

    def fit(self, X, y, sample_weight=None, *, sigma=None, absolute_sigma=False):
        """Fit the formula.

        Parameters
        ----------
        X : array-like, DataFrame or Arrow table of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)
        sample_weight : array-like of shape (n_rows,), optional
            Weight of each squared residual.
        sigma : array-like of shape (n_rows,), optional
            Standard deviation of each target, in the place of weights.
        absolute_sigma : bool
            Whether these are in the unit of the target, and not known up to a factor.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            Data or parameters are wrong; the message names row and column, or the parameter.
        """
        table = self._table(X)
        target = self._target(y, table)
        options = self._options()
        if sigma is None:
            weight = self._weights(sample_weight, len(table.matrix))
        elif sample_weight is None:
            weight = deviations(sigma, len(table.matrix))
            options.append("--sigma=sample_weight")
            options += ["--sigma-absolute"] if absolute_sigma else []
        else:
            raise ValueError("sample_weight and sigma exclude each other: leave one out")
        self._take(table, target, weight, options)
        result = self.result_
        self.parameters_ = {name: own["value"] for name, own in result["parameters"].items()}
        self.errors_ = {
            name: np.nan if own["standard_error"] is None else own["standard_error"]
            for name, own in result["parameters"].items()
        }
        matrix = [list(row.values()) for row in result["covariance"].values()]
        self.covariance_ = np.array(
            [[np.inf if own is None else own for own in row] for row in matrix]
        )
        self.termination_ = result["termination"]
        return self

    def predict_bands(self, X, level=0.95):
        """Predict with intervals.

        Parameters
        ----------
        X : array-like, DataFrame or Arrow table of shape (n_rows, n_features)
        level : float
            Level of the intervals, above 0 and below 1.

        Returns
        -------
        predicted : ndarray of shape (n_rows,)
        confidence : ndarray of shape (n_rows, 2)
            Where the curve is.
        prediction : ndarray of shape (n_rows, 2)
            Where a further target, of weight 1, would be.

        Raises
        ------
        ValueError
            There are no more rows than parameters, so that nobody can tell.
        """
        table = self._known(X)
        bands = self._model.bands(table.matrix, float(level))
        return bands[:, 0], bands[:, 1:3], bands[:, 3:5]

    def _options(self, classes=None, **others):
        if not isinstance(self.formula, str):
            raise ValueError(f"formula={self.formula!r} is no text, such as 'a*exp(-b*x) + c'")
        model = f"formula: {self.formula}"
        return super()._options(classes, model=model, **others)

    def _table(self, X, encoding=None):
        table = features_of(X)
        if table.columns is None:
            table.names = ["x"] if table.n_columns == 1 else table.names
        return table

    def _known(self, X):
        table = super()._known(X)
        own = [table.names.index(name) for name in self.result_["features"]]
        if own != list(range(len(table.names))):
            table.matrix = np.ascontiguousarray(table.matrix[:, own])
        return table


def deviations(sigma, rows):
    """Take the standard deviation of each target as a column."""
    array = np.asarray(sigma, dtype=np.float64)
    if array.ndim == 0:
        array = np.full(rows, float(array))
    if array.shape != (rows,):
        raise ValueError(f"`sigma` has incorrect shape: {array.shape}, expected {(rows,)}")
    wrong = np.flatnonzero(~(np.isfinite(array) & (array > 0)))
    if wrong.size:
        row = int(wrong[0])
        raise ValueError(f"sigma is {array[row]} in row {row}; it is a finite number above 0")
    return array.reshape(-1, 1)


class CurveFit(tuple):
    """Optimal parameters and their covariance, as SciPy returns them, and all else of the fit.

    Unpacks as ``popt, pcov``.

    Attributes
    ----------
    popt : ndarray of shape (n_parameters,)
        In the order in which the formula first names them.
    pcov : ndarray of shape (n_parameters, n_parameters)
    parameters : dict
        Value of each parameter by name.
    errors : dict
        Standard error of each.
    aic, bic, r_squared : float
        ``nan`` where there is none.
    termination : str
        Why the solver ended.
    success : bool
        Whether it converged.
    estimator : FormulaRegressor
        The fit; it predicts, and has the rest.
    """

    def __new__(cls, estimator):
        popt = np.array(list(estimator.parameters_.values()))
        self = super().__new__(cls, (popt, estimator.covariance_))
        self.popt, self.pcov, self.estimator = popt, estimator.covariance_, estimator
        self.parameters, self.errors = estimator.parameters_, estimator.errors_
        result = estimator.result_
        for name in ("aic", "bic", "r_squared"):
            value = result.get(name)
            setattr(self, name, np.nan if value is None else value)
        self.termination, self.success = estimator.termination_, result["converged"]
        return self

    def __reduce__(self):
        return CurveFit, (self.estimator,)

    def predict(self, x):
        """Return the curve at ``x``, which is as it was fitted to."""
        return self.estimator.predict(columns_of(x))

    def bands(self, x, level=0.95):
        """Return the curve with its intervals; see :meth:`FormulaRegressor.predict_bands`."""
        return self.estimator.predict_bands(columns_of(x), level)

    def __repr__(self):
        return f"CurveFit({self.estimator.formula!r})\n{self.estimator.summary_}"

    def _repr_html_(self):
        return self.estimator._repr_html_()


def columns_of(x):
    """Return ``xdata`` as rows: SciPy has one array, or one for each variable."""
    if is_frame(x) and getattr(x, "ndim", 2) == 2:
        return x
    array = np.asarray(x)
    return array.reshape(-1, 1) if array.ndim == 1 else np.ascontiguousarray(array.T)


def curve_fit(
    f, xdata, ydata, p0=None, sigma=None, absolute_sigma=False, bounds=None, **parameters
):
    """Fit a formula to data, as ``scipy.optimize.curve_fit`` fits a function.

    Parameters
    ----------
    f : str
        Formula, such as ``'a*exp(-b*x) + c'``. The variable is ``x``; of several it is ``x0``,
        ``x1`` …, or the columns of a table by name.
    xdata : array-like of shape (n_rows,) or (n_variables, n_rows), or table
    ydata : array-like of shape (n_rows,)
    p0 : array-like or dict, optional
        Where the parameters begin, in the order in which the formula first names them, or by name;
        ``None`` searches.
    sigma : array-like of shape (n_rows,), optional
        Standard deviation of each ``ydata``.
    absolute_sigma : bool
        Whether these are in the unit of ``ydata``.
    bounds : 2-tuple of array-like, or dict, optional
        Lower and upper limits, of all parameters or of each; or both by name.
    **parameters
        Others of :class:`FormulaRegressor`.

    Returns
    -------
    CurveFit
        Unpacks as ``popt, pcov``.

    Raises
    ------
    ValueError
        Data or arguments are wrong.

    Warns
    -----
    FitWarning
        The fit is of no use: a parameter is not identifiable, or the solver did not converge.

    Examples
    --------
    >>> import numpy as np
    >>> from downhill import curve_fit
    >>> x = np.linspace(0, 4, 30)
    >>> popt, pcov = curve_fit("a*exp(-b*x)", x, 3 * np.exp(-0.7 * x))
    >>> print(popt.round(6))
    [3.  0.7]
    """
    rows = columns_of(xdata)
    estimator = FormulaRegressor(f, **parameters)
    if p0 is not None or bounds is not None:
        needs_names = not (isinstance(p0, dict) or p0 is None) or not (
            isinstance(bounds, dict) or bounds is None
        )
        names = parameters_of(f, estimator._table(rows).names) if needs_names else []
        estimator.start = starts(p0, names)
        estimator.bounds = by_name(bounds, names)
    return CurveFit(estimator.fit(rows, ydata, sigma=sigma, absolute_sigma=absolute_sigma))


def parameters_of(formula, columns):
    """Return the parameters of a formula, in the order in which it first names them."""
    from ._downhill import parameters_of_formula

    return parameters_of_formula(f"formula: {formula}", columns)


def starts(p0, names):
    """Return starts by name."""
    if p0 is None or isinstance(p0, dict):
        return p0
    values = np.atleast_1d(np.asarray(p0, dtype=np.float64))
    if values.shape != (len(names),):
        raise ValueError(
            f"p0 has {values.size} values, and the formula {len(names)} parameters: "
            f"{', '.join(names)}"
        )
    return dict(zip(names, values.tolist()))


def by_name(bounds, names):
    """Return lower and upper limits by name."""
    if bounds is None or isinstance(bounds, dict):
        return bounds
    try:
        low, high = (np.broadcast_to(np.asarray(own, dtype=np.float64), len(names)) for own in bounds)
    except (TypeError, ValueError):
        raise ValueError(
            f"bounds={bounds!r} are no lower and upper limits of {', '.join(names)}"
        ) from None
    pairs = zip(names, low.tolist(), high.tolist())
    limited = {name: (a, b) for name, a, b in pairs if np.isfinite(a) or np.isfinite(b)}
    return limited or None
