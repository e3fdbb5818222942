"""How many executions were accepted lately, and whether one more may be."""

from collections.abc import Sequence
from dataclasses import dataclass

from pixelmill.db.acceptance_sql import STAMPS, TODAY
from pixelmill.db.scripts import Script, read
from pixelmill.domain.limits import (
    DAY_MS,
    WINDOW_MS,
    Admitted,
    PlanLimits,
    Refused,
    decide_day,
    decide_window,
    too_many,
)
from pixelmill.kit.problems import Problem


@dataclass(frozen=True, slots=True)
class Window:
    """The accepted calls of some workspaces, kept current as more are admitted."""

    now_ms: int
    stamps: dict[str, list[int]]
    today: dict[str, int]

    def admit(self, workspace_id: str, limits: PlanLimits) -> Admitted | Problem | None:
        """Count one more call, or the problem that refuses it; None where nothing limits it."""
        decided = self._decide(workspace_id, limits)
        if not isinstance(decided, Problem):
            self.today[workspace_id] = self.today.get(workspace_id, 0) + 1
            self.stamps.setdefault(workspace_id, []).append(self.now_ms)
        return decided

    def _decide(self, workspace_id: str, limits: PlanLimits) -> Admitted | Problem | None:
        if limits.executions_per_day is not None:
            used = self.today.get(workspace_id, 0)
            today = decide_day(used, self.now_ms, limits.executions_per_day)
            if isinstance(today, Refused):
                return too_many("daily", limits.executions_per_day, today)
        if limits.executions_per_minute is None:
            return None
        stamps = self.stamps.get(workspace_id, [])
        minute = decide_window(stamps, self.now_ms, limits.executions_per_minute)
        if isinstance(minute, Refused):
            return too_many("executions", limits.executions_per_minute, minute)
        return minute


def look_at_windows(workspace_ids: Sequence[str], now_ms: int) -> Script[Window]:
    """The window of these workspaces, whose rows must be locked."""
    stamps: dict[str, list[int]] = {}
    today: dict[str, int] = {}
    if workspace_ids:
        for row in (yield from read(STAMPS, ids=workspace_ids, since=now_ms - WINDOW_MS)):
            stamps.setdefault(row["workspace_id"], []).append(row["accepted_at"])
        for row in (yield from read(TODAY, ids=workspace_ids, since=now_ms - now_ms % DAY_MS)):
            today[row["workspace_id"]] = row["calls"]
    return Window(now_ms, stamps, today)
