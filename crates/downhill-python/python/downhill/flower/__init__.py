"""A fleet of boards that learns one model, on Flower.

A gateway drives boards over their lines (:func:`client_app`), each beside its twin; a server puts
what they have learned together (:class:`Fleet`), in the order of their names, by the arithmetic of the
core: the bits of a round do not depend on who answers first. Rows stay at the gateway.

Needs Python 3.11 and the extra ``flower``: ``pip install './crates/downhill-python[flower]'`` in a clone.
"""

from ._gateway import client_app
from ._local import Local
from ._member import Member, in_turn
from ._record import FleetError, Record, replay
from ._strategy import Fleet

__all__ = ["Fleet", "FleetError", "Local", "Member", "Record", "client_app", "in_turn", "replay"]
