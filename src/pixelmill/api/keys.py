"""API keys: made, listed, rolled, revoked."""

from typing import Final

import orjson
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import InvalidFields, fitted, read_object
from pixelmill.api.callers import actor_of, caller_of, house_of
from pixelmill.api.queries import LIMIT_AND_CURSOR, integer, page_links, text
from pixelmill.api.routes import BASE, add
from pixelmill.domain.access import DEFAULT_SCOPES, Scope, read_scopes
from pixelmill.kit.clock import parse_rfc3339
from pixelmill.kit.problems import Detail
from pixelmill.services.house import House
from pixelmill.services.keys import (
    GRACE_S,
    LONGEST_GRACE_S,
    KeyWish,
    MadeKey,
    key_body,
    list_keys,
    make_key,
    revoke_key,
    roll_key,
)

KEYS: Final = (Scope.KEYS_WRITE,)
SECRET: Final = {"Cache-Control": "no-store"}


class KeyBody(BaseModel):
    """The key to make."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    name: str = Field(min_length=1, max_length=200, description="What it is for.")
    scopes: list[str] | None = Field(
        None, min_length=1, max_length=20, description="All but the administrator's if absent."
    )
    expires_at: str | None = Field(
        None, description="When it ends, as RFC 3339; never if absent.", max_length=64
    )

    def wish(self) -> KeyWish:
        """What is asked for. Raises InvalidFields."""
        return KeyWish(self.name, self._scopes(), self._expiry())

    def _scopes(self) -> frozenset[Scope]:
        if self.scopes is None:
            return DEFAULT_SCOPES
        try:
            return read_scopes(self.scopes)
        except ValueError as error:
            raise InvalidFields(str(error), details=[Detail("scopes", str(error))]) from None

    def _expiry(self) -> int | None:
        if self.expires_at is None:
            return None
        try:
            return parse_rfc3339(self.expires_at)
        except ValueError as error:
            raise InvalidFields(str(error), details=[Detail("expiresAt", str(error))]) from None


class RollBody(BaseModel):
    """How long the old key goes on beside the new one."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    grace_seconds: int = Field(GRACE_S, ge=0, le=LONGEST_GRACE_S)


def add_routes(app: FastAPI) -> None:
    """For administrators: all of it needs keys:write."""
    add(
        app, "POST", f"{BASE}/api-keys", post_key,
        name="createApiKey", summary="Make an API key", tag="keys", scopes=KEYS, status=201,
        body=KeyBody,
    )  # fmt: skip
    add(
        app, "GET", f"{BASE}/api-keys", get_keys,
        name="listApiKeys", summary="API keys, the newest first", tag="keys", scopes=KEYS,
        queries=LIMIT_AND_CURSOR,
    )  # fmt: skip
    add(
        app, "POST", f"{BASE}/api-keys/{{id}}/roll", post_roll,
        name="rollApiKey", summary="Replace an API key, with both working for a while",
        tag="keys", scopes=KEYS, status=201, body=RollBody,
    )  # fmt: skip
    add(
        app, "DELETE", f"{BASE}/api-keys/{{id}}", delete_key,
        name="revokeApiKey", summary="End an API key now", tag="keys", scopes=KEYS, status=204,
    )  # fmt: skip


async def post_key(request: Request) -> Response:
    """``key`` is the secret; it is shown this once. Scopes of administrators only from your own."""
    wish = fitted(KeyBody, await read_object(request)).wish()
    made = await make_key(house_of(request), caller_of(request), actor_of(request), wish)
    return _made(house_of(request), made)


async def get_keys(request: Request) -> Response:
    """A bare array: never a secret, only how it begins and ends."""
    bodies, cursor = await list_keys(
        house_of(request),
        caller_of(request),
        integer(request, "limit", 50, 1, 100),
        text(request, "cursor"),
    )
    return Response(
        orjson.dumps(bodies),
        media_type="application/json",
        headers=page_links(request, cursor),
    )


async def post_roll(request: Request) -> Response:
    """A successor with the same name, scopes and lifetime. The old key ends after the grace."""
    body = fitted(RollBody, await read_object(request))
    made = await roll_key(
        house_of(request),
        caller_of(request),
        actor_of(request),
        request.path_params["id"],
        body.grace_seconds,
    )
    return _made(house_of(request), made)


async def delete_key(request: Request) -> Response:
    """What it started goes on."""
    await revoke_key(
        house_of(request), caller_of(request), actor_of(request), request.path_params["id"]
    )
    return Response(status_code=204)


def _made(house: House, made: MadeKey) -> Response:
    body = {**key_body(made.row, house.parts.clock.now_ms()), "key": made.secret}
    return Response(orjson.dumps(body), 201, headers=SECRET, media_type="application/json")
