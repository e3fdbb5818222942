"""How large an image may be before anything decodes it, and the refusal that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

RefusalCode = Literal[
    "not_an_image",
    "image_truncated",
    "image_too_large",
    "too_many_frames",
    "unsupported_format",
    "type_mismatch",
]


class ImageRefused(Exception):
    """An image that is not accepted: a ``code`` for programs, a sentence for people."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        # Both go to args, so that the refusal survives the way home from a child process.
        super().__init__(code, message)
        self.code: RefusalCode = code
        self.message = message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """Upper bounds on one encoded image; sides and pixels are those of one frame."""

    max_bytes: int = 64 << 20
    max_pixels: int = 40_000_000
    max_side: int = 16_384
    max_frames: int = 1

    def check_bytes(self, count: int) -> None:
        """Refuse a file of ``count`` bytes if it is empty or over ``max_bytes``."""
        if count == 0:
            raise ImageRefused("not_an_image", "The file is empty (0 bytes); send an image.")
        if count > self.max_bytes:
            raise ImageRefused(
                "image_too_large",
                f"The file has {count:,} bytes, the limit is {self.max_bytes:,}; "
                "compress it or make it smaller.",
            )

    def check_size(self, width: int, height: int) -> None:
        """Refuse a size without pixels, over ``max_side`` or over ``max_pixels``."""
        if width < 1 or height < 1:
            raise ImageRefused(
                "not_an_image", f"The image says it is {width} x {height} pixels; it has none."
            )
        if max(width, height) > self.max_side:
            raise ImageRefused(
                "image_too_large",
                f"The image is {width:,} x {height:,} pixels, the longest side allowed is "
                f"{self.max_side:,}; make it smaller.",
            )
        if width * height > self.max_pixels:
            raise ImageRefused(
                "image_too_large",
                f"The image is {width:,} x {height:,} = {width * height:,} pixels, the limit is "
                f"{self.max_pixels:,}; make it smaller.",
            )

    def check_frames(self, frames: int) -> None:
        """Refuse an animation of more than ``max_frames`` frames."""
        if frames > self.max_frames:
            allowed = "a still image" if self.max_frames == 1 else f"{self.max_frames:,} frames"
            raise ImageRefused(
                "too_many_frames",
                f"The image has more than {self.max_frames:,} frame(s), the limit is {allowed}; "
                "send the frame you mean as a still image.",
            )


DEFAULT_LIMITS: Final = DecodeLimits()


def check_output_size(width: int, height: int, limits: DecodeLimits = DEFAULT_LIMITS) -> None:
    """Refuse to make an image that would not be accepted back.

    Raises:
        ImageRefused: ``image_too_large``, naming the size asked for.
    """
    if width < 1 or height < 1:
        raise ValueError(f"An output of {width} x {height} pixels has no pixels.")
    if max(width, height) > limits.max_side or width * height > limits.max_pixels:
        raise ImageRefused(
            "image_too_large",
            f"The result would be {width:,} x {height:,} pixels; the limits are "
            f"{limits.max_side:,} a side and {limits.max_pixels:,} in all. Ask for a smaller one.",
        )
