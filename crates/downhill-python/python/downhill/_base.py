"""What all estimators have in common."""

import inspect
import json
import sys
import warnings

import numpy as np

from . import _downhill
from ._data import features_of, same_length, weights_of
from ._errors import FitWarning, not_fitted
from ._options import options_of
from ._progress import watcher


class Estimator:
    """Base of the estimators: parameters, data, fitted attributes, pickles and files."""

    @classmethod
    def _parameter_names(cls):
        signature = inspect.signature(cls.__init__)
        return [name for name in signature.parameters if name != "self"]

    def get_params(self, deep=True):
        """Return the parameters of the estimator.

        Parameters
        ----------
        deep : bool
            Without effect: no parameter is an estimator.

        Returns
        -------
        dict
        """
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self, **params):
        """Set parameters of the estimator.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            It has no such parameter.
        """
        known = self._parameter_names()
        for name, value in params.items():
            if name not in known:
                raise ValueError(
                    f"Invalid parameter {name!r} for estimator {self}. Valid parameters are: "
                    f"{known!r}."
                )
            setattr(self, name, value)
        return self

    def __repr__(self, N_CHAR_MAX=700):
        defaults = inspect.signature(type(self).__init__).parameters
        changed = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if value is not defaults[name].default and value != defaults[name].default
        ]
        return f"{type(self).__name__}({', '.join(changed)})"[:N_CHAR_MAX]

    def __getstate__(self):
        state = self.__dict__.copy()
        if "_model" in state:
            state["_model"] = state["_model"].text()
        return state

    def __setstate__(self, state):
        state = dict(state)
        if "_model" in state:
            state["_model"] = _downhill.Model.parse(state["_model"], "the pickled model")
        self.__dict__.update(state)

    def __sklearn_is_fitted__(self):
        return "_model" in self.__dict__

    def _fitted(self):
        """Return the model of the fit."""
        try:
            return self.__dict__["_model"]
        except KeyError:
            raise not_fitted(self) from None

    def _attribute(self, name):
        """Return the model for a fitted attribute, which is none before the fit."""
        if "_model" not in self.__dict__:
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r} before it is fitted"
            )
        return self._model

    @property
    def fingerprint_(self):
        """Hash of all that decides the future of the fit: 16 hex digits.

        The same data and options have the same from ``downhill fit`` and on a board.
        """
        return self._attribute("fingerprint_").fingerprint()

    @property
    def coef_(self):
        """Weights of a linear model in the units of the columns, as scikit-learn has them.

        Of shape (n_features,), or (n_outputs, n_features) of classes and of several targets.
        """
        return self._linear("coef_")[..., :-1]

    @property
    def intercept_(self):
        """Intercept of a linear model in the unit of the target; of shape (n_outputs,) of classes
        and of several targets."""
        return self._linear("intercept_")[..., -1]

    def _linear(self, name):
        self._attribute(name)
        linear = json.loads(self._model.facts())["linear"]
        if linear is None:
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}: its model is not "
                "linear in its features"
            )
        return self._shaped(np.array(linear, dtype=np.float64))

    def _shaped(self, linear):
        return linear[0] if len(linear) == 1 else linear

    def save(self, path):
        """Write the model as ``downhill fit --out`` does, for ``downhill predict``, a board, or
        :func:`downhill.load`.

        Parameters
        ----------
        path : path-like

        Raises
        ------
        OSError
            The file cannot be written.
        """
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(self._fitted().text())

    def _repr_html_(self):
        from ._html import page

        return page(self)

    # Data.

    def _table(self, X, encoding=None):
        return features_of(X, encoding)

    def _learn_names(self, table):
        self.n_features_in_ = table.n_columns
        if table.columns is not None:
            self.feature_names_in_ = np.array(table.columns, dtype=object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _known(self, X):
        """Take rows for a model that is there."""
        self._fitted()
        table = self._table(X, self._encoding)
        self._check_names(table)
        return table

    def _check_names(self, table):
        known = getattr(self, "feature_names_in_", None)
        name = type(self).__name__
        if known is None and table.columns is not None:
            warnings.warn(
                f"X has feature names, but {name} was fitted without feature names",
                UserWarning,
                stacklevel=4,
            )
        elif known is not None and table.columns is None:
            warnings.warn(
                f"X does not have valid feature names, but {name} was fitted with feature names",
                UserWarning,
                stacklevel=4,
            )
        elif known is not None and list(known) != table.columns:
            raise ValueError(names_differ(list(known), table.columns))
        if table.n_columns != self.n_features_in_:
            raise ValueError(
                f"X has {table.n_columns} features, but {name} is expecting "
                f"{self.n_features_in_} features as input"
            )

    def _may_miss(self):
        return getattr(self, "missing", None) is not None

    def _weights(self, sample_weight, rows):
        weight = weights_of(sample_weight, rows)
        if weight is not None and not weight.any():
            raise ValueError(
                "the weights of all rows are zero, so there is nothing to learn from: check "
                "sample_weight"
            )
        return weight

    def _options(self, classes=None, **others):
        parameters = {**self.get_params(), **others}
        return options_of(parameters, classes)

    # Fits.

    def _take(self, table, target, weight, options):
        """Fit, and keep all that is known of it."""
        rows = Rows(table, target, weight, self._may_miss())
        if len(table.matrix) == 1:
            raise ValueError("there is one sample (n_samples = 1), from which nothing is learned")
        watch = watcher(getattr(self, "progress", False))
        ended = _downhill.fit(options, rows, watch, _wants_report(self.report))
        if watch is not None:
            watch.close()
        self._model, result, self.summary_, report, failure, interrupted = ended
        self.__dict__.pop("report_", None)
        if report is not None:
            self.report_ = report
        self.result_ = json.loads(result)
        self._facts()
        self._learn_names(table)
        self.verdicts_ = self.result_.get("verdicts", [])
        history = self.result_.get("history", [])
        self.loss_curve_ = [epoch["train"] for epoch in history]
        self.validation_curve_ = [
            epoch["validation"] for epoch in history if epoch["validation"] is not None
        ]
        self.n_iter_ = len(history) or int(self.result_.get("passes", 1))
        if failure is not None:
            warnings.warn(failure, FitWarning, stacklevel=3)
        elif interrupted or self.result_.get("interrupted", False):
            warnings.warn(
                "interrupted: the fit has the best parameters that it had come to",
                FitWarning,
                stacklevel=3,
            )
        return self

    def _facts(self):
        facts = json.loads(self._model.facts())
        self._encoding = [tuple(own) for own in facts["encoding"]]
        self._names, self._targets = facts["features"], facts["targets"]
        self._reading = facts["reading"]
        return facts

    def _stream(self, table, target, weight, options):
        """Learn from rows once, in their order."""
        rows = Rows(table, target, weight, False)
        if "_model" not in self.__dict__:
            model = _downhill.start(options(), rows)
            before = self.__dict__.copy()
            self._model = model
            self.verdicts_, self.loss_curve_, self.n_iter_ = [], [], 0
            self._facts()
            self._learn_names(table)
        else:
            before = None
            self._check_names(table)
        try:
            loss, _, verdicts, interrupted = self._model.learn(rows)
        except Exception:
            if before is not None:
                self.__dict__ = before
            raise
        self.__dict__.pop("report_", None)
        self.loss_curve_ = [*self.loss_curve_, loss]
        self.n_iter_ += 1
        told = [json.loads(verdict) for verdict in verdicts]
        self.verdicts_ = [*self.verdicts_, *told]
        for verdict in told:
            if verdict.pop("is_failure"):
                warnings.warn(verdict["finding"], FitWarning, stacklevel=3)
        if interrupted:
            warnings.warn(
                "interrupted: some of these rows were not learned from", FitWarning, stacklevel=3
            )
        return self


def _wants_report(asked):
    """Say whether a fit is to have a page: where nobody asked, in a notebook."""
    return "ipykernel" in sys.modules if asked is None else bool(asked)


class Streams:
    """A method that there is where neither ``solver`` nor a formula goes through all rows at once."""

    def __init__(self, method):
        self._method = method
        self.__doc__ = method.__doc__

    def __get__(self, instance, owner):
        if instance is not None and hasattr(instance, "formula"):
            raise AttributeError(
                "a formula is fitted to all rows at once; use Regressor(model='formula: …', "
                "optimizer='adam') for rows as they come"
            )
        if instance is not None and instance.solver is not None:
            raise AttributeError(
                f"solver={instance.solver!r} goes through all rows at once, and rows as they come "
                "need a gradient; leave it out"
            )
        return self._method.__get__(instance, owner)


class Rows:
    """Rows as the core takes them."""

    def __init__(self, table, target, weight, may_miss):
        self.features = table.matrix
        self.names = table.names
        self.levels = table.levels
        self.target = target.array
        self.labels = target.labels
        self.targets = target.names
        self.weight = weight
        self.may_miss = may_miss
        same_length(len(table.matrix), len(target.array))


class Target:
    """Targets as the core takes them: amounts, or places among labels."""

    def __init__(self, array, names, labels=None):
        self.array = array
        self.names = names
        self.labels = labels


def names_differ(known, given):
    """Say which names of features differ, in scikit-learn's words."""
    message = "The feature names should match those that were passed during fit.\n"
    unseen = sorted(set(given) - set(known))
    missing = sorted(set(known) - set(given))

    def listed(names):
        shown = "".join(f"- {name}\n" for name in names[:5])
        return shown + ("- ...\n" if len(names) > 5 else "")

    if unseen:
        message += "Feature names unseen at fit time:\n" + listed(unseen)
    if missing:
        message += "Feature names seen at fit time, yet now missing:\n" + listed(missing)
    if not unseen and not missing:
        message += "Feature names must be in the same order as they were in fit.\n"
    return message
