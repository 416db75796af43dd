"""Data of a fit: matrices, tables with names and categories, targets and weights.

A matrix of ``float32`` or ``float64`` in row or column order is taken as it is; any other is
copied once.
"""

import numbers
import warnings

import numpy as np

from ._errors import DataConversionWarning, sklearn_class

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


class Table:
    """Features of rows: a matrix, and what its columns are.

    Attributes
    ----------
    matrix : ndarray of shape (n_rows, n_features)
        ``float32`` or ``float64``.
    names : list of str
        Name of each feature; of a category ``column=category``.
    levels : list
        Column and category of each feature that is 1 of a category, else ``None``; empty where
        none is.
    columns : list of str or None
        Names of the columns as they were given, where they were.
    n_columns : int
        Number of columns as they were given.
    """

    def __init__(self, matrix, names, levels, columns, n_columns):
        self.matrix = matrix
        self.names = names
        self.levels = levels
        self.columns = columns
        self.n_columns = n_columns


def is_frame(data):
    """Return whether data are a table with named columns."""
    return (
        hasattr(data, "__arrow_c_stream__")
        or hasattr(data, "__dataframe__")
        or (hasattr(data, "iloc") and hasattr(data, "columns"))
    )


def features_of(data, encoding=None):
    """Take the features of rows.

    Parameters
    ----------
    data : array-like, DataFrame or Arrow table of shape (n_rows, n_features)
    encoding : list of (str, str or None, list of str), optional
        Column and category of each feature of a model that has categories, and the categories of
        its column that have no feature.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        The shape is wrong, or a column holds what is no number and no category.
    TypeError
        The matrix is sparse.
    """
    if is_frame(data) and getattr(data, "ndim", 2) == 2:
        from ._frames import features_of_frame

        return features_of_frame(data, encoding)
    matrix = matrix_of(data)
    names = [f"x{at}" for at in range(matrix.shape[1])]
    return Table(matrix, names, [], None, matrix.shape[1])


def refuse_sparse(data):
    """Refuse a sparse matrix."""
    if hasattr(data, "toarray") and hasattr(data, "nnz"):
        raise TypeError(
            "Sparse data was passed, but dense data is required. Use '.toarray()' to convert it "
            "to a dense numpy array."
        )


def matrix_of(data, what="X"):
    """Return data as a matrix of floats that has no gaps between its rows or columns."""
    refuse_sparse(data)
    array = np.asarray(data)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{array}\n")
    if array.ndim == 0:
        raise ValueError(
            f"Expected 2D array, got scalar array instead:\narray={array}.\nReshape your data "
            "either using array.reshape(-1, 1) if your data has a single feature or "
            "array.reshape(1, -1) if it contains a single sample."
        )
    if array.ndim == 1:
        raise ValueError(
            f"Expected 2D array, got 1D array instead:\narray={array}.\nReshape your data "
            "either using array.reshape(-1, 1) if your data has a single feature or "
            "array.reshape(1, -1) if it contains a single sample."
        )
    if array.ndim > 2:
        raise ValueError(f"Found array with dim {array.ndim}, while dim <= 2 is required.")
    rows, columns = array.shape
    if rows == 0 or columns == 0:
        which, least = ("sample", rows) if rows == 0 else ("feature", columns)
        raise ValueError(
            f"Found array with {least} {which}(s) (shape={array.shape}) while a minimum of 1 is "
            "required."
        )
    return floats(array, what)


def floats(array, what="X"):
    """Return an array as ``float32`` or ``float64``, in one piece."""
    if array.dtype not in FLOATS:
        array = converted(array, what)
    if array.flags.c_contiguous or array.flags.f_contiguous:
        return array
    return np.ascontiguousarray(array)


def converted(array, what):
    """Return an array of other things than floats as floats."""
    if array.dtype.kind in "biuf":
        return array.astype(np.float64)
    if array.dtype.kind in "mM":
        raise ValueError(f"{what} holds times; take their seconds, as numbers")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", category=DeprecationWarning)
            return array.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        place = place_of_first(array, what)
        kind = TypeError if "must be a string" in str(error) else ValueError
        raise kind(f"{place}; {error}") from None


def place_of_first(array, what):
    """Say where the first cell is that is no number."""
    for place, cell in np.ndenumerate(array):
        try:
            float(cell)
        except (TypeError, ValueError, OverflowError):
            row = f"row {place[0]}"
            column = f", column {place[1]}" if len(place) > 1 else ""
            shown = cell.item() if isinstance(cell, np.generic) else cell
            return f"{what}, {row}{column}: {repr(shown)[:60]} is not a number"
    return f"{what} holds what is no number"


