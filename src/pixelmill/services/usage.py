"""What a workspace used: credits, limits, and where it went by model, workflow, key, tag and day.

Sums are over executions by the moment they were accepted, so that one execution never falls into
two windows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pixelmill.db import usage as sql
from pixelmill.db.database import Database
from pixelmill.db.ledger import BALANCE
from pixelmill.db.statements import Row, Statement
from pixelmill.domain.credits import shown, to_millicredits
from pixelmill.domain.limits import DAY_MS, PlanLimits
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.problems import Detail
from pixelmill.services.history import BadFilter
from pixelmill.services.house import House, Principal

USUAL_DAYS: Final = 30
_AHEAD_MS: Final = 60_000
"""The database's clock, which stamps executions, may run before ours."""


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` on, before ``until``; epoch ms."""

    since: int
    until: int

    @classmethod
    def read(cls, since: int | None, until: int | None, now_ms: int) -> "Span":
        """The span asked for; usually the last 30 days. Raises BadFilter."""
        end = now_ms + _AHEAD_MS if until is None else until
        begin = end - USUAL_DAYS * DAY_MS if since is None else since
        if not begin < end <= begin + sql.MOST_DAYS * DAY_MS:
            message = f"'since' lies before 'until', at most {sql.MOST_DAYS} days."
            raise BadFilter(message, details=[Detail("since", message)])
        return cls(begin, end)


async def read_usage(house: House, principal: Principal, span: Span) -> dict[str, JsonValue]:
    """Balance, limits, and the sums of a span."""
    database, workspace_id = house.parts.database, principal.workspace_id
    now_ms, plan = house.parts.clock.now_ms(), house.plans[principal.plan]

    async def rows(statement: Statement, told: Callable[[Row], Mapping[str, Any]]) -> JsonValue:
        found = await database.fetch(
            statement, workspace_id=workspace_id, since=span.since, until=span.until
        )
        return [{**told(row), **_measures(row)} for row in found]

    (total,) = await database.fetch(
        sql.TOTAL, workspace_id=workspace_id, since=span.since, until=span.until
    )
    return {
        "plan": plan.name,
        "credits": await _credits(database, workspace_id, plan, now_ms),
        "limits": await _limits(database, workspace_id, plan, now_ms),
        "since": rfc3339(span.since),
        "until": rfc3339(span.until),
        "total": _measures(total),
        "byModel": await rows(sql.BY_MODEL, _model),
        "byWorkflow": await rows(
            sql.BY_WORKFLOW, lambda row: {"workflowId": row["workflow_id"], "name": row["name"]}
        ),
        "byKey": await rows(
            sql.BY_KEY,
            lambda row: {"keyId": row["key_id"], "name": row["name"], "last4": row["last4"]},
        ),
        "byTag": await rows(sql.BY_TAG, lambda row: {"tag": row["tag"]}),
        "byDay": await rows(
            sql.BY_DAY, lambda row: {"day": rfc3339(row["day"] * DAY_MS).partition("T")[0]}
        ),
    }


async def _credits(
    database: Database, workspace_id: str, plan: PlanLimits, now_ms: int
) -> dict[str, JsonValue]:
    begin, end = month_of(now_ms)
    (used,) = await database.fetch(sql.TOTAL, workspace_id=workspace_id, since=begin, until=end)
    balance = (await database.fetch(BALANCE, workspace_id=workspace_id))[0]
    monthly = plan.monthly_credits
    return {
        # A plan that only meters has no balance that could run out.
        "available": shown(balance["available"]) if plan.charge else None,
        "reserved": shown(balance["held"]),
        "usedThisPeriod": shown(used["credits"]),
        "includedPerMonth": None if monthly is None else shown(to_millicredits(monthly)),
        "resetsAt": rfc3339(end),
    }


async def _limits(
    database: Database, workspace_id: str, plan: PlanLimits, now_ms: int
) -> dict[str, JsonValue]:
    midnight = now_ms - now_ms % DAY_MS
    (today,) = await database.fetch(sql.ACCEPTED_SINCE, workspace_id=workspace_id, since=midnight)
    return {
        "requestsPerMinute": plan.requests_per_minute,
        "executionsPerMinute": plan.executions_per_minute,
        "dailyExecutions": plan.executions_per_day,
        "dailyUsed": today["calls"],
        "resetsAt": rfc3339(midnight + DAY_MS),
        "maxItems": plan.max_items,
    }


def month_of(now_ms: int) -> tuple[int, int]:
    """When this month began and when the next does, in UTC; epoch ms."""
    today = datetime.fromtimestamp(now_ms / 1000, UTC)
    first = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    year, month = divmod(first.year * 12 + first.month, 12)
    following = first.replace(year=year, month=month + 1)
    return round(first.timestamp()) * 1000, round(following.timestamp()) * 1000


def _model(row: Row) -> dict[str, JsonValue]:
    return {
        "model": row["model"],
        "provider": row["provider"],
        "providerCostUsd": round(row["usd"], 6),
    }


def _measures(row: Row) -> dict[str, JsonValue]:
    counted = {name: row[name] for name in ("executions", "items") if name in row}
    if "node_runs" in row:
        counted["nodeRuns"] = row["node_runs"]
    return {**counted, "credits": shown(row["credits"]), "creditsSaved": shown(row["saved"])}
