"""Starts an execution for any route: once per key, refused in words, waited for where asked."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.accepted_replies import accepted_reply, refused_reply
from pixelmill.api.bodies import LARGE_BYTES, read_object
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.idempotency import fingerprint, idempotency_key
from pixelmill.api.problem_replies import request_id_of
from pixelmill.api.routes import Query
from pixelmill.domain.limits import RateLimited
from pixelmill.domain.values import JsonValue
from pixelmill.services.executing import execute
from pixelmill.services.replaying import find_replay
from pixelmill.services.settled_replies import as_it_stands
from pixelmill.services.wishes import Wish

LONGEST_WAIT_S: Final = 60
PREFER: Final = Query(
    "Prefer",
    f"wait=n: answer when it has ended, or after n seconds (at most {LONGEST_WAIT_S}), with its "
    "status as it stands.",
    {"type": "string"},
    "header",
)
_WAIT: Final = re.compile(r'(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=$|[,;])', re.IGNORECASE)


async def start(request: Request, wish_of: Callable[[dict[str, JsonValue]], Wish]) -> Response:
    """Accept what the body asks for, or replay the answer that its key was given before."""
    house, principal = house_of(request), caller_of(request)
    key = idempotency_key(request)
    raw = await read_object(request, LARGE_BYTES)
    seen = fingerprint(request, raw) if key else ""
    accepted = await find_replay(house, principal, key, seen) if key else None
    if accepted is None:
        wish = replace(
            wish_of(raw),
            request_id=request_id_of(request),
            idempotency_key=key,
            fingerprint=seen,
        )
        try:
            accepted = await execute(house, principal, wish)
        except RateLimited as problem:
            return refused_reply(request, problem)
    wait = preferred_wait(request)
    if wait:
        closing = request.app.state.closing
        settled = await as_it_stands(house, principal, accepted.reply, wait, closing)
        accepted = replace(accepted, reply=settled)
    return accepted_reply(request, accepted)


def preferred_wait(request: Request) -> int:
    """The seconds of ``Prefer: wait=n`` (RFC 7240) up to LONGEST_WAIT_S; 0 where there is none."""
    found = _WAIT.search(",".join(request.headers.getlist("prefer")))
    return min(int(found[1]), LONGEST_WAIT_S) if found else 0
