"""A workspace keeps as much as its settings or its plan let it, and is told how to go on."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pixelmill.db.storing import change_settings
from tests.integration.api.conftest import Site, site_on
from tests.integration.api.test_upload_links import asked, completed, put
from tests.integration.engine.stage import InlinePool, tiny_png

SIZE = len(tiny_png(1))


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """It accepts on each store; pictures are decoded in this process, which is quicker here."""
    async with site_on(database_url, tmp_path) as found:
        parts = replace(found.house.parts, pool=InlinePool())
        house = replace(found.house, parts=parts)
        found.app.state.house = house
        yield replace(found, house=house)


async def allow(site: Site, **rules: Any) -> None:
    database = site.house.parts.database
    script = change_settings(site.workspace_id, lambda known: {**known, "storage": rules})
    assert await database.transact(script)


async def post(site: Site, seed: int) -> Any:
    files = {"file": ("a.png", tiny_png(seed), "image/png")}
    return await site.client.post("/api/v1/media/upload", files=files)


@pytest.mark.parametrize(
    ("rules", "quota", "limit"),
    [({"maxFiles": 2}, "files", 2), ({"maxBytes": SIZE * 2 + 20}, "bytes", SIZE * 2 + 20)],
)
async def test_beyond_the_quota_nothing_is_kept(
    site: Site, rules: dict[str, int], quota: str, limit: int
) -> None:
    await allow(site, **rules)
    first = (await post(site, 1)).json()["data"]
    assert (await post(site, 2)).status_code == 201
    reply = await post(site, 3)
    body = reply.json()
    assert (reply.status_code, body["code"]) == (413, "storage_quota_reached")
    assert (body["quota"], body["limit"]) == (quota, limit)
    assert body["wanted"] > limit >= body["used"]
    assert f"{limit:,}" in body["detail"]
    assert "Delete" in body["detail"]
    held = [one async for one in site.house.parts.storage.entries()]
    assert len(held) == 2
    await site.client.delete(f"/api/v1/media/{first['assetId']}")
    assert (await post(site, 3)).status_code == 201


async def test_a_signed_address_counts_when_it_is_asked_for_and_completed(site: Site) -> None:
    link = await asked(site)
    assert (await put(site, link, tiny_png(9))).status_code == 204
    await allow(site, maxFiles=1)
    other = await asked(site)
    assert (await completed(site, link)).status_code == 201
    reply = await put(site, other, tiny_png(8))
    assert (reply.status_code, reply.json()["code"]) == (413, "storage_quota_reached")
    reply = await site.client.post("/api/v1/media/upload-url", json={"size": 10})
    assert reply.json()["code"] == "storage_quota_reached"


async def test_what_is_kept_by_ourselves_has_no_quota(site: Site) -> None:
    for seed in range(3):
        assert (await post(site, seed)).status_code == 201
