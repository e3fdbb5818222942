"""Facts are read from headers alone, and hostile files are refused by name."""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixelmill.imaging.limits import DecodeLimits, ImageRefused
from pixelmill.imaging.probe import ImageFacts, probe, verify
from tests.unit.imaging import samples

FORMATS = ["png", "jpeg", "webp", "gif", "avif"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_good_file_tells_its_facts(name: str):
    data = samples.picture(name, 64, 48)
    assert probe(data) == ImageFacts(f"image/{name}", 64, 48, False, 1, len(data))


@pytest.mark.parametrize(
    ("name", "options"), [("png", {}), ("webp", {}), ("webp", {"lossless": True}), ("avif", {})]
)
def test_alpha_is_seen(name: str, options: dict[str, object]):
    assert probe(samples.picture(name, bands=4, **options)).has_alpha
    assert not probe(samples.picture(name, bands=3, **options)).has_alpha


def test_the_size_is_the_one_shown():
    facts = probe(samples.turned_jpeg(6))
    assert (facts.width, facts.height) == (48, 64)


def test_one_pixel_is_an_image():
    assert probe(samples.picture("png", 1, 1)).width == 1


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("keep", [0.2, 0.5, 0.97])
def test_a_truncated_file_is_refused_by_name(name: str, keep: float):
    data = samples.picture(name, 64, 48)
    with pytest.raises(ImageRefused) as refused:
        verify(data[: int(len(data) * keep)])
    assert refused.value.code == "image_truncated"


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"", "not_an_image", "empty"),
        (b"hello", "not_an_image", "plain text"),
        (b"<svg xmlns='x'/>", "unsupported_format", "SVG"),
        (b"BM" + bytes(60), "unsupported_format", "BMP"),
        (samples.bomb_png(), "image_too_large", "50,000 x 50,000"),
        (samples.bomb_png(9_400, 9_400), "image_too_large", "88,360,000"),
        (samples.bomb_png(0, 10), "not_an_image", "0 x 10"),
        (samples.animation("GIF"), "too_many_frames", "frame"),
        (samples.animation("WEBP"), "too_many_frames", "frame"),
        (samples.animation("AVIF"), "too_many_frames", "frame"),
        (samples.apng(), "too_many_frames", "frame"),
    ],
)
def test_a_hostile_file_is_refused_with_its_reason(data: bytes, code: str, word: str):
    with pytest.raises(ImageRefused) as refused:
        probe(data)
    assert refused.value.code == code
    assert word in str(refused.value)


def test_a_declared_type_must_match_the_content():
    data = samples.picture("png")
    assert probe(data, declared="application/octet-stream").media_type == "image/png"
    assert probe(data, declared="image/x-png").media_type == "image/png"
    with pytest.raises(ImageRefused, match="image/jpeg") as refused:
        probe(data, declared="image/jpeg")
    assert refused.value.code == "type_mismatch"


def test_a_png_whose_header_was_edited_is_refused():
    data = bytearray(samples.picture("png"))
    data[19] = 200
    with pytest.raises(ImageRefused, match="checksum"):
        probe(bytes(data))


def test_a_file_over_the_byte_limit_is_refused_before_its_format_matters():
    with pytest.raises(ImageRefused, match="65 bytes"):
        probe(b"x" * 65, limits=DecodeLimits(max_bytes=64))


def test_frames_are_counted_only_as_far_as_the_limit():
    many = DecodeLimits(max_frames=10)
    assert probe(samples.animation("GIF", 7), limits=many).frames == 7
    with pytest.raises(ImageRefused):
        probe(samples.animation("GIF", 12), limits=many)


def test_a_gif_frame_outside_its_screen_counts_towards_the_size():
    data = bytearray(samples.picture("gif"))
    at = data.index(b"\x2c\0\0\0\0" + struct.pack("<HH", 64, 48))
    data[at + 5 : at + 9] = struct.pack("<HH", 60_000, 60_000)
    with pytest.raises(ImageRefused) as refused:
        probe(bytes(data))
    assert refused.value.code == "image_too_large"


def test_endless_small_parts_are_cut_short():
    png = samples.picture("png")
    with pytest.raises(ImageRefused, match="chunks"):
        probe(png[:33] + samples.chunk(b"teXt", b"") * 70_000 + png[33:])
    with pytest.raises(ImageRefused, match="segments"):
        probe(b"\xff\xd8" + b"\xff\xe5\x00\x02" * 5_000 + samples.picture("jpeg")[2:])
    with pytest.raises(ImageRefused, match="blocks"):
        probe(b"GIF89a" + bytes(7) + b"\x21\xfe" + b"\x01a" * 500_000)


def test_a_polyglot_is_what_its_first_bytes_say():
    data = samples.picture("png") + b"PK\x03\x04<script>alert(1)</script>"
    assert probe(data).media_type == "image/png"
    assert verify(data).width == 64


def test_an_uncommon_jpeg_process_is_refused():
    data = bytearray(samples.picture("jpeg"))
    data[data.index(b"\xff\xc0") + 1] = 0xC9
    with pytest.raises(ImageRefused) as refused:
        probe(bytes(data))
    assert refused.value.code == "unsupported_format"


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(FORMATS),
    flips=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
)
def test_bent_bytes_give_facts_or_a_refusal_and_nothing_else(
    name: str, flips: list[tuple[int, int]]
):
    data = bytearray(samples.picture(name, 24, 18, quality=60))
    for at, value in flips:
        data[at % len(data)] = value
    with contextlib.suppress(ImageRefused):
        verify(bytes(data))


@settings(max_examples=60, deadline=None)
@given(
    head=st.sampled_from(
        [
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"GIF89a",
            b"RIFF\x08\0\0\0WEBP",
            b"\0\0\0\x18ftypavif\0\0\0\0avifmif1",
        ]
    ),
    tail=st.binary(max_size=80),
)
def test_a_signature_with_noise_behind_it_is_refused(head: bytes, tail: bytes):
    with pytest.raises(ImageRefused):
        verify(head + tail)


def test_probing_loads_no_image_library():
    code = (
        "import sys, pixelmill.imaging.probe, pixelmill.imaging.resize;"
        "print(sorted(m for m in ('numpy', 'cv2', 'pyvips', 'PIL') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
