"""What a process remembers at its door: wrong keys, and which keys were just used."""

from starlette.requests import Request

from pixelmill.api.bad_keys import BadKeys
from pixelmill.services.house import House
from pixelmill.services.key_use import KeyUse


class Gate:
    """The memories of one process; none of them decides who may enter."""

    def __init__(self, house: House) -> None:
        self.bad_keys = BadKeys(house.parts.clock)
        self.key_use = KeyUse(house.parts.database, house.parts.clock)


def gate_of(request: Request) -> Gate:
    """The door of this process."""
    return request.app.state.gate
