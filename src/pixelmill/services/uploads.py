"""Takes in pictures: sent as a file, or fetched from an address; decoded once before they count."""

from pixelmill.db.records import KEEP_ASSET
from pixelmill.db.scripts import Script, write
from pixelmill.db.statements import Row
from pixelmill.domain.values import JsonValue
from pixelmill.engine.media import fetch_picture, store
from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.probe import verify
from pixelmill.kit.problems import Problem
from pixelmill.pool import ComputeKilled
from pixelmill.sdk.storage import StorageFull
from pixelmill.services.assets import asset_body
from pixelmill.services.house import House, Principal
from pixelmill.services.links import Links


class PictureRefused(Problem):
    """This file is no picture that can be used. Send PNG, JPEG, WebP, GIF or AVIF."""

    code = "image_refused"
    status = 422
    title = "Image refused"


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
) -> dict[str, JsonValue]:
    """Keep a picture for later inputs. Raises PictureRefused, NoRoom."""
    parts = house.parts
    try:
        await parts.pool.run(verify, data, declared=declared)
        stored = await store(
            parts, principal.workspace_id, data, declared=declared, purpose="input", name=name
        )
    except ImageRefused as error:
        raise PictureRefused(str(error), extra={"reason": error.code}) from error
    except ComputeKilled as error:
        raise PictureRefused(str(error), extra={"reason": "too_expensive_to_decode"}) from error
    except StorageFull as error:
        raise NoRoom from error
    await parts.database.transact(_keep(stored.row))
    return asset_body(stored.row, [], Links(house))


async def upload_from(house: House, principal: Principal, url: str) -> dict[str, JsonValue]:
    """Fetch a picture and keep it. Raises FetchFailed, PictureRefused, NoRoom."""
    data, declared = await fetch_picture(house.parts, url)
    name = url.partition("?")[0].rpartition("/")[2][:120] or None
    return await upload(house, principal, data, declared=declared, name=name)


def _keep(row: Row) -> Script[None]:
    yield from write(KEEP_ASSET, [row])
