"""A trigger as tests make and pull it."""

from typing import Any

import httpx2 as httpx
from sqlalchemy import select

from pixelmill.db.statements import Statement
from pixelmill.db.tables.executions import executions
from tests.integration.api.conftest import TEXTS, Site


async def make(site: Site, **body: Any) -> dict[str, Any]:
    """A trigger that is on, of a new workflow unless one is named."""
    workflow = body.pop("workflow", None) or await site.workflow(body.pop("graph", TEXTS))
    reply = await site.client.post(
        f"/api/v1/workflows/{workflow}/triggers", json={"enabled": True, **body}
    )
    assert reply.status_code == 201, reply.text
    return reply.json()


def stranger(site: Site) -> httpx.AsyncClient:
    """A client without a key."""
    transport = httpx.ASGITransport(app=site.app)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def pull(site: Site, made: dict[str, Any], **more: Any) -> httpx.Response:
    """POST to the trigger, without a key."""
    more = more or {"json": {"prompt": "amber"}}
    async with stranger(site) as client:
        return await client.post(f"/api/v1/workflow/{made['webhookId']}/trigger", **more)


async def started(site: Site) -> list[dict[str, Any]]:
    return await site.house.parts.database.fetch(Statement(select(executions)))
