"""Why a computation in a child process gave no result."""


class ComputeFailed(Exception):
    """The function raised something that cannot travel between processes; its text is kept."""

    code = "compute_failed"


class ComputeKilled(ComputeFailed):
    """The child ran out of memory or time, or died. Only this task failed."""

    code = "too_expensive_to_decode"
