"""What a row measured: two lists of figures, their ratio, and what it should be."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio to reach: first ``first``, then ``full``; at least, or at most, those."""

    first: float
    full: float
    at_most: bool = False

    def met(self, ratio: float, wanted: float) -> bool:
        """Whether a ratio is as good as ``wanted``."""
        return ratio <= wanted if self.at_most else ratio >= wanted

    def share(self, ratio: float) -> float:
        """How much of the first goal is reached: 1 is all of it, more is better."""
        return self.first / ratio if self.at_most else ratio / self.first


@dataclass(frozen=True, slots=True)
class Result:
    """Figures of one comparison in ``unit``; ``ratio`` is of the medians, ours over reference."""

    what: str
    unit: str
    reference_is: str
    ours: tuple[float, ...]
    reference: tuple[float, ...]
    goal: Goal
    asides: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """Median of ours over median of the reference."""
        return median(self.ours) / median(self.reference)


def in_turns(
    rounds: int, ours: Callable[[], float], reference: Callable[[], float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Measure both ``rounds`` times, alternating, so that a noisy minute touches both."""
    found: list[tuple[float, float]] = []
    for _ in range(rounds):
        first = ours()
        found.append((first, reference()))
    return tuple(one for one, _ in found), tuple(other for _, other in found)
