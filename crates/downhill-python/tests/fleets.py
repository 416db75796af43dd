"""What tests of fleets share: rows of eight boards, and a grid without processes."""

import random

import pandas
from conftest import DATA
from flwr.app import Context, RecordDict
from flwr.supercore.task_identity import TaskIdentity

import downhill
from downhill import flower

COLUMNS = ["PT08_S1_CO", "PT08_S2_NMHC", "PT08_S3_NOx", "PT08_S4_NO2", "PT08_S5_O3", "T", "RH", "AH"]
TARGET = "CO_GT"
# Rows of a round, and all rows of a board.
ROWS, PART = 200, 800


def air():
    """Return the whole rows of the air of a town, as hours have mixed them."""
    frame = pandas.read_csv(DATA / "air_quality.csv", na_values=[-200])
    frame = frame[[*COLUMNS, TARGET]].dropna().sample(frac=1, random_state=1)
    return frame.reset_index(drop=True)


def part(frame, at, size=PART):
    """Return the rows of one board, whose sensors are off by an amount of their own."""
    own = frame.iloc[at * size : (at + 1) * size].reset_index(drop=True)
    X = own[COLUMNS].copy()
    X["T"] += 0.25 * at
    X["RH"] -= 0.5 * at
    return X, own[TARGET]


def members(count, lines=None, frame=None, size=PART):
    """Return members, each with its own part of the rows."""
    frame = air() if frame is None else frame
    lines = lines or [None] * count
    return [
        flower.Member(f"board-{at}", flower.in_turn(*part(frame, at, size), ROWS), line, timeout=120)
        for at, line in zip(range(count), lines)
    ]


def template():
    """Return a model whose recipe is the fleet's."""
    X, y = part(air(), 0)
    return downhill.Regressor(
        optimizer="sgd", lr=0.005, schedule="constant", random_state=3
    ).partial_fit(X, y)


class Grid:
    """Gateways in this process, whose answers arrive in any order."""

    def __init__(self, apps, seed=0):
        # What Flower's own processes say themselves.
        TaskIdentity.run_id, TaskIdentity.node_id, TaskIdentity.task_id = 1, 1, 1
        self.apps = dict(enumerate(apps, 1))
        self.random = random.Random(seed)

    def get_node_ids(self):
        return list(self.apps)

    def send_and_receive(self, messages, *, timeout=None):
        messages = list(messages)
        self.random.shuffle(messages)
        replies = []
        for message in messages:
            node = message.metadata.dst_node_id
            context = Context(
                run_id=1, node_id=node, node_config={}, state=RecordDict(), run_config={}
            )
            replies.append(self.apps[node](message, context))
        self.random.shuffle(replies)
        return replies