def warn_of_column():
    """Warn that a target is a column, in scikit-learn's words."""
    kind = sklearn_class("sklearn.exceptions", "DataConversionWarning", DataConversionWarning)
    warnings.warn(
        "A column-vector y was passed when a 1d array was expected. Please change the shape of y "
        "to (n_samples,), for example using ravel().",
        kind,
        stacklevel=5,
    )


def amounts_of(target, rows):
    """Take the targets of a regression; return them as a matrix, and whether they were a row each.

    Raises
    ------
    ValueError
        There are none, they are not as many as the rows, or one is no finite number.
    """
    target = bare(target)
    refuse_sparse(target)
    array = np.asarray(target)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{array}\n")
    if array.ndim not in (1, 2):
        raise ValueError(f"y should be a 1d array, got an array of shape {array.shape} instead.")
    same_length(rows, len(array))
    is_flat = array.ndim == 1
    if is_flat:
        array = array.reshape(-1, 1)
    if array.shape[1] == 0:
        raise ValueError(f"y has 0 targets (shape={array.shape}); at least one is required.")
    array = floats(array, "y")
    all_finite(array, "y")
    return array, is_flat


def all_finite(array, what):
    """Refuse what is not finite, and name its place."""
    if np.isfinite(array.sum()) or np.isfinite(array).all():
        return
    place = tuple(int(at) for at in np.argwhere(~np.isfinite(array))[0])
    cell = "NaN" if np.isnan(array[place]) else "infinity"
    raise ValueError(f"Input {what} contains {cell}: row {place[0]}.")


def labels_of(target, rows):
    """Take the labels of a classification; return the different ones, sorted, and the place of
    each row's among them.

    Raises
    ------
    ValueError
        There are none, they are not as many as the rows, one is missing, or they are amounts.
    """
    target = bare(target)
    refuse_sparse(target)
    array = np.asarray(target)
    if array.ndim == 2 and array.shape[1] == 1:
        warn_of_column()
        array = array.ravel()
    if array.ndim != 1:
        raise ValueError(
            f"y should be a 1d array, got an array of shape {array.shape} instead."
        )
    same_length(rows, len(array))
    if array.dtype.kind in "cmM":
        raise ValueError(f"Unknown label type: {array.dtype}; labels are texts or numbers")
    if array.dtype.kind == "f":
        all_finite(array, "y")
        if (array != np.floor(array)).any():
            row = int(np.argmax(array != np.floor(array)))
            raise ValueError(
                "Unknown label type: continuous. Maybe you are trying to fit a classifier, which "
                f"expects discrete classes, on an amount: row {row} of y is {array[row]!r}."
            )
    if array.dtype.kind == "O":
        for row, label in enumerate(array):
            if label is None or label != label:
                raise ValueError(f"Input y contains NaN: row {row}.")
            if not isinstance(label, (str, bytes, numbers.Number, np.generic)):
                raise ValueError(
                    f"Unknown label type: unknown; row {row} of y is {repr(label)[:60]}"
                )
    try:
        return np.unique(array, return_inverse=True)
    except TypeError:
        raise ValueError("Unknown label type: y mixes texts and numbers") from None


def bare(target):
    """Return a target without its index."""
    if target is None:
        raise ValueError(
            "requires y to be passed, but the target y is None; y should be a 1d array"
        )
    if hasattr(target, "to_numpy"):
        return target.to_numpy()
    return target


def same_length(rows, others):
    """Refuse a target or weights of another length than the features."""
    if rows != others:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: [{rows}, {others}]"
        )


def names_of(target, width, names):
    """Return the names of so many targets, none of which is that of a feature."""
    given = getattr(target, "name", None)
    columns = getattr(target, "columns", None)
    if columns is not None and getattr(target, "ndim", 2) == 2:
        own = [str(name) for name in columns]
    elif isinstance(given, str) and given:
        own = [given]
    else:
        own = ["y"] if width == 1 else [f"y{at}" for at in range(width)]
    taken = set(names)
    free = []
    for name in own:
        while name in taken:
            name += "_"
        taken.add(name)
        free.append(name)
    return free


def weights_of(weight, rows, what="sample_weight"):
    """Take the weight of each row as a column; ``None`` where all weigh 1."""
    if weight is None:
        return None
    if isinstance(weight, numbers.Number):
        array = np.full(rows, weight, dtype=np.float64)
    else:
        array = np.asarray(weight)
    if array.ndim != 1:
        raise ValueError(f"{what} must be 1D array or scalar, got {array.ndim}D array.")
    if array.shape != (rows,):
        raise ValueError(f"{what}.shape == {array.shape}, expected {(rows,)}!")
    array = floats(array, what).reshape(-1, 1)
    all_finite(array, what)
    negative = np.flatnonzero(array[:, 0] < 0)
    if negative.size:
        row = int(negative[0])
        raise ValueError(
            f"Negative values in data passed to {what}: row {row} is {array[row, 0]}."
        )
    return array
