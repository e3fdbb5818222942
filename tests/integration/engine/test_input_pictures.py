"""A picture that comes as a parameter is taken in like an upload, whatever way it came."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pixelmill.db.tables.assets import assets
from pixelmill.domain.asset import storage_key
from pixelmill.domain.expansion import ExecuteInputs
from pixelmill.services.executing import Wish, execute
from pixelmill.services.input_files import BadInputFile, InputFiles
from pixelmill.services.workflows import Drawing
from tests.integration.engine.stage import Stage, on_stage
from tests.unit.imaging.test_strip import SECRET, telling


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with on_stage(sqlite_url) as found:
        yield found


def showing(value: str) -> Drawing:
    """An image that comes as this value, and is shown."""
    return Drawing(
        nodes=[
            {"id": "in", "data": {"nodeType": "input:image", "params": {"image": value}}},
            {"id": "out", "data": {"nodeType": "output:preview"}},
        ],
        edges=[{"id": "e", "source": "in", "target": "out"}],
    )


async def inputs_of(stage: Stage) -> list[bytes]:
    storage = stage.house.parts.storage
    return [
        await storage.read(storage_key(row["workspace_id"], row["sha256"]))
        for row in await stage.rows(assets, kind="input")
    ]


async def test_a_data_uri_is_kept_without_what_it_tells(stage: Stage) -> None:
    data = base64.b64encode(telling("jpeg")).decode()
    wish = Wish(None, ExecuteInputs(inputs={}), drawing=showing(f"data:image/jpeg;base64,{data}"))
    accepted = await execute(stage.house, stage.principal, wish)
    started = accepted.reply.headers["location"].rsplit("/", 1)[1]
    assert (await stage.finished(started))["state"] == "COMPLETED"
    (kept,) = await inputs_of(stage)
    assert SECRET not in kept


async def test_a_file_on_this_machine_is_read_once_and_kept_without_it(
    stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "a.jpg").write_bytes(telling("jpeg"))
    (tmp_path / "b.jpg").write_bytes(b"no picture")
    ids = [
        await InputFiles(stage.house, stage.principal, [tmp_path]).asset_of("a.jpg", "Row 1")
        for _ in range(2)
    ]
    assert ids[0] == ids[1]
    (kept,) = await inputs_of(stage)
    assert SECRET not in kept
    with pytest.raises(BadInputFile, match=r"b\.jpg is not usable"):
        await InputFiles(stage.house, stage.principal, [tmp_path]).asset_of("b.jpg", "Row 2")
