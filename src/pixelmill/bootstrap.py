"""The composition root: the only place that knows which adapter is used."""

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from pixelmill.db import schema
from pixelmill.db.acceptance import Accept, decide_acceptance
from pixelmill.db.claims import Claim, decide_claims
from pixelmill.db.closing import Close, decide_closings
from pixelmill.db.database import Database
from pixelmill.db.records import Record, decide_records
from pixelmill.db.reopening import Reopen, decide_reopenings
from pixelmill.db.sqlite import SqliteDatabase
from pixelmill.db.writer import GroupWriter, Rule
from pixelmill.delivery.delivery import Delivery
from pixelmill.engine.engine import ALL_LANES, CONCURRENCY, Engine, tell_hub
from pixelmill.engine.hub import Hub
from pixelmill.engine.parts import Parts
from pixelmill.engine.vendors import Vendor, VendorSettings
from pixelmill.kit.clock import Clock, FileShiftedClock, SystemClock
from pixelmill.outbound import Door
from pixelmill.pool import ChildPool
from pixelmill.queue.lanes import MemoryQueues, Queues
from pixelmill.sdk.model_nodes import with_models
from pixelmill.sdk.registry import ProviderRegistry, find_nodes, find_providers
from pixelmill.sdk.storage import Storage
from pixelmill.services.event_bodies import describer
from pixelmill.services.feed import FEED
from pixelmill.services.house import House
from pixelmill.settings import BadSettings, Settings
from pixelmill.storage import open_storage

RULES: dict[type, Rule] = {
    Accept: decide_acceptance,
    Reopen: decide_reopenings,
    Close: decide_closings,
    Claim: decide_claims,
    Record: decide_records,
}
"""The kinds of hot writes, in the order in which a group decides them."""


@asynccontextmanager
async def open_house(
    settings: Settings,
    *,
    working: bool = True,
    lanes: tuple[str, ...] = ALL_LANES,
    concurrency: int = CONCURRENCY,
) -> AsyncGenerator[House]:
    """The whole installation, started; ``working`` False only accepts and tells.

    Raises BadSettings, DatabaseUnavailable. The data directory must be locked by the caller.
    """
    clock = open_clock(settings)
    secret = read_secret(settings)
    database = open_database(settings, clock)
    await migrate(settings)
    await database.start()
    parts = _parts(settings, database, clock)
    engine = (
        Engine(parts, _queues(settings), lanes=lanes, concurrency=concurrency) if working else None
    )
    house = House(
        parts=parts,
        engine=engine,
        plans=settings.plans,
        secret=secret,
        public_url=settings.public_url or f"http://{settings.host}:{settings.port}",
        simulate=settings.simulate,
    )
    parts.writer.start()
    await parts.door.start()
    if engine is not None:
        await engine.start()
    try:
        async with _delivering(house) if working else nullcontext():
            yield house
    finally:
        if engine is not None:
            await engine.stop()
        await parts.writer.close()
        await parts.pool.close()
        await parts.door.close()
        await database.close()


def database_url(settings: Settings) -> str:
    """The database's URL as SQLAlchemy and Alembic write it."""
    url = settings.database_url
    if url is None:
        return f"sqlite+aiosqlite:///{(settings.data / 'pixelmill.db').resolve()}"
    if url.startswith("sqlite:"):
        return url.replace("sqlite:", "sqlite+aiosqlite:", 1)
    if url.startswith(("postgres://", "postgresql://")):
        return f"postgresql+asyncpg://{url.split('://', 1)[1]}"
    return url


def open_database(settings: Settings, clock: Clock | None = None) -> Database:
    """The database of these settings, not yet started. Raises BadSettings."""
    clock = clock or open_clock(settings)
    url = database_url(settings)
    if url.startswith("sqlite+aiosqlite:///"):
        return SqliteDatabase(Path(url.removeprefix("sqlite+aiosqlite:///")), clock)
    if url.startswith("postgresql+asyncpg://"):
        from pixelmill.db.postgres import PostgresDatabase  # noqa: PLC0415 - not for SQLite

        return PostgresDatabase(url, clock)
    raise BadSettings(
        f"PIXELMILL_DATABASE_URL starts with sqlite:/// or postgresql://, not {url.split(':')[0]}."
    )


async def migrate(settings: Settings) -> bool:
    """Bring the database to this release's schema; answers whether anything was to be done."""
    url = database_url(settings)
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite+aiosqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        current = schema.sqlite_is_current(path)
    else:
        current = await schema.postgres_is_current(url)
    if not current:
        await asyncio.to_thread(schema.upgrade, url)
    return not current


def read_secret(settings: Settings) -> bytes:
    """The key that signs links and encrypts secrets: given, or kept in the data directory."""
    if settings.secret_key:
        return hashlib.sha256(settings.secret_key.encode()).digest()
    path = settings.data / "secret.key"
    if not path.exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    return hashlib.sha256(path.read_text(encoding="ascii").strip().encode()).digest()


def open_stored(settings: Settings) -> Storage:
    """The storage of these settings. Raises ValueError for a URL that no storage speaks."""
    return open_storage(settings.storage_url or settings.data / "assets")


def open_clock(settings: Settings) -> Clock:
    """The clock of these settings: the machine's, or the shifted one of a test."""
    return FileShiftedClock(settings.test_clock) if settings.test_clock else SystemClock()


def _queues(settings: Settings) -> Queues:
    if settings.embedded:
        return MemoryQueues()
    from pixelmill.queue.postgres import PostgresQueues  # noqa: PLC0415 - not for SQLite

    return PostgresQueues(database_url(settings))


def _parts(settings: Settings, database: Database, clock: Clock) -> Parts:
    providers = find_providers()
    writer = GroupWriter(database, RULES)
    parts = Parts(
        database=database,
        writer=writer,
        storage=open_stored(settings),
        door=Door(settings.allow_private_hosts),
        pool=ChildPool(os.cpu_count() or 2),
        nodes=with_models(find_nodes(), providers),
        providers=providers,
        vendors=_vendors(settings, providers, clock),
        hub=Hub(),
        clock=clock,
    )
    tell_hub(parts)
    return parts


@asynccontextmanager
async def _delivering(house: House) -> AsyncGenerator[None]:
    parts = house.parts
    delivery = Delivery(
        parts.database,
        parts.writer,
        parts.door,
        parts.clock,
        key=house.secret,
        describe=describer(house),
        told=lambda: parts.hub.wake(FEED),
    )
    await delivery.start()
    try:
        yield
    finally:
        await delivery.stop()


def _vendors(settings: Settings, providers: ProviderRegistry, clock: Clock) -> Mapping[str, Vendor]:
    unknown = sorted(set(settings.providers) - set(providers))
    if unknown:
        known = ", ".join(sorted(providers))
        raise BadSettings(f"There is no provider {unknown[0]!r}. Known: {known}.")
    return {
        name: Vendor(provider, settings.providers.get(name, VendorSettings()), clock)
        for name, provider in providers.items()
    }


def at_address(settings: Settings, host: str, port: int) -> Settings:
    """The settings with the address that was really bound."""
    return replace(settings, host=host, port=port)
