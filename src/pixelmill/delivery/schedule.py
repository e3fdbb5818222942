"""When a delivery is tried, and when an endpoint has failed for too long: plain arithmetic."""

from email.utils import parsedate_to_datetime
from typing import Final

DELAYS_S: Final = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Before each of ten attempts, 75 h 35 min in all: the example of the Standard Webhooks spec."""
JITTER: Final = 0.1
"""So much of a delay may come on top, that retries after an outage do not come together."""
LONGEST_WAIT_S: Final = 86_400
"""What a Retry-After may ask for at most."""
GIVE_UP_MS: Final = 5 * 86_400_000
"""An endpoint that only fails for so long is disabled."""


def next_delay_s(tried: int, jitter: float, retry_after_s: float | None = None) -> float | None:
    """Seconds until the attempt after ``tried`` failed ones; None when there is no further one.

    ``jitter`` in [0, 1) is drawn by the caller. A receiver that asks for a longer pause gets it.
    """
    if tried >= len(DELAYS_S):
        return None
    delay = DELAYS_S[tried] * (1 + JITTER * jitter)
    return max(delay, min(retry_after_s or 0, LONGEST_WAIT_S))


def retry_after_s(header: str | None, now_ms: int) -> float | None:
    """The seconds of a Retry-After header, a number or a date (RFC 9110, 10.2.3)."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return float(text)
    try:
        at = parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
    return max(0.0, at - now_ms / 1000)
