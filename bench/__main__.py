"""Measures rows of the table: ``python -m bench`` all, ``python -m bench 3 8`` those."""

import argparse
import datetime as dt
import importlib
import os
import pkgutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from bench import rows
from bench.chart import chart
from bench.figures import Kept, read, write
from bench.machine import facts, load
from bench.page import page, table
from bench.processes import LOAD, OUT, ROOT
from bench.result import Result

DOCS = ROOT / "docs"


class Row(Protocol):
    """What a file of ``bench/rows`` offers."""

    NUMBER: int
    TITLE: str
    measure: Callable[[int], list[Result]]


def main() -> None:
    """Measure, print the table, write the page."""
    known = {row.NUMBER: row for row in _rows()}
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("rows", nargs="*", type=int, metavar="row", help="numbers; none: all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="print only, leave the docs as they are")
    told = parser.parse_args()
    if unknown := sorted(set(told.rows) - known.keys()):
        parser.error(f"there is no row {unknown[0]}; choose from {sorted(known)}")
    OUT.mkdir(exist_ok=True)
    os.sched_setaffinity(0, LOAD)
    measured: dict[int, Kept] = {}
    for number in told.rows or sorted(known):
        measured[number] = _measure(known[number], told.rounds)
    print(table(measured.values()))
    if not told.dry:
        _keep(measured, DOCS)


def _measure(row: Row, rounds: int) -> Kept:
    print(f"row {row.NUMBER}: {row.TITLE} …", flush=True)
    before, began = load(), time.monotonic()
    results = tuple(row.measure(rounds))
    print(f"row {row.NUMBER}: {time.monotonic() - began:.0f} s", flush=True)
    day = dt.datetime.now(dt.UTC).date().isoformat()
    return Kept(row.NUMBER, row.TITLE, day, rounds, before, results)


def _keep(measured: dict[int, Kept], docs: Path) -> None:
    figures = docs / "benchmarks.json"
    kept = {**read(figures), **measured}
    machine = facts()
    write(figures, kept, machine)
    in_order = [kept[number] for number in sorted(kept)]
    (docs / "benchmarks.md").write_text(page(in_order, machine), encoding="utf-8")
    (docs / "benchmarks.svg").write_text(chart(in_order), encoding="utf-8")


def _rows() -> list[Row]:
    names = [found.name for found in pkgutil.iter_modules(rows.__path__)]
    return [cast("Row", importlib.import_module(f"bench.rows.{name}")) for name in names]


if __name__ == "__main__":
    main()
