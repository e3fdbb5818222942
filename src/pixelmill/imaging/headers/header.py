"""What a header says about an image, and the bounded reader that the format readers share."""

from __future__ import annotations

from dataclasses import dataclass

from pixelmill.imaging.formats import NAME_OF_MEDIA_TYPE, MediaType
from pixelmill.imaging.limits import ImageRefused


@dataclass(frozen=True, slots=True)
class Header:
    """Facts read from a header; ``width`` and ``height`` are as stored, before ``orientation``.

    ``orientation`` is EXIF's 1 to 8; ``has_profile`` means a colour profile other than sRGB;
    ``simple`` means eight bits a channel in grey, RGB or RGBA, without surprises for a decoder.
    """

    media_type: MediaType
    width: int
    height: int
    has_alpha: bool = False
    frames: int = 1
    orientation: int = 1
    has_profile: bool = False
    simple: bool = True

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height as shown, after the orientation has been applied."""
        if self.orientation >= 5:
            return self.height, self.width
        return self.width, self.height


def truncated(media_type: MediaType, missing: str) -> ImageRefused:
    """The refusal of a file that ends before ``missing``."""
    return ImageRefused(
        "image_truncated",
        f"The {NAME_OF_MEDIA_TYPE[media_type]} file ends before {missing}; send it again whole.",
    )


def broken(media_type: MediaType, what: str) -> ImageRefused:
    """The refusal of a file that starts well and then breaks its format's rules."""
    return ImageRefused(
        "not_an_image",
        f"The file starts as {NAME_OF_MEDIA_TYPE[media_type]} but {what}; export it again.",
    )


def is_srgb_profile(profile: bytes) -> bool:
    """Whether an ICC profile calls itself sRGB, so that no conversion is needed."""
    return b"sRGB" in profile or "sRGB".encode("utf-16-be") in profile


def exif_orientation(exif: bytes) -> int:
    """Read tag 0x0112 from a TIFF block (EXIF 2.32, 4.6.4); 1 if absent or unreadable."""
    exif = exif.removeprefix(b"Exif\x00\x00")
    if exif[:4] == b"II*\x00":
        order = "little"
    elif exif[:4] == b"MM\x00*":
        order = "big"
    else:
        return 1
    directory = int.from_bytes(exif[4:8], order)
    count = min(int.from_bytes(exif[directory : directory + 2], order), 512)
    for index in range(count):
        entry = exif[directory + 2 + 12 * index : directory + 14 + 12 * index]
        if len(entry) == 12 and int.from_bytes(entry[:2], order) == 0x0112:
            value = int.from_bytes(entry[8:10], order)
            return value if 1 <= value <= 8 else 1
    return 1
