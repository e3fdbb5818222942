"""What an inbound trigger allows, and what it remembers of its last calls to keep to that."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from pixelmill.domain.limits import WINDOW_MS, Refused, decide_window
from pixelmill.kit.problems import Problem

MOST_CALLS_PER_MINUTE: Final = 600
LONGEST_DEDUPE_S: Final = 3600
MOST_REMEMBERED: Final = 1_000
"""Calls that are remembered at most; a longer memory would make every call slow."""


class TriggerBusy(Problem):
    """This trigger was called too often. Wait for the seconds in 'Retry-After', then try again."""

    code: ClassVar[str] = "trigger_rate_limited"
    status: ClassVar[int] = 429
    title: ClassVar[str] = "Trigger rate limit reached"


class TriggerSpent(Problem):
    """This trigger has used up its credits of today. They are free again at midnight UTC."""

    code: ClassVar[str] = "trigger_daily_credits"
    status: ClassVar[int] = 429
    title: ClassVar[str] = "Trigger's daily credits used up"


@dataclass(frozen=True, slots=True)
class TriggerSettings:
    """What a trigger allows. ``inputs`` None opens every input of the workflow.

    ``dedupe_s`` seconds long the same request gives the first answer again; 0 turns that off.
    """

    name: str = ""
    inputs: tuple[str, ...] | None = None
    calls_per_minute: int = 30
    millicredits_per_day: int | None = None
    dedupe_s: int = 10

    def document(self) -> dict[str, Any]:
        """The settings as they are stored."""
        return {
            "name": self.name,
            "inputs": None if self.inputs is None else list(self.inputs),
            "callsPerMinute": self.calls_per_minute,
            "millicreditsPerDay": self.millicredits_per_day,
            "dedupeSeconds": self.dedupe_s,
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "TriggerSettings":
        """Stored settings."""
        inputs = document["inputs"]
        return cls(
            name=document["name"],
            inputs=None if inputs is None else tuple(inputs),
            calls_per_minute=document["callsPerMinute"],
            millicredits_per_day=document["millicreditsPerDay"],
            dedupe_s=document["dedupeSeconds"],
        )


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was let in. ``identity`` is what makes two calls the same, "" for none."""

    at_ms: int
    identity: str
    key: str


@dataclass(frozen=True, slots=True)
class Memory:
    """The last calls of a trigger, the oldest first, and what was spent on a day (UTC)."""

    calls: tuple[Call, ...] = ()
    day: str | None = None
    spent: int = 0

    def twin(self, settings: TriggerSettings, identity: str, now_ms: int) -> Call | None:
        """The same call within the dedupe window, if there was one."""
        since = now_ms - settings.dedupe_s * 1000
        twins = [call for call in self.calls if call.identity == identity and call.at_ms > since]
        return twins[0] if twins else None

    def after(self, settings: TriggerSettings, call: Call, millicredits: int, day: str) -> "Memory":
        """The memory with one more call. Raises TriggerBusy, TriggerSpent."""
        stamps = [one.at_ms for one in self.calls]
        window = decide_window(stamps, call.at_ms, settings.calls_per_minute)
        if isinstance(window, Refused):
            raise TriggerBusy(
                f"This trigger takes {settings.calls_per_minute} calls a minute. "
                f"Try again in {window.retry_after_s} seconds.",
                retry_after_s=window.retry_after_s,
            )
        spent = (self.spent if self.day == day else 0) + millicredits
        cap = settings.millicredits_per_day
        if cap is not None and spent > cap:
            raise TriggerSpent
        since = call.at_ms - max(WINDOW_MS, settings.dedupe_s * 1000)
        kept = [one for one in self.calls if one.at_ms > since][-MOST_REMEMBERED + 1 :]
        return Memory((*kept, call), day, spent)

    def without(self, key: str, millicredits: int) -> "Memory":
        """The memory after a call came to nothing: it counts as a call, and cost nothing."""
        calls = tuple(replace(one, identity="") if one.key == key else one for one in self.calls)
        return replace(self, calls=calls, spent=max(0, self.spent - millicredits))
