"""Flower's two apps of a fleet that :mod:`downhill.flower` starts, each in a process of its own."""

import json

import numpy as np
from flwr.serverapp import ServerApp

from .._files import load
from ._gateway import client_app as client_app_of
from ._member import Member, in_turn
from ._strategy import Fleet

server_app = ServerApp()


@server_app.main()
def serve(grid, context):
    """Carry out the rounds of the plan that the app's settings name."""
    with open(context.run_config["plan"], encoding="utf-8") as file:
        plan = json.load(file)
    strategy = Fleet(load(plan["model"]), plan["record"], **plan["fleet"])
    strategy.start(grid, num_rounds=plan["rounds"], timeout=plan["timeout"])


def members_of(context):
    """Return the members of the gateway whose file the node's settings name."""
    with open(context.node_config["members"], encoding="utf-8") as file:
        return [member_of(**own) for own in json.load(file)]


def member_of(name, data, rows, line=None):
    """Return a member with the rows of a file."""
    with np.load(data) as file:
        X, y = file["X"], file["y"]
    return Member(name, in_turn(X, y, rows), line, timeout=120)


client_app = client_app_of(members_of)
