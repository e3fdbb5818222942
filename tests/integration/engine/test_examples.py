"""The campaign on real models, and a thousand prompts, through the real children and the door."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from pixelmill.bootstrap import open_house
from pixelmill.db.statements import Row, Statement
from pixelmill.db.tables.executions import executions, items
from pixelmill.domain.expansion import ExecuteInputs
from pixelmill.engine.vendors import VendorSettings
from pixelmill.fakevendor.serving import serving
from pixelmill.fakevendor.vendor import FakeVendor
from pixelmill.services.access import default_workspace
from pixelmill.services.executing import Wish, execute
from pixelmill.services.house import House, Principal
from pixelmill.services.workflows import Drawing
from pixelmill.settings import Settings

CAMPAIGN = Path(__file__).parents[3] / "examples" / "campaign"
ENDED = Statement(
    select(executions.c.state, executions.c.ended_at, executions.c.credits_captured).where(
        executions.c.id == bindparam("id")
    )
)
ITEMS = Statement(
    select(items).where(items.c.execution_id == bindparam("id")).order_by(items.c.position)
)
ROWS = [
    {
        "product": product,
        "surface": "a round oak plinth",
        "mood": "soft daylight",
        "backdrop": "#22402a",
        "floor": "#12251a",
    }
    for product in ("amber serum", "plum parfum")
]


async def run(house: House, wish: Wish, within_s: float) -> tuple[Row, list[Row]]:
    """The execution's row and its items, once it ended."""
    workspace = await default_workspace(house.parts.database)
    principal = Principal(workspace["id"], workspace["plan"], frozenset())
    accepted = await execute(house, principal, wish)
    execution = accepted.reply.headers["location"].rsplit("/", 1)[1]
    async with asyncio.timeout(within_s):
        while True:
            (row,) = await house.parts.database.fetch(ENDED, id=execution)
            if row["ended_at"] is not None:
                break
            await asyncio.sleep(0.05)
    return row, await house.parts.database.fetch(ITEMS, id=execution)


def campaign(model: str) -> Drawing:
    """The campaign's drawing with one word changed."""
    text = (CAMPAIGN / "workflow.json").read_text()
    document: Mapping[str, Any] = json.loads(
        text.replace('"model": "sketch"', f'"model": "{model}"')
    )
    return Drawing(document["nodes"], document["edges"])


def picture_of(item: Row) -> Mapping[str, Any]:
    """The one picture that an item came to."""
    (value,) = item["outputs"][0]["value"].values()
    return dict(value[0] if isinstance(value, list) else value)


@pytest.mark.parametrize("model", ["flux-2-pro", "recraft-v4", "imagen-4", "nano-banana-2"])
async def test_one_word_puts_the_campaign_on_another_model(tmp_path: Path, model: str) -> None:
    vendor = FakeVendor(latency_s=0.05, size=(200, 250))
    async with serving(vendor) as url:
        settings = Settings(
            data=tmp_path, providers={"fal": VendorSettings(key="test-key", base_url=url)}
        )
        async with open_house(settings) as house:
            row, found = await run(
                house, Wish(None, ExecuteInputs(inputs=ROWS), drawing=campaign(model)), 60
            )
    assert row["state"] == "COMPLETED", [item["error"] for item in found]
    assert {picture_of(item)["mediaType"] for item in found} == {"image/webp"}
    submitted = [call for call in vendor.log.document()["calls"] if call["billed"]]
    assert sorted(call["prompt"] for call in submitted) == [
        "A amber serum on a round oak plinth, soft daylight",
        "A plum parfum on a round oak plinth, soft daylight",
    ]
    assert row["credits_captured"] > 0


async def test_a_wrong_key_says_whose_and_charges_nothing(tmp_path: Path) -> None:
    vendor = FakeVendor(rates={"401": 1.0})
    async with serving(vendor) as url:
        settings = Settings(
            data=tmp_path, providers={"fal": VendorSettings(key="wrong", base_url=url)}
        )
        async with open_house(settings) as house:
            row, found = await run(
                house, Wish(None, ExecuteInputs(inputs=ROWS), drawing=campaign("flux-2-pro")), 30
            )
    assert (row["state"], row["credits_captured"]) == ("FAILED", 0)
    assert found[0]["error"]["code"] == "provider_auth"
    assert "fal" in found[0]["error"]["message"]
    assert "wrong" not in str(found[0]["error"])


async def test_an_empty_vendor_account_is_named_as_such(tmp_path: Path) -> None:
    vendor = FakeVendor(rates={"locked": 1.0})
    async with serving(vendor) as url:
        settings = Settings(data=tmp_path, providers={"fal": VendorSettings(key="k", base_url=url)})
        async with open_house(settings) as house:
            row, found = await run(
                house, Wish(None, ExecuteInputs(inputs=ROWS), drawing=campaign("flux-2-pro")), 30
            )
    assert (row["state"], row["credits_captured"]) == ("FAILED", 0)
    assert found[0]["error"]["code"] == "provider_no_credit"
    assert found[0]["error"]["retryable"] is True


async def test_a_model_without_a_key_says_how_to_get_one(tmp_path: Path) -> None:
    async with open_house(Settings(data=tmp_path)) as house:
        _, found = await run(
            house, Wish(None, ExecuteInputs(inputs=ROWS), drawing=campaign("flux-2-pro")), 30
        )
    assert "PIXELMILL_PROVIDER_FAL_KEY" in found[0]["error"]["message"]


@pytest.mark.slow
async def test_a_thousand_prompts_give_a_thousand_pictures_in_order(tmp_path: Path) -> None:
    drawing = Drawing(
        nodes=[
            {"id": "prompt", "data": {"nodeType": "input:text", "label": "Prompt"}},
            {
                "id": "draw",
                "data": {
                    "nodeType": "generate:sketch",
                    "params": {"image_size": {"width": 256, "height": 256}},
                },
            },
        ],
        edges=[{"id": "e", "source": "prompt", "target": "draw", "targetHandle": "in-prompt"}],
    )
    prompts = [f"a vase, number {n}" for n in range(1000)]
    async with open_house(Settings(data=tmp_path)) as house:
        row, found = await run(
            house, Wish(None, ExecuteInputs(prompts=prompts), drawing=drawing), 240
        )
    assert row["state"] == "COMPLETED"
    assert [item["inputs"]["prompt"] for item in found] == prompts
    assert len({picture_of(item)["sha256"] for item in found}) == 1000
