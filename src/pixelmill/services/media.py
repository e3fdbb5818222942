"""The uploads of a workspace: listed page by page, and deleted like any other asset."""

from typing import Final

from pixelmill.db.storing import UPLOADS
from pixelmill.domain.values import JsonValue
from pixelmill.engine.discarding import discard
from pixelmill.engine.media import AssetUnknown
from pixelmill.kit.pages import decode_cursor, encode_cursor
from pixelmill.services.assets import asset_body, find_own
from pixelmill.services.house import House, Principal
from pixelmill.services.links import Links
from pixelmill.services.watching import BadCursor

_LAST: Final = (2**62, "")


async def list_uploads(
    house: House, principal: Principal, limit: int, cursor: str | None
) -> tuple[list[JsonValue], str | None]:
    """What was uploaded, the newest first, and the cursor of the next page. Raises BadCursor."""
    before_at, before = _LAST if cursor is None else _read_cursor(cursor)
    rows = await house.parts.database.fetch(
        UPLOADS,
        workspace_id=principal.workspace_id,
        before_at=before_at,
        before=before,
        limit=limit + 1,
    )
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = encode_cursor(rows[-1]["created_at"], rows[-1]["id"])
    links = Links(house)
    return [asset_body(row, [], links) for row in rows], following


async def delete_asset(
    house: House, principal: Principal, asset_id: str, *, uploaded: bool = False
) -> None:
    """Delete an asset of this workspace, with ``uploaded`` only an upload. Raises AssetUnknown.

    Its bytes go too, unless another asset has the same. Whoever still has a link is told.
    """
    row = await find_own(house, principal, asset_id)
    if uploaded and (row["kind"] != "input" or row["execution_id"] is not None):
        raise AssetUnknown
    await discard(house.parts.database, house.parts.storage, principal.workspace_id, [row])


def _read_cursor(cursor: str) -> tuple[int, str]:
    try:
        created_at, id_ = decode_cursor(cursor)
    except ValueError:
        raise BadCursor from None
    if not isinstance(created_at, int) or not isinstance(id_, str):
        raise BadCursor
    return created_at, id_
