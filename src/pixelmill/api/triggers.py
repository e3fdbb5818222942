"""The public side of triggers: whoever knows the address may start its workflow."""

import functools
from collections.abc import Mapping
from html import escape
from typing import Any, Final

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import JSON_BYTES, read_capped
from pixelmill.api.callers import house_of
from pixelmill.api.idempotency import idempotency_key
from pixelmill.api.metrics import Metrics
from pixelmill.api.problem_replies import problem_reply, request_id_of
from pixelmill.api.queries import LIMIT_AND_CURSOR, integer, text
from pixelmill.api.rate_headers import admitted_headers, refused_headers
from pixelmill.api.routes import BASE, Endpoint, Query, add
from pixelmill.api.tagged import tagged_reply
from pixelmill.api.trigger_bodies import FORM, read_pull
from pixelmill.db.acceptance import Accepted
from pixelmill.domain.limits import RateLimited
from pixelmill.kit.problems import Problem
from pixelmill.services.status_links import open_status_link
from pixelmill.services.triggering import (
    Pull,
    check_signature,
    find_open_trigger,
    principal_of,
    pull,
    receipt,
)
from pixelmill.services.watching import LARGEST_PAGE, PAGE, page_behind, read_status

PATH: Final = f"{BASE}/workflow/{{webhookId}}/trigger"
SPELLINGS: Final = (
    f"{BASE}/workflows/{{webhookId}}/trigger",
    "/workflow/{webhookId}/trigger",
    "/workflows/{webhookId}/trigger",
)
RECEIPT: Final = f"{BASE}/executions/{{id}}/receipt"
CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Idempotent-Replayed, Location, Retry-After, X-Request-Id",
}
PREFLIGHT: Final = {
    **CORS,
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key, X-Webhook-Secret, "
    "webhook-id, webhook-timestamp, webhook-signature",
    "Access-Control-Max-Age": "86400",
}
HTML: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'",
    "Cache-Control": "no-store",
}
_OBJECT: Final = {"schema": {"type": "object", "additionalProperties": True}}
_KEY: Final = Query(
    "Idempotency-Key",
    "The same key with the same body gives the first answer again for 24 hours.",
    {"type": "string", "minLength": 1, "maxLength": 255},
    "header",
)
_TOKEN: Final = Query("token", "Comes with the trigger's answer.", {"type": "string"})


def add_routes(app: FastAPI) -> None:
    """One trigger under four spellings; the first is documented."""
    start, look = _open_to_all(post_trigger), _open_to_all(get_trigger)
    add(
        app, "POST", PATH, start,
        name="trigger", summary="Start a workflow without a key", tag="triggers", status=202,
        queries=(_KEY,), body={"application/json": _OBJECT, FORM: _OBJECT},
    )  # fmt: skip
    add(
        app, "GET", PATH, look,
        name="getTrigger", summary="Whether a trigger would start its workflow", tag="triggers",
    )  # fmt: skip
    add(
        app, "GET", RECEIPT, _open_to_all(get_receipt),
        name="getReceipt", summary="Status of an execution, by the link of its trigger",
        tag="triggers", queries=(_TOKEN, *LIMIT_AND_CURSOR),
    )  # fmt: skip
    router = app.router
    for path in SPELLINGS:
        router.add_route(path, start, methods=["POST"], include_in_schema=False)
        router.add_route(path, look, methods=["GET"], include_in_schema=False)
    for path in (PATH, *SPELLINGS, RECEIPT):
        router.add_route(path, _preflight, methods=["OPTIONS"], include_in_schema=False)


async def post_trigger(request: Request) -> Response:
    """The body is JSON or a form; its keys are the workflow's inputs, others are ignored.

    A trigger with a secret wants a Standard Webhooks signature or the header X-Webhook-Secret.
    """
    house = house_of(request)
    trigger = await find_open_trigger(house, request.path_params["webhookId"])
    data = await read_capped(request, JSON_BYTES)
    check_signature(house, trigger, request.headers, data)
    body, is_form = read_pull(request, data)
    call = Pull(body, is_form, request_id_of(request), idempotency_key(request))
    plan = house.plans[principal_of(trigger).plan]
    try:
        accepted = await pull(house, trigger, call)
    except RateLimited as problem:
        return problem_reply(request, problem, refused_headers(plan, problem))
    metrics: Metrics = request.app.state.metrics
    metrics.accepted(replayed=accepted.replayed)
    headers = {"Location": accepted.reply.headers["location"], "Cache-Control": "no-store"}
    if accepted.window is not None:
        headers |= admitted_headers(plan, accepted.window)
    return _accepted(request, accepted, receipt(house, accepted), headers)


async def get_trigger(request: Request) -> Response:
    """Says which workflow would start; starts nothing."""
    trigger = await find_open_trigger(house_of(request), request.path_params["webhookId"])
    active = bool(trigger["workflow_active"])
    body = {
        "workflowId": trigger["workflow_id"],
        "name": trigger["workflow_name"],
        "isActive": active,
        "message": "POST here to start it." if active else "The workflow is not active.",
    }
    return Response(orjson.dumps(body), media_type="application/json")


async def get_receipt(request: Request) -> Response:
    """The same body as the status of an execution. The token opens this execution only."""
    house, id_ = house_of(request), request.path_params["id"]
    principal = await open_status_link(house, id_, text(request, "token") or "")
    limit = integer(request, "limit", PAGE, 1, LARGEST_PAGE)
    page = page_behind(text(request, "cursor"), limit)
    return tagged_reply(request, orjson.dumps(await read_status(house, principal, id_, page)))


def _accepted(
    request: Request, accepted: Accepted, told: Mapping[str, Any], headers: dict[str, str]
) -> Response:
    if accepted.replayed:
        headers["Idempotent-Replayed"] = "true"
    if not _wants_page(request):
        return Response(orjson.dumps(told), 202, headers, "application/json")
    link = f'<p><a href="{escape(told["statusUrl"])}">How it goes</a></p>'
    ignored = [f"<li>{escape(one['path'])}: {one['message']}</li>" for one in told["warnings"]]
    more = link + (f"<ul>{''.join(ignored)}</ul>" if ignored else "")
    return _page(202, "Accepted", f"Execution {told['executionId']} is queued.", more, headers)


def _open_to_all(endpoint: Endpoint) -> Endpoint:
    """The endpoint for browsers of any origin: problems, too, are readable there."""

    @functools.wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            reply = await endpoint(request)
        except Problem as problem:
            reply = problem_reply(request, problem)
            if request.method == "POST" and _wants_page(request):
                kept = (
                    {"Retry-After": reply.headers["retry-after"]}
                    if ("retry-after" in reply.headers)
                    else {}
                )
                reply = _page(problem.status, problem.title, problem.detail, "", kept)
        reply.headers.update(CORS)
        return reply

    return answer


async def _preflight(request: Request) -> Response:
    del request
    return Response(status_code=204, headers=PREFLIGHT)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "").lower()


def _page(
    status: int, title: str, sentence: str, more: str, headers: Mapping[str, str]
) -> Response:
    """A page for a person who sent a form; ``more`` is HTML, the rest is text."""
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<h1>{escape(title)}</h1><p>{escape(sentence)}</p>{more}</html>"
    )
    return Response(html, status, {**headers, **HTML})
