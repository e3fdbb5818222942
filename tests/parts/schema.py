"""Makes the tables in an empty database, as the newest migration leaves them."""

from sqlalchemy.ext.asyncio import create_async_engine

from pixelmill.db.tables import metadata

DRIVERS = {"postgresql://": "postgresql+asyncpg://", "sqlite://": "sqlite+aiosqlite://"}


async def create_tables(url: str) -> None:
    """Create every table of ``pixelmill.db.tables`` at ``url``."""
    for plain, driven in DRIVERS.items():
        url = url.replace(plain, driven, 1)
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
