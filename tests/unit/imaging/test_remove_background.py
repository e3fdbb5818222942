"""The subject is told from its background, softly and without a fringe."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pixelmill.imaging.backdrop_model import fit_backdrop
from pixelmill.imaging.decode import decode
from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.png import encode_png
from pixelmill.imaging.remove_background import remove_background
from pixelmill.imaging.resize import resize
from tests.unit.imaging import samples


def studio(hole: bool = False) -> tuple[bytes, np.ndarray]:
    """A red disc on a plinth before a shaded backdrop, a soft shadow beside; and its alpha."""
    height, width, fine = 300, 240, 4
    y, x = np.mgrid[0:height, 0:width]
    light = 205 + 30 * np.exp(-((x - 90) ** 2 + (y - 80) ** 2) / 16_000)
    scene = light[..., None] * np.array([1.0, 0.94, 0.86])
    shade = np.zeros((height, width), np.float32)
    cv2.ellipse(shade, (170, 235), (60, 14), 0, 0, 360, 0.45, -1)
    scene *= 1 - cv2.GaussianBlur(shade, (0, 0), 9)[..., None]
    alpha = np.zeros((height * fine, width * fine), np.uint8)
    cv2.circle(alpha, (120 * fine, 130 * fine), 55 * fine, 255, -1)
    if hole:
        cv2.circle(alpha, (120 * fine, 130 * fine), 26 * fine, 0, -1)
    plinth = np.zeros_like(alpha)
    cv2.rectangle(plinth, (60 * fine, 185 * fine), (180 * fine, 240 * fine), 255, -1)
    soft = [
        cv2.resize(m, (width, height), interpolation=cv2.INTER_AREA) / 255 for m in (alpha, plinth)
    ]
    scene = scene * (1 - soft[1][..., None]) + soft[1][..., None] * np.array([150, 140, 132])
    scene = scene * (1 - soft[0][..., None]) + soft[0][..., None] * np.array([196, 44, 38])
    scene += np.random.default_rng(3).normal(0, 0.8, scene.shape)
    covered = 1 - (1 - soft[0]) * (1 - soft[1])
    return encode_png(np.clip(np.rint(scene), 0, 255).astype(np.uint8)), covered


def alpha_of(data: bytes) -> np.ndarray:
    return samples.opened(data)[..., 3] / 255


@pytest.mark.parametrize("hole", [False, True])
def test_a_render_is_cut_out_to_the_pixel_and_its_shadow_is_not(hole: bool):
    data, truth = studio(hole)
    found = alpha_of(remove_background(data))
    # What is left is the shadow right under the plinth, which has the plinth's own colour.
    assert (np.abs(found - truth) > 0.5).mean() < 0.006
    assert np.abs(found - truth)[:170].mean() < 0.001


def test_the_outline_is_soft_and_free_of_the_backdrop():
    data, truth = studio()
    cut = samples.opened(remove_background(data)).astype(float)
    rim = (truth > 0.25) & (truth < 0.75)
    rim[180:] = False
    assert 0.2 < cut[rim][:, 3].mean() / 255 < 0.8
    assert np.abs(cut[rim][:, :3] - (196, 44, 38)).mean() < 16


def test_the_mask_is_the_alpha_of_the_cutout():
    data, _ = studio()
    mask = samples.opened(remove_background(data, output="mask"))
    assert mask.ndim == 2
    assert np.array_equal(mask, samples.opened(remove_background(data))[..., 3])


def test_a_photograph_gives_the_cup_and_not_the_table():
    alpha = alpha_of(remove_background(samples.photo("coffee")))
    assert alpha.shape == (400, 600)
    assert alpha[60:240, 210:380].mean() > 0.9
    assert alpha[:, 520:].mean() < 0.03
    assert alpha[:60, :100].mean() < 0.03


def test_a_portrait_gives_the_face():
    alpha = alpha_of(remove_background(samples.photo("chelsea")))
    assert alpha[90:220, 140:330].mean() > 0.9
    assert alpha[:, 420:].mean() < 0.05


@pytest.mark.parametrize(("name", "plain"), [("coffee", False), ("chelsea", False)])
def test_photographs_have_no_plain_backdrop(name: str, plain: bool):
    small = decode(samples.photo(name)).astype(np.float32) / 255
    assert fit_backdrop(cv2.cvtColor(small, cv2.COLOR_RGB2LAB)).plain is plain


def test_a_render_has_a_plain_backdrop():
    small = decode(studio()[0]).astype(np.float32) / 255
    assert fit_backdrop(cv2.cvtColor(small, cv2.COLOR_RGB2LAB)).plain


@pytest.mark.parametrize(("method", "wrong"), [("plain", 0.006), ("grabcut", 0.07)])
def test_a_method_can_be_asked_for(method: str, wrong: float):
    data, truth = studio()
    found = alpha_of(remove_background(data, method=method))
    assert (np.abs(found - truth) > 0.5).mean() < wrong


def test_the_same_picture_gives_the_same_cutout():
    data = resize(samples.photo("chelsea"), width=200, height=None)
    assert remove_background(data) == remove_background(data)


def test_feathering_softens_inwards_only():
    data, _ = studio()
    crisp, soft = alpha_of(remove_background(data)), alpha_of(remove_background(data, feather=4))
    assert ((soft > 0.02) & (soft < 0.98)).sum() > 2 * ((crisp > 0.02) & (crisp < 0.98)).sum()
    assert (soft <= crisp + 0.003).all()
    with pytest.raises(ValueError, match="feather"):
        remove_background(data, feather=-1)


def test_a_picture_over_the_working_size_keeps_its_own_pixels(monkeypatch: pytest.MonkeyPatch):
    data, truth = studio()
    monkeypatch.setattr("pixelmill.imaging.remove_background._MATTE_PIXELS", 20_000)
    cut = samples.opened(remove_background(data))
    assert (np.abs(cut[..., 3] / 255 - truth) > 0.5).mean() < 0.01
    inner = cut[..., 3] == 255
    assert np.array_equal(cut[inner][:, :3], samples.opened(data)[inner])


def test_what_is_cut_out_already_keeps_its_alpha():
    data = samples.picture("png", bands=4)
    assert np.array_equal(samples.opened(remove_background(data)), samples.gradient(bands=4))


@pytest.mark.parametrize("size", [(1, 1), (3, 90), (8, 8), (64, 64)])
@pytest.mark.parametrize("method", ["auto", "plain", "grabcut"])
def test_where_there_is_no_subject_all_is_kept(size: tuple[int, int], method: str):
    flat = encode_png(np.full((size[1], size[0], 3), 90, np.uint8))
    cut = samples.opened(remove_background(flat, method=method))
    assert cut.shape == (size[1], size[0], 4)
    assert cut[..., 3].min() == 255


def test_bytes_that_are_no_image_are_refused():
    with pytest.raises(ImageRefused):
        remove_background(b"\x89PNG\r\n\x1a\n")
