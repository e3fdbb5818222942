"""Pictures by signed link: whole, in part, small, and only as long as the link holds."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pixelmill.kit.canonical import sha256_hex
from pixelmill.sdk.storage import ObjectMissing
from tests.integration.api.conftest import PICTURES, Site
from tests.integration.engine.stage import tiny_png

PNG = tiny_png(7)
WEEK_S = 7 * 24 * 3600


async def uploaded(site: Site, data: bytes = PNG, name: str = "Größe 1.png") -> dict[str, Any]:
    reply = await site.client.post(
        "/api/v1/media/upload", files={"file": (name, data, "image/png")}
    )
    assert reply.status_code == 201, reply.text
    return reply.json()["data"]


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


async def plain_get(site: Site, url: str, **headers: str) -> Any:
    """A GET as a browser or curl makes it: without a key."""
    site.client.headers.pop("Authorization", None)
    return await site.client.get(path_of(url), headers=headers)


async def test_a_result_is_fetched_by_its_link_alone(working_site: Site) -> None:
    status = await working_site.finished({"prompts": ["amber vase"]}, PICTURES)
    picture = status["finalOutput"]
    reply = await plain_get(working_site, picture["url"])
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/png")
    assert len(reply.content) == picture["bytes"] == int(reply.headers["content-length"])
    assert sha256_hex(reply.content) == picture["sha256"]
    assert reply.headers["etag"] == f'"{picture["sha256"]}"'
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-security-policy"] == "default-src 'none'; sandbox"
    small = await plain_get(working_site, picture["thumbnailUrl"])
    assert (small.status_code, small.headers["content-type"]) == (200, "image/webp")
    again = await plain_get(working_site, picture["thumbnailUrl"])
    assert again.content == small.content


async def test_an_upload_is_an_asset_with_links(site: Site) -> None:
    asset = await uploaded(site)
    assert (asset["mediaType"], asset["width"], asset["height"]) == ("image/png", 1, 1)
    read = await site.client.get(f"/api/v1/assets/{asset['assetId']}")
    assert read.json()["url"] == asset["url"]
    reply = await plain_get(site, asset["url"])
    assert reply.content == PNG
    disposition = reply.headers["content-disposition"]
    assert (
        disposition == "inline; filename=\"grosse-1.png\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.png"
    )
    saved = await plain_get(site, f"{asset['url']}&download=1")
    assert saved.headers["content-disposition"].startswith("attachment; ")


NO_PICTURES = (
    (b"", "image/png"),
    (b"hello", "text/plain"),
    (PNG[:40], "image/png"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
    (PNG, "image/jpeg"),
)


async def test_what_is_no_picture_is_refused(site: Site) -> None:
    for data, declared in NO_PICTURES:
        files = {"file": ("x", data, declared)}
        reply = await site.client.post("/api/v1/media/upload", files=files)
        assert (reply.status_code, reply.json()["code"]) == (422, "image_refused"), reply.text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data; boundary=x"),
        (b"nothing", "multipart/form-data"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    ],
)
async def test_a_broken_form_is_400(site: Site, body: bytes, content_type: str) -> None:
    reply = await site.client.post(
        "/api/v1/media/upload", content=body, headers={"Content-Type": content_type}
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "invalid_form")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x.png", "http://169.254.169.254/", "ftp://x"])
async def test_an_upload_by_address_does_not_reach_inside(site: Site, url: str) -> None:
    reply = await site.client.post("/api/v1/media/upload", json={"url": url})
    assert reply.status_code == 422


async def test_a_link_that_was_changed_opens_nothing(site: Site) -> None:
    asset, other = await uploaded(site), await uploaded(site, tiny_png(8))
    path = path_of(asset["url"])
    query = parse_qs(urlsplit(path).query)
    expires, signature = query["expires"][0], query["signature"][0]
    for changed in (
        path.replace(asset["assetId"], other["assetId"]),
        path.replace(expires, str(int(expires) + 3600)),
        path.replace(signature, signature[:-2] + "AA"),
        path.replace("/content?", "/thumbnail?size=256&"),
        path.partition("&")[0],
        path.partition("?")[0],
        path.replace(expires, "soon"),
    ):
        reply = await plain_get(site, changed)
        assert (reply.status_code, reply.json()["code"]) == (403, "link_expired"), changed
    small = path_of(asset["thumbnails"]["256"])
    larger = await plain_get(site, small.replace("size=256", "size=512"))
    assert larger.status_code == 403


async def test_a_link_expires(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = await uploaded(site)
    clock = site.house.parts.clock
    now = clock.now_ms()
    for days, status in ((6.9, 200), (7.1, 403)):
        later = now + int(days * 86_400_000)
        monkeypatch.setattr(clock, "now_ms", lambda later=later: later, raising=False)
        assert (await plain_get(site, asset["url"])).status_code == status


async def test_links_stay_the_same_within_an_hour(site: Site) -> None:
    asset = await uploaded(site)
    again = await site.client.get(f"/api/v1/assets/{asset['assetId']}")
    expires = int(parse_qs(urlsplit(asset["url"]).query)["expires"][0])
    assert expires % 3600 == 0
    assert expires - site.house.parts.clock.now_ms() / 1000 >= WEEK_S
    assert again.json()["url"] == asset["url"]


RANGES = (
    ("bytes=0-3", 206, 0, 4),
    ("bytes=4-", 206, 4, len(PNG)),
    ("bytes=-4", 206, len(PNG) - 4, len(PNG)),
    ("bytes=0-99999", 206, 0, len(PNG)),
    ("bytes=-99999", 206, 0, len(PNG)),
    ("bytes=0-1,3-4", 200, 0, len(PNG)),
    ("bytes=5-2", 200, 0, len(PNG)),
    ("bytes=-", 200, 0, len(PNG)),
    ("pages=1-2", 200, 0, len(PNG)),
)


async def test_a_range_gives_that_part(site: Site) -> None:
    asset = await uploaded(site)
    for asked, status, start, end in RANGES:
        reply = await plain_get(site, asset["url"], Range=asked)
        assert (reply.status_code, reply.content) == (status, PNG[start:end]), asked
        assert int(reply.headers["content-length"]) == end - start
        if status == 206:
            assert reply.headers["content-range"] == f"bytes {start}-{end - 1}/{len(PNG)}"


async def test_ranges_and_tags_follow_the_standard(site: Site) -> None:
    asset = await uploaded(site)
    tag = f'"{asset["sha256"]}"'
    beyond = await plain_get(site, asset["url"], Range="bytes=9999-")
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(PNG)}"
    stale = await plain_get(site, asset["url"], **{"Range": "bytes=0-3", "If-Range": '"other"'})
    assert (stale.status_code, stale.content) == (200, PNG)
    same = await plain_get(site, asset["url"], **{"If-None-Match": f'W/"x", {tag}'})
    assert (same.status_code, same.content) == (304, b"")
    head = await site.client.head(path_of(asset["url"]))
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(PNG)


async def test_a_picture_whose_file_is_gone_is_404_by_name(site: Site, tmp_path: Path) -> None:
    asset = await uploaded(site)
    storage = site.house.parts.storage
    key = f"{site.workspace_id}/{asset['sha256'][:2]}/{asset['sha256']}"
    await storage.delete(key)
    with pytest.raises(ObjectMissing):
        await storage.head(key)
    for url in (asset["url"], asset["thumbnails"]["256"]):
        reply = await plain_get(site, url)
        assert (reply.status_code, reply.json()["code"]) == (404, "file_missing")
