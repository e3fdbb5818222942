"""What clients send by mistake or on purpose: refused with a 4xx that says why, never a 500."""

import asyncio
from typing import Any

import orjson
import pytest

from tests.integration.api.conftest import TEXT, TEXTS, Site, served

EXECUTIONS = "/api/v1/executions"
JSON = {"Content-Type": "application/json"}


def chain(count: int) -> dict[str, Any]:
    return {"nodes": [{**TEXT, "id": f"n{i}"} for i in range(count)], "edges": []}


def prompts(first: str, second: str, *edges: tuple[str, str]) -> dict[str, Any]:
    """Two nodes and edges between them."""
    nodes = [{"id": "a", "data": {"nodeType": first}}, {"id": "b", "data": {"nodeType": second}}]
    wires = [
        {"id": f"e{i}", "source": source, "target": target}
        for i, (source, target) in enumerate(edges)
    ]
    return {"nodes": nodes, "edges": wires}


RAW = {
    "malformed": (b'{"nodes": [', 400, "invalid_json"),
    "not a number": (b'{"inputs": {"prompt": NaN}}', 400, "invalid_json"),
    "infinity": (b'{"inputs": {"prompt": -Infinity}}', 400, "invalid_json"),
    "not UTF-8": (b'{"inputs": {"prompt": "\xff\xfe"}}', 400, "invalid_json"),
    "half a surrogate": (b'{"inputs": {"prompt": "\\ud800"}}', 400, "invalid_json"),
    "U+0000": (b'{"inputs": {"prompt": "a\\u0000b"}}', 400, "invalid_json"),
    "nested too deep": (b'{"inputs":' + b"[" * 101 + b"]" * 101 + b"}", 400, "invalid_json"),
    "nested absurdly": (b"[" * 100_000, 400, "invalid_json"),
    "nothing": (b"", 400, "invalid_json"),
    "a list": (b"[]", 422, "invalid_field"),
    "a text": (b'"x"', 422, "invalid_field"),
    "null": (b"null", 422, "invalid_field"),
}
SHAPES: dict[str, tuple[dict[str, Any], int, str]] = {
    "an empty graph": ({"nodes": [], "edges": []}, 400, "invalid_graph"),
    "no graph": ({}, 400, "invalid_graph"),
    "an unknown node type": (
        {"nodes": [{"id": "a", "data": {"nodeType": "generate:nothing"}}], "edges": []},
        422,
        "invalid_graph",
    ),
    "a cycle": (
        prompts("edit:resize", "edit:resize", ("a", "b"), ("b", "a")),
        422,
        "invalid_graph",
    ),
    "a dangling edge": (prompts("input:text", "input:text", ("a", "z")), 422, "invalid_graph"),
    "a type mismatch": (prompts("input:text", "edit:resize", ("a", "b")), 422, "invalid_graph"),
    "101 nodes": (chain(101), 422, "invalid_graph"),
    "a node without id": (
        {"nodes": [{"data": {"nodeType": "input:text"}}], "edges": []},
        422,
        "invalid_graph",
    ),
    "an unknown input": ({**TEXTS, "inputs": {"nope": 1}}, 400, "unknown_input"),
    "nodes that are no list": ({"nodes": {}, "edges": []}, 422, "invalid_field"),
    "a node that is no object": ({"nodes": [1], "edges": []}, 422, "invalid_field"),
    "prompts that are no list": ({**TEXTS, "prompts": "a"}, 422, "invalid_field"),
    "force as a text": ({**TEXTS, "force": "yes"}, 422, "invalid_field"),
    "a negative seed": ({**TEXTS, "baseSeed": -1}, 422, "invalid_field"),
    "an absurd seed": ({**TEXTS, "baseSeed": 10**18}, 422, "invalid_field"),
    "an unknown target": (
        {**TEXTS, "prompts": ["a"], "targetNodeId": "zz"},
        422,
        "unknown_node",
    ),
    "10,001 prompts": ({**TEXTS, "prompts": ["a"] * 10_001}, 422, "too_many_items"),
}


def check(reply: Any, status: int, code: str) -> None:
    body = reply.json()
    assert (reply.status_code, body["code"]) == (status, code), reply.text[:500]
    assert reply.headers["content-type"] == "application/problem+json"
    assert isinstance(body["error"], str)
    assert body["detail"]
    assert "Traceback" not in reply.text
    assert body["requestId"] == reply.headers["x-request-id"]


@pytest.mark.parametrize("name", RAW)
async def test_what_is_no_json_object_is_refused(site: Site, name: str) -> None:
    data, status, code = RAW[name]
    check(await site.client.post(EXECUTIONS, content=data, headers=JSON), status, code)


@pytest.mark.parametrize("name", SHAPES)
async def test_what_does_not_fit_is_refused(site: Site, name: str) -> None:
    body, status, code = SHAPES[name]
    check(await site.client.post(EXECUTIONS, json=body), status, code)


async def test_the_deepest_json_that_is_taken_comes_through(site: Site) -> None:
    deep: Any = "x"
    for _ in range(95):
        deep = [deep]
    reply = await site.client.post(
        EXECUTIONS, json={**TEXTS, "prompts": ["a"], "metadata": {"deep": deep}}
    )
    assert reply.status_code == 201, reply.text
    status = await site.client.get(f"{EXECUTIONS}/{reply.json()['executionId']}")
    assert status.json()["metadata"] == {"deep": deep}


@pytest.mark.parametrize(
    "media_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"],
)
async def test_what_is_not_sent_as_json_is_415(site: Site, media_type: str | None) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    reply = await site.client.post(EXECUTIONS, content=orjson.dumps(TEXTS), headers=headers)
    check(reply, 415, "unsupported_media_type")


async def test_a_compressed_body_is_415(site: Site) -> None:
    headers = {**JSON, "Content-Encoding": "gzip"}
    check(
        await site.client.post(EXECUTIONS, content=b"x", headers=headers),
        415,
        "unsupported_media_type",
    )


async def test_a_body_that_says_it_is_too_large_is_refused_at_once(site: Site) -> None:
    headers = {**JSON, "Content-Length": str(64 << 20)}
    check(
        await site.client.post(EXECUTIONS, content=b"{}", headers=headers),
        413,
        "payload_too_large",
    )


async def test_a_chunked_body_is_cut_off_where_it_becomes_too_large(site: Site) -> None:
    async with served(site) as client, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(
            b"POST /api/v1/workflows HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/json\r\n"
            + f"Authorization: {site.client.headers['authorization']}\r\n\r\n".encode()
        )
        for _ in range(20):
            writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
            await writer.drain()
        # The body has not ended, and is answered all the same.
        status = await reader.readline()
        writer.close()
    assert status.split()[1] == b"413"


async def test_execute_takes_more_than_the_other_routes(site: Site) -> None:
    large = {**TEXTS, "prompts": ["amber " * 200] * 2_000}
    assert (await site.client.post(EXECUTIONS, json=large)).status_code == 201
    check(
        await site.client.post("/api/v1/workflows", json={"name": "W", "x": "y" * (2 << 20)}),
        413,
        "payload_too_large",
    )


async def test_under_the_newer_version_the_error_is_an_object(site: Site) -> None:
    reply = await site.client.post(EXECUTIONS, json={}, headers={"Api-Version": "2026-07"})
    error = reply.json()["error"]
    assert (error["type"], error["code"]) == ("invalid_request_error", "invalid_graph")
    assert error["message"]
