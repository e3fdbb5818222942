"""Draws how much of each first goal is reached, as a small SVG."""

import math
from collections.abc import Iterable, Iterator

from bench.figures import Kept
from bench.result import Result

WIDTH, ROW, LEFT, RIGHT, TOP = 720, 34, 330, 70, 44
LEAST, MOST = 0.1, 10.0
INK, FAINT, GOOD, SHORT = "#1f2328", "#8c959f", "#1a7f5a", "#b3492f"


def chart(rows: Iterable[Kept]) -> str:
    """One bar per result on a logarithmic scale; the line is the first goal, the tick the goal."""
    results = [(kept.number, result) for kept in rows for result in kept.results]
    height = TOP + ROW * len(results) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"',
        ' role="img" font-family="system-ui, sans-serif" font-size="12">',
        "<title>How much of each first goal is reached</title>",
        f'<rect width="{WIDTH}" height="{height}" rx="6" fill="#ffffff"/>',
        *_scale(height),
    ]
    for at, (number, result) in enumerate(results):
        parts.extend(_bar(TOP + ROW * at, number, result))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _scale(height: int) -> Iterator[str]:
    for share, label in ((0.1, "0.1"), (1.0, "first goal"), (10.0, "10 ×")):
        x = _x(share)
        yield f'<text x="{x:.0f}" y="22" fill="{FAINT}" text-anchor="middle">{label}</text>'
        yield (
            f'<line x1="{x:.0f}" x2="{x:.0f}" y1="30" y2="{height - 10}" '
            f'stroke="{INK if share == 1 else "#d0d7de"}"/>'
        )


def _bar(y: int, number: int, result: Result) -> Iterator[str]:
    share = result.goal.share(result.ratio)
    start, end = sorted((_x(1.0), _x(share)))
    goal = _x(result.goal.share(result.goal.full))
    color = GOOD if share >= 1 else SHORT
    words = result.what if len(result.what) <= 50 else result.what[:49].rsplit(" ", 1)[0] + " …"
    yield f'<text x="14" y="{y + 20}" fill="{INK}">{number}  {words}</text>'
    yield (
        f'<rect x="{start:.0f}" y="{y + 8}" width="{max(end - start, 2):.0f}" height="16" '
        f'rx="2" fill="{color}"/>'
    )
    yield (
        f'<line x1="{goal:.0f}" x2="{goal:.0f}" y1="{y + 4}" y2="{y + 28}" '
        f'stroke="{INK}" stroke-dasharray="2 2"/>'
    )
    yield (
        f'<text x="{WIDTH - 12}" y="{y + 20}" fill="{color}" text-anchor="end" '
        f'font-weight="600">{result.ratio:.3g}</text>'
    )


def _x(share: float) -> float:
    bounded = max(LEAST, min(MOST, share))
    wide = WIDTH - LEFT - RIGHT
    return LEFT + wide * math.log(bounded / LEAST) / math.log(MOST / LEAST)
