"""For those who run it: alive, ready, and the numbers."""

from collections.abc import Awaitable
from typing import Any, Final

import orjson
import structlog
from fastapi import FastAPI
from sqlalchemy import literal, select
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.callers import house_of
from pixelmill.api.metrics import CONTENT_TYPE, Metrics
from pixelmill.api.routes import add
from pixelmill.db.statements import Statement
from pixelmill.kit.clock import FileShiftedClock, rfc3339

log = structlog.get_logger()

_ANSWER: Final = Statement(select(literal(1).label("answer")))


def add_routes(app: FastAPI) -> None:
    """Public, since they tell nothing of any workspace."""
    add(app, "GET", "/healthz", healthz, name="isAlive", summary="Is it alive?", tag="operating")
    add(
        app, "GET", "/readyz", readyz,
        name="isReady", summary="Can it work?", tag="operating",
        replies={503: "Something that it needs does not answer."},
    )  # fmt: skip
    add(
        app, "GET", "/metrics", metrics,
        name="getMetrics", summary="Numbers for Prometheus", tag="operating", reply="text/plain",
    )  # fmt: skip


async def healthz(request: Request) -> Response:
    """200 as long as the process answers at all."""
    del request
    return Response(b'{"status":"ok"}', media_type="application/json")


async def readyz(request: Request) -> Response:
    """Asks the database, the storage and the queue; 503 names what does not answer."""
    parts, engine = house_of(request).parts, house_of(request).engine
    checks: dict[str, Any] = {
        "database": await _check("database", parts.database.fetch(_ANSWER)),
        "storage": await _check("storage", parts.storage.check()),
        "queue": "ok" if engine is None or engine.feeder.is_running else "not running",
    }
    ready = all(state == "ok" for state in checks.values())
    body: dict[str, Any] = {"status": "ok" if ready else "not ready", "checks": checks}
    if engine is None:
        body["worker"] = False
    if isinstance(parts.clock, FileShiftedClock):
        body["testClock"] = rfc3339(parts.clock.now_ms())
    return Response(
        orjson.dumps(body), status_code=200 if ready else 503, media_type="application/json"
    )


async def metrics(request: Request) -> Response:
    """Counters of this process, and how many items are open."""
    counted: Metrics = request.app.state.metrics
    return Response(await counted.text(house_of(request)), media_type=CONTENT_TYPE)


async def _check(name: str, asked: Awaitable[object]) -> str:
    try:
        await asked
    except Exception as error:  # noqa: BLE001 - whatever it is, this part does not answer
        # What exactly is wrong is for the log: this answer is public.
        log.warning("readiness.failed", part=name, error=str(error))
        return "does not answer"
    return "ok"
