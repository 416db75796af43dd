"""A fleet of emulated boards on this machine: ``python -m downhill.flower MODEL DATA``."""

import argparse
import csv
import json
import sys

import numpy as np

from .._files import load
from ._local import Local
from ._member import in_turn, rows_of
from ._record import FleetError, Global, again, read

# Every so many rows one is nobody's, and measures the fleet.
HELD_OUT = 10


def arguments():
    """Return the arguments of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m downhill.flower",
        description="Let emulated boards learn one model, each from a part of a file's rows: a "
        "SuperLink and gateways are started on the loopback, and stopped at the end.",
    )
    add = parser.add_argument
    add("model", help="model file whose recipe and columns are the fleet's")
    add("data", help="file of comma-separated values with these columns")
    add("--board", action="append", metavar="NAME", help="emulated board, once for each one, or "
        "`none` for a member without a board [four microbit, four mps2-an386]")
    add("--gateways", type=int, default=2, metavar="N", help="gateways that share them [2]")
    add("--rounds", type=int, default=20, metavar="N", help="rounds [20]")
    add("--rows", type=int, default=200, metavar="N", help="rows of a board and round [200]")
    add("--shift", action="append", default=[], metavar="COLUMN=AMOUNT",
        help="what the column of each board is off from that of the board before it")
    add("--missing-value", type=float, metavar="NUMBER", help="number that stands for none")
    add("--trim", type=float, metavar="SHARE", help="share of boards that is left out at each end")
    add("--out", default="fleet", metavar="FOLDER", help="where all of the run is kept [fleet]")
    return parser.parse_args()


def table(path, names, missing):
    """Return the whole rows of these columns."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        absent = [name for name in names if name not in (reader.fieldnames or [])]
        if absent:
            raise FleetError(f"{path} has no column {absent[0]}: name the file of the model's columns")
        rows = []
        for row in reader:
            try:
                rows.append([float(row[name]) for name in names])
            except (TypeError, ValueError):
                continue
    rows = np.array(rows).reshape(-1, len(names))
    whole = np.isfinite(rows).all(axis=1)
    if missing is not None:
        whole &= (rows != missing).all(axis=1)
    return rows[whole]


def shifts(asked, names, boards):
    """Return what the columns of each board are off by."""
    off = np.zeros((boards, len(names)))
    for text in asked:
        name, _, amount = text.partition("=")
        if name not in names:
            raise FleetError(f"--shift {text}: {name} is none of {', '.join(names)}")
        try:
            off[:, names.index(name)] = float(amount) * np.arange(boards)
        except ValueError:
            raise FleetError(f"--shift {text}: write COLUMN=AMOUNT") from None
    return off


def parts(rows, boards, off):
    """Return the rows of each board, one after another in time, and those that nobody has."""
    held = np.arange(len(rows)) % HELD_OUT == HELD_OUT - 1
    own = np.array_split(rows[~held], boards)
    # What is held out is off as the boards are, in turn.
    test = rows[held]
    test[:, : off.shape[1]] += off[np.arange(len(test)) % boards]
    for part, shift in zip(own, off):
        part[:, : off.shape[1]] += shift
    return own, test


def curve(record, test):
    """Return the score of each round of a record on rows, and the global fit."""
    settings, rounds, _ = read(record)
    state = Global(**settings)
    scores = []
    for number, line in rounds:
        again(state, line, f"{record}, line {number}")
        scores.append(score(state.estimator, test))
    return scores, state


def score(estimator, test):
    """Return R² on rows."""
    outputs, _ = estimator._model.predict(np.ascontiguousarray(test[:, :-1]))
    left = ((test[:, -1] - outputs[:, 0]) ** 2).sum()
    return float(1 - left / ((test[:, -1] - test[:, -1].mean()) ** 2).sum())


def one_fit(path, own, rows, rounds):
    """Return a fit of the same rows, as often as the fleet learns from them, on one machine."""
    whole = load(path)
    turns = [in_turn(part[:, :-1], part[:, -1], rows) for part in own]
    model = whole._model
    model.begin()
    for turn in turns:
        model.fit_scaler(rows_of(whole, *turn(0)))
    scaler = model.merge_scalers([model.state()[1]])
    model.begin(None, scaler)
    for number in range(1, rounds + 1):
        for turn in turns:
            model.learn(rows_of(whole, *turn(number)))
    return whole


def carry_out(asked):
    """Start the fleet, and say how it went."""
    boards = asked.board or ["microbit"] * 4 + ["mps2-an386"] * 4
    model = load(asked.model)
    if hasattr(model, "classes_") or len(model._targets) != 1:
        raise FleetError(f"{asked.model} predicts classes, or several targets: take one of an amount")
    names = list(model._names)
    rows = table(asked.data, [*names, model._targets[0]], asked.missing_value)
    own, test = parts(rows, len(boards), shifts(asked.shift, names, len(boards)))
    members = [
        {
            "name": f"{board}-{at + 1}",
            "X": part[:, :-1],
            "y": part[:, -1],
            "rows": asked.rows,
            **({} if board == "none" else {"board": board}),
        }
        for at, (board, part) in enumerate(zip(boards, own))
    ]
    gateways = [members[at :: asked.gateways] for at in range(asked.gateways)]
    with Local(
        asked.out, asked.model, gateways, rounds=asked.rounds, trim=asked.trim
    ) as fleet:
        fleet.run()
    scores, state = curve(fleet.record, test)
    for number, own_score in enumerate(scores):
        print(f"round {number}: R² {own_score:.4f}")
    whole = score(one_fit(asked.model, own, asked.rows, asked.rounds), test)
    print(f"one fit of the same rows: R² {whole:.4f}")
    print(f"fingerprint {state.fingerprint()}")
    told = {"scores": scores, "one_fit": whole, "fingerprint": state.fingerprint()}
    with open(f"{asked.out}/curve.json", "w", encoding="utf-8") as file:
        json.dump(told, file)


def main():
    """Do what the command line says."""
    try:
        carry_out(arguments())
    except (OSError, ValueError, RuntimeError) as failure:
        sys.exit(f"error: {failure}")


if __name__ == "__main__":
    main()
