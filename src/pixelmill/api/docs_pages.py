"""The documentation as pages to read: every route, and every error with what to do about it."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pixelmill.api.pages import POLICY
from pixelmill.api.routes import SCOPES
from pixelmill.kit.problems import Problem

_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>{title} · Pixelmill</title>
<link rel="icon" href="/page/icon.svg">
<link rel="stylesheet" href="/page/batches.css">
<header class="bar"><a class="mark" href="/"><img src="/page/icon.svg" alt="Pixelmill" width="22"
height="22"></a><nav class="crumbs"><a href="/docs">API</a><span class="slash">/</span>
<a href="/docs/nodes">Nodes</a><span class="slash">/</span>
<a href="/docs/errors">Errors</a><span class="slash">/</span>
<a href="/openapi.json">OpenAPI</a></nav></header>
<main class="docs"><h1>{title}</h1>{body}</main>
</html>
"""


def add_routes(app: FastAPI) -> None:
    """Two pages, made of the document and of the errors themselves."""
    app.router.add_route("/docs", show_routes, include_in_schema=False)
    app.router.add_route("/docs/errors", show_errors, include_in_schema=False)


async def show_routes(request: Request) -> Response:
    """Every route by its tag."""
    document: Mapping[str, Any] = request.app.openapi()
    by_tag: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            told = "".join(_operation(method.upper(), path, operation))
            by_tag.setdefault(operation["tags"][0], []).append(told)
    body = (
        "<p>Send <code>Authorization: Bearer sk-…</code> with every request; "
        "<code>pixelmill key create</code> makes a key.</p>"
    )
    body += "".join(f"<h3>{escape(tag)}</h3>{''.join(told)}" for tag, told in by_tag.items())
    return docs_page("API", body)


async def show_errors(request: Request) -> Response:
    """Every error by its code; the ``type`` of a problem leads here."""
    del request
    told = sorted({(one.status, one.code, one.title, one().detail) for one in _kinds()})
    body = "".join(
        f'<h2 id="{escape(code)}"><code>{escape(code)}</code> {status} {escape(title)}</h2>'
        f"<p>{escape(detail)}</p>"
        for status, code, title, detail in told
    )
    return docs_page("Errors", body)


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h2 id="{escape(operation["operationId"])}">{escape(operation["summary"])}</h2>'
    yield f'<p class="path"><code>{method} {escape(path)}</code></p>'
    if operation.get("description"):
        yield f"<p>{with_code(operation['description'])}</p>"
    if operation[SCOPES]:
        scopes = " or ".join(f"<code>{escape(one)}</code>" for one in operation[SCOPES])
        yield f"<p>Scope: {scopes}</p>"
    fields = [*_parameters(operation), *_body_fields(operation)]
    if fields:
        yield f"<ul>{''.join(fields)}</ul>"


def _parameters(operation: Mapping[str, Any]) -> Iterator[str]:
    for one in operation.get("parameters", ()):
        if one["in"] != "path":
            yield _field(one["name"], one["description"], one["in"])


def _body_fields(operation: Mapping[str, Any]) -> Iterator[str]:
    content = operation.get("requestBody", {}).get("content", {})
    for media_type, one in content.items():
        for name, field in one["schema"].get("properties", {}).items():
            yield _field(name, field.get("description", ""), media_type)


def _field(name: str, description: str, place: str) -> str:
    said = f": {with_code(description)}" if description else ""
    return f"<li><code>{escape(name)}</code> <small>{escape(place)}</small>{said}</li>"


def with_code(text: str) -> str:
    """Text with ``double backticks`` as code."""
    parts = escape(text).split("``")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))


def _kinds(of: type[Problem] = Problem) -> Iterator[type[Problem]]:
    yield of
    for kind in of.__subclasses__():
        yield from _kinds(kind)


def docs_page(title: str, body: str) -> Response:
    """A page of the documentation; ``body`` is HTML whose texts are escaped."""
    headers = {"Content-Security-Policy": POLICY}
    return HTMLResponse(_PAGE.format(title=escape(title), body=body), headers=headers)
