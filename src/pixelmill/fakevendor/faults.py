"""Which calls go wrong, and how: by rates, by a queue, or by words in the prompt."""

import random
import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping

REFUSALS = frozenset({
    "400", "401", "402", "403", "404", "429", "500", "502html", "503", "504", "locked",
    "moderation",
})  # fmt: skip
"""Answered at once; nothing is made, nothing is billed."""
LOSSES = frozenset({"timeout", "ghost"})
"""Billed, but the answer never comes, or the connection drops."""
GARBLED = frozenset({
    "truncated", "empty", "bad_json", "html200", "wrong_type", "no_images", "huge_body",
    "slow_loris",
})  # fmt: skip
"""Billed, and the answer is broken."""
SPOILT = frozenset({"bad_image", "bomb", "redirect"})
"""Billed, and the picture is broken, or its address leads to an inner one."""
KINDS = REFUSALS | LOSSES | GARBLED | SPOILT | {"lost", "error", "moderated_output"}

_IN_PROMPT = re.compile(r"\[\[fault:([a-z0-9_]+)(?::(\d{1,6}))?\]\]")


def read_rates(text: str) -> dict[str, float]:
    """``429:0.05,locked`` as rates; a kind without a rate always happens. Raises ValueError."""
    rates: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        kind, _, rate = part.partition(":")
        rates[kind] = float(rate) if rate else 1.0
    return checked(rates)


def checked(rates: Mapping[str, float]) -> dict[str, float]:
    """The rates, each kind known and each share between 0 and 1. Raises ValueError."""
    for kind, rate in rates.items():
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no fault; known are {', '.join(sorted(KINDS))}")
        if not 0 <= rate <= 1:
            raise ValueError(f"the rate of {kind} must be 0 to 1, not {rate}")
    return dict(rates)


class FaultPlan:
    """Decides call by call. Words in the prompt win over the queue, the queue over the rates."""

    def __init__(self, rates: Mapping[str, float] | None = None, seed: int = 0) -> None:
        self._rates = checked(rates or {})
        self._dice = random.Random(seed)  # noqa: S311 -- a rehearsal that can be repeated
        self._queue: deque[str] = deque()
        self._tries: Counter[str] = Counter()

    def set_rates(self, rates: Mapping[str, float]) -> None:
        """From now on these rates. Raises ValueError."""
        self._rates = checked(rates)

    def queue(self, kinds: Iterable[str]) -> None:
        """The next calls meet these faults, in order; ``ok`` stands for none."""
        kinds = tuple(kinds)
        checked({kind: 1.0 for kind in kinds if kind != "ok"})
        self._queue.extend(kinds)

    def next_for(self, prompt: str) -> str | None:
        """The fault of this call, or None. ``[[fault:500:2]]`` fails its prompt's first 2 calls."""
        found = _IN_PROMPT.search(prompt)
        if found and found[1] in KINDS:
            self._tries[prompt] += 1
            return found[1] if self._tries[prompt] <= int(found[2] or 10**6) else None
        if self._queue:
            kind = self._queue.popleft()
            return None if kind == "ok" else kind
        number = self._dice.random()
        for kind, rate in self._rates.items():
            number -= rate
            if number < 0:
                return kind
        return None
