"""Serves the pictures that answers point to; everything about one stands in its name."""

import re
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pixelmill.fakevendor import pictures
from pixelmill.fakevendor.broken import broken
from pixelmill.fakevendor.terms import Terms, new_request_id

_NAME = re.compile(r"([0-9a-f]{6})-(\d{1,5})x(\d{1,5})(?:-([a-z0-9_]+))?\.png")
_INNER = "http://169.254.169.254/latest/meta-data/"


def file_name(colour: str, size: tuple[int, int], fault: str | None = None) -> str:
    """The name under which ``FileShelf`` draws this picture, with its fault if it has one."""
    mark = f"-{fault}" if fault else ""
    return f"{colour}-{size[0]}x{size[1]}{mark}.png"


def spoilt(data: bytes, fault: str | None) -> bytes:
    """A picture as its fault leaves it."""
    match fault:
        case "bad_image":
            return pictures.garbage()
        case "bomb":
            return pictures.bomb()
        case _:
            return data


class FileShelf:
    """``GET /files/<colour>-<width>x<height>[-<fault>].png``; no key is needed or wanted."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def routes(self) -> Sequence[Route]:
        """One route."""
        return [Route("/files/{name}", self._get)]

    async def _get(self, request: Request) -> Response:
        found = _NAME.fullmatch(request.path_params["name"])
        fault = found[4] if found else None
        status = 404 if not found else 302 if fault == "redirect" else 200
        self._terms.note(request, "file", new_request_id(), status, fault=fault)
        if not found:
            return Response(status_code=404)
        if fault == "redirect":
            return RedirectResponse(_INNER, 302)
        data = spoilt(pictures.draw(found[1], int(found[2]), int(found[3])), fault)
        return broken(fault or "", data, "image/png") or Response(data, media_type="image/png")
