"""The image formats that are read and written, and how to tell them apart by content."""

from __future__ import annotations

from typing import Final, Literal

MediaType = Literal["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"]
OutputFormat = Literal["png", "jpeg", "webp", "avif"]

MEDIA_TYPES: Final[tuple[MediaType, ...]] = (
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/gif",
    "image/avif",
)
MEDIA_TYPE_OF_OUTPUT: Final[dict[OutputFormat, MediaType]] = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
}
EXTENSION_OF_MEDIA_TYPE: Final[dict[MediaType, str]] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
}
MEDIA_TYPE_OF_EXTENSION: Final[dict[str, MediaType]] = {
    "png": "image/png",
    "apng": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpe": "image/jpeg",
    "jfif": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "avif": "image/avif",
}
NAME_OF_MEDIA_TYPE: Final[dict[MediaType, str]] = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "image/avif": "AVIF",
}
# What senders write for the same thing.
ALIASES: Final[dict[str, MediaType]] = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/apng": "image/png",
}
ACCEPTED: Final = "PNG, JPEG, WebP, GIF or AVIF"

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"

# Files people send by mistake; named so that a refusal can say what arrived.
_KNOWN_BUT_REFUSED: Final[tuple[tuple[bytes, str], ...]] = (
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"BM", "a BMP image"),
    (b"8BPS", "a Photoshop document"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"\xc5\xd0\xd3\xc6", "an EPS document"),
    (b"SIMPLE  =", "a FITS image"),
    (b"\xff\x0a", "a JPEG XL image"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL image"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 image"),
    (b"\x00\x00\x01\x00", "an icon file"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xff\xd8", "the start of a JPEG image"),
)


def sniff(data: bytes) -> MediaType | None:
    """Tell the format of ``data`` from its first bytes, or None if it is none of ours."""
    if data.startswith(PNG_SIGNATURE):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and _is_avif(data):
        return "image/avif"
    return None


def name_content(data: bytes) -> str:
    """Say in words what ``data`` looks like, for a refusal's sentence."""
    if not data:
        return "nothing"
    for signature, name in _KNOWN_BUT_REFUSED:
        if data.startswith(signature):
            return name
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return "a HEIC image" if brand in (b"heic", b"heix", b"mif1") else "a video or media file"
    return _name_text(data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower())


def normalise_media_type(declared: str) -> str:
    """Lower-case a Content-Type, drop its parameters and resolve the common aliases."""
    bare = declared.partition(";")[0].strip().lower()
    return ALIASES.get(bare, bare)


def _is_avif(data: bytes) -> bool:
    size = min(int.from_bytes(data[:4], "big"), 512)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, size, 4))]
    return b"avif" in brands or b"avis" in brands


def _name_text(start: bytes) -> str:
    if b"<svg" in start:
        return "an SVG drawing"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<script", b"<body")):
        return "an HTML page"
    if start.startswith((b"{", b"[")):
        return "JSON text"
    if start.startswith(b"<?xml"):
        return "an XML document"
    if start and all(byte in b"\t\r\n" or 32 <= byte < 127 for byte in start):
        return "plain text"
    return "no known image format"
