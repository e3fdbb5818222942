"""The decoded image: an array of height x width x 3 (RGB) or 4 (RGBA) sRGB bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels: TypeAlias = NDArray[np.uint8]
    Mask: TypeAlias = NDArray[np.uint8]
    Floats: TypeAlias = NDArray[np.floating[Any]]


def size_of(pixels: Pixels) -> tuple[int, int]:
    """Width and height."""
    return int(pixels.shape[1]), int(pixels.shape[0])


def has_alpha(pixels: Pixels) -> bool:
    """Whether the array carries a fourth channel."""
    return pixels.shape[2] == 4


def with_alpha(pixels: Pixels) -> Pixels:
    """The same picture with an alpha channel, opaque if it had none."""
    import cv2

    return pixels if has_alpha(pixels) else _bytes(cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA))


def drop_opaque_alpha(pixels: Pixels) -> Pixels:
    """The same picture without its alpha channel if that hides nothing."""
    import cv2

    if has_alpha(pixels) and int(pixels[..., 3].min()) == 255:
        return _bytes(cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB))
    return pixels


def flatten(pixels: Pixels, paper: tuple[int, int, int]) -> Pixels:
    """Lay the picture on opaque paper; the result has three channels."""
    if not has_alpha(pixels):
        return pixels
    import numpy as np
    from PIL import Image

    picture = Image.fromarray(pixels)
    sheet = Image.new("RGBA", picture.size, (*paper, 255))
    sheet.alpha_composite(picture)
    return np.asarray(sheet.convert("RGB"))


def orient(pixels: Pixels, orientation: int) -> Pixels:
    """Turn stored pixels upright by EXIF orientation 1 to 8 (EXIF 2.32, 4.6.4)."""
    import numpy as np

    if orientation in (2, 5, 7):
        pixels = pixels[:, ::-1]
    elif orientation == 4:
        pixels = pixels[::-1]
    turns = {3: 2, 5: 1, 6: 3, 7: 3, 8: 1}.get(orientation, 0)
    return np.ascontiguousarray(np.rot90(pixels, turns))


def _bytes(array: object) -> Pixels:
    import numpy as np

    return np.asarray(array, dtype=np.uint8)
