"""What each process counted of requests lately: one row a process, read by all the others."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import orjson
from sqlalchemy import bindparam, delete, select

from pixelmill.db.scripts import Script, read, write
from pixelmill.db.statements import Statement, upsert_into
from pixelmill.db.tables.access import facts

Counts: TypeAlias = Mapping[str, Sequence[tuple[int, int]]]
"""By workspace: epoch seconds, and how many requests came in each."""

STALE_MS: Final = 120_000
_PREFIX: Final = "requests."
KEEP = upsert_into(facts, ("name", "value"), ("name",), ("value",))
FIND = Statement(select(facts.c.name, facts.c.value).where(facts.c.name.like(f"{_PREFIX}%")))
DROP = Statement(delete(facts).where(facts.c.name == bindparam("b_name")))


def exchange(process: str, counts: Counts, now_ms: int) -> Script[list[Counts]]:
    """Write this process's counts; answers those of the others, whose rows it drops when stale."""
    own = f"{_PREFIX}{process}"
    value = orjson.dumps({"at": now_ms, "counts": counts}).decode()
    yield from write(KEEP, [{"name": own, "value": value}])
    found = yield from read(FIND)
    told = {row["name"]: orjson.loads(row["value"]) for row in found if row["name"] != own}
    stale = [name for name, one in told.items() if one["at"] < now_ms - STALE_MS]
    yield from write(DROP, [{"b_name": name} for name in sorted(stale)])
    return [one["counts"] for name, one in told.items() if name not in stale]
