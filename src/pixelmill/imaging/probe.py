"""Looks at an image without decoding it: safe in any process, limits before everything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pixelmill.imaging.formats import (
    ACCEPTED,
    NAME_OF_MEDIA_TYPE,
    MediaType,
    name_content,
    normalise_media_type,
    sniff,
)
from pixelmill.imaging.headers.avif import read_avif
from pixelmill.imaging.headers.gif import read_gif
from pixelmill.imaging.headers.jpeg import read_jpeg
from pixelmill.imaging.headers.png import read_png
from pixelmill.imaging.headers.webp import read_webp
from pixelmill.imaging.limits import DEFAULT_LIMITS, DecodeLimits, ImageRefused

if TYPE_CHECKING:
    from pixelmill.imaging.headers.header import Header

# Content types that claim nothing about the content.
_UNDECLARED: Final = frozenset({"", "application/octet-stream", "binary/octet-stream", "image/*"})


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of an encoded image; width and height in pixels as shown, upright."""

    media_type: MediaType
    width: int
    height: int
    has_alpha: bool
    frames: int
    bytes: int


def probe(
    data: bytes, *, limits: DecodeLimits = DEFAULT_LIMITS, declared: str | None = None
) -> ImageFacts:
    """Read an image's facts from its headers alone, without any image library.

    Args:
        data: the encoded file.
        limits: bounds applied before anything is decoded.
        declared: the media type its sender named, if any; it must match the content.

    Raises:
        ImageRefused: with one of its codes.
    """
    header = read_header(data, limits=limits, declared=declared)
    width, height = header.upright_size
    return ImageFacts(
        media_type=header.media_type,
        width=width,
        height=height,
        has_alpha=header.has_alpha,
        frames=header.frames,
        bytes=len(data),
    )


def verify(
    data: bytes, *, limits: DecodeLimits = DEFAULT_LIMITS, declared: str | None = None
) -> ImageFacts:
    """Decode an image completely and return its facts: proof that every pixel can be read.

    Raises:
        ImageRefused: as ``probe`` does, and where the pixels cannot be decoded.
    """
    from pixelmill.imaging.decode import decode

    facts = probe(data, limits=limits, declared=declared)
    decode(data, limits=limits)
    return facts


def read_header(
    data: bytes, *, limits: DecodeLimits = DEFAULT_LIMITS, declared: str | None = None
) -> Header:
    """Read and check the header that ``probe`` and the decoder both go by.

    Raises:
        ImageRefused: with one of its codes.
    """
    limits.check_bytes(len(data))
    media_type = sniff(data)
    if media_type is None:
        raise _unknown(data)
    if declared is not None:
        _check_declared(declared, media_type)
    header = _read(data, media_type, limits)
    limits.check_size(header.width, header.height)
    limits.check_frames(header.frames)
    return header


def _read(data: bytes, media_type: MediaType, limits: DecodeLimits) -> Header:
    match media_type:
        case "image/png":
            return read_png(data)
        case "image/jpeg":
            return read_jpeg(data)
        case "image/webp":
            return read_webp(data)
        case "image/gif":
            return read_gif(data, limits.max_frames)
        case "image/avif":
            return read_avif(data)


def _check_declared(declared: str, found: MediaType) -> None:
    claimed = normalise_media_type(declared)
    if claimed not in _UNDECLARED and claimed != found:
        raise ImageRefused(
            "type_mismatch",
            f"The file was sent as {claimed[:60]} but its content is {NAME_OF_MEDIA_TYPE[found]}; "
            f"send it as {found}.",
        )


def _unknown(data: bytes) -> ImageRefused:
    what = name_content(data)
    looks_like_image = what.endswith(("image", "drawing", "document", "icon file"))
    return ImageRefused(
        "unsupported_format" if looks_like_image else "not_an_image",
        f"The file is {what}; send {ACCEPTED}.",
    )
