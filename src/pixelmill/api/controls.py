"""Cancel, pause, resume and retry, on executions, batches and items alike."""

from typing import Final

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.accepted_replies import accepted_reply, refused_reply
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.idempotency import KEY_HEADER, fingerprint, idempotency_key
from pixelmill.api.routes import BASE, Endpoint, add
from pixelmill.domain.access import Scope
from pixelmill.domain.limits import RateLimited
from pixelmill.services.controlling import Verb, cancel, pause, reopen
from pixelmill.services.replaying import find_replay

SCOPES: Final = (Scope.WORKFLOWS_EXECUTE,)
RESOURCES: Final = (
    ("executions", "Execution"),
    ("workflows/executions", "WorkflowExecution"),
    ("batches", "Batch"),
)


def add_routes(app: FastAPI) -> None:
    """The same verbs under each name that an execution goes by."""
    for path, noun in RESOURCES:
        for verb, summary, endpoint in VERBS:
            add(
                app, "POST", f"{BASE}/{path}/{{id}}/{verb}", endpoint,
                name=f"{verb}{noun}", summary=summary, tag="executions", scopes=SCOPES,
                status=202, queries=(KEY_HEADER,) if verb in ("resume", "retry") else (),
            )  # fmt: skip
    add(
        app, "DELETE", f"{BASE}/executions/{{id}}", post_cancel,
        name="deleteExecution", summary="Cancel; the same as POST …/cancel", tag="executions",
        scopes=SCOPES, status=202,
    )  # fmt: skip


async def post_cancel(request: Request) -> Response:
    """Items that are under way end as CANCELLED; a result that still arrives is not charged."""
    body = await cancel(house_of(request), caller_of(request), request.path_params["id"])
    return Response(orjson.dumps(body), 202, media_type="application/json")


async def post_pause(request: Request) -> Response:
    """Items under way are finished; ``resume`` lets the others begin."""
    body = await pause(house_of(request), caller_of(request), request.path_params["id"])
    return Response(orjson.dumps(body), 202, media_type="application/json")


def _reopen(verb: Verb) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        """Opens a new round: completed nodes are reused and cost nothing again."""
        house, principal = house_of(request), caller_of(request)
        key = idempotency_key(request)
        seen = fingerprint(request, None) if key else ""
        if key and (replay := await find_replay(house, principal, key, seen)) is not None:
            return accepted_reply(request, replay)
        try:
            accepted = await reopen(
                house,
                principal,
                request.path_params["id"],
                verb,
                idempotency_key=key,
                fingerprint=seen,
            )
        except RateLimited as problem:
            return refused_reply(request, problem)
        return accepted_reply(request, accepted)

    return endpoint


VERBS: Final[tuple[tuple[str, str, Endpoint], ...]] = (
    ("cancel", "Cancel; what is finished is kept", post_cancel),
    ("pause", "Begin no further item", post_pause),
    ("resume", "Go on with what is not finished", _reopen("resume")),
    ("retry", "Try again what failed", _reopen("retry")),
)
