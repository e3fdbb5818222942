"""Gives committed events their place in the feed; of all processes one does so at a time."""

from collections.abc import Callable

from pixelmill.db.database import Database, DatabaseUnavailable
from pixelmill.db.feed import ANY_UNPLACED, PAGE, place_events
from pixelmill.kit.pulse import Pulse

SOON_S = 0.05
LATER_S = 0.5


class Relay:
    """Numbers events. ``told`` is called after each round that placed some."""

    def __init__(
        self, database: Database, told: Callable[[], None], *, later_s: float = LATER_S
    ) -> None:
        self._database = database
        self._told = told
        self._pulse = Pulse(
            "relay", self.place, soon_s=SOON_S, later_s=later_s, expected=(DatabaseUnavailable,)
        )
        self.wake = self._pulse.wake
        self.start = self._pulse.start
        self.stop = self._pulse.stop

    async def place(self) -> bool:
        """One round; answers whether more is waiting."""
        # Looked at by the reader first: an idle feed costs no transaction.
        if not await self._database.fetch(ANY_UNPLACED):
            return False
        placed = await self._database.transact(place_events())
        if placed:
            self._told()
        return placed == PAGE
