"""Values of ports as JSON: assets become small objects that name what is stored."""

from collections.abc import Mapping
from typing import Any, cast

from pixelmill.sdk.values import Asset, Image, JsonValue, Mask

KINDS: dict[str, type[Image] | type[Mask]] = {"image": Image, "mask": Mask}
MARK = "asset"


def dump(value: JsonValue) -> JsonValue:
    """A value as JSON; assets, also inside lists and objects, by reference."""
    if isinstance(value, (Image, Mask)):
        return {
            MARK: "image" if isinstance(value, Image) else "mask",
            "assetId": value.asset_id,
            "sha256": value.sha256,
            "mediaType": value.media_type,
            "width": value.width,
            "height": value.height,
            "bytes": value.size_bytes,
        }
    if isinstance(value, (list, tuple)):
        return [dump(one) for one in cast("list[JsonValue]", value)]
    if isinstance(value, dict):
        return {key: dump(one) for key, one in cast("dict[str, JsonValue]", value).items()}
    return value


def load(value: JsonValue) -> JsonValue:
    """The value that ``dump`` wrote."""
    if isinstance(value, list):
        return [load(one) for one in cast("list[JsonValue]", value)]
    if not isinstance(value, dict):
        return value
    found = cast("dict[str, JsonValue]", value)
    kind = KINDS.get(cast("str", found.get(MARK, "")))
    if kind is None:
        return {key: load(one) for key, one in found.items()}
    return kind(
        asset_id=found["assetId"],
        sha256=found["sha256"],
        media_type=found["mediaType"],
        width=found["width"],
        height=found["height"],
        size_bytes=found["bytes"],
    )


def assets_in(value: JsonValue) -> list[Asset]:
    """Every asset in a value, in order."""
    if isinstance(value, (Image, Mask)):
        return [value]
    if isinstance(value, (list, tuple)):
        return [asset for one in cast("list[JsonValue]", value) for asset in assets_in(one)]
    if isinstance(value, Mapping):
        return [asset for one in cast("dict[str, Any]", value).values() for asset in assets_in(one)]
    return []


def fingerprint(value: JsonValue) -> JsonValue:
    """A value with its assets as content hashes: what a cache key may depend on."""
    if isinstance(value, (Image, Mask)):
        return {"sha256": value.sha256}
    if isinstance(value, (list, tuple)):
        return [fingerprint(one) for one in cast("list[JsonValue]", value)]
    if isinstance(value, dict):
        return {key: fingerprint(one) for key, one in cast("dict[str, JsonValue]", value).items()}
    return value
