"""Fetches and stores the pictures of a finished attempt, and records what it cost."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from pixelmill.db.statements import Row
from pixelmill.domain.graph import Node
from pixelmill.domain.node_run import AttemptState
from pixelmill.engine.failures import ProviderFailed
from pixelmill.engine.job import Job
from pixelmill.engine.media import FetchFailed, Stored, fetch_picture, store
from pixelmill.engine.parts import Parts
from pixelmill.engine.values import dump
from pixelmill.engine.vendors import Vendor
from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.probe import probe
from pixelmill.imaging.strip import strip
from pixelmill.sdk.provider import Failure, Picture, Pictures, ProviderCost, Refusal, Request
from pixelmill.sdk.values import Image

FETCHES = 3


class Finished(Protocol):
    """What is needed of a call that came to its end."""

    parts: Parts
    job: Job
    node: Node
    vendor: Vendor
    request: Request
    row: Row
    run: Row


async def keep_pictures(call: Finished, result: Pictures, sources: Sequence[Image]) -> list[Image]:
    """Store the pictures and put assets and the DONE attempt into the item's record.

    Raises ProviderFailed when a picture cannot be had or is none.
    """
    stored = [await _keep(call, picture) for picture in result.pictures]
    images = [one.asset for one in stored if isinstance(one.asset, Image)]
    record = call.job.record
    for one in stored:
        record.assets.append(placed(one.row, call.job, call.node))
        record.sources.extend(
            {"asset_id": one.asset.asset_id, "source_id": source.asset_id} for source in sources
        )
    cost = result.cost or _list_price(call.request, len(images))
    call.row |= {
        "state": AttemptState.DONE.value,
        "next_step": None,
        "result": dump(images),
        "provider_cost": cost.amount,
        "provider_currency": cost.currency,
        "cost_source": cost.source,
        "ended_at": call.parts.clock.now_ms(),
    }
    record.attempts.append(dict(call.row))
    call.run["ticket"] = call.row["ticket"] or result.request_id
    return images


def placed(row: Row, job: Job, node: Node) -> Row:
    """An asset's row with where it came from and whether it is a result or a step to one."""
    plan = job.order.plan
    final = node.id in plan.outputs or any(
        edge.target in plan.outputs and not plan.outgoing[edge.target]
        for edge in plan.outgoing[node.id]
    )
    return {
        **row,
        "kind": "final" if final else row["kind"],
        "execution_id": job.item["execution_id"],
        "item_id": job.item["id"],
        "node_id": node.id,
        "simulated": int(job.order.simulate),
    }


async def _keep(call: Finished, picture: Picture) -> Stored:
    try:
        data = _without_metadata(await _bytes_of(call, picture))
        return await store(call.parts, call.job.item["workspace_id"], data)
    except (ImageRefused, FetchFailed) as error:
        title = call.vendor.provider.title
        refusal = Refusal(Failure.BAD_RESPONSE, f"{title} did not deliver a picture: {error}")
        raise ProviderFailed(refusal, call.vendor.provider) from error


def _without_metadata(data: bytes) -> bytes:
    """What a vendor wrote beside the pixels stays out of our store. Raises ImageRefused."""
    return strip(data, probe(data).media_type) or data


async def _bytes_of(call: Finished, picture: Picture) -> bytes:
    if picture.data is not None:
        return picture.data
    for fetch in range(1, FETCHES + 1):
        try:
            data, _ = await fetch_picture(call.parts, picture.url or "", call.vendor.open_hosts)
        except FetchFailed:
            if fetch == FETCHES:
                raise
            await asyncio.sleep(0.25 * fetch)
        else:
            return data
    raise FetchFailed


def _list_price(request: Request, images: int) -> ProviderCost:
    return ProviderCost(amount=request.model.price.usd * images, source="list")
