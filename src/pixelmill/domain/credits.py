"""Money: quotes, the ledger's entries and the balance they make. All amounts are millicredits."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, ClassVar

from pixelmill.kit.problems import Problem


class EntryKind(StrEnum):
    """Why a ledger entry exists."""

    GRANT = "grant"
    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    REFUND = "refund"
    ADJUST = "adjust"


class Overdrawn(Problem):
    """There are not enough credits for this. Grant more credits or send fewer items."""

    code: ClassVar[str] = "insufficient_credits"
    status: ClassVar[int] = 402
    title: ClassVar[str] = "Insufficient credits"


@dataclass(frozen=True, slots=True)
class Entry:
    """One ledger row: ``amount`` is its effect on what is available, ``held`` on what is held."""

    kind: EntryKind
    amount: int
    held: int


def grant(millicredits: int) -> Entry:
    """Credits given to a workspace."""
    return Entry(EntryKind.GRANT, _positive(millicredits), 0)


def hold(millicredits: int) -> Entry:
    """Credits set aside at accept."""
    return Entry(EntryKind.HOLD, -_positive(millicredits), millicredits)


def capture(millicredits: int) -> Entry:
    """Held credits taken because a node run succeeded."""
    return Entry(EntryKind.CAPTURE, 0, -_positive(millicredits))


def release(millicredits: int) -> Entry:
    """Held credits given back: failure, cancel, skip or cache hit."""
    return Entry(EntryKind.RELEASE, _positive(millicredits), -millicredits)


def refund(millicredits: int) -> Entry:
    """Captured credits given back."""
    return Entry(EntryKind.REFUND, _positive(millicredits), 0)


def adjust(millicredits: int) -> Entry:
    """A correction by the operator; the only entry whose sign is free."""
    return Entry(EntryKind.ADJUST, millicredits, 0)


@dataclass(frozen=True, slots=True)
class Balance:
    """What a workspace may spend and what is set aside: the sums of its ledger."""

    available: int = 0
    held: int = 0

    def after(self, entry: Entry) -> "Balance":
        """The balance with one more entry. Raises Overdrawn where it would fall below zero."""
        available, held = self.available + entry.amount, self.held + entry.held
        if available < 0:
            raise Overdrawn(
                f"Insufficient credits. Required: {shown(-entry.amount)}, "
                f"Available: {shown(self.available)}"
            )
        if held < 0:
            raise Overdrawn(
                f"Only {shown(self.held)} credits are held; {shown(-entry.held)} cannot be taken."
            )
        return Balance(available, held)


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """What one node costs over ``items`` items: ``unit * units_per_item * items``."""

    node_id: str
    number: int
    label: str
    model: str | None
    unit_millicredits: int
    units_per_item: int
    items: int
    millicredits: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of a batch: its lines, their sum, and the share of one item, rounded up."""

    lines: tuple[QuoteLine, ...] = ()
    millicredits: int = 0
    per_item: int = 0


def quote_line(
    *,
    node_id: str,
    number: int,
    label: str,
    model: str | None,
    unit_millicredits: int,
    units_per_item: int,
    items: int,
) -> QuoteLine:
    """A line with its product worked out."""
    total = unit_millicredits * units_per_item * items
    return QuoteLine(node_id, number, label, model, unit_millicredits, units_per_item, items, total)


def quote(lines: Iterable[QuoteLine], items: int) -> Quote:
    """The quote of ``lines`` for a batch of ``items`` items."""
    rows = tuple(lines)
    total = sum(line.millicredits for line in rows)
    return Quote(rows, total, -(-total // items) if items else 0)


def not_enough(wanted: Quote, available: int) -> Overdrawn:
    """The refusal of a quote that is not covered, with the breakdown per node."""
    return Overdrawn(
        f"Insufficient credits. Required: {shown(wanted.millicredits)}, "
        f"Available: {shown(available)}",
        extra={
            "insufficientCredits": True,
            "requiredCredits": shown(wanted.millicredits),
            "availableCredits": shown(available),
            "breakdown": [breakdown(line) for line in wanted.lines if line.millicredits],
        },
    )


def breakdown(line: QuoteLine) -> dict[str, Any]:
    """One line of a quote as it travels on the wire."""
    credits_ = shown(line.millicredits)
    return {
        "nodeId": line.node_id,
        "nodeLabel": line.label,
        "number": line.number,
        "model": line.model,
        "credits": credits_,
        "cost": credits_,
        "unitCredits": shown(line.unit_millicredits),
        "iterations": line.units_per_item * line.items,
    }


def shown(millicredits: int) -> int | float:
    """Millicredits as credits: a JSON number with at most three decimals."""
    whole, rest = divmod(millicredits, 1000)
    return whole if not rest else millicredits / 1000


def to_millicredits(credits_: float | str) -> int:
    """Credits as millicredits. Raises ValueError unless a number with at most three decimals."""
    try:
        exact = Decimal(str(credits_)) * 1000
        if exact == exact.to_integral_value():
            return int(exact)
    except (InvalidOperation, OverflowError, ValueError):
        pass
    raise ValueError(f"Credits are a number with at most three decimals, not {credits_!r}.")


def _positive(millicredits: int) -> int:
    if millicredits < 0:
        raise ValueError("An amount of credits is zero or more.")
    return millicredits
