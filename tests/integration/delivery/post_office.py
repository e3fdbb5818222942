"""A database with events to tell, and a delivery that brings them to receivers of this machine."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
from sqlalchemy import select

from pixelmill.api.app import create_app
from pixelmill.api.sign_in import SignIn
from pixelmill.bootstrap import open_house
from pixelmill.db.scripts import Script, write
from pixelmill.db.statements import Row, Statement, insert_into
from pixelmill.db.tables.executions import events
from pixelmill.delivery.delivery import Delivery
from pixelmill.kit.clock import Clock, SystemClock
from pixelmill.services.access import create_key, create_workspace, workspace_principal
from pixelmill.services.event_bodies import describer
from pixelmill.services.house import House, Principal
from pixelmill.services.webhook_endpoints import create_endpoint
from pixelmill.settings import Settings

KEEP = insert_into(events, "execution_id", "seq", "workspace_id", "type", "data", "created_at")


class LeapingClock(SystemClock):
    """The machine's clock, which a test may let leap."""

    def __init__(self) -> None:
        self._leapt_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self._leapt_ms

    def advance(self, seconds: float) -> None:
        """Leap forward."""
        self._leapt_ms += round(seconds * 1000)


@dataclass
class PostOffice:
    """A house whose delivery tests may start, stop and start again."""

    house: House
    principal: Principal
    client: httpx.AsyncClient

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Delivery]:
        """Delivery at work, until the block ends."""
        parts = self.house.parts
        delivery = Delivery(
            parts.database,
            parts.writer,
            parts.door,
            parts.clock,
            key=self.house.secret,
            describe=describer(self.house),
            told=lambda: None,
        )
        await delivery.start()
        try:
            yield delivery
        finally:
            await delivery.stop()

    async def endpoint(self, url: str, *names: str) -> tuple[str, str]:
        """A new endpoint's id and secret."""
        made = await create_endpoint(self.house, self.principal, url, names or ["*"], "")
        return made.row["id"], made.secret

    async def happen(
        self, count: int, kind: str = "item.completed", *, of: str = "exe_1", first: int = 1
    ) -> None:
        """So many events of one execution."""
        rows = [
            {
                "execution_id": of,
                "seq": first + at,
                "workspace_id": self.principal.workspace_id,
                "type": kind,
                "data": {"itemId": f"itm_{first + at}"},
                "created_at": self.house.parts.clock.now_ms(),
            }
            for at in range(count)
        ]

        def script() -> Script[None]:
            yield from write(KEEP, rows)

        await self.house.parts.database.transact(script())

    async def rows(self, table: Any, **where: object) -> list[Row]:
        """All rows of a table with these values."""
        found = await self.house.parts.database.fetch(Statement(select(table)))
        return [row for row in found if all(row[name] == value for name, value in where.items())]

    async def until(
        self, table: Any, count: int, within_s: float = 20, **where: object
    ) -> list[Row]:
        """The rows once there are so many."""
        async with asyncio.timeout(within_s):
            while len(rows := await self.rows(table, **where)) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return rows


@asynccontextmanager
async def post_office(
    database_url: str,
    data: Path,
    ports: Iterable[int] = (),
    *,
    clock: Clock | None = None,
) -> AsyncIterator[PostOffice]:
    """A post office that may call these ports of this machine, and nothing else inside."""
    settings = Settings(
        data=data,
        database_url=database_url,
        storage_url=str(data / "assets"),
        allow_private_hosts=frozenset(("127.0.0.1", port) for port in ports),
    )
    async with open_house(settings, working=False) as opened:
        house = opened
        if clock is not None:
            house.parts.database._clock = clock  # type: ignore[attr-defined]
            house = replace(house, parts=replace(house.parts, clock=clock))
        database = house.parts.database
        workspace = await create_workspace(database, "Mine")
        key = await create_key(database, workspace)
        app = create_app(house, SignIn(house, workspace))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://test",
            headers={"Authorization": f"Bearer {key.secret}"},
        ) as client:
            principal = await workspace_principal(database, workspace, frozenset())
            yield PostOffice(house, principal, client)
