"""Uploads: what is taken in, in which form, what is refused, and how it goes again."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pixelmill.domain.asset import storage_key
from pixelmill.sdk.storage import ObjectMissing
from pixelmill.services.assets import Thumbnails
from pixelmill.services.uploads import UPLOAD_BYTES, _plain_name
from tests.integration.api.conftest import Site, site_on
from tests.integration.api.test_assets import path_of, plain_get
from tests.integration.engine.stage import InlinePool, tiny_png
from tests.unit.imaging import samples
from tests.unit.imaging.test_strip import SECRET, telling

INNER = (
    "http://127.0.0.1/x.png",
    "http://[::1]/x.png",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://localhost:8787/",
    "http://2130706433/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "file:///etc/passwd",
    "ftp://example.com/x.png",
    "http://user:word@example.com/x.png",
    "no url",
)


@pytest.fixture
async def site(database_url: str, tmp_path: Path):
    """It accepts on each store; pictures are decoded in this process, which is quicker here."""
    async with site_on(database_url, tmp_path) as found:
        parts = replace(found.house.parts, pool=InlinePool())
        house = replace(found.house, parts=parts)
        found.app.state.house = house
        found.app.state.thumbnails = Thumbnails(house)
        yield replace(found, house=house)


async def post(site: Site, data: bytes, name: str = "a.png", media_type: str = "") -> Any:
    file = (name, data, media_type or "application/octet-stream")
    return await site.client.post("/api/v1/media/upload", files={"file": file})


async def kept(site: Site, data: bytes, name: str = "a.png") -> dict[str, Any]:
    reply = await post(site, data, name)
    assert reply.status_code == 201, reply.text
    return reply.json()["data"]


async def in_storage(site: Site, sha256: str) -> bool:
    try:
        await site.house.parts.storage.head(storage_key(site.workspace_id, sha256))
    except ObjectMissing:
        return False
    return True


@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "gif", "avif"])
async def test_what_a_picture_tells_of_its_maker_is_not_kept(site: Site, name: str) -> None:
    data = telling(name)
    assert SECRET in data
    asset = await kept(site, data)
    reply = await plain_get(site, asset["url"])
    assert reply.headers["content-type"] == f"image/{name}"
    assert SECRET not in reply.content


async def test_a_picture_on_its_side_is_kept_upright(site: Site) -> None:
    asset = await kept(site, samples.turned_jpeg(6))
    assert (asset["mediaType"], asset["width"], asset["height"]) == ("image/jpeg", 48, 64)


POLYGLOTS = (
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><script>1</script></html>",
    b"<!doctype html><script>alert(1)</script>",
    b"\n <html>" + tiny_png(1),
    b"%PDF-1.7" + tiny_png(1),
    b"GIF89a=1/*" + b"<script>alert(1)</script>",
    b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)",
    b"%!PS-Adobe-3.0 EPSF-3.0\n",
    b"SIMPLE  =                    T",
)


@pytest.mark.parametrize("media_type", ["image/png", "image/svg+xml", "text/html", ""])
async def test_what_a_browser_would_run_is_refused(site: Site, media_type: str) -> None:
    for data in POLYGLOTS:
        reply = await post(site, data, "x.png", media_type)
        assert (reply.status_code, reply.json()["code"]) == (422, "image_refused"), data


async def test_a_picture_with_a_page_in_it_is_served_as_the_picture_alone(site: Site) -> None:
    page = b"<html><script>alert(1)</script></html>"
    asset = await kept(site, samples.picture("png") + page, "x.html")
    reply = await plain_get(site, asset["url"])
    assert page not in reply.content
    assert reply.headers["content-type"] == "image/png"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert 'filename="x.png"' in reply.headers["content-disposition"]


async def test_bombs_and_animations_are_refused_before_they_are_decoded(site: Site) -> None:
    for data in (samples.bomb_png(), samples.animation("GIF"), samples.apng()):
        assert (await post(site, data)).json()["code"] == "image_refused"


async def test_a_file_over_25_mb_is_refused_with_limit_and_length(site: Site) -> None:
    reply = await post(site, bytes(UPLOAD_BYTES + 1))
    body = reply.json()
    assert (reply.status_code, body["code"]) == (413, "payload_too_large")
    assert (body["limitBytes"], body["bytes"]) == (UPLOAD_BYTES, UPLOAD_BYTES + 1)
    reply = await post(site, bytes(UPLOAD_BYTES + 100_000))
    assert reply.status_code == 413


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\cat.png", "cat.png"),
        ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie: x=1.png"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("x" * 900, "x" * 200),
    ],
)
async def test_a_name_is_only_ever_shown(site: Site, name: str, shown: str) -> None:
    assert _plain_name(name) == shown


async def test_every_inner_address_gets_the_same_answer(site: Site) -> None:
    answers = set()
    for url in INNER:
        reply = await site.client.post("/api/v1/media/upload", json={"url": url})
        body = reply.json()
        answers.add((reply.status_code, body["code"], body["detail"]))
    assert len(answers) == 1, answers
    assert next(iter(answers))[:2] == (422, "image_fetch_failed")


async def test_uploads_are_listed_page_by_page(site: Site) -> None:
    made = [(await kept(site, tiny_png(n)))["assetId"] for n in range(5)]
    found: list[str] = []
    cursor = ""
    while True:
        reply = await site.client.get(f"/api/v1/media?limit=2&cursor={cursor}")
        body = reply.json()
        found += [one["assetId"] for one in body["data"]]
        assert body["hasMore"] == (body["nextCursor"] is not None)
        if not body["hasMore"]:
            break
        cursor = body["nextCursor"]
        assert reply.headers["x-next-cursor"] == cursor
    assert found == made[::-1]
    for wrong in ("x", "W10", "WzEsMl0"):
        reply = await site.client.get(f"/api/v1/media?cursor={wrong}")
        assert (reply.status_code, reply.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("place", ["media", "assets"])
async def test_a_deleted_upload_is_gone_with_its_bytes(site: Site, place: str) -> None:
    asset = await kept(site, tiny_png(1))
    assert (await plain_get(site, asset["thumbnails"]["256"])).status_code == 200
    site.client.headers.update(await site.key())
    path = f"/api/v1/{place}/{asset['assetId']}"
    assert (await site.client.delete(path)).status_code == 204
    assert (await site.client.delete(path)).status_code == 404
    assert (await site.client.get(f"/api/v1/assets/{asset['assetId']}")).status_code == 404
    assert (await site.client.get("/api/v1/media")).json()["data"] == []
    for url in (asset["url"], asset["thumbnails"]["256"]):
        reply = await plain_get(site, url)
        assert (reply.status_code, reply.json()["code"]) == (410, "asset_deleted")
    assert [one async for one in site.house.parts.storage.entries(site.workspace_id)] == []


async def test_bytes_stay_while_another_asset_has_the_same(site: Site) -> None:
    first, second = await kept(site, tiny_png(1)), await kept(site, tiny_png(1))
    assert first["sha256"] == second["sha256"]
    await site.client.delete(f"/api/v1/media/{first['assetId']}")
    assert (await site.client.get(path_of(second["url"]))).status_code == 200
    assert (await site.client.get(path_of(first["url"]))).status_code == 410
    await site.client.delete(f"/api/v1/media/{second['assetId']}")
    assert not await in_storage(site, first["sha256"])


async def test_bytes_stay_while_a_row_about_them_is_on_its_way(site: Site) -> None:
    asset = await kept(site, tiny_png(1))
    parts = site.house.parts
    key = storage_key(site.workspace_id, asset["sha256"])
    await asyncio.sleep(0.1)
    await parts.storage.put(key, tiny_png(1))
    assert (await site.client.delete(f"/api/v1/media/{asset['assetId']}")).status_code == 204
    assert await in_storage(site, asset["sha256"])


async def test_what_is_not_ours_is_not_there(site: Site) -> None:
    asset = await kept(site, tiny_png(1))
    stranger = await site.stranger()
    absent = await site.client.delete("/api/v1/media/ast_00000000000000000000000000")
    for method, path in (
        ("DELETE", f"/api/v1/media/{asset['assetId']}"),
        ("DELETE", f"/api/v1/assets/{asset['assetId']}"),
        ("GET", f"/api/v1/assets/{asset['assetId']}"),
    ):
        reply = await site.client.request(method, path, headers=stranger)
        assert (reply.status_code, reply.json()["detail"]) == (404, absent.json()["detail"])
    mine = await site.client.get("/api/v1/media", headers=stranger)
    assert mine.json()["data"] == []
    assert await in_storage(site, asset["sha256"])


@pytest.mark.parametrize(
    "id_", ["..%2f..%2fpixelmill.db", "%2e%2e", "..", "%00", "ast_%0a", "x" * 500, "*", "%ff"]
)
async def test_an_id_that_climbs_finds_nothing(site: Site, id_: str) -> None:
    for path in (f"assets/{id_}", f"assets/{id_}/content", f"assets/{id_}/thumbnail"):
        reply = await site.client.get(f"/api/v1/{path}")
        assert reply.status_code in (403, 404), (path, reply.text)
    for path in (f"media/{id_}", f"assets/{id_}"):
        assert (await site.client.delete(f"/api/v1/{path}")).status_code in (404, 405)


async def test_deleting_needs_the_right_to_write(site: Site) -> None:
    asset = await kept(site, tiny_png(1))
    reading = await site.key("workflows:read", "executions:read")
    for place in ("media", "assets"):
        reply = await site.client.delete(f"/api/v1/{place}/{asset['assetId']}", headers=reading)
        assert reply.status_code == 403
