"""Checks where a caller wants to be told of an execution, and of what."""

from collections.abc import Sequence
from typing import Final, cast

from pixelmill.domain.events import EventType
from pixelmill.domain.values import JsonValue
from pixelmill.kit.problems import Detail, Problem
from pixelmill.outbound import Door, OutboundError

EVENTS: Final = frozenset(one.value for one in EventType)


class InvalidCallback(Problem):
    """This callback cannot be used; see 'details'."""

    code = "invalid_callback"
    status = 422
    title = "Invalid callback"


def check_callback(door: Door, url: str | None, events: JsonValue) -> None:
    """Raise InvalidCallback unless the address may be called and every event exists."""
    named = cast("Sequence[str]", events or ())
    if url is None:
        if named:
            raise _invalid("callbackEvents", "'callbackEvents' needs a 'callbackUrl'.")
        return
    try:
        door.check(url)
    except OutboundError as error:
        raise _invalid("callbackUrl", f"'callbackUrl' cannot be called: {error}") from error
    for at, name in enumerate(named):
        if name not in EVENTS:
            known = ", ".join(sorted(EVENTS))
            raise _invalid(f"callbackEvents[{at}]", f"There is no event '{name}'. Events: {known}.")


def _invalid(path: str, message: str) -> InvalidCallback:
    return InvalidCallback(message, details=[Detail(path, message)])
