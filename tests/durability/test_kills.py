"""kill -9 at random moments of a batch: nothing lost, nothing twice, nothing paid too late.

The seed of the moments is printed; PIXELMILL_TEST_SEED repeats them.
"""

import asyncio
import os
import random
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pixelmill.fakevendor.serving import serving
from pixelmill.fakevendor.vendor import FakeVendor
from tests.durability.world import Server, finished

ITEMS = 300
KILLS = 6


def workflow(node_type: str) -> dict[str, Any]:
    """Prompt → model → result."""
    return {
        "nodes": [
            {"id": "prompt", "data": {"nodeType": "input:text", "label": "Prompt"}},
            {
                "id": "paint",
                "data": {
                    "nodeType": node_type,
                    "label": "Paint",
                    "params": {"image_size": {"width": 64, "height": 64}},
                },
            },
            {"id": "out", "data": {"nodeType": "output:preview", "label": "Result"}},
        ],
        "edges": [
            {"id": "e1", "source": "prompt", "target": "paint", "targetHandle": "in-prompt"},
            {"id": "e2", "source": "paint", "target": "out"},
        ],
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("provider", "node_type"),
    [("openai", "generate:openai_gpt_image_2"), ("fal", "generate:flux_2_pro")],
)
async def test_a_killed_server_loses_nothing_and_pays_nothing_twice(
    tmp_path: Path, provider: str, node_type: str
) -> None:
    seed = int(os.environ.get("PIXELMILL_TEST_SEED", random.randrange(10**6)))
    print(f"PIXELMILL_TEST_SEED={seed}")  # noqa: T201 - whoever repeats it needs the seed
    moments = random.Random(seed)
    vendor = FakeVendor(latency_s=0.4, dedupe=True, size=(64, 64))
    async with serving(vendor) as url:
        data, log = tmp_path / "data", tmp_path / "server.log"
        with Server(data, settings_for(provider, url), log) as server:
            await asyncio.to_thread(server.make_key)
            body = {**workflow(node_type), "prompts": [f"picture {n}" for n in range(ITEMS)]}
            execution = await asyncio.to_thread(begin, server, body)
            for _ in range(KILLS):
                await asyncio.sleep(moments.uniform(0.1, 1.2))
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            end = await finished(server, execution, within_s=120)
            items = await asyncio.to_thread(server.items, execution)
            check_results(server, end, items)
            check_payments(vendor, items)
            await asyncio.to_thread(server.stop)


def begin(server: Server, body: dict[str, Any]) -> str:
    """Start the batch; answers its id."""
    reply = server.post("/api/v1/executions", body, **{"idempotency-key": "the-batch"})
    return str(reply["executionId"])


def settings_for(provider: str, url: str) -> dict[str, str]:
    """The environment that points a provider to the fake vendor."""
    base = f"{url}/v1" if provider == "openai" else url
    return {
        f"PIXELMILL_PROVIDER_{provider.upper()}_KEY": "test-key",
        f"PIXELMILL_PROVIDER_{provider.upper()}_BASE_URL": base,
        "PIXELMILL_LOG_FORMAT": "json",
    }


def check_results(server: Server, end: dict[str, Any], items: list[dict[str, Any]]) -> None:
    """Every item ended once, completed, with its own picture, in input order."""
    assert end["status"] == "COMPLETED"
    assert end["counts"]["completed"] == ITEMS
    assert [item["inputs"]["prompt"] for item in items] == [f"picture {n}" for n in range(ITEMS)]
    assert {item["status"] for item in items} == {"COMPLETED"}
    assert len({item["id"] for item in items}) == ITEMS
    (urls,) = {len(item["outputUrls"]) for item in items}
    assert urls == 1
    for item in (items[0], items[ITEMS // 2], items[-1]):
        assert server.bytes_at(item["outputUrls"][0])[:4] == b"\x89PNG"


def check_payments(vendor: FakeVendor, items: list[dict[str, Any]]) -> None:
    """Each prompt was billed once, and nothing was paid for after its result was stored."""
    billed = Counter[str]()
    ended = {item["inputs"]["prompt"]: item["endTime"] for item in items}
    late: list[str] = []
    for call in vendor.log.document()["calls"]:
        billed[call["prompt"]] += call["billed"]
        if call["billed"] and moment(call["time"]) > moment(ended[call["prompt"]]):
            late.append(call["prompt"])
    del billed[""]
    assert late == []
    assert {prompt: count for prompt, count in billed.items() if count != 1} == {}
    assert len(billed) == ITEMS


def moment(text: str) -> datetime:
    """A time of the wire."""
    return datetime.fromisoformat(text)
