"""Parameters that hold a picture: an asset id, a URL or a data URI becomes a stored image."""

from collections.abc import Mapping

from pixelmill.domain.graph import Node
from pixelmill.domain.values import JsonValue
from pixelmill.engine.job import Job
from pixelmill.engine.media import fetch_picture, find_asset, read_data_uri, store
from pixelmill.engine.parts import Parts
from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.strip import take_in
from pixelmill.sdk.node_type import AnyNode
from pixelmill.sdk.values import Image


async def with_pictures(
    parts: Parts, job: Job, node: Node, node_type: AnyNode, params: Mapping[str, JsonValue]
) -> dict[str, JsonValue]:
    """The parameters with their pictures stored. Raises ImageRefused, FetchFailed, AssetUnknown."""
    found = dict(params)
    for name in node_type.asset_params:
        value = found.get(name)
        if isinstance(value, str) and value:
            found[name] = await _picture(parts, job, node, value)
    return found


async def _picture(parts: Parts, job: Job, node: Node, value: str) -> Image:
    workspace_id = job.item["workspace_id"]
    if value.startswith("ast_"):
        return await find_asset(parts, workspace_id, value)
    if value.startswith("data:"):
        data, declared = read_data_uri(value)
    elif value.startswith(("https://", "http://")):
        data, declared = await fetch_picture(parts, value)
    else:
        raise ImageRefused(
            "not_an_image",
            f"'{value[:80]}' is no image: give an asset id, an https URL or a data URI.",
        )
    # A stranger's file is decoded once, in a child, before anything else relies on it.
    clean = await parts.pool.run(take_in, data, declared=declared)
    stored = await store(parts, workspace_id, clean, purpose="input")
    row = {
        **stored.row,
        "execution_id": job.item["execution_id"],
        "item_id": job.item["id"],
        "node_id": node.id,
    }
    job.record.assets.append(row)
    assert isinstance(stored.asset, Image)
    return stored.asset
