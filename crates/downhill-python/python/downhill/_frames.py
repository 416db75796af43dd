"""Tables with named columns: pandas, Polars, and whatever speaks Arrow."""

import numpy as np

from ._data import FLOATS, Table, converted, matrix_of

MOST_CATEGORIES = 100


def features_of_frame(data, encoding):
    """Take the features of a table; see :func:`downhill._data.features_of`."""
    names, columns = columns_of(data)
    if any(not isinstance(name, str) for name in names):
        if any(isinstance(name, str) for name in names):
            raise TypeError(
                "Feature names are only supported if all input features have string names, but "
                f"your input has {sorted({type(name).__name__ for name in names})} as feature "
                "name / column name types. If you want feature names to be stored and "
                "validated, you must convert them all to strings, by using X.columns = "
                "X.columns.astype(str) for example."
            )
        given = None
    else:
        given = list(names)
    names = [str(name) for name in names]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"two columns of X are named {twice!r}; give each its own name")
    texts = {at for at, column in enumerate(columns) if not is_numeric(column)}
    if not texts and not any(level for _, level, _ in encoding or []):
        return Table(matrix_of_columns(data, columns), names, [], given, len(names))
    known, others = {}, {}
    for column, level, rest in encoding or []:
        known.setdefault(column, []).append(level)
        others[column] = rest
    parts, all_names, levels = [], [], []
    for at, (name, column) in enumerate(zip(names, columns)):
        own = known.get(name)
        if at not in texts and (own is None or own == [None]):
            parts.append(np.asarray(converted_column(column, name), dtype=np.float64))
            all_names.append(name)
            levels.append(None)
            continue
        values = categories(column, name)
        own = order_of(values, name) if own is None else own
        places = {level: place for place, level in enumerate(own + others.get(name, []))}
        codes = np.empty(len(values), dtype=np.int64)
        for row, value in enumerate(values):
            code = -1 if value is None else places.get(value)
            if code is None:
                raise ValueError(
                    f"row {row}, column `{name}`: the model knows no {value!r}, only "
                    f"{', '.join(map(repr, places))}; fit again with rows that have it"
                )
            codes[row] = code
        for place, level in enumerate(own):
            one = (codes == place).astype(np.float64)
            one[codes < 0] = np.nan
            parts.append(one)
            all_names.append(f"{name}={level}")
            levels.append((name, level))
    matrix = matrix_of(np.column_stack(parts))
    return Table(matrix, all_names, levels, given, len(names))


def columns_of(data):
    """Return the names and the columns of a table."""
    if hasattr(data, "iloc") and hasattr(data, "columns"):
        names = list(data.columns)
        return names, [data.iloc[:, at] for at in range(len(names))]
    if hasattr(data, "get_columns"):
        return list(data.columns), data.get_columns()
    table = data if hasattr(data, "to_batches") else read_by_arrow(data)
    return list(table.column_names), [table.column(at) for at in range(table.num_columns)]


def read_by_arrow(data):
    """Read what has ``__arrow_c_stream__``."""
    try:
        import pyarrow
    except ImportError:
        raise TypeError(
            f"{type(data).__name__} is a table of Arrow, which pyarrow reads: install pyarrow, or "
            "give a table of pandas or Polars"
        ) from None
    return pyarrow.table(data)


def is_numeric(column):
    """Return whether a column holds numbers or truth values."""
    dtype = getattr(column, "dtype", None)
    if isinstance(dtype, np.dtype):
        if dtype.kind == "O":
            return not any(isinstance(cell, str) for cell in column)
        return dtype.kind not in "US"
    check = getattr(dtype, "is_numeric", None)
    if callable(check):
        return check() or str(dtype) in ("Boolean", "Decimal")
    arrow = str(getattr(column, "type", ""))
    if arrow:
        return arrow.startswith(("int", "uint", "float", "double", "halffloat", "bool", "decimal"))
    kind = getattr(dtype, "kind", None)
    return kind in ("i", "u", "f", "b")


def converted_column(column, name):
    """Return a column of numbers as floats; NaN where one is missing."""
    dtype = getattr(column, "dtype", None)
    if isinstance(dtype, np.dtype) and dtype in FLOATS:
        return np.asarray(column)
    if hasattr(column, "to_numpy") and not isinstance(dtype, np.dtype):
        if hasattr(column, "null_count") and not callable(column.null_count) and column.null_count:
            cells = column.to_pylist()
            return np.array([np.nan if cell is None else float(cell) for cell in cells])
        try:
            return column.to_numpy(dtype=np.float64, na_value=np.nan)
        except TypeError:
            array = column.to_numpy()
            return array if array.dtype in FLOATS else converted(array, f"column `{name}`")
    return converted(np.asarray(column), f"column `{name}`")


def matrix_of_columns(data, columns):
    """Return the matrix of a table of numbers, as it stands in memory where it can."""
    dtypes = {getattr(column, "dtype", None) for column in columns}
    if len(dtypes) == 1 and next(iter(dtypes)) in FLOATS and hasattr(data, "to_numpy"):
        return matrix_of(data.to_numpy())
    if len(dtypes) == 1 and hasattr(data, "get_columns"):
        array = data.to_numpy(order="fortran")
        if array.dtype in FLOATS:
            return matrix_of(array)
    names, _ = columns_of(data)
    rows = len(columns[0]) if columns else 0
    matrix = np.empty((rows, len(columns)), dtype=np.float64, order="F")
    for at, (column, name) in enumerate(zip(columns, names)):
        matrix[:, at] = converted_column(column, name)
    return matrix_of(matrix)


def categories(column, name):
    """Return the category of each row as a text, ``None`` where it is missing."""
    to_list = getattr(column, "to_list", None) or getattr(column, "to_pylist", None)
    cells = list(column) if to_list is None else to_list()
    values = []
    for row, cell in enumerate(cells):
        if cell is None or cell != cell:
            values.append(None)
        elif isinstance(cell, str):
            values.append(cell)
        elif isinstance(cell, (bool, int, float, np.generic)):
            number = float(cell)
            values.append(str(int(number)) if number.is_integer() else repr(number))
        else:
            raise ValueError(
                f"row {row}, column `{name}`: {repr(cell)[:60]} is neither a number nor a category"
            )
    return values


def order_of(values, name):
    """Return the categories of a column, in the order in which they come."""
    own = list(dict.fromkeys(value for value in values if value is not None))
    if len(own) > MOST_CATEGORIES:
        raise ValueError(
            f"column `{name}` holds text, and more than {MOST_CATEGORIES} different ones: too "
            "many for categories; leave it out"
        )
    if not own:
        raise ValueError(f"column `{name}` has no value; leave it out")
    return own
