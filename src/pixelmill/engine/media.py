"""Pictures in and out of storage: what arrives is checked, hashed and kept once."""

import asyncio
import base64
import binascii
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from sqlalchemy import bindparam, select

from pixelmill.db.database import fetch_one
from pixelmill.db.statements import Row, Statement
from pixelmill.db.tables.assets import assets
from pixelmill.domain.asset import storage_key
from pixelmill.engine.parts import Parts
from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.probe import probe
from pixelmill.kit.canonical import sha256_hex
from pixelmill.kit.ids import new_id
from pixelmill.kit.problems import Problem
from pixelmill.outbound import OutboundError, OutboundRequest, Refused
from pixelmill.sdk.values import Asset, Image, Mask

A = TypeVar("A", Image, Mask)
FETCH_S = 60.0
FETCH_BYTES = 64 << 20
HASH_HERE_BYTES = 64 << 10
"""Up to here hashing takes less than handing the work to a thread and back."""
FIND_ASSET = Statement(
    select(assets).where(
        assets.c.id == bindparam("id"), assets.c.workspace_id == bindparam("workspace_id")
    )
)


class AssetUnknown(Problem):
    """There is no such asset in this workspace. Upload the image, then use its id."""

    code = "asset_not_found"
    status = 404
    title = "Asset not found"


class FetchFailed(Problem):
    """The image could not be fetched from its address. Check that the address is public."""

    code = "image_fetch_failed"
    status = 422
    title = "Image not fetched"


@dataclass(frozen=True, slots=True)
class Stored:
    """A picture that lies in storage, and the row that is to be written for it."""

    asset: Image | Mask
    row: Row


async def store(
    parts: Parts,
    workspace_id: str,
    data: bytes,
    kind: type[Image] | type[Mask] = Image,
    *,
    declared: str | None = None,
    purpose: str = "intermediate",
    name: str | None = None,
) -> Stored:
    """Check the header, hash and keep the bytes. Raises ImageRefused, StorageFull."""
    facts = probe(data, declared=declared)
    if len(data) <= HASH_HERE_BYTES:
        digest = sha256_hex(data)
    else:
        digest = await asyncio.to_thread(sha256_hex, data)
    await parts.storage.put(storage_key(workspace_id, digest), data)
    asset = kind(
        asset_id=new_id("ast"),
        sha256=digest,
        media_type=facts.media_type,
        width=facts.width,
        height=facts.height,
        size_bytes=len(data),
    )
    return Stored(asset, _row(parts, workspace_id, asset, purpose, name))


async def load_bytes(parts: Parts, workspace_id: str, asset: Asset) -> bytes:
    """The encoded bytes of an asset. Raises ObjectMissing."""
    return await parts.storage.read(storage_key(workspace_id, asset.sha256))


async def find_asset(parts: Parts, workspace_id: str, asset_id: str) -> Image:
    """An asset of this workspace by its id. Raises AssetUnknown."""
    row = await fetch_one(parts.database, FIND_ASSET, id=asset_id, workspace_id=workspace_id)
    if row is None or row["deleted_at"] is not None:
        raise AssetUnknown(f"There is no asset {asset_id} in this workspace.")
    return Image(
        asset_id=row["id"],
        sha256=row["sha256"],
        media_type=row["media_type"],
        width=row["width"],
        height=row["height"],
        size_bytes=row["size_bytes"],
    )


async def fetch_picture(
    parts: Parts,
    url: str,
    open_hosts: frozenset[tuple[str, int]] = frozenset(),
    *,
    most_bytes: int = FETCH_BYTES,
) -> tuple[bytes, str | None]:
    """The bytes at a URL and the type it claims, through the guarded door. Raises FetchFailed."""
    try:
        reply = await parts.door.fetch(
            OutboundRequest(
                "GET", url, deadline_s=FETCH_S, max_bytes=most_bytes, open_hosts=open_hosts
            )
        )
    except Refused as error:
        # One sentence for all of them: nobody maps a network by comparing refusals.
        raise FetchFailed from error
    except OutboundError as error:
        raise FetchFailed(f"The image could not be fetched: {error}") from error
    if reply.status != 200:
        raise FetchFailed(f"The image's address answered {reply.status}.")
    return reply.body, reply.headers.get("content-type")


def read_data_uri(uri: str) -> tuple[bytes, str | None]:
    """The bytes of a ``data:`` URI and the type it claims (RFC 2397). Raises ImageRefused."""
    head, comma, body = uri.partition(",")
    media_type, *options = head.removeprefix("data:").split(";")
    if not comma:
        raise ImageRefused("not_an_image", "The data URI has no comma before its data.")
    try:
        data = (
            base64.b64decode(body, validate=True) if "base64" in options else unquote_to_bytes(body)
        )
    except binascii.Error as error:
        raise ImageRefused("not_an_image", "The data URI is not valid base64.") from error
    return data, media_type or None


def _row(
    parts: Parts, workspace_id: str, asset: Image | Mask, purpose: str, name: str | None
) -> Row:
    return {
        "id": asset.asset_id,
        "workspace_id": workspace_id,
        "sha256": asset.sha256,
        "media_type": asset.media_type,
        "width": asset.width,
        "height": asset.height,
        "size_bytes": asset.size_bytes,
        "kind": purpose,
        "name": name,
        "execution_id": None,
        "item_id": None,
        "node_id": None,
        "simulated": 0,
        "thumbhash": None,
        "created_at": parts.clock.now_ms(),
        "deleted_at": None,
    }
