"""How long to wait before trying again, as plain arithmetic."""


def delay_s(
    attempt: int,
    base: float = 1.0,
    factor: float = 2.0,
    cap: float = 60.0,
    jitter: float = 0.0,
) -> float:
    """Seconds to wait after the ``attempt``-th failure (counted from 1).

    The delay is ``min(cap, base * factor ** (attempt - 1))``. ``jitter`` in [0, 1) is drawn by the
    caller and takes up to half of it away ("equal jitter"): clients must not come back together.
    """
    if attempt < 1:
        raise ValueError("Attempts count from 1.")
    if not 0.0 <= jitter < 1.0:
        raise ValueError("Jitter lies in [0, 1).")
    try:
        full = min(cap, base * factor ** (attempt - 1))
    except OverflowError:
        full = cap
    return full * (1.0 - jitter / 2)
