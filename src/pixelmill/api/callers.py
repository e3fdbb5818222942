"""Who sends a request: by API key, or by the cookie of a sign-in link, which may only look."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request

from pixelmill.api.recent import recent_of
from pixelmill.api.sign_in import COOKIE, SignIn
from pixelmill.domain.access import Scope, require
from pixelmill.services.access import NoAuthorization, recognise, workspace_principal
from pixelmill.services.house import House, Principal

LOOKING: Final = frozenset({Scope.WORKFLOWS_READ, Scope.EXECUTIONS_READ, Scope.USAGE_READ})
"""What a signed-in browser may do."""


def house_of(request: Request) -> House:
    """The installation that answers."""
    return request.app.state.house


def caller_of(request: Request) -> Principal:
    """Who was let in by the route's scopes."""
    return request.scope["principal"]


async def let_in(request: Request, scopes: Sequence[str]) -> Principal:
    """Recognise the caller. Raises a 401 problem, or MissingScope."""
    header = request.headers.get("authorization")
    if header is None and request.method in ("GET", "HEAD"):
        principal = await signed_in(request)
    else:
        principal = await _by_key(request, header)
    require(principal.scopes, scopes)
    return principal


async def _by_key(request: Request, header: str | None) -> Principal:
    recent = recent_of(request)
    known = recent.caller(header) if header else None
    if known is not None:
        return known
    house = house_of(request)
    principal = await recognise(house.parts.database, house.parts.clock, header)
    if header:
        recent.keep_caller(header, principal)
    return principal


async def signed_in(request: Request) -> Principal:
    """The workspace whose cookie the browser holds. Raises NoAuthorization."""
    sign_in: SignIn = request.app.state.sign_in
    workspace_id = sign_in.workspace_of(request.cookies.get(COOKIE, ""))
    if workspace_id is None:
        raise NoAuthorization
    return await workspace_principal(house_of(request).parts.database, workspace_id, LOOKING)
