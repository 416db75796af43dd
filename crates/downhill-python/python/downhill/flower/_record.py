"""The record of a fleet: what a round was made of, so that it can be made again."""

import base64
import json
import os

import numpy as np

from .. import _downhill
from .._files import of_text

FORMAT = {"format": "downhill fleet", "version": 1}


class FleetError(RuntimeError):
    """A fleet, or its record, is not what it should be; the message says what to do."""


def packed(numbers):
    """Return numbers as text."""
    return base64.b64encode(np.asarray(numbers, dtype="<f4").tobytes()).decode()


def unpacked(text):
    """Return numbers of a text."""
    return np.frombuffer(base64.b64decode(text), dtype="<f4").astype(np.float32)


class Global:
    """The global fit: what it is, and how a round moves it.

    Parameters
    ----------
    model : str
        Text of the model's file.
    trim : float, optional
        Share that is trimmed at each end; ``None`` is the weighted mean.
    server_optimizer : str, optional
        Optimizer of the core that steps towards the aggregate; ``None`` takes that itself.
    server_lr : float
        Its rate.
    """

    def __init__(self, model, trim=None, server_optimizer=None, server_lr=1.0):
        self.text = model
        self.trim = trim
        self.estimator = of_text(model, "the model of the fleet")
        self._model = self.estimator._model
        self._optimizer = None
        if server_optimizer is not None:
            self._optimizer = _downhill.ServerOptimizer(server_optimizer, server_lr)
        self._model.begin()
        self.parameters, self.scaler, _, _ = self._model.state()
        self.rounds = 0 if len(self.scaler) else 1

    def fingerprint(self):
        """Return the fingerprint of the global fit."""
        return self._model.fingerprint()

    def take(self, members):
        """Take over a round: numbers and rows of each member by its name. Returns the fingerprint."""
        names = sorted(members)
        numbers = [members[name][0] for name in names]
        if self.rounds == 0:
            self.scaler = self._model.merge_scalers(numbers, self.trim)
        else:
            weights = [float(members[name][1]) for name in names]
            aim = _downhill.aggregate(numbers, weights, self.trim)
            if self._optimizer is not None:
                aim = self._optimizer.step(self.parameters, aim)
            self.parameters = aim
        self._model.begin(self.parameters, self.scaler)
        self.rounds += 1
        return self.fingerprint()


class Record:
    """The record of a fleet in a file, line by line as JSON.

    Parameters
    ----------
    path : path-like
        Where it is; begun anew unless it is there.
    settings : dict
        Settings of the fleet, as :class:`Fleet` has them.

    Raises
    ------
    FleetError
        It is the record of another fleet, or a round of it has other bits when it is made again.
    """

    def __init__(self, path, settings):
        self.path = os.fspath(path)
        if not os.path.exists(self.path):
            self.state = Global(**settings)
            self._write({**FORMAT, **settings})
            return
        head, rounds, whole = read(self.path)
        if head != settings:
            other = [name for name in head if head[name] != settings.get(name)]
            raise FleetError(
                f"{self.path} is the record of a fleet with another {', '.join(other)}: name another "
                "file, or go on with the settings that it was begun with"
            )
        # What was cut off while it was written was never acknowledged.
        os.truncate(self.path, whole)
        self.state = Global(**head)
        for number, line in rounds:
            again(self.state, line, f"{self.path}, line {number}")

    def add(self, members, absent, attempts):
        """Make a round of what members sent, and keep it; return its line."""
        number = self.state.rounds
        fingerprint = self.state.take({name: own[:2] for name, own in members.items()})
        line = {
            "round": number,
            "attempts": attempts,
            "fingerprint": fingerprint,
            "members": [
                {"name": name, **account, "numbers": packed(numbers)}
                for name, (numbers, _, account) in sorted(members.items())
            ],
            "absent": absent,
        }
        self._write(line)
        return line

    def _write(self, line):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


def read(path):
    """Return settings and numbered rounds of a record, and the bytes of its whole lines."""
    with open(path, "rb") as file:
        content = file.read()
    whole = content.rfind(b"\n") + 1
    lines = []
    for number, line in enumerate(content[:whole].splitlines(), 1):
        try:
            lines.append((number, json.loads(line)))
        except ValueError as error:
            raise FleetError(f"{path}, line {number}: {error}; take it from a backup") from None
    head = lines[0][1] if lines else {}
    if not isinstance(head, dict) or {name: head.get(name) for name in FORMAT} != FORMAT:
        raise FleetError(f"{path} is no record of a fleet: name a file that `Fleet` wrote")
    settings = {name: value for name, value in head.items() if name not in FORMAT}
    return settings, lines[1:], whole


def again(state, line, place):
    """Make a round again, and compare."""
    if line["round"] != state.rounds:
        raise FleetError(f"{place}: round {line['round']}, where {state.rounds} is expected")
    members = {own["name"]: (unpacked(own["numbers"]), own["rows"]) for own in line["members"]}
    fingerprint = state.take(members)
    if fingerprint != line["fingerprint"]:
        raise FleetError(
            f"{place}: round {line['round']} has the fingerprint {fingerprint} now, and had "
            f"{line['fingerprint']}: the record has changed, or Downhill has"
        )


def replay(path, members=()):
    """Make every round of a record again, and compare bit for bit.

    Parameters
    ----------
    path : path-like
        What :class:`Fleet` wrote.
    members : list of Member, optional
        Members whose part in each round is repeated too, on this machine alone.

    Returns
    -------
    Regressor or Classifier
        The global model after the last round.

    Raises
    ------
    FleetError
        A round, or a member's part in it, has other bits.
    """
    path = os.fspath(path)
    settings, rounds, _ = read(path)
    state = Global(**settings)
    known = {member.name: member for member in members}
    for number, line in rounds:
        place = f"{path}, line {number}"
        for own in line["members"]:
            member = known.get(own["name"])
            if member is None:
                continue
            part = type(member)(member.name, member.rows)
            if state.rounds == 0:
                numbers, _ = part.fit_scaler(state.text)
            else:
                numbers, _ = part.learn(
                    state.text, state.rounds, state.parameters, state.scaler
                )
            if packed(numbers) != own["numbers"]:
                raise FleetError(
                    f"{place}: {own['name']} has other bits in round {line['round']} than its twin "
                    "now: it had other rows, or Downhill has changed"
                )
        again(state, line, place)
    return state.estimator
