"""Slows down who tries keys: wrong ones are counted per address before the database is asked."""

import ipaddress
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from starlette.requests import Request

from pixelmill.kit.clock import Clock
from pixelmill.kit.problems import Problem
from pixelmill.kit.signing import key_shape_ok

MOST_WRONG: Final = 30
"""Wrong keys that an address may show in a window; keys that cannot be ours cost nothing."""
WINDOW_S: Final = 60.0
ADDRESSES: Final = 4096
KNOWN: Final = 4096
_NAMES: Final = frozenset({"api_key", "apikey", "api-key", "access_token", "authorization"})


class TooManyBadKeys(Problem):
    """Too many wrong API keys came from this address. Wait, then use a key that is valid."""

    code = "too_many_bad_keys"
    status = 429
    title = "Too many wrong keys"


class KeyInQuery(Problem):
    """An API key in an address ends up in logs. Send it in the header 'Authorization', and roll it.

    Refused even where the header is right, since the key is known to strangers by now.
    """

    code = "key_in_query"
    status = 400
    title = "API key in the query"


class BadKeys:
    """Wrong keys by address, in bounded memory.

    A key that was right lately passes from everywhere, so that one who tries keys behind a shared
    address shuts out nobody but those whose keys were never seen here.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._right: OrderedDict[str, None] = OrderedDict()

    def check(self, address: str, hashed: str) -> None:
        """Raise TooManyBadKeys where this key is not worth a look."""
        if hashed in self._right:
            return
        begun, count = self._wrong.get(_group(address), (0.0, 0))
        left_s = begun + WINDOW_S - self._clock.monotonic()
        if count >= MOST_WRONG and left_s > 0:
            raise TooManyBadKeys(retry_after_s=left_s)

    def wrong(self, address: str, hashed: str) -> None:
        """This key was unknown, revoked or expired."""
        self._right.pop(hashed, None)
        now, group = self._clock.monotonic(), _group(address)
        begun, count = self._wrong.pop(group, (now, 0))
        if now - begun >= WINDOW_S:
            begun, count = now, 0
        self._wrong[group] = (begun, count + 1)
        if len(self._wrong) > ADDRESSES:
            self._wrong.popitem(last=False)

    def right(self, hashed: str) -> None:
        """This key was recognised."""
        self._right[hashed] = None
        self._right.move_to_end(hashed)
        if len(self._right) > KNOWN:
            self._right.popitem(last=False)


def refuse_key_in_query(request: Request) -> None:
    """Raise KeyInQuery where a query parameter is named for a key, or is one."""
    if request.scope["query_string"] and _has_key(request.query_params.multi_items()):
        raise KeyInQuery


def address_of(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else ""


def _has_key(items: Iterable[tuple[str, str]]) -> bool:
    return any(name.lower() in _NAMES or key_shape_ok(value.strip()) for name, value in items)


def _group(address: str) -> str:
    """The address; of IPv6 its /64, since one customer has all of that."""
    if ":" not in address:
        return address
    try:
        whole = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(whole.ipv4_mapped or ipaddress.IPv6Network((int(whole) >> 64 << 64, 64)))
