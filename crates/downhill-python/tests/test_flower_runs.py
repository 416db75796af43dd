"""Fleets with Flower's own processes: SuperLink, gateways, and its engine of simulation."""

import os
import resource
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("flwr", reason="Flower needs Python 3.11")

from fleets import COLUMNS, TARGET, air, members, part, template  # noqa: E402

from downhill import flower  # noqa: E402

LONG = os.environ.get("DOWNHILL_LONG") == "1"
ROUNDS = 20 if LONG else 3


# Two workers, which talk on the loopback alone.
RAY = {"num_cpus": 2, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}


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
