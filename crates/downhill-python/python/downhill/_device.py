"""Boards: over a serial port, over TCP, or emulated."""

import os
import subprocess
import threading

from ._command import DeviceError, Files, cell, program, result, run


class Device:
    """A board on a line, or an emulated one, which runs until the end of a ``with`` block.

    Parameters
    ----------
    line : str, optional
        Serial port such as ``'/dev/ttyACM0'``, or ``'tcp:HOST:PORT'``; ``None`` is the only USB
        serial port there is.
    board : str, optional
        An emulated board in the place of a line, such as ``'mps2-an386'``; it needs QEMU and, unless
        ``firmware`` is given, a clone of the project.
    firmware : path-like, optional
        Firmware of the emulated board.
    timeout : float, optional
        Seconds for each answer of the board.

    Raises
    ------
    DeviceError
        The board does not answer.

    Examples
    --------
    >>> from downhill import Device
    >>> with Device(board="mps2-an386") as device:  # doctest: +SKIP
    ...     device.configure(fitted)
    ...     device.stream(X, y, fitted)
    """

    def __init__(self, line=None, *, board=None, firmware=None, timeout=None):
        if line is not None and board is not None:
            raise ValueError("line and board exclude each other: leave one out")
        self.line = line
        self.board = board
        self.firmware = firmware
        self.timeout = timeout
        self._child = None

    def __enter__(self):
        if self.board is not None:
            self._start()
        return self

    def __exit__(self, *_):
        child, self._child = self._child, None
        if child is not None:
            child.terminate()
            child.wait()
            child.stdout.close()

    def _start(self):
        options = ["device", "emulate", self.board, "--listen=127.0.0.1:0"]
        if self.firmware is not None:
            options.append(f"--firmware={os.fspath(self.firmware)}")
        self._child = subprocess.Popen(
            [*program(), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = []
        for text in self._child.stdout:
            said.append(text.rstrip())
            found = [word.strip("`,.;") for word in text.split() if word.startswith(("tcp:", "`tcp:"))]
            if found:
                self.line = found[0]
                # Whatever else it says goes nowhere, and its pipe never fills up.
                threading.Thread(target=self._child.stdout.read, daemon=True).start()
                return
        self._child.wait()
        self._child = None
        raise DeviceError("\n".join(said) or f"the board {self.board} does not start")

    def _at(self):
        if self.board is not None and self._child is None:
            raise DeviceError("an emulated board runs within a `with` block: `with Device(…) as d:`")
        options = [] if self.line is None else [f"--line={self.line}"]
        return options + ([] if self.timeout is None else [f"--timeout={self.timeout}"])

    def info(self):
        """Return what the board is, what it fits, and its counters.

        Returns
        -------
        dict
            What ``downhill device info --json`` prints.
        """
        return result(["device", "info", *self._at()])

    def configure(self, model):
        """Begin a new fit by the recipe of a model.

        Parameters
        ----------
        model : Regressor, Classifier or path-like
            A fitted estimator, whose scaler goes along, or a model file or recipe.
        """
        with Files() as files:
            run(["device", "configure", files.model(model), *self._at()])

    def stream(self, X, y=None, model=None, *, limit=None):
        """Let the board learn from rows, once and in their order.

        Parameters
        ----------
        X, y
            Rows, as :meth:`Regressor.fit` takes them, or the path of a file alone.
        model : Regressor, Classifier or path-like
            The model whose columns these are; a board without a fit gets its recipe.
        limit : int, optional
            Rows at most.

        Returns
        -------
        dict
            What ``downhill device stream --json`` prints.
        """
        with Files() as files:
            return result(["device", "stream", *self._rows(files, X, y, model, limit)])

    def record(self, recording, X, y=None, model=None, *, limit=None):
        """Begin a new fit, let the board learn from rows, and record all of it.

        Parameters
        ----------
        recording : path-like
            Where it is written, for :func:`downhill.replay`.
        X, y, model, limit
            As :meth:`stream` has them.
        """
        with Files() as files:
            rows = self._rows(files, X, y, model, limit)
            run(["device", "record", os.fspath(recording), *rows])

    def label(self, target, *, model=None, sample=None, take=False):
        """Give the board the true target of a sample of its own sensor.

        Parameters
        ----------
        target : float or label
        model : Regressor, Classifier or path-like, optional
            The model that the board fits, whose classes are given by their labels.
        sample : int, optional
            Number of a sample that waits for its label.
        take : bool
            Whether the board takes a sample for it now.

        Returns
        -------
        dict
            What ``downhill device label --json`` prints.
        """
        with Files() as files:
            options = [cell(target), *self._at()]
            options += [] if model is None else [f"--model={files.model(model)}"]
            options += [] if sample is None else [f"--sample={sample}"]
            return result(["device", "label", *options, *(["--take"] if take else [])])

    def pull(self, model):
        """Return the fit of the board as a model.

        Parameters
        ----------
        model : Regressor, Classifier or path-like
            The model whose fit it is.

        Returns
        -------
        Regressor or Classifier
        """
        from ._files import load

        with Files() as files:
            path = files.path("pulled.json")
            own = files.model(model)
            run(["device", "pull", f"--model={own}", f"--out={path}", *self._at()])
            return load(path)

    def push(self, model):
        """Load a model into the board, which continues its fit.

        Parameters
        ----------
        model : Regressor, Classifier or path-like
        """
        with Files() as files:
            run(["device", "push", files.model(model), *self._at()])

    def _rows(self, files, X, y, model, limit):
        if model is None:
            raise ValueError("model is missing: the model whose columns the rows are")
        known = model if hasattr(model, "save") else None
        path = files.rows(X, y, known)
        options = [path, f"--model={files.model(model)}", *self._at()]
        return options if limit is None else [*options, f"--limit={limit}"]
