"""The door to libvips: no cache of what users sent, no loader that was not asked for by name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pixelmill.imaging.pixels import Pixels


@cache
def vips() -> Any:
    """The pyvips module, configured once per process."""
    import pyvips

    # Operations are not repeated here, and a cached one would keep an image alive.
    pyvips.cache_set_max(0)
    pyvips.block_untrusted_set(True)
    return pyvips


def to_vips(pixels: Pixels) -> Any:
    """A vips image over the array's memory, sRGB, without a copy."""
    import numpy as np

    height, width, bands = pixels.shape
    data = np.ascontiguousarray(pixels)
    image = vips().Image.new_from_memory(data.data, width, height, bands, "uchar")
    return image.copy(interpretation="srgb")


def from_vips(image: Any) -> Pixels:
    """The pixels of an 8-bit vips image of three or four bands."""
    import numpy as np

    memory = image.write_to_memory()
    return np.frombuffer(memory, np.uint8).reshape(image.height, image.width, image.bands)
