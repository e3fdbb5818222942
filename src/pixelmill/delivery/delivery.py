"""Delivery as one thing to start and stop: relay, dispatcher and sender of this process."""

from collections.abc import Callable, Sequence

from pixelmill.db.database import Database
from pixelmill.db.dispatch import Describe
from pixelmill.db.writer import GroupWriter
from pixelmill.delivery.dispatcher import Dispatcher
from pixelmill.delivery.relay import Relay
from pixelmill.delivery.sender import Sender
from pixelmill.kit.clock import Clock
from pixelmill.outbound import Door


class Delivery:
    """Each part finds its work in rows; wakes only make it quicker.

    ``describe`` makes the message of an event, ``told`` is called when the feed has grown, ``key``
    is the installation's secret key.
    """

    def __init__(
        self,
        database: Database,
        writer: GroupWriter,
        door: Door,
        clock: Clock,
        *,
        key: bytes,
        describe: Describe,
        told: Callable[[], None],
    ) -> None:
        self.sender = Sender(database, door, clock, key)
        self.dispatcher = Dispatcher(database, describe, self.sender.wake)
        self.relay = Relay(database, self._grown)
        self._told = told
        writer.after_commit(self._committed)

    async def start(self) -> None:
        """Begin; what an earlier life left is taken up."""
        for part in (self.relay, self.dispatcher, self.sender):
            part.start()

    async def stop(self) -> None:
        """Stop; what was not delivered stays due."""
        for part in (self.relay, self.dispatcher, self.sender):
            await part.stop()

    def _grown(self) -> None:
        self.dispatcher.wake()
        self._told()

    def _committed(self, values: Sequence[object], results: Sequence[object]) -> None:
        del values, results
        self.relay.wake()
