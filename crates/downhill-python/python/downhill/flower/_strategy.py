"""The server: a strategy of Flower's that puts members together in the order of their names."""

import json
import os
import time
from logging import INFO, WARNING

from flwr.app import Array, ArrayRecord, ConfigRecord, Message, MetricRecord, RecordDict
from flwr.common.logger import log
from flwr.serverapp.strategy import Result, Strategy

from ._gateway import CONFIG, GLOBAL, NUMBERS
from ._record import FleetError, Record

# Seconds between two looks for gateways.
OFTEN = 0.5
# Names of members in a line of the log.
FEW = 12


class Fleet(Strategy):
    """Strategy of Flower's for a fleet of boards.

    Round 0 merges the scalers of all members into one that is frozen; each round after it sends the
    global parameters, and takes what members have learned from them. The bits of a round depend on who
    took part, and not on who answered first.

    Parameters
    ----------
    model : Regressor or Classifier
        Its recipe and its columns are the fleet's. Its own parameters and scaler are not: the fit
        begins from the recipe's seed.
    record : path-like
        Where each round is kept, with what each member has sent: the global model goes on from there
        when the fleet is started again, with the same bits. :func:`replay` makes it again.
    trim : float, optional
        Share of the members that is left out at each end of each parameter, against a few that are
        wrong; 0.5 is the median. Without it, the mean weighted by rows.
    server_optimizer : str, optional
        Optimizer of the core, such as ``'momentum:0.9'`` or ``'adam'``, that steps towards the mean of
        each round.
    server_lr : float
        Its learning rate.
    min_gateways : int
        Gateways that a round waits for before it begins.
    min_members : int
        Members without which a round is repeated.
    attempts : int
        Times that a round is tried.
    checkpoint : path-like, optional
        Model file that is written after each round.
    """

    def __init__(
        self,
        model,
        record,
        *,
        trim=None,
        server_optimizer=None,
        server_lr=1.0,
        min_gateways=1,
        min_members=1,
        attempts=3,
        checkpoint=None,
    ):
        settings = {
            "model": model._fitted().text(),
            "trim": trim,
            "server_optimizer": server_optimizer,
            "server_lr": server_lr,
        }
        self.record = Record(record, settings)
        self.min_gateways = min_gateways
        self.min_members = min_members
        self.attempts = attempts
        self.checkpoint = checkpoint
        self.bytes_ = 0
        self._attempt = 1

    @property
    def state(self):
        """The global fit."""
        return self.record.state

    def summary(self):
        """Log what the fleet is."""
        how = "weighted mean" if self.state.trim is None else f"trimmed by {self.state.trim}"
        log(INFO, "fleet: %d parameters, %s", len(self.state.parameters), how)

    def configure_train(self, server_round, arrays, config, grid):
        """Return a message to each gateway: the model, the round, and the global numbers."""
        kind = "train.scaler" if server_round == 0 else "train"
        own = ConfigRecord({**config, "model": self.state.text, "round": server_round})
        content = {CONFIG: own} if server_round == 0 else {CONFIG: own, GLOBAL: arrays}
        nodes = sorted(grid.get_node_ids())
        return [
            Message(RecordDict(dict(content)), dst_node_id=node, message_type=kind)
            for node in nodes
        ]

    def aggregate_train(self, server_round, replies):
        """Take a round over, if enough took part; return the global numbers, or ``None``."""
        members, absent = {}, []
        for reply in replies:
            if reply.has_error():
                log(WARNING, "round %d: a gateway failed: %s", server_round, reply.error.reason)
                continue
            self.bytes_ += size_of(reply)
            for name, account in json.loads(reply.content[CONFIG]["accounts"]).items():
                if name in members:
                    raise FleetError(
                        f"two members have the name {name}: give each a name of its own"
                    )
                if "error" in account:
                    absent.append({"name": name, **account})
                else:
                    numbers = reply.content[NUMBERS][name].numpy()
                    members[name] = (numbers, account["rows"], account)
        absent.sort(key=lambda own: own["name"])
        for own in absent:
            log(WARNING, "round %d: without %s: %s", server_round, own["name"], own["error"])
        if len(members) < max(self.min_members, 1):
            return None, None
        line = self.record.add(members, absent, self._attempt)
        for own in line["members"]:
            for verdict in own.get("verdicts", []):
                log(WARNING, "round %d: %s: %s", server_round, own["name"], verdict)
        log(
            INFO,
            "round %d: %d members (%s), fingerprint %s",
            server_round,
            len(members),
            named(sorted(members)),
            line["fingerprint"],
        )
        self._keep()
        rows = sum(own["rows"] for own in line["members"])
        metrics = {"members": len(members), "rows": rows}
        if server_round > 0:
            losses = [own["loss"] * own["rows"] for own in line["members"]]
            metrics["loss"] = sum(losses) / rows
        return self._arrays(), MetricRecord(metrics)

    def configure_evaluate(self, server_round, arrays, config, grid):
        """Return nothing: members tell the loss of rows that they have not learned from yet."""
        return []

    def aggregate_evaluate(self, server_round, replies):
        """Return nothing."""
        return None

    def start(
        self,
        grid,
        initial_arrays=None,
        num_rounds=3,
        timeout=3600,
        train_config=None,
        evaluate_config=None,
        evaluate_fn=None,
    ):
        """Carry out the rounds that are left of so many, and return Flower's result.

        Parameters
        ----------
        grid : flwr.serverapp.Grid
        initial_arrays : None
            The fit begins from its record, or from the recipe's seed.
        num_rounds : int
            Rounds in all, those of the record included.
        timeout : float
            Seconds until a round goes on without who has not answered, and until gateways have to be
            there.
        train_config, evaluate_config
            As Flower has them.
        evaluate_fn : callable, optional
            Takes a round and the global numbers and returns metrics, after each round.

        Raises
        ------
        FleetError
            A round had too few members in each of its attempts.
        """
        self.summary()
        result = Result()
        while self.state.rounds <= num_rounds:
            number = self.state.rounds
            arrays, metrics = self._round(grid, number, timeout, train_config or {})
            result.arrays = arrays
            result.train_metrics_clientapp[number] = metrics
            told = evaluate_fn(number, arrays) if evaluate_fn else None
            if told is not None:
                result.evaluate_metrics_serverapp[number] = told
        result.arrays = self._arrays()
        return result

    def _round(self, grid, number, timeout, config):
        for self._attempt in range(1, self.attempts + 1):
            self._wait(grid, timeout)
            messages = self.configure_train(number, self._arrays(), config, grid)
            self.bytes_ += sum(size_of(message) for message in messages)
            replies = grid.send_and_receive(messages, timeout=timeout)
            arrays, metrics = self.aggregate_train(number, replies)
            if arrays is not None:
                return arrays, metrics
            log(WARNING, "round %d: too few members, attempt %d", number, self._attempt)
        raise FleetError(
            f"round {number} had fewer than {self.min_members} members {self.attempts} times; the "
            f"record {self.record.path} has all rounds before it: mend the gateways, and start again"
        )

    def _wait(self, grid, timeout):
        end = time.monotonic() + timeout
        while len(list(grid.get_node_ids())) < self.min_gateways:
            if time.monotonic() > end:
                raise FleetError(
                    f"fewer than {self.min_gateways} gateways came in {timeout} s: start them"
                )
            time.sleep(OFTEN)

    def _arrays(self):
        numbers = {"parameters": self.state.parameters, "scaler": self.state.scaler}
        return ArrayRecord({name: Array(own) for name, own in numbers.items()})

    def _keep(self):
        if self.checkpoint is not None:
            new = f"{os.fspath(self.checkpoint)}.new"
            self.state.estimator.save(new)
            os.replace(new, self.checkpoint)


def named(names):
    """Return names for the log; the record has those that are left out."""
    left = len(names) - FEW
    return ", ".join(names[:FEW]) + (f" and {left} more" if left > 0 else "")


def size_of(message):
    """Return the bytes of the records of a message."""
    return sum(record.count_bytes() for record in message.content.values())
