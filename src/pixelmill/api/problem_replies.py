"""Errors as they travel: RFC 9457 bodies that also carry what older clients read."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.kit.problems import Problem

MEDIA_TYPE: Final = "application/problem+json"
OBJECT_ERRORS: Final = "2026-07"
"""The ``Api-Version`` under which ``error`` is an object and no text."""
_KIND_OF_STATUS: Final = {
    401: "authentication_error",
    402: "insufficient_credits_error",
    403: "authentication_error",
    409: "conflict_error",
    429: "rate_limit_error",
}


class NoSuchRoute(Problem):
    """There is nothing at this address. See /docs for what there is."""

    code = "not_found"
    status = 404
    title = "Not found"


class MethodNotAllowed(Problem):
    """This address does not take that method; the header 'Allow' lists those it takes."""

    code = "method_not_allowed"
    status = 405
    title = "Method not allowed"


def problem_reply(
    request: Request, problem: Problem, headers: Mapping[str, str] | None = None
) -> Response:
    """The reply that tells of a problem."""
    told = dict(headers or {})
    if problem.retry_after_s is not None:
        told["Retry-After"] = str(max(1, round(problem.retry_after_s)))
    if problem.status == 401:
        told["WWW-Authenticate"] = "Bearer"
    body = problem_body(
        problem, request_id_of(request), object_error=_wants_object(request.headers)
    )
    return Response(
        orjson.dumps(body), status_code=problem.status, headers=told, media_type=MEDIA_TYPE
    )


def problem_body(problem: Problem, request_id: str, *, object_error: bool) -> dict[str, Any]:
    """The members of RFC 9457, and beside them ``error``, ``code``, ``requestId``, ``details``."""
    error: Any = problem.detail
    if object_error:
        kind = _KIND_OF_STATUS.get(
            problem.status, "api_error" if problem.status >= 500 else "invalid_request_error"
        )
        error = {"type": kind, "code": problem.code, "message": problem.detail}
    return {
        "type": f"/docs/errors#{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        **problem.extra,
        "error": error,
        "code": problem.code,
        "requestId": request_id,
        "details": [{"path": one.path, "message": one.message} for one in problem.details],
    }


def request_id_of(request: Request) -> str:
    """The id of this request, as the reply's ``X-Request-Id`` will say it."""
    return str(request.scope.get("request_id", ""))


def _wants_object(headers: Mapping[str, str]) -> bool:
    return headers.get("api-version") == OBJECT_ERRORS
