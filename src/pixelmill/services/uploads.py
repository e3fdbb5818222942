"""Takes in pictures, sent or fetched: capped, decoded once, stripped of metadata, then kept."""

import re
from typing import Final

from pixelmill.db.scripts import Script
from pixelmill.db.storing import RulesOf, keep_upload, room_for
from pixelmill.domain.storage_rules import StorageRules
from pixelmill.domain.values import JsonValue
from pixelmill.engine.media import fetch_picture, store
from pixelmill.imaging.limits import DecodeLimits, ImageRefused
from pixelmill.imaging.strip import take_in
from pixelmill.kit.problems import Problem
from pixelmill.pool import ComputeKilled
from pixelmill.sdk.storage import StorageFull
from pixelmill.services.assets import asset_body
from pixelmill.services.house import House, Principal
from pixelmill.services.links import Links

UPLOAD_BYTES: Final = 25 << 20
UPLOAD_LIMITS: Final = DecodeLimits(max_bytes=UPLOAD_BYTES)
_NAME_LENGTH: Final = 200
_NOT_IN_NAMES: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class PictureRefused(Problem):
    """This file is no picture that can be used. Send PNG, JPEG, WebP, GIF or AVIF."""

    code = "image_refused"
    status = 422
    title = "Image refused"


class FileTooLarge(Problem):
    """This file is larger than an upload may be. Compress it or make it smaller."""

    code = "payload_too_large"
    status = 413
    title = "File too large"


class NoRoom(Problem):
    """The storage is full. The operator has to make room; nothing was kept."""

    code = "storage_full"
    status = 507
    title = "Storage full"


async def upload(
    house: House,
    principal: Principal,
    data: bytes,
    *,
    declared: str | None = None,
    name: str | None = None,
    asset_id: str | None = None,
) -> dict[str, JsonValue]:
    """Keep a picture for later inputs, under this id if one was promised.

    Raises FileTooLarge, PictureRefused, StorageQuotaReached, NoRoom.
    """
    check_length(len(data))
    await check_room(house, principal.workspace_id, len(data))
    parts = house.parts
    try:
        clean: bytes = await parts.pool.run(take_in, data, limits=UPLOAD_LIMITS, declared=declared)
        stored = await store(
            parts, principal.workspace_id, clean, purpose="input", name=_plain_name(name)
        )
    except ImageRefused as error:
        raise PictureRefused(str(error), extra={"reason": error.code}) from error
    except ComputeKilled as error:
        raise PictureRefused(str(error), extra={"reason": "too_expensive_to_decode"}) from error
    except StorageFull as error:
        raise NoRoom from error
    row = {**stored.row, "id": asset_id or stored.row["id"]}
    kept = await parts.database.transact(keep_upload(row, rules_in(house)))
    return asset_body(kept, [], Links(house))


async def upload_from(house: House, principal: Principal, url: str) -> dict[str, JsonValue]:
    """Fetch a picture and keep it. Raises FetchFailed and what ``upload`` raises."""
    data, declared = await fetch_picture(house.parts, url, most_bytes=UPLOAD_BYTES)
    name = url.partition("#")[0].partition("?")[0].rpartition("/")[2] or None
    return await upload(house, principal, data, declared=declared, name=name)


def check_length(length: int) -> None:
    """Raises FileTooLarge naming limit and length."""
    if length > UPLOAD_BYTES:
        raise FileTooLarge(
            f"The file has {length:,} bytes and an upload at most {UPLOAD_BYTES:,}. Compress it "
            "or make it smaller.",
            extra={"limitBytes": UPLOAD_BYTES, "bytes": length},
        )


async def check_room(house: House, workspace_id: str, size_bytes: int) -> None:
    """Whether so many more bytes fit, asked before anything is kept. Raises StorageQuotaReached."""

    def look() -> Script[None]:
        yield from room_for(workspace_id, None, size_bytes, rules_in(house))

    await house.parts.database.transact(look())


def rules_in(house: House) -> RulesOf:
    """How the rules of a workspace are read from its row."""
    return lambda row: StorageRules.read(row["settings"], house.plans.get(row["plan"]))


def _plain_name(name: str | None) -> str | None:
    """A name without folders and without signs that change how it is shown; it names no file."""
    bare = re.split(r"[/\\]", name or "")[-1]
    return _NOT_IN_NAMES.sub("", bare).strip()[:_NAME_LENGTH] or None
