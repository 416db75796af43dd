"""A whole fleet on this machine: a SuperLink, gateways and boards, started and stopped together."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress

import numpy as np

from .._device import Device
from ._record import FleetError

# Flower tells nobody, asks nobody, and installs nothing.
OFF = {
    "FLWR_TELEMETRY_ENABLED": "0",
    "FLWR_DISABLE_UPDATE_CHECK": "1",
    "FLWR_DISABLE_RUNTIME_DEPENDENCY_INSTALLATION": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
}
APP = """\
[project]
name = "fleet"
version = "1.0.0"
dependencies = []

[tool.flwr.app]
publisher = "downhill"

[tool.flwr.app.components]
serverapp = "fleet_app:server_app"
clientapp = "fleet_app:client_app"

[tool.flwr.app.config]
plan = {plan}
"""
# Flower looks for assignments before it runs anything.
MODULE = """\
from downhill.flower import _app

server_app = _app.server_app
client_app = _app.client_app
"""
CONNECTION = """\
[superlink]
default = "here"

[superlink.here]
address = "127.0.0.1:{port}"
insecure = true
"""
# Seconds between two looks, and until a process has to have stopped.
OFTEN, STOP = 0.3, 20


class Local:
    """A fleet on this machine, within a ``with`` block; it talks on the loopback alone.

    Parameters
    ----------
    folder : path-like
        Where everything of the run is kept: record, model, logs of each process.
    model : path-like
        Model file whose recipe is the fleet's.
    gateways : list of list of dict
        Members of each gateway: ``name``, ``X``, ``y``, ``rows`` of a round, and ``board`` (one that is
        emulated) or ``line``, or neither.
    rounds : int
    timeout : float
        Seconds until a round goes on without who has not answered.
    settings
        As :class:`Fleet` has them.
    """

    def __init__(self, folder, model, gateways, *, rounds, timeout=600, **settings):
        self.folder = os.path.abspath(folder)
        self.gateways = gateways
        self.record = self._path("fleet.jsonl")
        settings = {"checkpoint": self._path("global.json"), **settings}
        settings.setdefault("min_gateways", len(gateways))
        self._plan = {
            "model": os.path.abspath(model),
            "record": self.record,
            "rounds": rounds,
            "timeout": timeout,
            "fleet": settings,
        }
        self._nodes = []

    def _path(self, *names):
        return os.path.join(self.folder, *names)

    def __enter__(self):
        os.makedirs(self._path("app"), exist_ok=True)
        os.makedirs(self._path("home"), exist_ok=True)
        with ExitStack() as stack:
            for number, members in enumerate(self.gateways):
                told = [self._member(stack, own) for own in members]
                self._write(json.dumps(told), f"gateway-{number}.json")
            self._write(json.dumps(self._plan), "plan.json")
            self._write(APP.format(plan=json.dumps(self._path("plan.json"))), "app/pyproject.toml")
            self._write(MODULE, "app/fleet_app.py")
            self._port = free_port()
            self._write(CONNECTION.format(port=self._port), "home/config.toml")
            self._link = self._start(
                stack, "superlink", "flower-superlink", "--insecure", *self._at(self._port)
            )
            self._until(lambda: is_open(self._port), self._link, "superlink")
            for number in range(len(self.gateways)):
                self._nodes.append(self._node(stack, number))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def run(self):
        """Carry out the rounds, and return the lines of the record, its head left out.

        Raises
        ------
        FleetError
            The fleet ended before its last round; the message names the log.
        """
        started = subprocess.run(
            [tool("flwr"), "run", self._path("app"), "here", "--format=json"],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        try:
            number = json.loads(started.stdout)["run-id"]
        except (ValueError, KeyError):
            raise FleetError(f"the run does not start: {started.stdout}{started.stderr}") from None
        self._until(lambda: self._is_over() or self._has_stopped(number), self._link, "superlink")
        if not self._is_over():
            raise FleetError(
                f"the fleet stopped before round {len(self.rounds())}; see {self._log('superlink')}"
            )
        return self.rounds()

    def rounds(self):
        """Return the rounds of the record so far."""
        if not os.path.exists(self.record):
            return []
        with open(self.record, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")][1:]

    def _is_over(self):
        rounds = self.rounds()
        return bool(rounds) and rounds[-1]["round"] >= self._plan["rounds"]

    def _has_stopped(self, number):
        listed = subprocess.run(
            [tool("flwr"), "ls", "here", f"--run-id={number}", "--format=json"],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        try:
            runs = json.loads(listed.stdout)["runs"]
        except (ValueError, KeyError):
            return False
        return any(run.get("status", "").startswith("finished") for run in runs)

    def _member(self, stack, own):
        own = dict(own)
        board = own.pop("board", None)
        if board is not None:
            own["line"] = stack.enter_context(Device(board=board)).line
        own["data"] = self._path(f"{own['name']}.npz")
        np.savez(own["data"], X=np.asarray(own.pop("X"), float), y=np.asarray(own.pop("y"), float))
        return own

    def _node(self, stack, number):
        return self._start(
            stack,
            f"gateway-{number}",
            "flower-supernode",
            "--insecure",
            f"--superlink=127.0.0.1:{self._port}",
            *self._at(free_port()),
            f"--node-config=members={json.dumps(self._path(f'gateway-{number}.json'))}",
        )

    def _start(self, stack, name, *command):
        log = stack.enter_context(open(self._log(name), "ab"))
        process = subprocess.Popen(
            [tool(command[0]), *command[1:]],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            start_new_session=True,
        )
        stack.callback(stop, process)
        return process

    def _log(self, name):
        return self._path(f"{name}.log")

    def _at(self, port):
        return ["--host=127.0.0.1", f"--port={port}"]

    def _environment(self):
        path = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", "")
        return {**os.environ, **OFF, "FLWR_HOME": self._path("home"), "PATH": path}

    def _write(self, text, name):
        with open(self._path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def _until(self, is_done, process, name):
        while not is_done():
            if process.poll() is not None:
                raise FleetError(f"the {name} ended; see {self._log(name)}")
            time.sleep(OFTEN)


def stop(process):
    """Ask a process to end, and then end all that it started and left."""
    process.terminate()
    try:
        process.wait(STOP)
    except subprocess.TimeoutExpired:
        pass
    # Its session is its own, so its group has nobody else's processes.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tool(name):
    """Return the path of a program of this Python's."""
    return os.path.join(os.path.dirname(sys.executable), name)


def free_port():
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def is_open(port):
    """Say whether somebody listens."""
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0
