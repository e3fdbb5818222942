"""A sheet shows every cell, whatever became of it."""

from __future__ import annotations

import numpy as np
import pytest

from pixelmill.imaging.contact_sheet import SheetCell, contact_sheet
from pixelmill.imaging.lettering import shortened, width_of, wrapped
from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.png import encode_png
from tests.unit.imaging import samples


def cell(number: int = 1, image: bytes | None = b"", state: str = "completed") -> SheetCell:
    data = samples.picture("png") if image == b"" else image
    return SheetCell(data, f"{number:04}", "amber serum", state)


def test_the_sheet_has_a_place_for_every_cell():
    one = samples.opened(contact_sheet([cell()] * 4, columns=4, cell_width=100))
    two = samples.opened(contact_sheet([cell()] * 5, columns=4, cell_width=100))
    assert one.shape[1] == two.shape[1] > 400
    assert two.shape[0] > one.shape[0] + 75


@pytest.mark.parametrize(
    ("theme", "table", "number"),
    [
        ("dark", (0x12, 0x12, 0x12), (0xF5, 0xB8, 0x3D)),
        ("light", (0xEC, 0xEC, 0xEC), (0x7A, 0x50, 0)),
    ],
)
def test_a_theme_sets_the_table_and_the_numbers(theme: str, table: tuple, number: tuple):
    sheet = samples.opened(contact_sheet([cell()], cell_width=200, theme=theme))
    assert tuple(sheet[0, 0]) == table
    assert (np.abs(sheet.astype(int) - number).max(-1) < 12).sum() > 10


def test_the_picture_is_shown_whole():
    sheet = samples.opened(contact_sheet([cell()], columns=1, cell_width=64)).astype(int)
    source = samples.gradient().astype(int)
    assert any(
        np.abs(sheet[top : top + 48, left : left + 64] - source).max() <= 2
        for top in range(sheet.shape[0] - 47)
        for left in (12,)
    )


def test_a_cell_without_a_picture_is_hatched_and_names_its_state():
    failed = cell(2, None, "Failed: content_rejected")
    green = cell(1, encode_png(np.full((40, 40, 3), (20, 160, 40), np.uint8)))
    sheet = samples.opened(contact_sheet([green, failed], columns=2, cell_width=200)).astype(int)
    red = np.abs(sheet - (0xFA, 0x70, 0x48)).max(-1) < 12
    assert red[:, sheet.shape[1] // 2 :].sum() > 20
    assert red[:, : sheet.shape[1] // 2].sum() == 0


def test_an_unreadable_picture_does_not_spoil_the_sheet():
    broken = cell(2, samples.picture("png")[:60])
    assert contact_sheet([cell(), broken], cell_width=120)


def test_clear_pixels_show_a_checkerboard():
    clear = SheetCell(samples.picture("png", bands=4), "0001", "", "completed")
    sheet = samples.opened(contact_sheet([clear], columns=1, cell_width=64))
    tones = {tuple(pixel) for pixel in sheet.reshape(-1, 3)}
    assert {(0x2A, 0x2A, 0x2A), (0x1F, 0x1F, 0x1F)} <= tones


def test_any_text_is_set_without_breaking_the_line():
    wild = "a\nb\x00\u202e" + "é漢字🙂" * 300
    cells = [SheetCell(None, wild, wild, wild), cell()]
    assert contact_sheet(cells, cell_width=80, title=wild, subtitle=wild)


def test_a_line_is_cut_to_its_width_with_an_ellipsis():
    cut = shortened("a very long caption indeed", 14, 80)
    assert cut.endswith("…")
    assert width_of(cut, 14) <= 80
    assert shortened("short", 14, 80) == "short"
    assert shortened("anything", 14, 2) == ""


def test_a_reason_is_wrapped_to_its_lines():
    lines = wrapped("the provider refused the prompt for its content", 14, 110, 3)
    assert 1 < len(lines) <= 3
    assert all(width_of(line, 14) <= 110 for line in lines)
    assert wrapped("", 14, 100, 3) == []


def test_a_sheet_over_the_limits_or_without_cells_is_refused():
    with pytest.raises(ImageRefused):
        contact_sheet([cell(1, None)] * 400, columns=10, cell_width=1_000)
    with pytest.raises(ValueError, match="needs cells"):
        contact_sheet([])
