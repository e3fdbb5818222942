"""Uploads in three steps: a signed address, the file sent there without a key, then its check.

Between the steps nothing but the file is kept: the promised id is in the signed address, and what
its sender said of the file stands in one line of JSON before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import orjson

from pixelmill.db.database import fetch_one
from pixelmill.db.statements import Row
from pixelmill.db.storing import FIND
from pixelmill.domain.values import JsonValue
from pixelmill.engine.media import AssetUnknown
from pixelmill.engine.sweeping import PENDING
from pixelmill.imaging.formats import ACCEPTED, MEDIA_TYPES, normalise_media_type
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.ids import is_id, new_id
from pixelmill.kit.problems import Problem
from pixelmill.kit.signing import sign, verify
from pixelmill.sdk.storage import ObjectMissing, StorageFull
from pixelmill.services.assets import asset_body
from pixelmill.services.house import House, Principal
from pixelmill.services.links import Links
from pixelmill.services.uploads import (
    UPLOAD_BYTES,
    NoRoom,
    PictureRefused,
    check_length,
    check_room,
    upload,
)

LIFETIME_S: Final = 15 * 60
_PURPOSE: Final = "upload"
_NAMED: Final = ("workspace", "expires", "type", "name")


class UploadLinkInvalid(Problem):
    """This address does not take an upload, or its time is over. Ask for a new one."""

    code = "upload_link_expired"
    status = 403
    title = "Upload link not valid"


class AlreadyUploaded(Problem):
    """A file was sent to this address already; it takes one. Ask for a new one."""

    code = "already_uploaded"
    status = 409
    title = "Already uploaded"


class NotUploaded(Problem):
    """Nothing was sent to the upload's address yet. PUT the file there first."""

    code = "not_uploaded"
    status = 409
    title = "Not uploaded"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a signed upload address says, proved to be ours and in time."""

    media_id: str
    workspace_id: str
    media_type: str
    name: str


async def open_upload(
    house: House,
    principal: Principal,
    *,
    name: str | None = None,
    declared: str | None = None,
    size_bytes: int | None = None,
) -> dict[str, JsonValue]:
    """A new address for one file. Raises FileTooLarge, PictureRefused, StorageQuotaReached."""
    media_type = normalise_media_type(declared or "application/octet-stream")
    if media_type not in (*MEDIA_TYPES, "application/octet-stream"):
        raise PictureRefused(
            f"Uploads are {ACCEPTED}, not {media_type[:60]}.",
            extra={"reason": "unsupported_format"},
        )
    check_length(size_bytes or 0)
    await check_room(house, principal.workspace_id, size_bytes or 0)
    media_id = new_id("ast")
    expires = house.parts.clock.now_ms() // 1000 + LIFETIME_S
    said = {
        "workspace": principal.workspace_id,
        "expires": str(expires),
        "type": media_type,
        "name": (name or "")[:200],
    }
    query = urlencode({**said, "signature": sign(house.secret, *_signed(media_id, said))})
    return {
        "uploadUrl": f"{house.public_url}/api/v1/media/uploads/{media_id}?{query}",
        "method": "PUT",
        "mediaId": media_id,
        "headers": {"Content-Type": media_type},
        "expiresAt": rfc3339(expires * 1000),
        "maxBytes": UPLOAD_BYTES,
    }


def read_ticket(house: House, media_id: str, query: Mapping[str, str]) -> Ticket:
    """What an address promises. Raises UploadLinkInvalid."""
    said = {name: query.get(name, "") for name in _NAMED}
    if not verify(house.secret, query.get("signature", ""), *_signed(media_id, said)):
        raise UploadLinkInvalid
    if int(said["expires"]) <= house.parts.clock.now_ms() // 1000:
        raise UploadLinkInvalid
    return Ticket(media_id, said["workspace"], said["type"], said["name"])


async def check_unused(house: House, ticket: Ticket) -> None:
    """Whether an address still takes its file. Raises AlreadyUploaded."""
    if await _row(house, ticket.workspace_id, ticket.media_id) is not None:
        raise AlreadyUploaded
    try:
        await house.parts.storage.head(_key(ticket.workspace_id, ticket.media_id))
    except ObjectMissing:
        return
    raise AlreadyUploaded


async def receive(house: House, ticket: Ticket, data: bytes) -> None:
    """Keep the file of an address until it is completed.

    Raises FileTooLarge, StorageQuotaReached, AlreadyUploaded, NoRoom.
    """
    check_length(len(data))
    await check_room(house, ticket.workspace_id, len(data))
    await check_unused(house, ticket)
    head = orjson.dumps({"name": ticket.name, "type": ticket.media_type})
    try:
        await house.parts.storage.put(
            _key(ticket.workspace_id, ticket.media_id), b"\n".join((head, data))
        )
    except StorageFull as error:
        raise NoRoom from error


async def complete(house: House, principal: Principal, media_id: str) -> dict[str, JsonValue]:
    """Check the file and make it an asset; a second time answers the same asset.

    Raises AssetUnknown, NotUploaded and what ``upload`` raises; a file that is refused is gone.
    """
    if not is_id(media_id, "ast"):
        raise AssetUnknown
    row = await _row(house, principal.workspace_id, media_id)
    if row is not None:
        if row["deleted_at"] is not None:
            raise AssetUnknown
        return asset_body(row, [], Links(house))
    key = _key(principal.workspace_id, media_id)
    try:
        head, _, data = (await house.parts.storage.read(key)).partition(b"\n")
    except ObjectMissing:
        raise NotUploaded from None
    said = orjson.loads(head)
    try:
        kept = await upload(
            house, principal, data, declared=said["type"], name=said["name"], asset_id=media_id
        )
    except PictureRefused:
        await house.parts.storage.delete(key)
        raise
    await house.parts.storage.delete(key)
    return kept


async def _row(house: House, workspace_id: str, media_id: str) -> Row | None:
    return await fetch_one(house.parts.database, FIND, id=media_id, workspace_id=workspace_id)


def _signed(media_id: str, said: Mapping[str, str]) -> tuple[str, ...]:
    return (_PURPOSE, media_id, *(said[name] for name in _NAMED))


def _key(workspace_id: str, media_id: str) -> str:
    return f"{PENDING}/{workspace_id}/{media_id}"
