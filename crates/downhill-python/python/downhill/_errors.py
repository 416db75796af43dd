"""Warnings and errors."""

import sys


class FitWarning(UserWarning):
    """A fit is of no use, or was ended early; the message says why and what to change.

    The estimator is fitted all the same, with the parameters that the fit had come to.
    """


def sklearn_class(module, name, fallback):
    """Return a class of scikit-learn where that is imported, else a class of its kind.

    Whoever catches scikit-learn's own class has imported it.
    """
    if "sklearn" not in sys.modules:
        return fallback
    try:
        __import__(module)
    except ImportError:
        return fallback
    return getattr(sys.modules[module], name)


class NotFittedError(ValueError, AttributeError):
    """An estimator is asked for what only a fit knows."""


class DataConversionWarning(UserWarning):
    """Data have another shape than expected, and are taken all the same."""


def not_fitted(estimator):
    """Return the error of an estimator that was not fitted."""
    kind = sklearn_class("sklearn.exceptions", "NotFittedError", NotFittedError)
    name = type(estimator).__name__
    return kind(
        f"This {name} instance is not fitted yet. Call 'fit' with appropriate arguments "
        "before using this estimator."
    )
