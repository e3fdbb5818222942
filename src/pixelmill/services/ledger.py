"""The ledger of a workspace: read page by page, and checked against the balances."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pixelmill.db.database import Database
from pixelmill.db.ledger_reads import COMPARE_ALL, COMPARE_ONE, ledger_page
from pixelmill.db.statements import Row
from pixelmill.domain.credits import EntryKind, shown
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.pages import decode_cursor, encode_cursor
from pixelmill.kit.problems import Detail
from pixelmill.services.history import BadFilter
from pixelmill.services.manifest import defused
from pixelmill.services.watching import BadCursor

COLUMNS: Final = ("id", "createdAt", "kind", "amount", "held", "executionId", "nodeRunId", "note")


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Which entries to read; None leaves a condition out. Times are epoch ms."""

    kind: str | None = None
    execution_id: str | None = None
    since: int | None = None
    until: int | None = None

    def values(self) -> dict[str, Any]:
        """The conditions that are asked for. Raises BadFilter."""
        if self.kind is not None and self.kind not in frozenset(EntryKind):
            message = f"'kind' is one of {', '.join(EntryKind)}."
            raise BadFilter(message, details=[Detail("kind", message)])
        given = {
            "kind": self.kind,
            "execution_id": self.execution_id,
            "since": self.since,
            "until": self.until,
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Difference:
    """A workspace whose balance is not the sum of its ledger, or is below zero; millicredits."""

    workspace_id: str
    available: int
    held: int
    booked_available: int
    booked_held: int

    def told(self) -> str:
        """The difference in a sentence."""
        return (
            f"{self.workspace_id}: the balance says {shown(self.available)} available and "
            f"{shown(self.held)} held; the ledger sums to {shown(self.booked_available)} and "
            f"{shown(self.booked_held)}."
        )


@dataclass(frozen=True, slots=True)
class Verified:
    """How many workspaces were compared, and which of them differ."""

    workspaces: int
    differences: tuple[Difference, ...]


async def read_ledger(
    database: Database, workspace_id: str, wanted: LedgerFilter, limit: int, cursor: str | None
) -> tuple[list[dict[str, JsonValue]], str | None]:
    """Entries, the newest first, and the cursor of the next page. Raises BadFilter, BadCursor."""
    values = wanted.values()
    if cursor is not None:
        values["before_at"], values["before"] = _read_cursor(cursor)
    rows = await database.fetch(
        ledger_page(frozenset(values)), workspace_id=workspace_id, limit=limit + 1, **values
    )
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = encode_cursor(rows[-1]["created_at"], rows[-1]["id"])
    return [entry_body(row) for row in rows], following


async def verify_ledger(database: Database, workspace_id: str | None = None) -> Verified:
    """Compare every balance, or one, with the sum of its entries."""
    if workspace_id is None:
        rows = await database.fetch(COMPARE_ALL)
    else:
        rows = await database.fetch(COMPARE_ONE, workspace_id=workspace_id)
    found = [Difference(**row) for row in rows]
    return Verified(len(found), tuple(one for one in found if _is_wrong(one)))


def entry_body(row: Row) -> dict[str, JsonValue]:
    """An entry as callers read it: its effect on what is available and on what is held."""
    return {
        "id": row["id"],
        "createdAt": rfc3339(row["created_at"]),
        "kind": row["kind"],
        "amount": shown(row["amount"]),
        "held": shown(row["held"]),
        "executionId": row["execution_id"] or None,
        # An entry of no node run stands in its own place.
        "nodeRunId": None if row["node_run_id"] == row["id"] else row["node_run_id"] or None,
        "note": row["note"],
    }


def entries_csv(entries: Sequence[dict[str, JsonValue]]) -> bytes:
    """CSV (RFC 4180) in UTF-8 with a mark for Excel; no text in it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([_cell(entry[name]) for name in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: JsonValue) -> JsonValue:
    if value is None:
        return ""
    # A number below zero is no formula, and quoted it would be no number.
    return defused(value) if isinstance(value, str) else value


def _is_wrong(one: Difference) -> bool:
    differs = (one.available, one.held) != (one.booked_available, one.booked_held)
    return differs or one.available < 0 or one.held < 0


def _read_cursor(cursor: str) -> tuple[int, str]:
    try:
        created_at, id_ = decode_cursor(cursor)
    except ValueError:
        raise BadCursor from None
    if not isinstance(created_at, int) or not isinstance(id_, str):
        raise BadCursor
    return created_at, id_
