"""The results of a batch, one row per item, page by page and as CSV."""

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson
from sqlalchemy import select

from pixelmill.db.statements import Row, Statement, any_of
from pixelmill.db.tables.executions import node_runs
from pixelmill.domain.credits import shown
from pixelmill.domain.iterating import input_index
from pixelmill.domain.values import JsonValue, as_text
from pixelmill.kit.pages import encode_cursor
from pixelmill.services.house import House, Principal
from pixelmill.services.links import Links, assets_of
from pixelmill.services.manifest import defused
from pixelmill.services.node_run_bodies import duration, moment, text_of
from pixelmill.services.watching import PAGE_OF_ITEMS, Page

AT_ONCE: Final = 200
SEPARATOR: Final = " "
"""Between the pictures of an item that made several; no address, id or hash has it."""
COLUMNS: Final = (
    *("runIndexInBatch", "key", "id", "status", "errorCode", "error", "seed", "credits"),
    *("seconds", "urls", "assetIds", "sha256", "text"),
)
OTHERS: Final = "otherInputs"

SEEDS = Statement(
    select(node_runs.c.item_id, node_runs.c.seed)
    .where(any_of(node_runs.c.item_id, "ids"), node_runs.c.seed.is_not(None))
    .order_by(node_runs.c.item_id, node_runs.c.round, node_runs.c.number)
)


@dataclass(frozen=True, slots=True)
class Results:
    """Rows of one page, and the cursor of the next."""

    rows: Sequence[dict[str, JsonValue]]
    next_cursor: str | None


async def read_results(house: House, principal: Principal, execution: Row, page: Page) -> Results:
    """One page of results in the order of the inputs. ``execution`` is a row of the caller's."""
    assert execution["workspace_id"] == principal.workspace_id
    database = house.parts.database
    items = await database.fetch(
        PAGE_OF_ITEMS, execution_id=execution["id"], after=page.after, limit=page.limit
    )
    found = await database.fetch(SEEDS, ids=[item["id"] for item in items]) if items else []
    # The last that is written stays: read backwards, that is each item's first seed.
    seeds = {row["item_id"]: row["seed"] for row in reversed(found)}
    links = Links(house)
    rows = [_row(execution, item, seeds.get(item["id"], item["seed"]), links) for item in items]
    more = bool(items) and items[-1]["position"] < execution["total"] - 1
    return Results(rows, encode_cursor(items[-1]["position"]) if more else None)


async def all_results(
    house: House, principal: Principal, execution: Row, page: Page
) -> AsyncIterator[Sequence[dict[str, JsonValue]]]:
    """Every row behind the page's start, AT_ONCE at a time, so that no batch fills memory."""
    after = page.after
    while True:
        found = await read_results(house, principal, execution, Page(AT_ONCE, after))
        if found.rows:
            yield found.rows
        if found.next_cursor is None:
            return
        after = cast("int", found.rows[-1]["runIndexInBatch"])


async def as_ndjson(pages: AsyncIterator[Sequence[dict[str, JsonValue]]]) -> AsyncIterator[bytes]:
    """One JSON object in each line."""
    async for rows in pages:
        yield b"".join(orjson.dumps(row) + b"\n" for row in rows)


async def as_csv(pages: AsyncIterator[Sequence[dict[str, JsonValue]]]) -> AsyncIterator[bytes]:
    """CSV in UTF-8 with a mark for Excel; no cell is a formula.

    Inputs have columns of their own, named by the first rows; what later rows have besides stands
    in the last column as JSON, so that nothing is lost.
    """
    names: list[str] | None = None
    async for rows in pages:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        if names is None:
            names = list(dict.fromkeys(key for row in rows for key in _inputs(row)))
            head = [*COLUMNS, *(f"inputs.{name}" for name in names), OTHERS]
            writer.writerow([defused(name) for name in head])
        writer.writerows(_cells(row, names) for row in rows)
        yield text.getvalue().encode("utf-8-sig" if text.getvalue().startswith("run") else "utf-8")


def _row(execution: Row, item: Row, seed: int | None, links: Links) -> dict[str, JsonValue]:
    outputs = cast("list[dict[str, Any]]", item["outputs"] or [])
    took = duration(item)
    texts = (text_of(output["value"]) for output in outputs)
    return {
        "id": item["id"],
        "batchId": execution["id"],
        "runIndexInBatch": item["position"],
        "inputIndex": input_index(execution["iterators"], item["position"]),
        "key": item["key"],
        "status": item["state"],
        "error": item["error"],
        "seed": seed,
        "credits": shown(item["credits"]),
        "endTime": moment(item["ended_at"]),
        "durationMs": took,
        "inputs": item["inputs"] or {},
        "outputs": [links.asset(asset) for asset in assets_of(outputs)],
        "text": next((text for text in texts if text is not None), None),
    }


def _inputs(row: Mapping[str, Any]) -> Mapping[str, JsonValue]:
    return cast("Mapping[str, JsonValue]", row["inputs"])


def _cells(row: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    error = cast("Mapping[str, JsonValue]", row["error"] or {})
    pictures = cast("list[dict[str, str]]", row["outputs"])
    inputs = _inputs(row)
    others = {key: value for key, value in inputs.items() if key not in names}
    took = row["durationMs"]
    told: dict[str, JsonValue] = {
        **{name: row.get(name) for name in COLUMNS},
        "errorCode": error.get("code"),
        "error": error.get("message"),
        "seconds": None if took is None else round(took / 1000, 3),
        "urls": SEPARATOR.join(picture["url"] for picture in pictures),
        "assetIds": SEPARATOR.join(picture["assetId"] for picture in pictures),
        "sha256": SEPARATOR.join(picture["sha256"] for picture in pictures),
    }
    last = [orjson.dumps(others).decode()] if others else [""]
    cells = [told[name] for name in COLUMNS] + [inputs.get(name) for name in names] + last
    return ["" if cell is None else defused(as_text(cell)) for cell in cells]
