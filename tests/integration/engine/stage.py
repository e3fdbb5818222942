"""An engine on a real database with plugs whose every step a test can script."""

import asyncio
import zlib
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from struct import pack
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from pixelmill.bootstrap import RULES, open_database
from pixelmill.db.scripts import Script, write
from pixelmill.db.statements import Row, Statement
from pixelmill.db.tables.executions import attempts, events, executions, items, node_runs
from pixelmill.db.writer import GroupWriter
from pixelmill.domain.expansion import ExecuteInputs
from pixelmill.domain.limits import BUILT_IN_PLANS, PlanLimits
from pixelmill.engine.engine import Engine, tell_hub
from pixelmill.engine.hub import Hub
from pixelmill.engine.parts import Parts
from pixelmill.engine.vendors import Vendor, VendorSettings
from pixelmill.kit.clock import Clock, SystemClock
from pixelmill.outbound import Door
from pixelmill.queue.lanes import MemoryQueues, Queues
from pixelmill.sdk.model_nodes import with_models
from pixelmill.sdk.provider import Compute, License, Model, Price, Reply, Request, Step
from pixelmill.sdk.registry import ProviderRegistry, find_nodes
from pixelmill.services.access import create_workspace
from pixelmill.services.executing import Wish, execute
from pixelmill.services.house import House, Principal
from pixelmill.services.workflows import Drawing
from pixelmill.settings import Settings
from pixelmill.storage import open_storage


def tiny_png(seed: int) -> bytes:
    """One pixel whose colour is the seed: distinct bytes per seed, valid everywhere."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))

    pixel = bytes((0, seed & 255, seed >> 8 & 255, seed >> 16 & 255))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(pixel))
        + chunk(b"IEND", b"")
    )


def draw(seed: int, **_: object) -> bytes:
    """What a vendor draws here."""
    return tiny_png(seed)


class PaintParams(BaseModel):
    """The parameters of the scripted model."""

    model_config = ConfigDict(extra="ignore")
    prompt: str
    num_images: int = 1


Answer = Callable[[Request], Step]


@dataclass
class ScriptedProvider:
    """A vendor that answers by ``script`` and counts what it was asked, by prompt."""

    script: Answer | None = None
    asked: Counter[str] = field(default_factory=Counter)
    name: str = "painter"
    title: str = "Painter"
    base_url: str = ""
    auth: None = None
    hosts: tuple[str, ...] = ()
    key_page: str = ""
    concurrency: int = 100
    on_unknown: Literal["hold", "retry", "fail"] = "retry"
    models: tuple[Model, ...] = (
        Model(
            id="paint",
            provider="painter",
            vendor_id="paint-1",
            title="Paint",
            task="generate",
            params=PaintParams,
            price=Price(millicredits=1000, usd=0.01),
            license=License("none"),
            node_types=("generate:paint",),
        ),
    )

    def ask(self, request: Request) -> Step:
        """Count, then answer by the script or with a picture."""
        prompt = request.params.prompt  # type: ignore[attr-defined]
        self.asked[prompt] += 1
        return self.script(request) if self.script else picture(request)

    def read(self, reply: Reply, request: Request) -> Step:
        """No calls are made."""
        raise AssertionError(reply)


def picture(request: Request) -> Compute:
    """The work that gives this request's picture."""
    return Compute(draw, {"seed": request.seed, "prompt": ""})


class InlinePool:
    """Runs what the child pool would, here and now."""

    size = 2

    async def run(self, function: Callable[..., Any], *args: object, **kwargs: object) -> Any:
        """Call the function."""
        await asyncio.sleep(0)
        return function(*args, **kwargs)


