"""What a picture tells of its maker goes; its pixels stay to the last bit."""

from __future__ import annotations

import io
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pixelmill.imaging.decode import decode
from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.probe import probe, read_header
from pixelmill.imaging.strip import MOST_PROFILE_BYTES, strip, take_in
from tests.unit.imaging import samples

SECRET = b"SECRET-DESCRIPTION"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET-DESCRIPTION</x:xmpmeta>"
LOSSLESS = ["png", "jpeg", "webp", "gif"]


def exif(orientation: int = 1) -> bytes:
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010E] = SECRET.decode()
    found.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return found.tobytes()


def telling(name: str, width: int = 64, height: int = 48, bands: int = 3) -> bytes:
    """A picture with everything in it that its format can tell, and a page behind its end."""
    picture = Image.fromarray(samples.gradient(width, height, bands))
    options: dict[str, object] = {"exif": exif()}
    if name == "png":
        info = samples.saved(picture, "png", exif=exif())
        for kind in (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"prVt"):
            info = samples.with_png_chunk(info, kind, b"Comment\0" + SECRET)
        return info + b"<script>" + SECRET
    if name == "gif":
        return samples.saved(picture.convert("P"), "gif", comment=SECRET) + SECRET
    if name == "jpeg":
        data = samples.saved(picture, "jpeg", **options, comment=SECRET, xmp=XMP)
        blocks = b"".join(
            b"\xff" + bytes([marker]) + (len(SECRET) + 2).to_bytes(2, "big") + SECRET
            for marker in (0xE0, 0xE2, 0xE5, 0xED, 0xEE, 0xEF)
        )
        return data[:2] + blocks + data[2:] + b"<html>" + SECRET
    return samples.saved(picture, name, **options, xmp=XMP, lossless=name == "webp")


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(LOSSLESS),
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    bands=st.sampled_from([3, 4]),
)
def test_pixels_are_the_same_to_the_last_bit(name: str, width: int, height: int, bands: int):
    data = telling(name, width, height, 3 if name == "jpeg" else bands)
    assert SECRET in data
    stripped = take_in(data)
    assert SECRET not in stripped
    assert len(stripped) < len(data)
    assert np.array_equal(decode(stripped), decode(data))
    assert probe(stripped).media_type == f"image/{name}"
    assert take_in(stripped) == stripped


@pytest.mark.parametrize("name", [*LOSSLESS, "avif"])
def test_a_clean_picture_stays_as_it_is(name: str):
    data = samples.picture(name)
    assert np.array_equal(decode(take_in(data)), decode(data))
    if name in ("png", "avif"):
        assert take_in(data) == data


def test_an_avif_that_tells_something_is_written_anew():
    data = telling("avif")
    assert SECRET in data
    written = take_in(data)
    assert SECRET not in written
    assert probe(written).media_type == "image/avif"
    difference = np.abs(decode(written).astype(int) - decode(data).astype(int))
    assert difference.mean() < 4


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_picture_on_its_side_is_put_upright(orientation: int):
    data = samples.turned_jpeg(orientation)
    written = take_in(data)
    assert SECRET not in written
    assert read_header(written).orientation == 1
    shown, was = decode(written), decode(data)
    assert shown.shape == was.shape
    assert np.abs(shown.astype(int) - was.astype(int)).mean() < 3


def test_a_picture_that_is_upright_keeps_its_coded_data():
    data = samples.turned_jpeg(1)
    scan = data[data.index(b"\xff\xda") :]
    assert take_in(data).endswith(scan)


@pytest.mark.parametrize("name", ["png", "jpeg", "webp"])
def test_a_short_colour_profile_stays_and_a_long_one_is_applied(name: str):
    picture = Image.fromarray(samples.gradient())
    profile = samples.wide_profile()
    short = samples.saved(picture, name, icc_profile=profile)
    kept = take_in(short)
    assert Image.open(io.BytesIO(kept)).info["icc_profile"] == profile
    assert np.array_equal(decode(kept), decode(short))
    filler = os.urandom(MOST_PROFILE_BYTES)
    size = (len(profile) + len(filler)).to_bytes(4, "big")
    long = samples.saved(picture, name, icc_profile=size + profile[4:] + filler)
    written = take_in(long)
    assert "icc_profile" not in Image.open(io.BytesIO(written)).info
    assert np.abs(decode(written).astype(int) - decode(long).astype(int)).mean() < 4


def test_a_progressive_jpeg_with_restarts_keeps_every_scan():
    picture = Image.fromarray(samples.gradient(200, 150))
    data = samples.saved(
        picture, "jpeg", progressive=True, restart_marker_blocks=4, exif=exif(), quality=92
    )
    stripped = take_in(data)
    assert SECRET not in stripped
    assert stripped.count(b"\xff\xda") == data.count(b"\xff\xda") > 1
    assert np.array_equal(decode(stripped), decode(data))


@pytest.mark.parametrize("make", [samples.cmyk_jpeg, samples.grey_jpeg])
def test_colours_that_adobe_explains_are_still_explained(make):
    data = make()
    assert np.array_equal(decode(take_in(data)), decode(data))


def test_what_is_no_picture_is_refused():
    for data in (b"", b"<svg/>", samples.bomb_png(), samples.animation("GIF")):
        with pytest.raises(ImageRefused):
            take_in(data)


@settings(max_examples=80, deadline=None)
@given(
    name=st.sampled_from([*LOSSLESS, "avif"]),
    flips=st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=6),
)
def test_bent_bytes_are_stripped_or_refused(name: str, flips: list[tuple[int, int]]):
    data = bytearray(telling(name, 24, 18))
    for at, value in flips:
        data[at % len(data)] = value
    try:
        header = read_header(bytes(data))
    except ImageRefused:
        return
    strip(bytes(data), header.media_type)
