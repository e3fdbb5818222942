"""Uploads by signed address: no key on the way, one file, fifteen minutes, checked at the end."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pixelmill.services.assets import Thumbnails
from pixelmill.services.uploads import UPLOAD_BYTES
from tests.integration.api.conftest import Site, site_on
from tests.integration.api.test_assets import path_of, plain_get
from tests.integration.engine.stage import InlinePool, tiny_png
from tests.unit.imaging.test_strip import SECRET, telling

ASK = "/api/v1/media/upload-url"
COMPLETE = f"{ASK}/complete"


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """It accepts on each store; pictures are decoded in this process, which is quicker here."""
    async with site_on(database_url, tmp_path) as found:
        parts = replace(found.house.parts, pool=InlinePool())
        house = replace(found.house, parts=parts)
        found.app.state.house = house
        found.app.state.thumbnails = Thumbnails(house)
        yield replace(found, house=house)


async def asked(site: Site, **body: Any) -> dict[str, Any]:
    reply = await site.client.post(ASK, json=body)
    assert reply.status_code == 201, reply.text
    return reply.json()["data"]


async def put(site: Site, link: dict[str, Any], data: bytes, path: str = "") -> Any:
    """As a browser sends it: to the address, with the headers that came with it, and no key."""
    key = site.client.headers.pop("Authorization")
    try:
        return await site.client.request(
            link["method"],
            path or path_of(link["uploadUrl"]),
            content=data,
            headers=link["headers"],
        )
    finally:
        site.client.headers["Authorization"] = key


async def completed(site: Site, link: dict[str, Any], **headers: str) -> Any:
    return await site.client.post(COMPLETE, json={"mediaId": link["mediaId"]}, headers=headers)


async def test_a_file_goes_its_way_without_a_key(site: Site) -> None:
    link = await asked(site, fileName="../Größe.png", contentType="image/png", size=100)
    assert link["method"] == "PUT"
    assert link["headers"] == {"Content-Type": "image/png"}
    assert (await completed(site, link)).json()["code"] == "not_uploaded"
    assert (await put(site, link, telling("png"))).status_code == 204
    reply = await completed(site, link)
    assert reply.status_code == 201, reply.text
    asset = reply.json()["data"]
    assert (asset["assetId"], asset["name"]) == (link["mediaId"], "Größe.png")
    again = (await completed(site, link)).json()["data"]
    assert again["assetId"] == asset["assetId"]
    listed = (await site.client.get("/api/v1/media")).json()["data"]
    assert [one["assetId"] for one in listed] == [asset["assetId"]]
    shown = await plain_get(site, asset["url"])
    assert shown.status_code == 200
    assert SECRET not in shown.content
    assert [one async for one in site.house.parts.storage.entries("uploads")] == []


async def test_an_address_takes_one_file(site: Site) -> None:
    link = await asked(site)
    assert (await put(site, link, tiny_png(1))).status_code == 204
    reply = await put(site, link, tiny_png(2))
    assert (reply.status_code, reply.json()["code"]) == (409, "already_uploaded")
    asset = (await completed(site, link)).json()["data"]
    assert (await plain_get(site, asset["url"])).content == tiny_png(1)
    site.client.headers.update(await site.key())
    assert (await put(site, link, tiny_png(3))).status_code == 409
    await site.client.delete(f"/api/v1/media/{asset['assetId']}")
    assert (await put(site, link, tiny_png(3))).status_code == 409
    assert (await completed(site, link)).status_code == 404


async def test_an_address_that_was_changed_takes_nothing(site: Site) -> None:
    link, other = await asked(site, name="a.png"), await asked(site)
    path = path_of(link["uploadUrl"])
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    for changed in (
        path.replace(link["mediaId"], other["mediaId"]),
        path.replace(query["workspace"], "ws_other"),
        path.replace(f"expires={query['expires']}", f"expires={int(query['expires']) + 9}"),
        path.replace("expires=", "expires=x"),
        path.replace("a.png", "b.png"),
        path.replace(query["signature"], query["signature"][:-2] + "AA"),
        path.partition("?")[0],
    ):
        reply = await put(site, link, tiny_png(1), changed)
        assert (reply.status_code, reply.json()["code"]) == (403, "upload_link_expired"), changed


async def test_an_address_lasts_fifteen_minutes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await asked(site)
    clock = site.house.parts.clock
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 15 * 60_000 + 1, raising=False)
    assert (await put(site, link, tiny_png(1))).status_code == 403
    monkeypatch.setattr(clock, "now_ms", lambda: now + 14 * 60_000, raising=False)
    assert (await put(site, link, tiny_png(1))).status_code == 204


async def test_too_much_is_refused_while_it_arrives(site: Site) -> None:
    reply = await site.client.post(ASK, json={"size": UPLOAD_BYTES + 1})
    assert (reply.status_code, reply.json()["code"]) == (413, "payload_too_large")
    link = await asked(site)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield bytes(1 << 20)

    reply = await put(site, link, endless())  # type: ignore[arg-type]
    assert (reply.status_code, reply.json()["code"]) == (413, "payload_too_large")
    assert (await completed(site, link)).json()["code"] == "not_uploaded"


async def test_what_is_no_picture_is_found_out_at_the_end(site: Site) -> None:
    link = await asked(site, contentType="image/png")
    await put(site, link, b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    reply = await completed(site, link)
    assert (reply.status_code, reply.json()["code"]) == (422, "image_refused")
    assert [one async for one in site.house.parts.storage.entries("uploads")] == []
    reply = await site.client.post(ASK, json={"contentType": "image/svg+xml"})
    assert (reply.status_code, reply.json()["code"]) == (422, "image_refused")


async def test_an_upload_of_others_is_not_there(site: Site) -> None:
    link = await asked(site)
    await put(site, link, tiny_png(1))
    stranger = await site.stranger()
    theirs = await completed(site, link, **stranger)
    absent = await completed(site, {"mediaId": "ast_00000000000000000000000000"})
    assert theirs.status_code == absent.status_code
    assert theirs.json()["detail"] == absent.json()["detail"]
    for wrong in ("../../x", "ast_", "x" * 99):
        assert (await completed(site, {"mediaId": wrong})).status_code == 404
    assert (await completed(site, link)).status_code == 201
