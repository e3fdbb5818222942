"""The documentation of the API: OpenAPI, and a page to read it that loads nothing from outside."""

from typing import Any, Final

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

_TEXT: Final = {"type": "string"}
PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "An error as RFC 9457 has it, with what older clients read beside it.",
    "type": "object",
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what to do."},
        "error": {
            "description": "The same as a text; under Api-Version 2026-07 an object.",
            "anyOf": [_TEXT, {"type": "object"}],
        },
        "code": {"type": "string", "description": "Stable name of the error."},
        "requestId": _TEXT,
        "details": {
            "type": "array",
            "items": {"type": "object", "properties": {"path": _TEXT, "message": _TEXT}},
        },
    },
    "required": ["type", "title", "status", "detail", "error", "code", "requestId", "details"],
}


def add_routes(app: FastAPI) -> None:
    """The document itself is not part of what it documents."""
    app.openapi = lambda: document(app)
    app.router.add_route("/openapi.json", _openapi, include_in_schema=False)


def document(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1 of the application, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _finished(
            get_openapi(
                title="Pixelmill",
                version=app.version,
                summary="Many prompts in, finished images out.",
                routes=app.routes,
            )
        )
    return app.openapi_schema


def _finished(found: dict[str, Any]) -> dict[str, Any]:
    components = found.setdefault("components", {})
    components["schemas"] = {"Problem": PROBLEM}
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "bearerFormat": "sk-…"}
    }
    for operations in found["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            for content in operation.get("requestBody", {}).get("content", {}).values():
                components["schemas"] |= content["schema"].pop("$defs", {})
    return found


async def _openapi(request: Request) -> Response:
    return Response(orjson.dumps(request.app.openapi()), media_type="application/json")
