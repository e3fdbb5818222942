"""How a route is declared: its scopes guard it, and its documentation is made of the same words."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from pixelmill.api.callers import let_in
from pixelmill.api.problem_replies import MEDIA_TYPE, problem_reply
from pixelmill.kit.problems import Problem

SCOPES: Final = "x-required-scope"
BASE: Final = "/api/v1"
_PATH_NAME: Final = re.compile(r"{(\w+)}")
_PROBLEM: Final = {
    "description": "What went wrong, and what to do.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Query:
    """A query parameter or a header of a request, as the documentation shows it."""

    name: str
    description: str
    schema: Mapping[str, Any]
    place: str = "query"

    def document(self) -> dict[str, Any]:
        """The parameter as OpenAPI has it."""
        return {
            "name": self.name,
            "in": self.place,
            "required": False,
            "description": self.description,
            "schema": dict(self.schema),
        }


class ThinRoute(APIRoute):
    """A route that is documented by FastAPI and answered without it: guard, endpoint, reply."""

    def __init__(self, path: str, endpoint: Endpoint, **settings: Any) -> None:  # noqa: ANN401 - FastAPI's own
        super().__init__(path, endpoint, **settings)
        self._answer = endpoint
        self._scopes: tuple[str, ...] = tuple((self.openapi_extra or {})[SCOPES])
        self.app = self._asgi

    async def _asgi(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            if self._scopes:
                scope["principal"] = await let_in(request, self._scopes)
            reply = await self._answer(request)
        except Problem as problem:
            reply = problem_reply(request, problem)
        # A route that tells of another window has the last word.
        for name, value in scope.get("rate_headers", {}).items():
            reply.headers.setdefault(name, value)
        await reply(scope, receive, send)


def add(
    app: FastAPI,
    method: str,
    path: str,
    endpoint: Endpoint,
    *,
    name: str,
    summary: str,
    tag: str,
    scopes: Sequence[str] = (),
    status: int = 200,
    reply: str = "application/json",
    queries: Sequence[Query] = (),
    body: type[BaseModel] | Mapping[str, Any] | None = None,
    replies: Mapping[int, str] | None = None,
) -> None:
    """Add a route; any one of ``scopes`` suffices, none makes it public. ``name`` is for ever."""
    extra: dict[str, Any] = {SCOPES: [str(scope) for scope in scopes]}
    extra["security"] = [{"key": []}] if scopes else []
    extra["parameters"] = [
        *(_path_parameter(one) for one in _PATH_NAME.findall(path)),
        *(query.document() for query in queries),
    ]
    if body is not None:
        extra["requestBody"] = {"required": True, "content": _content(body)}
    app.router.add_api_route(
        path,
        endpoint,
        methods=[method],
        operation_id=name,
        name=name,
        summary=summary,
        description=(endpoint.__doc__ or "").strip(),
        tags=[tag],
        status_code=status,
        response_class=_media(reply),
        responses=_responses(replies or {}),
        openapi_extra=extra,
        route_class_override=ThinRoute,
    )


def _responses(replies: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    others = {code: {"description": text} for code, text in replies.items()}
    return {**others, "4XX": _PROBLEM, "5XX": _PROBLEM}


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _content(body: type[BaseModel] | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(body, Mapping):
        return dict(body)
    schema = body.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    return {"application/json": {"schema": schema}}


def _media(media_type: str) -> type[Response]:
    """A class of replies that FastAPI documents with this media type."""
    return type("Reply", (Response,), {"media_type": media_type})
