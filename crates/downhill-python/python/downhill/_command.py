"""The command, in a process of its own: for boards, recordings and emulated cores."""

import csv
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

from ._data import features_of, is_frame, same_length


class DeviceError(RuntimeError):
    """A board, a line or a file is not what it should be; the message says what to do."""


def program():
    """Return how the command is started."""
    return [sys.executable, "-m", "downhill"]


def run(arguments, allowed=(0,)):
    """Run the command, and return its exit code and what it prints.

    Raises
    ------
    ValueError
        The arguments are wrong.
    DeviceError
        It ends in another way.
    """
    line = [*program(), *map(str, arguments)]
    done = subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode in allowed:
        return done.returncode, done.stdout
    said = done.stderr.strip().removeprefix("error: ") if done.stderr else ""
    kind = ValueError if done.returncode == 2 else DeviceError
    raise kind(said or f"`downhill {arguments[0]}` ended with {done.returncode}")


def result(arguments, allowed=(0,)):
    """Run the command, and return its JSON object."""
    return json.loads(run([*arguments, "--json"], allowed)[1])


class Files:
    """Files that the command reads, gone when it is done."""

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="downhill-")
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def path(self, name):
        """Return the path of a file that is not there yet."""
        return os.path.join(self._folder.name, name)

    def model(self, estimator):
        """Write the model of an estimator; a path is taken as it is."""
        if not hasattr(estimator, "save"):
            return os.fspath(estimator)
        path = self.path("model.json")
        estimator.save(path)
        return path

    def rows(self, X, y, estimator=None):
        """Write rows as a file, with the names that a model's columns have; a path is taken as it
        is."""
        if isinstance(X, (str, os.PathLike)):
            return os.fspath(X)
        names, columns = named_columns(X, estimator)
        if y is not None:
            target = np.asarray(y)
            target = target.reshape(-1, 1) if target.ndim == 1 else target
            same_length(len(columns[0]), len(target))
            names += targets_of(estimator, target.shape[1])
            columns += list(target.T)
        path = self.path("rows.csv")
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows(zip(*(map(cell, column.tolist()) for column in columns)))
        return path


def named_columns(X, estimator):
    """Return the columns of rows, and their names."""
    if is_frame(X) and getattr(X, "ndim", 2) == 2:
        from ._frames import columns_of

        names, columns = columns_of(X)
        return [str(name) for name in names], [np.asarray(column) for column in columns]
    table = features_of(X)
    known = getattr(estimator, "_names", None)
    return list(known or table.names), list(table.matrix.T)


def targets_of(estimator, width):
    """Return the names of targets."""
    known = getattr(estimator, "_targets", None)
    return list(known) if known else ["y"] if width == 1 else [f"y{at}" for at in range(width)]


def cell(value):
    """Return a value as a cell of a file; missing where it is NaN."""
    if value is None or value != value:
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def replay(recording, report=None):
    """Repeat every step of a recording, and compare bit for bit.

    Parameters
    ----------
    recording : path-like
        What :meth:`Device.record` or ``downhill device record`` wrote.
    report : path-like, optional
        Where a page with the steps is written.

    Returns
    -------
    dict
        What ``downhill replay --json`` prints; ``first_difference`` is ``None`` where every step has
        the same bits.

    Raises
    ------
    DeviceError
        It is no recording.
    """
    page = [] if report is None else ["--report", os.fspath(report)]
    return result(["replay", os.fspath(recording), *page], allowed=(0, 4))


def crosscheck(estimator, X, y, *, board="mps2-an386", limit=2000, firmware=None):
    """Run a fit on an emulated board and on its twin, and compare every step.

    Parameters
    ----------
    estimator : Regressor or Classifier
        Its parameters are the recipe; it need not be fitted.
    X, y
        Rows, as :meth:`Regressor.fit` takes them, or the path of a file and the name of its target.
    board : str
        Emulated board.
    limit : int
        Rows at most.
    firmware : path-like, optional
        Its firmware, instead of building one in a clone of the project.

    Returns
    -------
    dict
        What ``downhill crosscheck --json`` prints; ``first_difference`` is ``None`` where every step
        has the same bits.

    Raises
    ------
    ValueError
        The parameters are none that a board knows.
    DeviceError
        The board does not start.
    """
    with Files() as files:
        is_file = isinstance(X, (str, os.PathLike))
        path = files.rows(X, None if is_file else y)
        target = y if is_file else "y"
        options = [*estimator._options(), f"--target={target}", f"--board={board}"]
        if firmware is not None:
            options.append(f"--firmware={os.fspath(firmware)}")
        return result(["crosscheck", path, *options, f"--limit={limit}"], allowed=(0, 4))
