"""Query parameters read by hand, and the headers that lead to the next page."""

from typing import Final

from starlette.requests import Request

from pixelmill.api.routes import Query
from pixelmill.kit.problems import Detail, Problem

LIMIT_AND_CURSOR: Final = (
    Query("limit", "How many at most.", {"type": "integer", "minimum": 1}),
    Query("cursor", "Where to go on: the cursor of the page before.", {"type": "string"}),
)


class InvalidParameter(Problem):
    """A query parameter cannot be read; see 'details'."""

    code = "invalid_parameter"
    status = 400
    title = "Invalid parameter"


def text(request: Request, name: str) -> str | None:
    """The parameter, if it is given and not empty."""
    return request.query_params.get(name) or None


def integer(request: Request, name: str, default: int, least: int, most: int) -> int:
    """The parameter as a whole number within bounds. Raises InvalidParameter."""
    given = text(request, name)
    if given is None:
        return default
    if given.isascii() and given.isdecimal() and len(given) < 10 and least <= int(given) <= most:
        return int(given)
    message = f"'{name}' is a whole number from {least} to {most}."
    raise InvalidParameter(message, details=[Detail(name, message)])


def page_links(request: Request, cursor: str | None) -> dict[str, str]:
    """``Link`` (RFC 8288) and ``X-Next-Cursor``, where there is a next page."""
    if cursor is None:
        return {}
    url = request.url.include_query_params(cursor=cursor)
    return {"Link": f'<{url}>; rel="next"', "X-Next-Cursor": cursor}