@dataclass
class Stage:
    """The house of a test, and questions about its rows."""

    house: House
    provider: ScriptedProvider
    principal: Principal

    async def rows(self, table: Any, **where: object) -> list[Row]:
        """All rows of a table with these values, the oldest first."""
        found = await self.house.parts.database.fetch(Statement(select(table)))
        return [row for row in found if all(row[name] == value for name, value in where.items())]

    async def accept(self, prompts: list[str], **wish: Any) -> str:
        """Start an execution of prompt → paint → preview; answers its id."""
        drawing = wish.pop("drawing", None) or PAINTING
        principal = wish.pop("principal", self.principal)
        accepted = await execute(
            self.house,
            principal,
            Wish(None, ExecuteInputs(prompts=prompts), drawing=drawing, **wish),
        )
        return accepted.reply.headers["location"].rsplit("/", 1)[1]

    async def finished(self, execution_id: str, within_s: float = 20.0) -> Row:
        """The execution's row once it ended."""
        async with asyncio.timeout(within_s):
            while True:
                (row,) = await self.rows(executions, id=execution_id)
                if row["ended_at"] is not None:
                    return row
                await asyncio.sleep(0.02)

    async def until(self, condition: Callable[[], Awaitable[bool]], within_s: float = 10.0) -> None:
        """Wait until rows are as they should become."""
        async with asyncio.timeout(within_s):
            while not await condition():  # noqa: ASYNC110 - rows ring no bell
                await asyncio.sleep(0.02)

    async def items(self, execution_id: str) -> list[Row]:
        """Items in input order."""
        found = await self.rows(items, execution_id=execution_id)
        return sorted(found, key=lambda row: row["position"])

    async def node_runs(self, execution_id: str) -> list[Row]:
        """Node runs of all items."""
        return await self.rows(node_runs, execution_id=execution_id)

    async def attempts(self, execution_id: str) -> list[Row]:
        """Attempts of all items, by number."""
        found = await self.rows(attempts, execution_id=execution_id)
        return sorted(found, key=lambda row: row["attempt"])

    async def events(self, execution_id: str) -> list[Row]:
        """Events by number."""
        found = await self.rows(events, execution_id=execution_id)
        return sorted(found, key=lambda row: row["seq"])


PAINTING = Drawing(
    nodes=[
        {"id": "prompt", "data": {"nodeType": "input:text", "label": "Prompt"}},
        {"id": "paint", "data": {"nodeType": "generate:paint", "label": "Paint"}},
        {"id": "out", "data": {"nodeType": "output:preview", "label": "Result"}},
    ],
    edges=[
        {"id": "e1", "source": "prompt", "target": "paint", "targetHandle": "in-prompt"},
        {"id": "e2", "source": "paint", "target": "out"},
    ],
)


@asynccontextmanager
async def on_stage(
    database_url: str,
    provider: ScriptedProvider | None = None,
    *,
    plan: str = "self_hosted",
    granted: int = 0,
    clock: Clock | None = None,
    principal: Principal | None = None,
    working: bool = True,
    concurrency: int = 50,
    storage_url: str = "memory://",
) -> AsyncGenerator[Stage]:
    """A running engine; ``working`` False leaves items where they are."""
    provider = provider or ScriptedProvider()
    clock = clock or SystemClock()
    database = open_database(Settings(database_url=database_url), clock)
    await database.start()
    parts = _parts(database, provider, clock, storage_url)
    tell_hub(parts)
    parts.writer.start()
    if principal is None:
        workspace = await create_workspace(database, "Test", plan, granted * 1000)
        principal = Principal(workspace, plan, frozenset())
    engine = Engine(parts, _queues(database_url), concurrency=concurrency) if working else None
    if engine is not None:
        await engine.start()
    house = House(parts, engine, BUILT_IN_PLANS, b"secret", "http://pixelmill.test")
    try:
        yield Stage(house, provider, principal)
    finally:
        if engine is not None:
            await engine.stop(drain_s=2)
        await parts.writer.close()
        await parts.door.close()
        await database.close()


def _parts(database: Any, provider: ScriptedProvider, clock: Clock, storage_url: str) -> Parts:
    providers = ProviderRegistry([provider])  # type: ignore[list-item]
    vendors: Mapping[str, Vendor] = {
        provider.name: Vendor(provider, VendorSettings(), clock)  # type: ignore[arg-type]
    }
    return Parts(
        database=database,
        writer=GroupWriter(database, RULES),
        storage=open_storage(storage_url),
        door=Door(frozenset()),
        pool=InlinePool(),  # type: ignore[arg-type]
        nodes=with_models(find_nodes(), providers),
        providers=providers,
        vendors=vendors,
        hub=Hub(),
        clock=clock,
    )


def _queues(database_url: str) -> Queues:
    if database_url.startswith("sqlite"):
        return MemoryQueues()
    from pixelmill.queue.postgres import PostgresQueues

    return PostgresQueues(database_url)


def limits(**changes: Any) -> PlanLimits:
    """A plan for one test."""
    return PlanLimits("test", **changes)


async def change(stage: Stage, statement: Statement, **values: object) -> None:
    """Change rows as the services do."""

    def script() -> Script[None]:
        yield from write(statement, [values])

    await stage.house.parts.database.transact(script())
