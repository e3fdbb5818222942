"""The limit on requests per minute, and the headers that tell how it stands."""

from typing import Any, Final

from starlette.requests import Request

from pixelmill.api.gate import gate_of
from pixelmill.domain.limits import Refused, too_many
from pixelmill.services.house import House, Principal

FREE: Final = frozenset(
    {
        *("getExecution", "pollExecution", "getWorkflowExecution", "pollWorkflowExecution"),
        *("streamExecutionEvents", "getBatch"),
    }
)
"""Status polls by operation. Asset downloads need no key, so nothing counts them either."""
MINUTE_S: Final = 60


def count_request(request: Request, house: House, principal: Principal) -> None:
    """Count a request that came with a key. Raises RateLimited.

    The headers that the reply shall have are left in the request's scope under ``rate_headers``.
    """
    plan = house.plans.get(principal.plan)
    limit = plan.requests_per_minute if plan else None
    if limit is None or principal.key_id is None:
        return
    window = gate_of(request).requests
    route: Any = request.scope.get("route")
    if getattr(route, "operation_id", None) in FREE:
        standing = window.look(principal.workspace_id, limit)
    else:
        standing = window.admit(principal.workspace_id, limit)
    remaining = 0 if isinstance(standing, Refused) else standing.remaining
    now_ms = house.parts.clock.now_ms()
    request.scope["rate_headers"] = window_headers(limit, remaining, standing.reset_ms, now_ms)
    if isinstance(standing, Refused):
        raise too_many("requests", limit, standing)


def window_headers(limit: int, remaining: int, reset_ms: int, now_ms: int) -> dict[str, str]:
    """How the window stands: ``X-RateLimit-Reset`` is an epoch, ``t`` the seconds until then.

    ``RateLimit`` and ``RateLimit-Policy`` are of the IETF draft ratelimit-headers, version 10.
    """
    left_s = max(0, -(-(reset_ms - now_ms) // 1000))
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(-(-reset_ms // 1000)),
        "X-RateLimit-Resource": "requests",
        "RateLimit-Policy": f'"requests";q={limit};w={MINUTE_S}',
        "RateLimit": f'"requests";r={remaining};t={left_s}',
    }
