"""The bytes of stored pictures by signed link: whole, in part, or small."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pixelmill.api.callers import house_of
from pixelmill.api.problem_replies import problem_reply
from pixelmill.api.queries import integer
from pixelmill.api.routes import BASE, Query, add
from pixelmill.api.tagged import matches
from pixelmill.db.statements import Row
from pixelmill.domain.asset import THUMBNAIL_SIDES
from pixelmill.imaging.limits import ImageRefused
from pixelmill.kit.problems import Problem
from pixelmill.pool import ComputeFailed, ComputeKilled
from pixelmill.sdk.storage import ObjectMissing
from pixelmill.services.assets import Thumbnails, content_key, file_name, find_linked
from pixelmill.services.links import link_holds

_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_SIGNED: Final = (
    Query("expires", "Epoch in seconds, as in the link.", {"type": "integer"}),
    Query("signature", "As in the link.", {"type": "string"}),
)
_SIZE: Final = Query(
    "size", "The longer side in pixels.", {"type": "integer", "enum": list(THUMBNAIL_SIDES)}
)
_DOWNLOAD: Final = Query("download", "1: to be saved as a file.", {"type": "string"})
_SAFE: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class LinkInvalid(Problem):
    """This link is not valid, or has expired. Read the status again: it has fresh ones."""

    code = "link_expired"
    status = 403
    title = "Link not valid"


class FileMissing(Problem):
    """The picture is known, but its file is not in the storage any more."""

    code = "file_missing"
    status = 404
    title = "File missing"


class RangeUnsatisfiable(Problem):
    """The file ends before the range begins."""

    code = "range_not_satisfiable"
    status = 416
    title = "Range not satisfiable"


class NoThumbnail(Problem):
    """No small version of this picture can be made."""

    code = "no_thumbnail"
    status = 422
    title = "No thumbnail"


def add_routes(app: FastAPI) -> None:
    """Content and thumbnails, for GET and HEAD."""
    for method, suffix in (("GET", ""), ("HEAD", "Head")):
        add(
            app, method, f"{BASE}/assets/{{id}}/content", read_content,
            name=f"getAssetContent{suffix}", summary="The picture itself, by signed link",
            tag="assets", reply="image/*", queries=(*_SIGNED, _DOWNLOAD),
            replies={206: "The part that Range asks for.", 304: "Not changed.", 410: "Deleted."},
        )  # fmt: skip
    add(
        app, "GET", f"{BASE}/assets/{{id}}/thumbnail", read_thumbnail,
        name="getAssetThumbnail", summary="A small WebP of the picture, by signed link",
        tag="assets", reply="image/webp", queries=(_SIZE, *_SIGNED),
        replies={304: "Not changed."},
    )  # fmt: skip


async def read_content(request: Request) -> Response:
    """Answers a plain GET without any header, with Range (one part) and ETag (its SHA-256)."""
    row = await _linked(request, "content")
    storage, key = house_of(request).parts.storage, content_key(row)
    try:
        size = (await storage.head(key)).size_bytes
    except ObjectMissing:
        raise FileMissing from None
    tag = f'"{row["sha256"]}"'
    headers = {**_cached(request, tag), "Accept-Ranges": "bytes"}
    if matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    headers |= {"Content-Disposition": _disposition(row, request.query_params), **_SAFE}
    start, end, status = 0, size, 200
    try:
        part = _part(request, tag, size)
    except RangeUnsatisfiable as problem:
        return problem_reply(request, problem, {"Content-Range": f"bytes */{size}"})
    if part is not None:
        (start, end), status = part, 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=row["media_type"])
    return StreamingResponse(
        storage.stream(key, start, end), status, headers, media_type=row["media_type"]
    )


async def read_thumbnail(request: Request) -> Response:
    """Made when first asked for, then kept beside the picture."""
    side = integer(request, "size", THUMBNAIL_SIDES[0], 1, max(THUMBNAIL_SIDES))
    row = await _linked(request, f"thumbnail-{side}")
    tag = f'"{row["sha256"]}-{side}"'
    headers = _cached(request, tag)
    if matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    thumbnails: Thumbnails = request.app.state.thumbnails
    try:
        data = await thumbnails.get(row, side)
    except ObjectMissing:
        raise FileMissing from None
    except (ImageRefused, ComputeKilled, ComputeFailed) as error:
        raise NoThumbnail(f"No small version can be made: {error}") from error
    return Response(data, headers={**headers, **_SAFE}, media_type="image/webp")


async def _linked(request: Request, variant: str) -> Row:
    asset_id, given = request.path_params["id"], request.query_params
    house = house_of(request)
    expires, signature = given.get("expires", ""), given.get("signature", "")
    if not link_holds(house, asset_id, variant, expires, signature):
        raise LinkInvalid
    return await find_linked(house, asset_id)


def _cached(request: Request, tag: str) -> dict[str, str]:
    """The bytes of a link never change; a cache may keep them until it expires."""
    now_s = house_of(request).parts.clock.now_ms() // 1000
    left = max(0, int(request.query_params["expires"]) - now_s)
    return {"ETag": tag, "Cache-Control": f"private, max-age={left}, immutable"}


def _disposition(row: Row, query: Mapping[str, Any]) -> str:
    """RFC 6266: a plain name for everyone and, where it differs, the whole one for the rest."""
    save = query.get("download") == "1" or row["media_type"] == "image/svg+xml"
    plain, whole = file_name(row), row["name"]
    extended = f"; filename*=UTF-8''{quote(whole, safe='')}" if whole and whole != plain else ""
    return f'{"attachment" if save else "inline"}; filename="{plain}"{extended}'


def _part(request: Request, tag: str, size: int) -> tuple[int, int] | None:
    """The one range that is asked for as [start, end), if any. Raises RangeUnsatisfiable.

    Several ranges, other units and a stale If-Range are answered with the whole (RFC 9110 §14).
    """
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or request.headers.get("if-range", tag) != tag or match[0] == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise RangeUnsatisfiable
    return start, end
