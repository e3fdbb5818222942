"""Which refusals are tried again, how often, and after how long."""

from collections.abc import Sequence

from pixelmill.db.statements import Row
from pixelmill.kit.backoff import delay_s
from pixelmill.sdk.provider import Failure, Refusal

TRIES = {Failure.TRANSIENT: 4, Failure.RATE_LIMITED: 30}
"""Attempts that may end with this class before the node run fails."""

LONGEST_WAIT_S = 120.0


def wait_before_retry(refusal: Refusal, earlier: Sequence[Row], jitter: float) -> float | None:
    """Seconds to wait before the next attempt, or None when there is none.

    ``earlier`` are the attempts that failed before this one; waiting out a rate limit does not
    count against the tries that a fault has.
    """
    tries = TRIES.get(refusal.failure)
    same = sum(1 for row in earlier if row["failure"] == refusal.failure.value)
    if tries is None or same + 1 >= tries:
        return None
    wait = delay_s(same + 1, jitter=jitter)
    if refusal.retry_after_s is not None:
        wait = max(wait, refusal.retry_after_s)
    return None if wait > LONGEST_WAIT_S * 5 else min(wait, LONGEST_WAIT_S * 5)
