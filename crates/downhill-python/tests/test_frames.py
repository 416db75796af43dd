"""Tables of pandas, Polars and Arrow are the same rows."""

import numpy as np
import pandas
import polars
import pyarrow
import pytest

import downhill

RANDOM = np.random.default_rng(3)
COLUMNS = {
    "whole": RANDOM.integers(0, 9, 60),
    "amount": RANDOM.normal(size=60),
    "small": RANDOM.normal(size=60).astype(np.float32),
    "yes": RANDOM.integers(0, 2, 60).astype(bool),
    "kind": np.array(["b", "a", "c"])[np.arange(60) % 3],
}
NUMBERS = {name: column for name, column in COLUMNS.items() if name != "kind"}
Y = COLUMNS["amount"] * 2 + COLUMNS["whole"]


class Stream:
    """A table of Arrow that is nothing else."""

    def __init__(self, table):
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)


KINDS = {
    "pandas": pandas.DataFrame,
    "pandas by Arrow": lambda columns: pandas.DataFrame(columns).convert_dtypes(
        dtype_backend="pyarrow"
    ),
    "pandas with nulls": lambda columns: pandas.DataFrame(columns).convert_dtypes(),
    "polars": polars.DataFrame,
    "pyarrow": lambda columns: pyarrow.table(dict(columns)),
    "batch": lambda columns: pyarrow.RecordBatch.from_pydict(dict(columns)),
    "stream": lambda columns: Stream(pyarrow.table(dict(columns))),
}


@pytest.mark.parametrize("kind", KINDS)
def test_tables_of_all_kinds_are_the_same_rows(kind):
    array = np.column_stack([column.astype(np.float64) for column in NUMBERS.values()])
    expected = downhill.Regressor(epochs=2).fit(array, Y)
    fitted = downhill.Regressor(epochs=2).fit(KINDS[kind](NUMBERS), Y)
    assert fitted.fingerprint_ == expected.fingerprint_
    assert list(fitted.feature_names_in_) == list(NUMBERS)
    assert (fitted.predict(KINDS[kind](NUMBERS)) == expected.predict(array)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_categories_of_all_kinds_are_the_same(kind):
    fitted = downhill.Regressor(epochs=2).fit(KINDS[kind](COLUMNS), Y)
    ones = {f"kind={own}": (COLUMNS["kind"] == own).astype(float) for own in "bac"}
    expected = downhill.Regressor(epochs=2).fit(pandas.DataFrame({**NUMBERS, **ones}), Y)
    assert fitted.fingerprint_ == expected.fingerprint_
    assert fitted.n_features_in_ == 5 and fitted.result_["features"][-1] == "kind=c"
    # Rows with other categories first are encoded all the same.
    other = {name: column[::-1] for name, column in COLUMNS.items()}
    there = expected.predict(pandas.DataFrame({**NUMBERS, **ones}).iloc[::-1])
    assert (fitted.predict(KINDS[kind](other)) == there).all()


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "stream"])
def test_categorical_types_are_categories(kind):
    numbers = np.array(["10", "20", "30"])[np.arange(60) % 3]
    table = {**NUMBERS, "kind": numbers}
    plain = downhill.Regressor(epochs=2).fit(pandas.DataFrame(table), Y).fingerprint_
    frame = pandas.DataFrame(table)
    if kind == "pandas":
        frame["kind"] = frame["kind"].astype(int).astype("category")
    elif kind == "polars":
        frame = polars.DataFrame(table).with_columns(polars.col("kind").cast(polars.Categorical))
    else:
        frame = pyarrow.table({**NUMBERS, "kind": pyarrow.array(numbers).dictionary_encode()})
        frame = Stream(frame) if kind == "stream" else frame
    assert downhill.Regressor(epochs=2).fit(frame, Y).fingerprint_ == plain


@pytest.mark.parametrize("kind", KINDS)
def test_least_squares_leave_a_category_out(kind, tmp_path):
    colors = np.array(["red", "blue", "green"])[np.arange(60) % 3]
    x = np.arange(60) * 7.0 % 11
    more = np.array([1.0, 4.0, -3.0])[np.arange(60) % 3]
    table = KINDS[kind]({"color": colors, "x": x})
    fitted = downhill.Regressor(solver="lm").fit(table, 2 * x + more)
    assert fitted.result_["features"] == ["color=blue", "color=green", "x"]
    assert fitted.result_["left_out"][0]["column"] == "color=red"
    assert np.allclose(fitted.coef_, [3, -4, 2]) and np.isclose(fitted.intercept_, 1)
    path = tmp_path / "m.json"
    fitted.save(path)
    new = {"color": np.array(["green", "red", "blue"]), "x": np.array([10.0, 10.0, 10.0])}
    for own in (fitted, downhill.load(path)):
        assert np.allclose(own.predict(KINDS[kind](new)), [17, 21, 24])
    with pytest.raises(ValueError, match="knows no 'black', only 'blue', 'green', 'red'"):
        fitted.predict(KINDS[kind]({**new, "color": np.array(["red", "black", "red"])}))


@pytest.mark.parametrize("kind", KINDS)
def test_missing_cells_are_dropped_as_they_are_from_files(kind):
    columns = dict(NUMBERS)
    columns["amount"] = [None if at % 7 == 3 else own for at, own in enumerate(NUMBERS["amount"])]
    whole = np.arange(60) % 7 != 3
    array = np.column_stack([own[whole].astype(np.float64) for own in NUMBERS.values()])
    expected = downhill.Regressor(epochs=2).fit(array, Y[whole])
    fitted = downhill.Regressor(epochs=2, missing="drop").fit(KINDS[kind](columns), Y)
    assert fitted.fingerprint_ == expected.fingerprint_
    assert fitted.result_["rows"]["dropped"] == 9
    with pytest.raises(ValueError, match="row 3, column `amount`.*NaN"):
        downhill.Regressor().fit(KINDS[kind](columns), Y)


def test_targets_and_weights_may_be_series():
    frame = pandas.DataFrame(NUMBERS)
    expected = downhill.Regressor(epochs=2).fit(frame, Y, sample_weight=np.arange(60.0))
    for y in (pandas.Series(Y), polars.Series(Y), pyarrow.array(Y), list(Y)):
        weight = np.arange(60.0) if isinstance(y, list) else type(y)(np.arange(60.0)) \
            if not isinstance(y, pyarrow.Array) else pyarrow.array(np.arange(60.0))
        fitted = downhill.Regressor(epochs=2).fit(frame, y, sample_weight=weight)
        assert fitted.fingerprint_ == expected.fingerprint_


def test_arrays_in_one_piece_are_not_copied():
    from downhill._data import features_of

    for dtype in (np.float32, np.float64):
        for order in "CF":
            array = np.zeros((30, 4), dtype=dtype, order=order)
            assert features_of(array).matrix is array
        frame = pandas.DataFrame(array)
        assert np.shares_memory(features_of(frame).matrix, frame.to_numpy())
        gaps = np.zeros((30, 8), dtype=dtype)[:, ::2]
        taken = features_of(gaps).matrix
        assert taken.flags.c_contiguous and not np.shares_memory(taken, gaps)
