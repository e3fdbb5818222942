"""What a node may ask of the world while it runs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar, overload

from pixelmill.sdk.values import Asset, Image, JsonValue, Mask

R = TypeVar("R")


class NodeContext(Protocol):
    """The only way of a node to the world; one context serves one node run."""

    @property
    def seed(self) -> int:
        """The seed of this node run, 0 to 2^31 - 1."""
        ...

    async def generate(
        self, model: str, params: Mapping[str, JsonValue], images: Sequence[Image] = ()
    ) -> list[Image]:
        """Let a model of the catalog draw or edit; its pictures come back stored.

        ``model`` is an id of the catalog, ``params`` are in its own words plus ``num_images``.
        """
        ...

    async def load(self, asset: Asset) -> bytes:
        """The encoded bytes of a stored image or mask."""
        ...

    @overload
    async def save(self, data: bytes, kind: type[Image] = Image) -> Image: ...
    @overload
    async def save(self, data: bytes, kind: type[Mask]) -> Mask: ...
    async def save(self, data: bytes, kind: type[Image] | type[Mask] = Image) -> Image | Mask:
        """Store encoded bytes; format and size are read from their header."""
        ...

    async def compute(self, function: Callable[..., R], *args: object, **kwargs: object) -> R:
        """Run a top-level function of the imaging floor in a child process.

        An ``Image`` or ``Mask`` among the arguments arrives there as its encoded bytes.
        Raises ComputeFailed when the child ran out of memory or time, ImageRefused as such.
        """
        ...

    def progress(self, fraction: float) -> None:
        """Tell how much is done, 0 to 1."""
        ...

    def log(self, event: str, **fields: JsonValue) -> None:
        """Write one line to the log: an event's name and its facts."""
        ...

    def warn(self, message: str) -> None:
        """Tell the person who reads the results one sentence, without failing."""
        ...
