"""Fleets with Flower's own processes: SuperLink, gateways, and its engine of simulation."""

import json
import os
import resource
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("flwr", reason="Flower needs Python 3.11")

from conftest import ROOT  # noqa: E402
from fleets import COLUMNS, TARGET, Grid, air, members, part, template  # noqa: E402

from downhill import Device, flower  # noqa: E402

LONG = os.environ.get("DOWNHILL_LONG") == "1"
ROUNDS = 20 if LONG else 3
BOARDS = ["microbit", "mps2-an386"] * (4 if LONG else 2)


# Two workers, which talk on the loopback alone.
RAY = {"num_cpus": 2, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}


def fingerprints(record):
    return [json.loads(line)["fingerprint"] for line in open(record).read().splitlines()[1:]]


def own(boards):
    frame = air()
    for at, board in enumerate(boards):
        X, y = part(frame, at)
        place = {} if board is None else {"board": board}
        yield {"name": f"board-{at}", "X": X, "y": y, "rows": 200, **place}


def local(tmp_path, boards, rounds, **settings):
    model = tmp_path / "model.json"
    template().save(model)
    mine = list(own(boards))
    gateways = [mine[::2], mine[1::2]]
    return flower.Local(tmp_path / "run", model, gateways, rounds=rounds, **settings)


def alone(record, count, rounds):
    """Return the fingerprints of the same fleet in this process, without boards."""
    apps = [flower.client_app([member]) for member in members(count)]
    flower.Fleet(template(), record).start(Grid(apps), num_rounds=rounds)
    return fingerprints(record)


def left(folder):
    """Return processes that still work in a folder."""
    found = []
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.readlink(f"/proc/{name}/cwd").startswith(str(folder)):
                found.append(name)
        except OSError:
            pass
    return found


@pytest.mark.emulated
def test_gateways_and_boards_learn_what_one_process_does(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    rounds = 20 if LONG else 2
    with local(tmp_path, BOARDS, rounds) as fleet:
        told = fleet.run()
    names = [member["board"] for member in told[-1]["members"]]
    assert [name.split()[0].split(",")[0] for name in names] == BOARDS
    expected = alone(tmp_path / "alone.jsonl", len(BOARDS), rounds)
    assert fingerprints(fleet.record) == expected
    assert left(tmp_path) == []
    # Its model is the last round's, and its twins have the bits of all its boards.
    flower.replay(fleet.record, members(len(BOARDS)))


@pytest.mark.skipif(not LONG, reason="waits for a gateway that is gone: --long")
def test_a_gateway_that_is_killed_comes_back(tmp_path):
    with local(tmp_path, [None] * 4, 8, timeout=20, min_gateways=1) as fleet:
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(fleet.run)
            while len(fleet.rounds()) < 2 and not running.done():
                time.sleep(0.1)
            os.killpg(fleet._nodes.pop().pid, signal.SIGKILL)
            fleet._nodes.append(fleet._node(fleet._stack, 1))
            told = running.result()
    assert [line["round"] for line in told] == list(range(9))
    took_part = [len(line["members"]) for line in told]
    assert min(took_part) >= 2 and took_part[-1] == 4, took_part
    flower.replay(fleet.record, members(4))
    assert left(tmp_path) == []


@pytest.mark.emulated
def test_a_board_that_is_lost_comes_back(tmp_path, monkeypatch):
    """Lost in round 2, and back in round 4, in runs that differ in who answers first."""
    monkeypatch.chdir(ROOT)
    ends = []
    boards = [Device(board=board) for board in BOARDS]
    for run in range(10 if LONG else 2):
        for board in boards:
            board.__enter__()
        fleet = members(len(boards), [board.line for board in boards])

        class Cut(Grid):
            def send_and_receive(self, messages, *, timeout=None):
                messages = list(messages)
                number = messages[0].content["config"]["round"]
                if number == 2:
                    boards[1].__exit__()
                if number == 4:
                    boards[1].__enter__()
                    fleet[1].line = boards[1].line
                return super().send_and_receive(messages, timeout=timeout)

        record = tmp_path / f"{run}.jsonl"
        apps = [flower.client_app(fleet[at::2]) for at in range(2)]
        try:
            flower.Fleet(template(), record).start(Cut(apps, run), num_rounds=4)
        finally:
            for board in boards:
                board.__exit__()
        rounds = [json.loads(line) for line in record.read_text().splitlines()[1:]]
        assert [len(line["absent"]) for line in rounds] == [0, 0, 1, 1, 0]
        ends.append(fingerprints(record))
    assert all(end == ends[0] for end in ends)


def simulated(folder, name, count, wrong, trim):
    """Return the score of a fleet of virtual clients on rows that none of them has, and its record."""
    from flwr.serverapp import ServerApp
    from flwr.simulation import run_simulation

    frame, size = air(), 6400 // count
    record = folder / name
    text = template()._fitted().text()

    def mine(context):
        at = int(context.node_config["partition-id"])
        X, y = part(frame, at, size)
        y = -10 * y if at < wrong else y
        return [flower.Member(f"client-{at:04}", flower.in_turn(X, y, min(size, 100)))]

    server = ServerApp()

    @server.main()
    def serve(grid, context):
        from downhill._files import of_text

        strategy = flower.Fleet(of_text(text, "the model"), record, trim=trim, min_gateways=count)
        strategy.start(grid, num_rounds=ROUNDS)

    run_simulation(
        server,
        flower.client_app(mine),
        count,
        backend_config={"init_args": RAY, "client_resources": {"num_cpus": 1}},
    )
    model = flower.replay(record)
    held = frame.iloc[6400:]
    return model.score(held[COLUMNS], held[TARGET]), record


def test_virtual_clients_have_one_fingerprint_and_outlive_wrong_ones(tmp_path):
    count = 200 if LONG else 20
    start = time.monotonic()
    fine, first = simulated(tmp_path, "first", count, 0, 0.2)
    wall = time.monotonic() - start
    _, second = simulated(tmp_path, "second", count, 0, 0.2)
    assert first.read_bytes() == second.read_bytes()
    assert fine > 0.7
    trimmed, _ = simulated(tmp_path, "trimmed", count, count // 10, 0.2)
    plain, _ = simulated(tmp_path, "plain", count, count // 10, None)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    told = f"{count} clients: {wall:.1f} s, {memory} MiB here; R² {fine:.4f} {trimmed:.4f} {plain:.4f}"
    print(told, file=sys.stderr)
    assert fine - trimmed < 0.02
    assert fine - plain > 0.1
