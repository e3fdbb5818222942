"""A node context that needs no server: assets in memory, work done at once, models that doodle."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, overload

from pixelmill.imaging.png import assemble_png
from pixelmill.imaging.probe import probe
from pixelmill.sdk.values import Asset, Image, JsonValue, Mask

R = TypeVar("R")


class FakeContext:
    """Everything a node may ask for, answered in memory; what was asked is kept to look at.

    ``asked`` holds each call of ``generate`` (model, params, images); ``warnings``, ``logged`` and
    ``fractions`` what the node told. A warning, a log line or a picture never leaves the process.
    """

    def __init__(self, seed: int = 7) -> None:
        self.seed = seed
        self.asked: list[tuple[str, Mapping[str, JsonValue], tuple[Image, ...]]] = []
        self.warnings: list[str] = []
        self.logged: list[tuple[str, Mapping[str, JsonValue]]] = []
        self.fractions: list[float] = []
        self._bytes: dict[str, bytes] = {}

    async def generate(
        self, model: str, params: Mapping[str, JsonValue], images: Sequence[Image] = ()
    ) -> list[Image]:
        """As many tiny pictures as asked for; the same request draws the same ones."""
        self.asked.append((model, dict(params), tuple(images)))
        drawn: list[Image] = []
        for index in range(int(params.get("num_images", 1))):
            words = f"{model} {sorted(params.items(), key=str)} {self.seed} {index}"
            drawn.append(await self.save(tiny_png(words)))
        return drawn

    async def load(self, asset: Asset) -> bytes:
        """The bytes that were saved."""
        return self._bytes[asset.asset_id]

    @overload
    async def save(self, data: bytes, kind: type[Image] = Image) -> Image: ...
    @overload
    async def save(self, data: bytes, kind: type[Mask]) -> Mask: ...
    async def save(self, data: bytes, kind: type[Image] | type[Mask] = Image) -> Image | Mask:
        """Keep the bytes; raises ImageRefused when they are no image."""
        facts = probe(data)
        sha256 = hashlib.sha256(data).hexdigest()
        asset_id = f"ast_{sha256[:26]}"
        self._bytes[asset_id] = data
        return kind(asset_id, sha256, facts.media_type, facts.width, facts.height, facts.bytes)

    async def compute(self, function: Callable[..., R], *args: object, **kwargs: object) -> R:
        """Call the function here and now, assets replaced by their bytes."""
        given = [self._as_sent(value) for value in args]
        return function(*given, **{name: self._as_sent(value) for name, value in kwargs.items()})

    def progress(self, fraction: float) -> None:
        """Keep the fraction."""
        self.fractions.append(fraction)

    def log(self, event: str, **fields: JsonValue) -> None:
        """Keep the line."""
        self.logged.append((event, fields))

    def warn(self, message: str) -> None:
        """Keep the sentence."""
        self.warnings.append(message)

    def _as_sent(self, value: object) -> object:
        return self._bytes[value.asset_id] if isinstance(value, (Image, Mask)) else value


def tiny_png(words: str = "", width: int = 48, height: int = 32) -> bytes:
    """A small PNG: a disc on a light ground, its colour drawn from the words."""
    disc = hashlib.sha256(words.encode()).digest()[:3]
    ground = bytes((244, 243, 240))
    reach = min(width, height) ** 2 // 9
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            inside = (2 * x - width) ** 2 + (2 * y - height) ** 2 < 4 * reach
            rows += disc if inside else ground
    return assemble_png(width, height, 3, memoryview(bytes(rows)))
