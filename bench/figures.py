"""Figures kept between runs, so that one row can be measured anew and the page stays whole."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from bench.result import Goal, Result


@dataclass(frozen=True, slots=True)
class Kept:
    """The results of one row with the day, the rounds and the load they were measured under."""

    number: int
    title: str
    day: str
    rounds: int
    load: float
    results: tuple[Result, ...]


def read(path: Path) -> dict[int, Kept]:
    """Rows by number; none where there is no file yet."""
    if not path.exists():
        return {}
    return {one["number"]: _kept(one) for one in orjson.loads(path.read_bytes())["rows"]}


def write(path: Path, rows: dict[int, Kept], machine: dict[str, str]) -> None:
    """Keep all rows and the machine they were measured on."""
    document = {"machine": machine, "rows": [asdict(rows[number]) for number in sorted(rows)]}
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")


def _kept(found: dict[str, Any]) -> Kept:
    results = tuple(
        Result(
            **{
                **one,
                "ours": tuple(one["ours"]),
                "reference": tuple(one["reference"]),
                "goal": Goal(**one["goal"]),
                "asides": tuple(one["asides"]),
            }
        )
        for one in found["results"]
    )
    return Kept(**{**found, "results": results})
