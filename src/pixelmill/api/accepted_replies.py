"""Answers to calls that start work: as stored, so that a replay is byte-identical."""

from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.metrics import Metrics
from pixelmill.api.problem_replies import problem_reply
from pixelmill.api.rate_headers import admitted_headers, refused_headers
from pixelmill.db.acceptance import Accepted
from pixelmill.domain.limits import RateLimited


def accepted_reply(request: Request, accepted: Accepted) -> Response:
    """The stored answer, with how the executions window stands."""
    metrics: Metrics = request.app.state.metrics
    metrics.accepted(replayed=accepted.replayed)
    headers = dict(accepted.reply.headers)
    if accepted.replayed:
        headers["Idempotent-Replayed"] = "true"
    if accepted.window is not None:
        limits = house_of(request).plans[caller_of(request).plan]
        headers |= admitted_headers(limits, accepted.window)
    return Response(
        accepted.reply.body.encode(),
        status_code=accepted.reply.status,
        headers=headers,
        media_type="application/json",
    )


def refused_reply(request: Request, problem: RateLimited) -> Response:
    """A refusal by a window, with its headers."""
    limits = house_of(request).plans[caller_of(request).plan]
    return problem_reply(request, problem, refused_headers(limits, problem))
