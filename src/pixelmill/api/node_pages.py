"""The nodes as a page to read: what each does, its ports and its form, from its own signature."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, cast

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.callers import house_of
from pixelmill.api.docs_pages import docs_page, with_code
from pixelmill.services.catalog import node_catalog


def add_routes(app: FastAPI) -> None:
    """One page, made of what is installed."""
    app.router.add_route("/docs/nodes", show_nodes, include_in_schema=False)


async def show_nodes(request: Request) -> Response:
    """Every node type by its category."""
    by_category: dict[str, list[str]] = {}
    for one in node_catalog(house_of(request)):
        node = cast("Mapping[str, Any]", one)
        by_category.setdefault(node["category"], []).append("".join(_node(node)))
    body = "".join(
        f"<h3>{escape(category)}</h3>{''.join(told)}" for category, told in by_category.items()
    )
    return docs_page("Nodes", body)


def _node(node: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h2 id="{escape(node["nodeType"])}">{escape(node["label"])}</h2>'
    yield f'<p class="path"><code>{escape(node["nodeType"])}</code></p>'
    yield f"<p>{with_code(node['description'])}</p>"
    fields = [
        *(_port(port, "wire in" if port["isPort"] else "field") for port in node["inputs"]),
        *(_port(port, "wire out") for port in node["outputs"]),
    ]
    yield f"<ul>{''.join(fields)}</ul>"


def _port(port: Mapping[str, Any], place: str) -> str:
    kind = f"{port['type'].lower()}{', many' if port['many'] else ''}"
    needed = ", required" if port["required"] else ""
    said = f": {with_code(port['description'])}" if port["description"] else ""
    return (
        f"<li><code>{escape(port['id'])}</code> "
        f"<small>{escape(place)}, {escape(kind)}{needed}</small>{said}</li>"
    )
