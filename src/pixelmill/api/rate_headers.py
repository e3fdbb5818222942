"""The X-RateLimit headers: how a window stands after a call, or why it refused one."""

from pixelmill.domain.limits import Admitted, PlanLimits, RateLimited


def admitted_headers(limits: PlanLimits, window: Admitted) -> dict[str, str]:
    """How the window of executions stands now; ``Reset`` is an epoch in seconds."""
    return _headers(
        "executions", limits.executions_per_minute, window.remaining, -(-window.reset_ms // 1000)
    )


def refused_headers(limits: PlanLimits, problem: RateLimited) -> dict[str, str]:
    """The same for a call that was refused."""
    resource = str(problem.extra["limit"])
    limit = limits.executions_per_day if resource == "daily" else limits.executions_per_minute
    return _headers(resource, limit, 0, problem.extra["retryAfter"])


def _headers(resource: str, limit: int | None, remaining: int, reset_s: int) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(reset_s),
        "X-RateLimit-Resource": resource,
    }
