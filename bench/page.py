"""Writes the table for the terminal and the page of the docs."""

from collections.abc import Iterable, Iterator
from statistics import median

from bench.figures import Kept
from bench.result import Result

ROWS = range(1, 11)
"""What there are goals for."""


def table(rows: Iterable[Kept]) -> str:
    """Ratios first, for a terminal."""
    head = f"{'row':<4}{'ratio':>8}  {'first':>7} {'goal':>7}  "
    lines = [head + f"{'ours':>20} {'reference':>16}  what"]
    for kept in rows:
        for result in kept.results:
            sign = "≤" if result.goal.at_most else "≥"
            lines.append(
                f"{kept.number:<4}{result.ratio:>8.3f}  {sign + f'{result.goal.first:g}':>7} "
                f"{sign + f'{result.goal.full:g}':>7}  {_amount(result, result.ours):>20} "
                f"{_amount(result, result.reference):>16}  {result.what} ({_verdict(result)})"
            )
    return "\n".join(lines)


def page(rows: list[Kept], machine: dict[str, str]) -> str:
    """The whole page in Markdown."""
    return "\n".join(_lines(rows, machine)) + "\n"


def _lines(rows: list[Kept], machine: dict[str, str]) -> Iterator[str]:
    yield "# Benchmarks"
    yield ""
    yield (
        "Every figure is a ratio to a reference that runs in the same minute on the same machine: "
        "ours and the reference in turns, medians of the rounds. On a busy machine ratios move, "
        "too: look at rounds and load below before comparing. The measured process "
        "has core 0; load and vendor have core 1, unless a row says otherwise. `make bench` "
        "measures again and writes this page; "
        "`python -m bench 3 8` measures rows 3 and 8."
    )
    yield ""
    yield "![How much of each first goal is reached](benchmarks.svg)"
    yield ""
    yield "| # | what | ratio | first goal | goal | ours | reference | measured |"
    yield "|---|---|---|---|---|---|---|---|"
    for kept in rows:
        for result in kept.results:
            sign = "≤" if result.goal.at_most else "≥"
            yield (
                f"| {kept.number} | {result.what} | **{result.ratio:.3g}** | "
                f"{sign} {result.goal.first:g} {_mark(result, result.goal.first)} | "
                f"{sign} {result.goal.full:g} {_mark(result, result.goal.full)} | "
                f"{_amount(result, result.ours)} | "
                f"{_amount(result, result.reference)}, {result.reference_is} | {kept.day} |"
            )
    yield ""
    yield from _missed(rows)
    yield from _notes(rows)
    yield "## Machine"
    yield ""
    yield from (f"- {name}: {value}" for name, value in machine.items())


def _missed(rows: list[Kept]) -> Iterator[str]:
    yield "## What is missed"
    yield ""
    found = [
        f"- Row {kept.number}: {result.what} is at {result.ratio:.3g}; {_verdict(result)}."
        for kept in rows
        for result in kept.results
        if not result.goal.met(result.ratio, result.goal.full)
    ]
    measured = {kept.number for kept in rows}
    open_rows = [str(number) for number in ROWS if number not in measured]
    if open_rows:
        found.append(f"- Not measured yet: rows {', '.join(open_rows)}.")
    yield from found or ["Nothing."]
    yield ""


def _notes(rows: list[Kept]) -> Iterator[str]:
    yield "## How each row is measured"
    yield ""
    for kept in rows:
        yield f"### {kept.number}. {kept.title}"
        yield ""
        for result in kept.results:
            yield f"{result.what}, against {result.reference_is}."
            yield ""
            yield f"- Ours in {result.unit}: {_each(result.ours)}."
            yield f"- Reference in {result.unit}: {_each(result.reference)}."
            yield from (f"- {aside}" for aside in result.asides)
            yield ""
        yield (
            f"Measured on {kept.day} in {_rounds(kept.rounds)}, with a load of {kept.load:.1f} on "
            "the machine before it began."
        )
        yield ""


def _rounds(count: int) -> str:
    return "one round" if count == 1 else f"{count} rounds"


def _verdict(result: Result) -> str:
    if result.goal.met(result.ratio, result.goal.full):
        return "goal met"
    if result.goal.met(result.ratio, result.goal.first):
        return "first goal met, the goal is not"
    return "the first goal is missed"


def _mark(result: Result, wanted: float) -> str:
    return "met" if result.goal.met(result.ratio, wanted) else "**missed**"


def _amount(result: Result, figures: tuple[float, ...]) -> str:
    return f"{_short(median(figures))} {result.unit}"


def _each(figures: tuple[float, ...]) -> str:
    return ", ".join(_short(one) for one in figures)


def _short(figure: float) -> str:
    return (
        f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}" if figure < 10 else f"{figure:.1f}"
    )
