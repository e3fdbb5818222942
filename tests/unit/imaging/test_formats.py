"""Formats are told apart by content, never by name."""

from __future__ import annotations

import pytest

from pixelmill.imaging.formats import name_content, normalise_media_type, sniff
from tests.unit.imaging.samples import picture


@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "gif", "avif"])
def test_each_format_is_known_by_its_first_bytes(name: str):
    assert sniff(picture(name)) == f"image/{name}"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "nothing"),
        (b"II*\x00rest", "a TIFF image"),
        (b"%PDF-1.7", "a PDF document"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><svg xmlns="', "an SVG drawing"),
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b'{"error": "no"}', "JSON text"),
        (b"hello there", "plain text"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "a HEIC image"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00", "a video or media file"),
        (b"\x01\x02\x03\x04", "no known image format"),
    ],
)
def test_what_is_refused_is_named(data: bytes, name: str):
    assert sniff(data) is None
    assert name_content(data) == name


def test_media_types_are_read_as_senders_write_them():
    assert normalise_media_type("Image/JPG; charset=binary") == "image/jpeg"
    assert normalise_media_type("image/x-png") == "image/png"
    assert normalise_media_type("text/html") == "text/html"
