"""Draws a contact sheet: numbered pictures with captions on a dark or a light table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pixelmill.imaging.colors import parse_color
from pixelmill.imaging.decode import decode
from pixelmill.imaging.lettering import shortened, width_of, wrapped, write, write_number
from pixelmill.imaging.limits import ImageRefused, check_output_size
from pixelmill.imaging.pixels import has_alpha, size_of
from pixelmill.imaging.png import encode_png
from pixelmill.imaging.scale import scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import ImageDraw
    from PIL.Image import Image

    from pixelmill.imaging.pixels import Pixels

Theme = Literal["dark", "light"]


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One picture of the sheet; without ``image`` its ``state`` is written on a hatched field."""

    image: bytes | None
    number: str
    caption: str
    state: str = "completed"


class _Look(NamedTuple):
    """Colours of a theme."""

    table: str
    mat: str
    hatch: str
    checker: tuple[str, str]
    text: str
    caption: str
    number: str
    failed: str


_LOOKS: Final[dict[Theme, _Look]] = {
    "dark": _Look(
        table="#121212",
        mat="#1D1D1D",
        hatch="#2C2C2C",
        checker=("#2a2a2a", "#1f1f1f"),
        text="#F0F0EE",
        caption="#959592",
        number="#F5B83D",
        failed="#FA7048",
    ),
    "light": _Look(
        table="#ECECEC",
        mat="#F6F6F6",
        hatch="#DFDFDF",
        checker=("#e2e2e2", "#ffffff"),
        text="#171717",
        caption="#62625F",
        number="#7A5000",
        failed="#B5401A",
    ),
}
_RATIO_RANGE: Final = (0.5, 2.0)


class _Plan(NamedTuple):
    """Lengths in pixels; all follow from the width of a cell."""

    columns: int
    rows: int
    cell: tuple[int, int]
    gap: int
    edge: int
    head: int
    foot: int
    letter: int

    def origin(self, index: int) -> tuple[int, int]:
        row, column = divmod(index, self.columns)
        return (
            self.edge + column * (self.cell[0] + self.gap),
            self.edge + self.head + row * (self.cell[1] + self.foot),
        )

    @property
    def size(self) -> tuple[int, int]:
        return (
            2 * self.edge + self.columns * self.cell[0] + (self.columns - 1) * self.gap,
            2 * self.edge + self.head + self.rows * (self.cell[1] + self.foot) - self.gap // 2,
        )


def contact_sheet(
    cells: Sequence[SheetCell],
    *,
    columns: int = 8,
    cell_width: int = 240,
    title: str = "",
    subtitle: str = "",
    theme: Theme = "dark",
) -> bytes:
    """Draw all cells in rows, as PNG.

    Args:
        cells: the pictures in order; one that cannot be read is shown as such.
        columns: cells in a row.
        cell_width: in pixels, 48 to 2,048; the height is that of the middle one of all ratios.
        title: one line at the left above the cells.
        subtitle: one line at the right above the cells.
        theme: ``dark`` or ``light``.

    Raises:
        ImageRefused: ``image_too_large``, if the sheet would be over the limits.
        ValueError: there are no cells, or a number is out of its range.
    """
    import numpy as np
    from PIL import Image as PillowImage
    from PIL import ImageDraw as PillowDraw

    if not cells or columns < 1 or not 48 <= cell_width <= 2048:
        raise ValueError("A sheet needs cells, columns, and cells 48 to 2,048 pixels wide.")
    pictures = [_small(cell, cell_width) for cell in cells]
    plan = _plan(pictures, min(columns, len(cells)), cell_width, headed=bool(title or subtitle))
    check_output_size(*plan.size)
    look = _LOOKS[theme]
    sheet = PillowImage.new("RGB", plan.size, look.table)
    draw = PillowDraw.Draw(sheet)
    _write_head(draw, plan, look, title, subtitle)
    for index, (cell, picture) in enumerate(zip(cells, pictures, strict=True)):
        at = plan.origin(index)
        if picture is None:
            _draw_hatch(sheet, at, plan, look, _reason(cell))
        else:
            _lay_picture(sheet, at, plan, look, picture)
        _write_caption(draw, at, plan, look, cell)
    return encode_png(np.asarray(sheet))


def _small(cell: SheetCell, width: int) -> Pixels | None:
    """The picture within twice its cell's width in height; None if it cannot be read."""
    if cell.image is None:
        return None
    try:
        pixels = decode(cell.image)
    except ImageRefused:
        return None
    own_width, own_height = size_of(pixels)
    factor = min(1.0, width / own_width, 2 * width / own_height)
    return scale(pixels, max(1, round(own_width * factor)), max(1, round(own_height * factor)))


