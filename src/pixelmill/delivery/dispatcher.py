"""Follows the feed and makes a delivery for everyone who wants to know."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, cast

from pixelmill.db.database import Database, DatabaseUnavailable
from pixelmill.db.dispatch import PAGE, Describe, dispatch
from pixelmill.delivery.catalog import ENDS, MEANINGS
from pixelmill.domain.values import JsonValue
from pixelmill.kit.pulse import Pulse

SOON_S: Final = 0.02
LATER_S: Final = 1.0


class Dispatcher:
    """``told`` is called after each round that made deliveries."""

    def __init__(
        self,
        database: Database,
        describe: Describe,
        told: Callable[[], None],
        *,
        later_s: float = LATER_S,
    ) -> None:
        self._database = database
        self._describe = describe
        self._told = told
        self._pulse = Pulse(
            "dispatcher",
            self.dispatch,
            soon_s=SOON_S,
            later_s=later_s,
            expected=(DatabaseUnavailable,),
        )
        self.wake = self._pulse.wake
        self.start = self._pulse.start
        self.stop = self._pulse.stop

    async def dispatch(self) -> bool:
        """One round; answers whether more is waiting."""
        passed, made = await self._database.transact(dispatch(self._describe, wanted_types))
        if made:
            self._told()
        return passed == PAGE


def wanted_types(named: JsonValue) -> frozenset[str]:
    """The events that a receiver named; none stands for the ends of executions.

    A name that this release does not know any more fits nothing.
    """
    if not isinstance(named, (list, tuple)) or not named:
        return frozenset(ENDS)
    return _types(tuple(map(str, cast("Sequence[object]", named))))


@lru_cache(maxsize=1024)
def _types(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        one
        for one in MEANINGS
        for name in names
        if name in (one, "*") or (name.endswith(".*") and one.startswith(name[:-1]))
    )
