"""The gateway: Flower's client, which drives members."""

import json
from concurrent.futures import ThreadPoolExecutor

from flwr.app import Array, ArrayRecord, ConfigRecord, Message, RecordDict
from flwr.clientapp import ClientApp

# Names in the records of messages.
NUMBERS, GLOBAL, CONFIG = "numbers", "global", "config"


def client_app(members):
    """Return Flower's client that drives members of a fleet.

    A member that fails, be it lost or other than its twin, is named in the reply; the others go on.

    Parameters
    ----------
    members : list of Member, or callable
        All members of the gateway, or a function of Flower's context that returns them.

    Returns
    -------
    flwr.clientapp.ClientApp
    """
    app = ClientApp()

    @app.train("scaler")
    def scaler(message, context):
        config = message.content[CONFIG]
        return answer(message, those(context), lambda own: own.fit_scaler(config["model"]))

    @app.train()
    def train(message, context):
        config, numbers = message.content[CONFIG], message.content[GLOBAL]
        parameters, scaler = (numbers[name].numpy() for name in ("parameters", "scaler"))
        number = config["round"]
        return answer(
            message,
            those(context),
            lambda own: own.learn(config["model"], number, parameters, scaler),
        )

    def those(context):
        return members(context) if callable(members) else members

    return app


def answer(message, members, work):
    """Let each member do its work, at once, and reply with what became of each."""

    def one(member):
        try:
            return work(member)
        except Exception as error:  # Whatever ails one member, the others go on.
            return None, {"error": str(error) or type(error).__name__}

    with ThreadPoolExecutor(max(len(members), 1)) as pool:
        done = list(pool.map(one, members))
    numbers, accounts = {}, {}
    for member, (own, account) in zip(members, done):
        accounts[member.name] = account
        if own is not None:
            numbers[member.name] = Array(own)
    content = RecordDict(
        {
            NUMBERS: ArrayRecord(numbers),
            CONFIG: ConfigRecord({"accounts": json.dumps(accounts)}),
        }
    )
    return Message(content, reply_to=message)
