"""The fake vendor's own levers: its log, its faults, its start as a program."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest

from pixelmill.fakevendor import FakeVendor, serving
from pixelmill.outbound import Door, OutboundReply, OutboundRequest

IMAGES = "/v1/images/generations"


async def send(door: Door, base: str, method: str, path: str, body: object = None) -> OutboundReply:
    port = int(base.rpartition(":")[2])
    json = None if body is None else orjson.dumps(body)
    opened = frozenset({("127.0.0.1", port)})
    return await door.fetch(
        OutboundRequest(method, f"{base}{path}", json=json, deadline_s=5, open_hosts=opened)
    )


async def test_the_log_is_kept_in_memory_and_as_lines(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    async with serving(FakeVendor(log_file=file, size=(8, 8))) as base, Door() as door:
        await send(door, base, "POST", IMAGES, {"prompt": "a fox", "n": 2})
        await send(door, base, "POST", IMAGES, {"prompt": "an owl [[fault:500]]"})
        document: dict[str, Any] = orjson.loads((await send(door, base, "GET", "/_calls")).body)
        assert (await send(door, base, "DELETE", "/_calls")).status == 204
        emptied = orjson.loads((await send(door, base, "GET", "/_calls")).body)
    lines = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    assert document == {"billed": 2, "calls": lines}
    assert emptied == {"billed": 0, "calls": []}
    assert [(line["status"], line["fault"], line["billed"]) for line in lines] == [
        (200, None, 2),
        (500, "500", 0),
    ]
    assert lines[0]["time"].endswith("Z")


async def test_faults_are_switched_while_it_runs() -> None:
    async with serving(FakeVendor(size=(8, 8))) as base, Door() as door:
        assert (await send(door, base, "POST", "/_faults", {"next": ["429", "ok"]})).status == 204
        statuses = [
            (await send(door, base, "POST", IMAGES, {"prompt": "x"})).status for _ in range(3)
        ]
        await send(door, base, "POST", "/_faults", {"rates": {"503": 1.0}})
        statuses.append((await send(door, base, "POST", IMAGES, {"prompt": "x"})).status)
    assert statuses == [429, 200, 200, 503]


@pytest.mark.parametrize("body", [{"rates": {"gremlin": 1}}, {"next": ["gremlin"]}, [], "x"])
async def test_nonsense_about_faults_is_a_400(body: object) -> None:
    async with serving(FakeVendor()) as base, Door() as door:
        assert (await send(door, base, "POST", "/_faults", body)).status == 400


@pytest.mark.parametrize("body", [{}, {"prompt": ""}, [], "x", {"prompt": None}])
async def test_a_call_without_a_prompt_is_a_400(body: object) -> None:
    async with serving(FakeVendor()) as base, Door() as door:
        assert (await send(door, base, "POST", IMAGES, body)).status == 400


async def test_latency_is_kept_for_many_calls_at_once() -> None:
    async with serving(FakeVendor(latency_s=0.3, size=(8, 8))) as base, Door() as door:
        loop = asyncio.get_running_loop()
        started = loop.time()
        calls = (send(door, base, "POST", IMAGES, {"prompt": str(n)}) for n in range(50))
        replies = await asyncio.gather(*calls)
        passed = loop.time() - started
    assert {reply.status for reply in replies} == {200}
    assert 0.3 <= passed < 2


async def test_two_prompts_give_two_pictures_of_the_size_they_ask_for() -> None:
    async with serving(FakeVendor()) as base, Door() as door:
        bodies = [
            (await send(door, base, "POST", IMAGES, {"prompt": prompt, "size": "32x16"})).body
            for prompt in ("fox", "owl", "fox")
        ]
    assert bodies[0] == bodies[2] != bodies[1]
    assert orjson.loads(bodies[0])["size"] == "32x16"
