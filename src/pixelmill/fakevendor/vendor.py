"""The fake vendor as a whole: its knobs, its memory, its routes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from pixelmill.fakevendor.broken import AbortKnown
from pixelmill.fakevendor.calls import CallLog
from pixelmill.fakevendor.fal_shape import FalShape
from pixelmill.fakevendor.faults import FaultPlan
from pixelmill.fakevendor.files import FileShelf
from pixelmill.fakevendor.openai_shape import OpenAIShape
from pixelmill.fakevendor.terms import Terms


@dataclass(slots=True)
class FakeVendor:
    """``rates`` are faults by kind; ``size`` (width, height) overrides what calls ask for."""

    latency_s: float = 0.0
    rates: dict[str, float] = field(default_factory=dict[str, float])
    dedupe: bool = False
    size: tuple[int, int] | None = None
    log_file: Path | None = None
    seed: int = 0
    log: CallLog = field(init=False)
    faults: FaultPlan = field(init=False)
    app: ASGIApp = field(init=False)

    def __post_init__(self) -> None:
        self.log = CallLog(self.log_file)
        self.faults = FaultPlan(self.rates, self.seed)
        terms = Terms(self.latency_s, self.dedupe, self.size, self.log, self.faults)
        openai, fal, files = OpenAIShape(terms), FalShape(terms), FileShelf(terms)
        routes = [
            Route("/_calls", self._calls, methods=["GET", "DELETE"]),
            Route("/_faults", self._faults, methods=["POST"]),
            *files.routes(),
            *openai.routes(),
            *fal.routes(),
        ]
        # Outside of Starlette's own layers, which hide the server's send.
        self.app = AbortKnown(Starlette(routes=routes))

    async def _calls(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.log.clear()
            return Response(status_code=204)
        return JSONResponse(self.log.document())

    async def _faults(self, request: Request) -> Response:
        """``{"rates": {"500": 0.1}, "next": ["429", "ok"]}``; either may be left out."""
        try:
            body: dict[str, Any] = await request.json()
            if "rates" in body:
                self.faults.set_rates(body["rates"])
            self.faults.queue(body.get("next", ()))
        except (ValueError, TypeError, AttributeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return Response(status_code=204)
