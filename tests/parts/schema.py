"""Brings an empty database of a test to the newest schema, by the migrations themselves."""

from pixelmill.db.schema import upgrade

DRIVERS = {"postgresql://": "postgresql+asyncpg://", "sqlite://": "sqlite+aiosqlite://"}


def migrate(url: str) -> None:
    """Run every migration at ``url``, a plain address without a driver's name."""
    for plain, driven in DRIVERS.items():
        url = url.replace(plain, driven, 1)
    upgrade(url)
