"""Stored pictures: what is known of them, and small versions made when first asked for."""

import asyncio
from typing import Any, Final

from sqlalchemy import bindparam, select

from pixelmill.db.database import fetch_one
from pixelmill.db.statements import Row, Statement
from pixelmill.db.tables.assets import asset_sources, assets
from pixelmill.domain.asset import THUMBNAIL_SIDES, AssetKind, small_key, storage_key
from pixelmill.domain.values import JsonValue
from pixelmill.engine.media import AssetUnknown
from pixelmill.imaging.thumbnail import thumbnail
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.naming import slug
from pixelmill.kit.problems import Problem
from pixelmill.sdk.storage import ObjectMissing
from pixelmill.services.house import House, Principal
from pixelmill.services.links import LIFETIME_S, Links

EXTENSIONS: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
    "image/svg+xml": "svg",
}

FIND = Statement(select(assets).where(assets.c.id == bindparam("id")))
SOURCES = Statement(
    select(asset_sources.c.source_id)
    .where(asset_sources.c.asset_id == bindparam("id"))
    .order_by(asset_sources.c.source_id)
)


class AssetGone(Problem):
    """This picture was deleted."""

    code = "asset_deleted"
    status = 410
    title = "Asset deleted"


async def read_asset(house: House, principal: Principal, asset_id: str) -> dict[str, JsonValue]:
    """What is known of an asset of this workspace. Raises AssetUnknown."""
    row = await find_own(house, principal, asset_id)
    sources = await house.parts.database.fetch(SOURCES, id=asset_id)
    return asset_body(row, [source["source_id"] for source in sources], Links(house))


async def find_own(house: House, principal: Principal, asset_id: str) -> Row:
    """The row of an asset of this workspace. Raises AssetUnknown."""
    row = await fetch_one(house.parts.database, FIND, id=asset_id)
    if row is None or row["workspace_id"] != principal.workspace_id or row["deleted_at"]:
        raise AssetUnknown
    return row


async def find_linked(house: House, asset_id: str) -> Row:
    """The row of an asset whose link was proved. Raises AssetUnknown, AssetGone."""
    row = await fetch_one(house.parts.database, FIND, id=asset_id)
    if row is None:
        raise AssetUnknown
    if row["deleted_at"]:
        raise AssetGone
    return row


def asset_body(row: Row, sources: list[str], links: Links) -> dict[str, JsonValue]:
    """An asset as callers read it."""
    return {
        "id": row["id"],
        "assetId": row["id"],
        "url": links.content(row["id"]),
        "thumbnails": {str(side): links.thumbnail(row["id"], side) for side in THUMBNAIL_SIDES},
        "expiresAt": rfc3339(links.expires_s * 1000),
        "expiresInSeconds": LIFETIME_S,
        "mediaType": row["media_type"],
        "width": row["width"],
        "height": row["height"],
        "bytes": row["size_bytes"],
        "sha256": row["sha256"],
        "kind": row["kind"],
        "name": row["name"],
        "simulated": bool(row["simulated"]),
        "executionId": row["execution_id"],
        "executionRunId": row["item_id"],
        "nodeId": row["node_id"],
        "sources": list[JsonValue](sources),
        "createdAt": rfc3339(row["created_at"]),
    }


def file_name(row: Row) -> str:
    """A name to save an asset under: its own if it has one, else its id."""
    extension = EXTENSIONS.get(row["media_type"], "bin")
    name: str = row["name"] or ""
    stem = name.rpartition(".")[0] if "." in name else name
    return f"{slug(stem, 80) or row['id']}.{extension}"


def content_key(row: Row) -> str:
    """Where the bytes of an asset lie."""
    return storage_key(row["workspace_id"], row["sha256"])


RESULTS = Statement(
    select(assets).where(
        assets.c.execution_id == bindparam("execution_id"),
        assets.c.kind == AssetKind.FINAL.value,
        assets.c.deleted_at.is_(None),
    )
)


class Thumbnails:
    """Makes small pictures in the children and keeps them beside the originals.

    Several who ask for the same one wait for one making.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._making: dict[str, asyncio.Task[bytes]] = {}

    async def get(self, row: Row, side: int) -> bytes:
        """The WebP of an asset. Raises ObjectMissing, ImageRefused, ComputeKilled."""
        key = small_key(content_key(row), side)
        try:
            return await self._house.parts.storage.read(key)
        except ObjectMissing:
            pass
        task = self._making.get(key)
        if task is None:
            task = asyncio.create_task(self._make(row, side, key), name=f"thumbnail {row['id']}")
            self._making[key] = task
            task.add_done_callback(lambda _: self._making.pop(key, None))
        # Who leaves does not take the picture from the others.
        return await asyncio.shield(task)

    async def prepare(self, execution_id: str) -> None:
        """Make those that a contact sheet of this execution shows, before anybody asks."""
        rows = await self._house.parts.database.fetch(RESULTS, execution_id=execution_id)
        await asyncio.gather(*(self.get(row, THUMBNAIL_SIDES[1]) for row in rows))

    async def _make(self, row: Row, side: int, key: str) -> bytes:
        parts = self._house.parts
        data = await parts.storage.read(content_key(row))
        made: Any = await parts.pool.run(thumbnail, data, side=side)
        await parts.storage.put(key, made)
        return made
