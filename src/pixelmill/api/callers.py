"""Who sends a request: by API key, or by the cookie of a sign-in link, which may only look."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request

from pixelmill.api.bad_keys import address_of, refuse_key_in_query
from pixelmill.api.gate import gate_of
from pixelmill.api.recent import recent_of
from pixelmill.api.request_limit import count_request
from pixelmill.api.sign_in import COOKIE, SignIn
from pixelmill.db.audit import Actor
from pixelmill.domain.access import Scope, require
from pixelmill.kit.signing import key_hash
from pixelmill.services.access import (
    KeyExpired,
    KeyUnknown,
    NoAuthorization,
    read_key,
    recognise,
    workspace_principal,
)
from pixelmill.services.house import House, Principal

LOOKING: Final = frozenset({Scope.WORKFLOWS_READ, Scope.EXECUTIONS_READ, Scope.USAGE_READ})
"""What a signed-in browser may do."""


def house_of(request: Request) -> House:
    """The installation that answers."""
    return request.app.state.house


def caller_of(request: Request) -> Principal:
    """Who was let in by the route's scopes."""
    return request.scope["principal"]


def actor_of(request: Request) -> Actor:
    """Who was let in, as the audit log names them."""
    return Actor(caller_of(request).key_id or "browser", str(request.scope.get("request_id", "")))


async def let_in(request: Request, scopes: Sequence[str]) -> Principal:
    """Recognise the caller.

    Raises a 401 problem, KeyInQuery, TooManyBadKeys, RateLimited, or MissingScope.
    """
    refuse_key_in_query(request)
    header = request.headers.get("authorization")
    if header is None and request.method in ("GET", "HEAD"):
        principal = await signed_in(request)
    else:
        principal = await _by_key(request, header)
    count_request(request, house_of(request), principal)
    require(principal.scopes, scopes)
    return principal


async def _by_key(request: Request, header: str | None) -> Principal:
    recent = recent_of(request)
    known = recent.caller(header) if header else None
    if known is not None:
        return known
    house, gate = house_of(request), gate_of(request)
    hashed = key_hash(read_key(header))
    address = address_of(request)
    gate.bad_keys.check(address, hashed)
    try:
        found = await recognise(house.parts.database, house.parts.clock, hashed)
    except (KeyUnknown, KeyExpired):
        gate.bad_keys.wrong(address, hashed)
        raise
    gate.bad_keys.right(hashed)
    gate.key_use.note(found.key_id, found.last_used_at)
    if header:
        recent.keep_caller(header, found.principal)
    return found.principal


async def signed_in(request: Request) -> Principal:
    """The workspace whose cookie the browser holds. Raises NoAuthorization."""
    sign_in: SignIn = request.app.state.sign_in
    workspace_id = sign_in.workspace_of(request.cookies.get(COOKIE, ""))
    if workspace_id is None:
        raise NoAuthorization
    return await workspace_principal(house_of(request).parts.database, workspace_id, LOOKING)
