"""How much a workspace may ask for: plans, rate windows and daily caps, as arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import ClassVar, Final, Literal, TypeAlias, cast

from pixelmill.domain.values import JsonValue
from pixelmill.kit.problems import Problem

DEFAULT_MAX_ITEMS: Final = 10_000
HIGHEST_MAX_ITEMS: Final = 100_000
WINDOW_MS: Final = 60_500
"""Half a second more than a minute: no client may count more than its limit in any 60 s."""
DAY_MS: Final = 86_400_000
_GB: Final = 1_000_000_000

Resource: TypeAlias = Literal["requests", "executions", "daily"]


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """The limits of one plan; None is unlimited. ``charge`` False meters without refusing.

    ``storage_bytes`` and ``storage_files`` bound what a workspace keeps where its settings do not.
    """

    name: str
    requests_per_minute: int | None = None
    executions_per_minute: int | None = None
    executions_per_day: int | None = None
    max_items: int = DEFAULT_MAX_ITEMS
    monthly_credits: int | None = None
    charge: bool = True
    storage_bytes: int | None = None
    storage_files: int | None = None


BUILT_IN_PLANS: Final[Mapping[str, PlanLimits]] = MappingProxyType(
    {
        plan.name: plan
        for plan in (
            PlanLimits("self_hosted", charge=False),
            PlanLimits("free", 10, 10, 50, storage_bytes=2 * _GB, storage_files=2_000),
            PlanLimits("starter", 20, 10, 200, storage_bytes=20 * _GB, storage_files=20_000),
            PlanLimits("pro", 60, 10, 1_000, storage_bytes=200 * _GB, storage_files=200_000),
            PlanLimits("enterprise", 200, 10, None),
        )
    }
)

_KEYS: Final = tuple(field.name for field in fields(PlanLimits) if field.name != "name")


@dataclass(frozen=True, slots=True)
class Admitted:
    """The call may pass; ``remaining`` more may follow, and at ``reset_ms`` a place is free."""

    remaining: int
    reset_ms: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The call must wait ``retry_after_s`` whole seconds; ``reset_ms`` is when a place is free."""

    retry_after_s: int
    reset_ms: int


class RateLimited(Problem):
    """Too many calls in a minute. Wait for the seconds in 'Retry-After', then try again."""

    code: ClassVar[str] = "rate_limited"
    status: ClassVar[int] = 429
    title: ClassVar[str] = "Rate limit reached"


class DailyLimitReached(RateLimited):
    """The day's executions are used up. They are free again at midnight UTC."""

    code: ClassVar[str] = "daily_limit_reached"
    title: ClassVar[str] = "Daily limit reached"


def decide_window(
    stamps: Sequence[int], now_ms: int, limit: int, window_ms: int = WINDOW_MS
) -> Admitted | Refused:
    """Whether one more call may pass now.

    ``stamps`` are the epoch ms of accepted calls, in any order; those older than the window do not
    count. The caller adds ``now_ms`` to them when the call is admitted. After ``retry_after_s`` the
    same call passes, if none came between.
    """
    live = sorted(stamp for stamp in stamps if stamp > now_ms - window_ms)
    if len(live) < limit:
        first = live[0] if live else now_ms
        return Admitted(limit - len(live) - 1, first + window_ms)
    # With a limit that was lowered meanwhile, more than the oldest call has to age.
    free_ms = live[len(live) - limit] + window_ms if limit else now_ms + window_ms
    return Refused(_whole_seconds(free_ms - now_ms), free_ms)


def decide_day(used: int, now_ms: int, limit: int) -> Admitted | Refused:
    """Whether one more execution may pass on this day (UTC); ``used`` were accepted today."""
    midnight_ms = now_ms - now_ms % DAY_MS + DAY_MS
    if used < limit:
        return Admitted(limit - used - 1, midnight_ms)
    return Refused(_whole_seconds(midnight_ms - now_ms), midnight_ms)


def too_many(resource: Resource, limit: int, refused: Refused) -> RateLimited:
    """The refusal as a problem; ``retryAfter`` is an epoch in seconds, as clients know it."""
    kind = DailyLimitReached if resource == "daily" else RateLimited
    span = "a day" if resource == "daily" else "a minute"
    noun = "requests" if resource == "requests" else "executions"
    return kind(
        f"The limit of {limit} {noun} {span} is reached. "
        f"Try again in {refused.retry_after_s} seconds.",
        extra={
            "limit": resource,
            "retryAfter": _whole_seconds(refused.reset_ms),
            "retryAfterSeconds": refused.retry_after_s,
        },
        retry_after_s=refused.retry_after_s,
    )


def _whole_seconds(ms: int) -> int:
    return -(-ms // 1000)


def load_plans(tables: Mapping[str, JsonValue]) -> Mapping[str, PlanLimits]:
    """The built-in plans with those of an operator's file (TOML, one table a plan) laid over.

    A table replaces the plan of its name; a limit that is absent is unlimited. Raises ValueError
    naming the plan and the key.
    """
    plans = dict(BUILT_IN_PLANS)
    for name, table in tables.items():
        plans[name] = _read_plan(name, table)
    return MappingProxyType(plans)


def _read_plan(name: str, table: JsonValue) -> PlanLimits:
    if not isinstance(table, Mapping):
        raise ValueError(f"Plan '{name}' is no table; write [{name}] and its limits below.")  # noqa: TRY004
    limits = cast("Mapping[str, JsonValue]", table)
    for key, value in limits.items():
        if key not in _KEYS:
            raise ValueError(f"Plan '{name}' has no key '{key}'; choose from {', '.join(_KEYS)}.")
        _check_limit(name, key, value)
    return PlanLimits(name, **limits)


def _check_limit(name: str, key: str, value: JsonValue) -> None:
    if key == "charge":
        if not isinstance(value, bool):
            raise ValueError(f"Plan '{name}': 'charge' is true or false, not {value!r}.")
        return
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"Plan '{name}': '{key}' is a whole number from 0 up, not {value!r}.")
    if key == "max_items" and not 1 <= value <= HIGHEST_MAX_ITEMS:
        raise ValueError(
            f"Plan '{name}': 'max_items' is {value}; it lies between 1 and {HIGHEST_MAX_ITEMS}."
        )
