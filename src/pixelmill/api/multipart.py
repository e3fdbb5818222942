"""Reads a form with files (RFC 7578) that is in memory whole, since it was capped on the way."""

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value
from typing import Final

from pixelmill.kit.problems import Problem

MULTIPART: Final = "multipart/form-data"
_MOST_PARTS: Final = 100
_BOUNDARY: Final = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)


class InvalidForm(Problem):
    """The body is no valid multipart form."""

    code = "invalid_form"
    status = 400
    title = "Invalid form"


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form; a file has a name and the type that its sender claims."""

    data: bytes
    file_name: str | None = None
    media_type: str | None = None


def read_form(body: bytes, content_type: str) -> dict[str, Part]:
    """The fields by name; of several with one name the last. Raises InvalidForm."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise InvalidForm("The header 'Content-Type' names no boundary.")
    line = b"--" + (found[1] or found[2]).encode("latin-1", "replace")
    # Before the first boundary there may be a preamble; after each comes a line end, then a part.
    pieces = (b"\r\n" + body).split(b"\r\n" + line, _MOST_PARTS + 2)
    if len(pieces) > _MOST_PARTS + 2:
        raise InvalidForm(f"A form has at most {_MOST_PARTS} fields.")
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise InvalidForm("The form does not end with its boundary: it was cut short.")
    parts = [_part(piece) for piece in pieces[1:-1]]
    return {name: part for name, part in parts if name}


def _part(piece: bytes) -> tuple[str, Part]:
    head, separator, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    if not separator or len(head) > 8192:
        raise InvalidForm("A field of the form has no headers.")
    headers = HeaderParser().parsestr(head.decode("utf-8", "replace"))
    disposition = _parameters(headers)
    media_type = headers.get("content-type")
    return disposition.get("name", ""), Part(data, disposition.get("filename"), media_type)


def _parameters(headers: Message) -> dict[str, str]:
    """The parameters of Content-Disposition; ``filename*`` (RFC 5987) wins over ``filename``."""
    given = headers.get_params(header="content-disposition", unquote=True) or []
    return {name.lower(): collapse_rfc2231_value(value) for name, value in given}
