"""What a process remembers at its door: wrong keys, keys just used, and how many requests came."""

from starlette.requests import Request

from pixelmill.api.bad_keys import BadKeys
from pixelmill.services.house import House
from pixelmill.services.key_use import KeyUse
from pixelmill.services.request_window import RequestWindow


class Gate:
    """The memories of one process; who may enter is decided by the database alone."""

    def __init__(self, house: House) -> None:
        self.bad_keys = BadKeys(house.parts.clock)
        self.key_use = KeyUse(house.parts.database, house.parts.clock)
        self.requests = RequestWindow(
            house.parts.database,
            house.parts.clock,
            # An SQLite file belongs to one process, which has nobody to tell.
            shared=house.parts.database.dialect == "postgresql",
        )


def gate_of(request: Request) -> Gate:
    """The door of this process."""
    return request.app.state.gate
