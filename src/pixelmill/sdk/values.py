"""What travels along edges: images and masks by reference; text, numbers and JSON by value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

JsonValue: TypeAlias = Any
"""A JSON value: None, bool, int, float, str, list or dict of such."""


@dataclass(frozen=True, slots=True)
class Image:
    """A stored picture. Sizes are pixels; ``size_bytes`` is the encoded length."""

    asset_id: str
    sha256: str
    media_type: str
    width: int
    height: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Mask:
    """A stored single-channel picture: white keeps, black removes."""

    asset_id: str
    sha256: str
    media_type: str
    width: int
    height: int
    size_bytes: int


Asset: TypeAlias = Image | Mask


def as_list(value: JsonValue) -> list[JsonValue]:
    """A port's value as a list: a list as it is, nothing as an empty one, anything else alone."""
    if isinstance(value, (list, tuple)):
        return list(cast("Sequence[JsonValue]", value))
    return [] if value is None else [value]
