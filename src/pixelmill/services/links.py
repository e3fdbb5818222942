"""Signed addresses of stored pictures: good for a week, without a header, on any machine."""

from collections.abc import Mapping
from typing import Any, Final, cast

from pixelmill.domain.asset import THUMBNAIL_SIDES
from pixelmill.domain.values import JsonValue
from pixelmill.engine.values import MARK
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.signing import sign, verify
from pixelmill.services.house import House

LIFETIME_S: Final = 7 * 24 * 3600
_HOUR: Final = 3600
_PURPOSE: Final = "asset"


class Links:
    """Makes addresses that expire a week after the end of this hour.

    Rounding to the hour keeps a body the same from one read to the next, and with it its ETag.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        now_s = house.parts.clock.now_ms() // 1000
        self.expires_s = now_s - now_s % _HOUR + _HOUR + LIFETIME_S
        self._expires_at = rfc3339(self.expires_s * 1000)
        self._base = f"{house.public_url}/api/v1/assets"

    def content(self, asset_id: str) -> str:
        """The address of the picture itself."""
        signature = sign(self._house.secret, _PURPOSE, asset_id, "content", str(self.expires_s))
        return f"{self._base}/{asset_id}/content?expires={self.expires_s}&signature={signature}"

    def thumbnail(self, asset_id: str, side: int = THUMBNAIL_SIDES[0]) -> str:
        """The address of a small WebP of it."""
        variant = f"thumbnail-{side}"
        signature = sign(self._house.secret, _PURPOSE, asset_id, variant, str(self.expires_s))
        return (
            f"{self._base}/{asset_id}/thumbnail?size={side}"
            f"&expires={self.expires_s}&signature={signature}"
        )

    def asset(self, stored: Mapping[str, Any]) -> dict[str, JsonValue]:
        """A stored asset, as the engine wrote it down, with its addresses."""
        asset_id = stored["assetId"]
        return {
            "url": self.content(asset_id),
            "thumbnailUrl": self.thumbnail(asset_id, THUMBNAIL_SIDES[1]),
            "expiresAt": self._expires_at,
            "assetId": asset_id,
            "kind": stored[MARK],
            "mediaType": stored["mediaType"],
            "width": stored["width"],
            "height": stored["height"],
            "bytes": stored["bytes"],
            "sha256": stored["sha256"],
        }

    def shown(self, value: JsonValue) -> JsonValue:
        """A value with every asset in it replaced by its addresses."""
        if isinstance(value, list):
            return [self.shown(one) for one in cast("list[JsonValue]", value)]
        if not isinstance(value, dict):
            return value
        found = cast("dict[str, JsonValue]", value)
        if is_asset(found):
            return self.asset(found)
        return {key: self.shown(one) for key, one in found.items()}


def link_holds(house: House, asset_id: str, variant: str, expires: str, signature: str) -> bool:
    """Whether a signature is ours, for this, and not expired."""
    if not verify(house.secret, signature, _PURPOSE, asset_id, variant, expires):
        return False
    return int(expires) > house.parts.clock.now_ms() // 1000


def is_asset(value: JsonValue) -> bool:
    """Whether a stored value is a picture by reference."""
    return isinstance(value, dict) and MARK in value and "assetId" in value


def assets_of(value: JsonValue) -> list[dict[str, JsonValue]]:
    """Every picture by reference in a stored value, in order."""
    if isinstance(value, list):
        return [found for one in cast("list[JsonValue]", value) for found in assets_of(one)]
    if not isinstance(value, dict):
        return []
    known = cast("dict[str, JsonValue]", value)
    if is_asset(known):
        return [known]
    return [found for one in known.values() for found in assets_of(one)]
