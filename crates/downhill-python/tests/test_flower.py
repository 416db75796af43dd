"""Fleets, without processes: what becomes of the numbers that members send."""

import itertools
import json

import numpy as np
import pytest

pytest.importorskip("flwr", reason="Flower needs Python 3.11")

from conftest import ROOT  # noqa: E402
from fleets import Grid, air, members, part, template  # noqa: E402

import downhill  # noqa: E402
from downhill import flower  # noqa: E402
from downhill.flower._record import Global  # noqa: E402


def run(record, fleet, rounds=3, seed=0, **settings):
    strategy = flower.Fleet(template(), record, **settings)
    apps = [flower.client_app([member]) for member in fleet]
    strategy.start(Grid(apps, seed), num_rounds=rounds)
    return strategy


def end_of(record):
    return json.loads(record.read_text().splitlines()[-1])["fingerprint"]


class Absent(flower.Member):
    """A member whose line is cut in some rounds."""

    def __init__(self, member, rounds):
        super().__init__(member.name, self.rows_of)
        self.member, self.lost = member, rounds

    def rows_of(self, number):
        if number in self.lost:
            raise OSError("the line was cut")
        return self.member.rows(number)


def test_the_order_of_arrival_changes_no_bit(tmp_path):
    fleet = members(8)
    fleet[3] = Absent(fleet[3], {2, 3})
    records = [tmp_path / f"{seed}.jsonl" for seed in range(10)]
    for seed, record in enumerate(records):
        own = fleet if seed % 2 == 0 else fleet[::-1]
        run(record, own, rounds=5, seed=seed)
    assert len({record.read_bytes() for record in records}) == 1
    rounds = [json.loads(line) for line in records[0].read_text().splitlines()[1:]]
    took_part = [len(own["members"]) for own in rounds]
    assert took_part == [8, 8, 7, 7, 8, 8]
    assert rounds[2]["absent"] == [{"name": "board-3", "error": "the line was cut"}]


def test_numbers_are_summed_in_the_order_of_names():
    """Sums in f64 hide the order of all but such numbers."""
    numbers = {"a": 1e30, "b": -1e30, "c": 3.0}
    ends = set()
    for names in itertools.permutations(numbers):
        state = Global(template()._fitted().text())
        state.rounds = 1
        size = len(state.parameters)
        one = {name: (np.full(size, numbers[name], np.float32), 1) for name in names}
        ends.add((state.take(one), float(state.parameters[0])))
    assert len(ends) == 1 and ends.pop()[1] == 1.0


def test_a_fleet_learns_what_one_fit_of_all_rows_does(tmp_path):
    frame = air()
    strategy = run(tmp_path / "fleet.jsonl", members(8, frame=frame), rounds=20)
    parts = [part(frame, at) for at in range(8)]
    rows = [np.concatenate([np.asarray(own[which]) for own in parts]) for which in (0, 1)]
    whole = downhill.Regressor(optimizer="sgd", lr=0.005, schedule="constant", epochs=5)
    whole.fit(*rows)
    # The last rows belong to nobody.
    held = frame.iloc[8 * 800 :]
    X, y = held[parts[0][0].columns], held["CO_GT"]
    model = strategy.state.estimator
    X = X.set_axis(model.feature_names_in_, axis=1)
    assert model.score(X, y) > whole.score(X.to_numpy(), y) - 0.01 > 0.7


def test_a_fleet_goes_on_from_its_record_with_the_same_bits(tmp_path):
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    settings = {"server_optimizer": "momentum:0.9", "server_lr": 0.5}
    run(whole, members(3), rounds=5, **settings)
    run(cut, members(3), rounds=2, **settings)
    # A round that was being written when the power went.
    with open(cut, "ab") as file:
        file.write(b'{"round": 3, "finger')
    checkpoint = tmp_path / "global.json"
    again = run(cut, members(3), rounds=5, checkpoint=checkpoint, **settings)
    assert cut.read_bytes() == whole.read_bytes()
    assert downhill.load(checkpoint).fingerprint_ == end_of(whole) == again.state.fingerprint()


def test_a_record_is_replayed_with_the_members_own_rows(tmp_path):
    record = tmp_path / "fleet.jsonl"
    strategy = run(record, members(3))
    replayed = flower.replay(record, members(3))
    assert replayed.fingerprint_ == end_of(record) == strategy.state.fingerprint()
    other = members(4)[3]
    other.name = "board-1"
    with pytest.raises(flower.FleetError, match="line 2: board-1 has other bits in round 0"):
        flower.replay(record, [other])
    lines = record.read_text().splitlines()
    line = json.loads(lines[2])
    line["members"][0]["rows"] += 1
    lines[2] = json.dumps(line)
    record.write_text("\n".join(lines) + "\n")
    with pytest.raises(flower.FleetError, match="line 3: round 1 has the fingerprint"):
        flower.replay(record)
    with pytest.raises(flower.FleetError, match="another trim"):
        flower.Fleet(template(), record, trim=0.1)
    record.write_text("{}\n")
    with pytest.raises(flower.FleetError, match="no record of a fleet"):
        flower.replay(record)


def test_a_few_wrong_members_do_not_turn_a_trimmed_fleet(tmp_path):
    frame = air()

    def score(name, is_wrong, trim):
        fleet = members(10, frame=frame, size=650)
        for member in fleet[: 1 if is_wrong else 0]:
            rows = member.rows
            member.rows = lambda number, rows=rows: (rows(number)[0], -10 * rows(number)[1])
        strategy = run(tmp_path / name, fleet, rounds=6, trim=trim)
        X, y = part(frame, 7)
        return strategy.state.estimator.score(X, y)

    fine = score("fine", False, 0.2)
    assert fine > 0.7
    assert fine - score("trimmed", True, 0.2) < 0.02
    assert fine - score("mean", True, None) > 0.1


def test_who_does_not_fit_together_is_refused(tmp_path):
    fleet = members(2)
    fleet[1].name = fleet[0].name
    with pytest.raises(flower.FleetError, match="two members have the name board-0"):
        run(tmp_path / "same", fleet)
    lost = [Absent(own, {1}) for own in members(2)]
    with pytest.raises(flower.FleetError, match="round 1 had fewer than 2 members 3 times"):
        run(tmp_path / "lost", lost, min_members=2)
    for settings, words in [
        ({"server_optimizer": "hope"}, "server_optimizer is `hope`"),
        ({"server_optimizer": "sgd", "server_lr": -1.0}, "server_lr=-1"),
    ]:
        with pytest.raises(ValueError, match=words):
            run(tmp_path / "odd", members(2), **settings)
        assert not (tmp_path / "odd").exists()
    with pytest.raises(ValueError, match="from 1 to 3"):
        flower.in_turn([[1.0]] * 3, [1.0] * 3, 4)


@pytest.mark.emulated
def test_boards_learn_what_members_without_a_board_do(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    with downhill.Device(board="microbit") as m0, downhill.Device(board="mps2-an386") as m4f:
        lines = [m0.line, m4f.line]
        run(there, members(2, lines))
        run(here, members(2))
        assert end_of(there) == end_of(here)
        boards = [own["board"] for own in json.loads(there.read_text().splitlines()[-1])["members"]]
        assert boards[0].startswith("microbit") and boards[1].startswith("mps2-an386")
        flower.replay(there, members(2))
    # Their lines have ended: nobody is left to take part.
    with pytest.raises(flower.FleetError, match="round 0 had fewer"):
        run(tmp_path / "gone", members(2, lines), attempts=1)
