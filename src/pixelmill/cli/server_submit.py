"""Hands a batch to the server that holds the data directory, over its REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import orjson

from pixelmill.cli.failures import MISUSED, REFUSED, CommandFailed
from pixelmill.outbound import OutboundError, OutboundRequest
from pixelmill.services.access import create_key

if TYPE_CHECKING:
    from pixelmill.services.executing import Wish
    from pixelmill.services.house import House, Principal

_SCOPES = ("workflows:execute",)


async def submit_to_server(house: House, principal: Principal, url: str, wish: Wish) -> str:
    """Start the batch there; answers its execution's id. Raises CommandFailed."""
    expires_at = house.parts.clock.now_ms() + 3_600_000
    key = await create_key(
        house.parts.database,
        principal.workspace_id,
        name="pixelmill run",
        scopes=_SCOPES,
        expires_at=expires_at,
    )
    body: dict[str, Any] = {"items": wish.inputs.items, "metadata": wish.metadata}
    if wish.drawing is not None:
        body |= wish.drawing.document()
    if wish.base_seed is not None:
        body["baseSeed"] = wish.base_seed
    where = urlsplit(url)
    request = OutboundRequest(
        "POST",
        f"{url}/api/v1/workflows/{wish.workflow_id}/execute",
        headers={
            "Authorization": f"Bearer {key.secret}",
            "Idempotency-Key": wish.idempotency_key or "",
        },
        json=orjson.dumps(body),
        open_hosts=frozenset({(where.hostname or "", where.port or 80)}),
    )
    try:
        reply = await house.parts.door.fetch(request)
    except OutboundError as error:
        raise CommandFailed(
            f"The server at {url} does not answer: {error}. Stop it, or wait until it does."
        ) from error
    return _execution_id(reply.status, reply.body, url)


def _execution_id(status: int, body: bytes, url: str) -> str:
    try:
        told = cast("dict[str, Any]", orjson.loads(body))
    except orjson.JSONDecodeError:
        told = {}
    if status < 300 and "executionId" in told:
        return str(told["executionId"])
    why = told.get("detail") or f"status {status}"
    code = REFUSED if status in (401, 402, 403, 409, 429) else MISUSED
    raise CommandFailed(f"The server at {url} refused the batch: {why}", code)
