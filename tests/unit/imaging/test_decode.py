"""Whatever comes in, upright sRGB bytes come out."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest
from PIL import Image

from pixelmill.imaging.decode import decode
from pixelmill.imaging.limits import DecodeLimits, ImageRefused
from tests.unit.imaging import samples

LOSSLESS = [("png", {}), ("webp", {"lossless": True, "exact": True})]


@pytest.mark.parametrize(("name", "options"), LOSSLESS)
@pytest.mark.parametrize("bands", [3, 4])
def test_a_lossless_file_comes_back_as_it_was(name: str, options: dict[str, object], bands: int):
    decoded = decode(samples.picture(name, bands=bands, **options))
    assert np.array_equal(decoded, samples.gradient(bands=bands))


@pytest.mark.parametrize("name", ["jpeg", "webp", "avif"])
def test_a_lossy_file_comes_back_nearly_as_it_was(name: str):
    decoded = decode(samples.picture(name, quality=95)).astype(int)
    assert np.abs(decoded - samples.gradient()).mean() < 4


def test_alpha_of_an_avif_is_kept():
    decoded = decode(samples.picture("avif", bands=4, quality=90))
    assert decoded.shape == (48, 64, 4)
    assert decoded[10, 5, 3] < 20
    assert decoded[10, 60, 3] > 235


@pytest.mark.parametrize("color", [0, 2, 6])
def test_sixteen_bits_become_eight(color: int):
    decoded = decode(samples.deep_png(color, 0xC000))
    assert decoded.shape == (3, 4, 4 if color == 6 else 3)
    assert abs(int(decoded[0, 0, 0]) - 0xC0) <= 1


def test_a_palette_with_a_clear_entry_becomes_rgba():
    palette = samples.chunk(b"PLTE", bytes([255, 0, 0, 0, 0, 255])) + samples.chunk(b"tRNS", b"\0")
    data = samples.raw_png(8, 1, depth=1, color=3, rows=b"\0\x0f", extra=palette)
    decoded = decode(data)
    assert decoded[0, 0].tolist() == [255, 0, 0, 0]
    assert decoded[0, 7].tolist() == [0, 0, 255, 255]


def test_grey_becomes_rgb():
    assert decode(samples.grey_jpeg())[0, 0].tolist() == [200, 200, 200]
    assert decode(samples.raw_png(2, 1, depth=8, color=0, rows=b"\0\x50\x60"))[0, 1, 2] == 0x60


def test_cmyk_becomes_rgb():
    red, green, blue = (int(v) for v in decode(samples.cmyk_jpeg())[10, 10])
    assert red > 200
    assert max(green, blue) < 80


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_picture_stands_upright(orientation: int):
    data = samples.turned_jpeg(orientation)
    from PIL import ImageOps

    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data)))).astype(int)
    decoded = decode(data)
    assert decoded.flags.c_contiguous
    assert decoded.shape == expected.shape
    assert np.abs(decoded.astype(int) - expected).max() < 12


def test_a_foreign_colour_profile_is_converted_and_srgb_is_left_alone():
    plain = decode(samples.picture("jpeg"))
    from PIL import ImageCms

    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.array_equal(decode(samples.picture("jpeg", icc_profile=srgb)), plain)
    wide = decode(samples.picture("jpeg", icc_profile=samples.wide_profile())).astype(int)
    assert np.abs(wide - plain).mean() > 2


def test_a_broken_colour_profile_is_ignored_or_refused():
    data = samples.picture("png", icc_profile=b"no profile at all")
    assert decode(data).shape == (48, 64, 3)


@pytest.mark.parametrize("name", ["GIF", "WEBP"])
def test_the_first_frame_of_an_animation_is_read_if_frames_are_allowed(name: str):
    decoded = decode(samples.animation(name), limits=DecodeLimits(max_frames=10)).astype(int)
    assert decoded.shape[:2] == (48, 64)
    assert np.abs(decoded[..., :3] - samples.gradient()).mean() < 12


@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "avif"])
def test_a_hole_in_the_pixels_is_refused_or_decoded_around(name: str):
    data = bytearray(samples.picture(name, 400, 300))
    at = len(data) // 2
    data[at : at + 40] = bytes(40)
    with contextlib.suppress(ImageRefused):
        assert decode(bytes(data)).shape == (300, 400, 3)


def test_a_png_without_all_its_pixels_is_truncated():
    data = samples.raw_png(64, 64, depth=8, color=2, rows=bytes(193 * 3))
    with pytest.raises(ImageRefused) as refused:
        decode(data)
    assert refused.value.code in {"image_truncated", "not_an_image"}