def _plan(pictures: list[Pixels | None], columns: int, width: int, *, headed: bool) -> _Plan:
    ratios = sorted(p.shape[0] / p.shape[1] for p in pictures if p is not None) or [1.0]
    ratio = min(max(ratios[len(ratios) // 2], _RATIO_RANGE[0]), _RATIO_RANGE[1])
    letter = max(9, round(width * 0.068))
    return _Plan(
        columns=columns,
        rows=-(-len(pictures) // columns),
        cell=(width, round(width * ratio)),
        gap=max(4, round(width * 0.085)),
        edge=max(12, round(width * 0.13)),
        head=round(letter * 3.4) if headed else 0,
        foot=round(letter * 2.6),
        letter=letter,
    )


def _write_head(
    draw: ImageDraw.ImageDraw, plan: _Plan, look: _Look, title: str, subtitle: str
) -> None:
    left, right = plan.edge, plan.size[0] - plan.edge
    base, large = plan.edge + round(plan.letter * 1.3), round(plan.letter * 1.5)
    room = (right - left) * (0.6 if subtitle else 1.0)
    headline = shortened(title, large, room)
    write(draw, (left, base), headline, size=large, ink=look.text)
    rest = right - left - width_of(headline, large) - 2 * plan.letter
    line = shortened(subtitle, plan.letter, rest)
    write(draw, (right, base), line, size=plan.letter, ink=look.caption, align="right")


def _write_caption(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], plan: _Plan, look: _Look, cell: SheetCell
) -> None:
    base = at[1] + plan.cell[1] + round(plan.letter * 1.35)
    number = shortened(cell.number, plan.letter, plan.cell[0] * 0.6)
    taken = write_number(draw, (at[0], base), number, size=plan.letter, ink=look.number)
    caption = shortened(cell.caption, plan.letter, plan.cell[0] - taken - plan.letter)
    place = (at[0] + plan.cell[0], base)
    write(draw, place, caption, size=plan.letter, ink=look.caption, align="right")


def _lay_picture(
    sheet: Image, at: tuple[int, int], plan: _Plan, look: _Look, picture: Pixels
) -> None:
    """The whole picture in the middle of its field, on a checkerboard where it is clear."""
    from PIL import Image as PillowImage

    width, height = size_of(picture)
    factor = min(1.0, plan.cell[0] / width, plan.cell[1] / height)
    fitted = scale(picture, max(1, round(width * factor)), max(1, round(height * factor)))
    width, height = size_of(fitted)
    if (width, height) != plan.cell:
        sheet.paste(look.mat, (*at, at[0] + plan.cell[0], at[1] + plan.cell[1]))
    corner = (at[0] + (plan.cell[0] - width) // 2, at[1] + (plan.cell[1] - height) // 2)
    image = PillowImage.fromarray(fitted)
    if has_alpha(fitted):
        sheet.paste(_checker(width, height, look, max(4, plan.letter // 2)), corner)
        sheet.paste(image, corner, image)
    else:
        sheet.paste(image, corner)


def _checker(width: int, height: int, look: _Look, side: int) -> Image:
    import numpy as np
    from PIL import Image as PillowImage

    odd = (np.arange(height)[:, None] // side + np.arange(width)[None, :] // side) % 2
    tones = np.array([parse_color(tone).rgb for tone in look.checker], np.uint8)
    return PillowImage.fromarray(tones[odd])


def _draw_hatch(sheet: Image, at: tuple[int, int], plan: _Plan, look: _Look, reason: str) -> None:
    from PIL import Image as PillowImage
    from PIL import ImageDraw as PillowDraw

    width, height = plan.cell
    field = PillowImage.new("RGB", plan.cell, look.mat)
    draw = PillowDraw.Draw(field)
    step = max(6, plan.letter)
    for start in range(-height, width, step):
        draw.line((start, height, start + height, 0), fill=look.hatch, width=max(1, step // 8))
    ink = look.failed if reason.lower().startswith(("fail", "unread", "timeout")) else look.caption
    lines = wrapped(reason, plan.letter, width - 3 * plan.letter, 4)
    leading = round(plan.letter * 1.4)
    top = height // 2 - (len(lines) - 1) * leading // 2
    widest = max((width_of(line, plan.letter) for line in lines), default=0) / 2 + plan.letter * 0.8
    box = (
        width / 2 - widest,
        top - plan.letter * 1.5,
        width / 2 + widest,
        top + (len(lines) - 1) * leading + plan.letter * 0.9,
    )
    draw.rectangle(box, fill=look.mat)
    for index, line in enumerate(lines):
        base = (width / 2, top + index * leading)
        write(draw, base, line, size=plan.letter, ink=ink, align="center")
    sheet.paste(field, at)


def _reason(cell: SheetCell) -> str:
    return "Unreadable image" if cell.image is not None else cell.state or "No image"
