"""Members of a fleet: boards with rows of their own, or rows alone."""

import json

import numpy as np

from .. import _downhill
from .._base import Rows, Target
from .._data import labels_of
from .._files import of_text


class Member:
    """A board of a fleet, and the rows that it learns from; without a line, rows alone.

    Parameters
    ----------
    name : str
        Its name, which no other member of the fleet has: a round puts members together in the order
        of their names.
    rows : callable
        Takes the number of a round and returns the member's rows of it, ``(X, y)`` or ``(X, y,
        sample_weight)``: those of round 0 teach the scaler. The same round has the same rows whenever
        it is asked for. See :func:`in_turn`.
    line : str, optional
        Serial port of the board, or ``'tcp:HOST:PORT'``; ``None`` computes on this machine.
    baud : int, optional
        Speed of a serial port.
    timeout : float, optional
        Seconds for each answer of the board.
    """

    def __init__(self, name, rows, line=None, *, baud=None, timeout=None):
        self.name = name
        self.rows = rows
        self.line = line
        self.baud = baud
        self.timeout = timeout

    def fit_scaler(self, text):
        """Learn the scaler of the rows of round 0; return its numbers and an account."""
        fit = self._begin(text, 0, None, None)
        rows = fit.fit_scaler()
        _, scaler, _, fingerprint = fit.checked_state()
        return scaler, {"rows": rows, "fingerprint": fingerprint, "board": fit.board}

    def learn(self, text, number, parameters, scaler):
        """Learn from the rows of a round; return the parameters and an account."""
        fit = self._begin(text, number, parameters, scaler)
        account = fit.learn()
        learned, _, steps, fingerprint = fit.checked_state()
        return learned, {**account, "steps": steps, "fingerprint": fingerprint, "board": fit.board}

    def _begin(self, text, number, parameters, scaler):
        twin = of_text(text, "the model of the fleet")
        rows = rows_of(twin, *self.rows(number))
        if self.line is None:
            fit = Alone(twin._model, rows)
        else:
            board = _downhill.Board.open(self.line, self.baud, self.timeout)
            fit = Beside(board, twin._model, rows)
        fit.begin(parameters, scaler)
        return fit


class Alone:
    """A fit on this machine."""

    board = None

    def __init__(self, model, rows):
        self._model = model
        self._rows = rows

    def begin(self, parameters, scaler):
        self._model.begin(parameters, scaler)

    def fit_scaler(self):
        return self._model.fit_scaler(self._rows)

    def learn(self):
        loss, rows, verdicts, _ = self._model.learn(self._rows)
        return account_of(loss, rows, 0, verdicts)

    def checked_state(self):
        return self._model.state()


class Beside(Alone):
    """A fit on a board and on its twin, compared at every step."""

    def __init__(self, board, model, rows):
        super().__init__(model, rows)
        self._board = board
        self.board = board.name()

    def begin(self, parameters, scaler):
        self._board.begin(self._model, parameters, scaler)

    def fit_scaler(self):
        return self._board.fit_scaler(self._model, self._rows)

    def learn(self):
        return account_of(*self._board.learn(self._model, self._rows))

    def checked_state(self):
        self._board.check(self._model)
        return self._model.state()


def account_of(loss, rows, refused, verdicts):
    """Return what is told of rows that were learned from."""
    told = [json.loads(verdict)["finding"] for verdict in verdicts]
    return {"loss": loss, "rows": rows, "refused": refused, "verdicts": told}


def rows_of(model, X, y, sample_weight=None):
    """Return rows as the core takes them, for a model that is there."""
    table = model._table(X, model._encoding)
    if not hasattr(model, "classes_"):
        target = model._target(y, table)
    else:
        here, codes = labels_of(y, len(table.matrix))
        unknown = sorted(set(here.tolist()) - set(model.classes_.tolist()))
        if unknown:
            raise ValueError(f"y has the label {unknown[0]!r}, which is no class of the model")
        codes = np.searchsorted(model.classes_, here)[codes]
        target = model._labels(y, table, model.classes_, codes)
    return Rows(table, target, model._weights(sample_weight, len(table.matrix)), False)


def in_turn(X, y, rows):
    """Return a function that hands out so many rows a round, in their order, and from the first on
    again when all had their turn. Round 0 has the rows of round 1.

    Parameters
    ----------
    X, y : array-like or DataFrame
        All rows of a member.
    rows : int
        Rows of a round.

    Examples
    --------
    >>> from downhill.flower import in_turn
    >>> turn = in_turn([[0.0], [1.0], [2.0]], [5.0, 6.0, 7.0], 2)
    >>> turn(2)[1].tolist()
    [7.0, 5.0]
    """
    y = np.asarray(y)
    if not 0 < rows <= len(y):
        raise ValueError(f"rows={rows} is not from 1 to {len(y)}, the rows that there are")

    def of(number):
        first = max(number - 1, 0) * rows
        places = np.arange(first, first + rows) % len(y)
        taken = X.iloc[places] if hasattr(X, "iloc") else np.asarray(X)[places]
        return taken, y[places]

    return of
