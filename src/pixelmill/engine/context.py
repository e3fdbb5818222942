"""The node's view of the world, as the engine fulfils it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import structlog

from pixelmill.db.statements import Row
from pixelmill.domain.graph import Node
from pixelmill.domain.values import JsonValue
from pixelmill.engine.calls import ModelCall
from pixelmill.engine.job import Job
from pixelmill.engine.media import load_bytes, store
from pixelmill.engine.parts import Parts
from pixelmill.engine.picking_up import placed
from pixelmill.kit.problems import Problem
from pixelmill.sdk.values import Asset, Image, Mask

log = structlog.get_logger()
R = TypeVar("R")
SEEDS = 2**31


class WorkRefused(Problem):
    """An image operation cannot work with these parameters."""

    code = "bad_parameters"
    status = 422
    title = "Bad parameters"


class Context:
    """Fulfils ``NodeContext`` for one node run. ``run`` is the row that will tell of it."""

    def __init__(
        self,
        parts: Parts,
        job: Job,
        node: Node,
        *,
        run: Row,
        seed: int,
        computing: asyncio.Semaphore,
    ) -> None:
        self._parts = parts
        self._job = job
        self._node = node
        self._run = run
        self._seed = seed
        self._computing = computing
        self._calls = 0
        self.sources: list[Asset] = []
        self.paid = False

    @property
    def seed(self) -> int:
        """The seed of this node run."""
        return self._seed

    async def generate(
        self, model: str, params: Mapping[str, JsonValue], images: Sequence[Image] = ()
    ) -> list[Image]:
        """Pictures of a model, stored: as many requests as the model needs for them."""
        most = self._parts.providers.model(model).images_per_request
        wanted = max(1, int(params.get("num_images", 1)))
        pictures: list[Image] = []
        while len(pictures) < wanted:
            await self._keep_paid()
            call = ModelCall(self._parts, self._job, self._node, self._calls, self._run)
            share = {**params, "num_images": min(most, wanted - len(pictures))}
            got = await call.pictures(model, share, images, (self._seed + self._calls) % SEEDS)
            self._calls += 1
            self.paid = True
            pictures += got[: wanted - len(pictures)]
            if not got:
                break
        return pictures

    async def load(self, asset: Asset) -> bytes:
        """The encoded bytes of a stored image or mask."""
        return await load_bytes(self._parts, self._job.item["workspace_id"], asset)

    async def save(self, data: bytes, kind: type[Image] | type[Mask] = Image) -> Any:  # noqa: ANN401 - the kind that was asked for
        """Store encoded bytes as an asset of this node."""
        stored = await store(self._parts, self._job.item["workspace_id"], data, kind)
        record = self._job.record
        record.assets.append(placed(stored.row, self._job, self._node))
        record.sources.extend(
            {"asset_id": stored.asset.asset_id, "source_id": source.asset_id}
            for source in {source.asset_id: source for source in self.sources}.values()
        )
        return stored.asset

    async def compute(self, function: Callable[..., R], *args: object, **kwargs: object) -> R:
        """Run an imaging function in a child; assets arrive there as their bytes."""
        await self._keep_paid()
        # Bytes are loaded only when a child is near, so that waiting items hold none.
        async with self._computing:
            loaded = [await self._bytes(one) for one in args]
            named = {name: await self._bytes(one) for name, one in kwargs.items()}
            try:
                return await self._parts.pool.run(partial(function, *loaded, **named))
            except ValueError as error:
                raise WorkRefused(str(error)) from error

    def progress(self, fraction: float) -> None:
        """Pass progress to whoever watches; it is not stored."""
        item = self._job.item
        self._parts.hub.tick(
            item["execution_id"],
            item["id"],
            self._node.id,
            {"progress": max(0.0, min(1.0, fraction))},
        )

    def log(self, event: str, **fields: JsonValue) -> None:
        """One line in the log, with the ids of this node run."""
        log.info(event, node_run_id=self._run["id"], item_id=self._job.item["id"], **fields)

    def warn(self, message: str) -> None:
        """A sentence beside the result."""
        self._run["warnings"] = [*(self._run["warnings"] or []), message]

    async def _bytes(self, value: object) -> object:
        if isinstance(value, (Image, Mask)):
            self.sources.append(value)
            return await self.load(value)
        return value

    async def _keep_paid(self) -> None:
        """Nothing that was paid for waits in memory while something else is awaited."""
        if self.paid:
            await self._job.flush()
            self.paid = False
