"""The vendor as fal's queue: submit, poll the status, fetch the result, fetch the picture.

As at fal, the follow-up addresses drop the model's sub-path, a status is 202 until it is COMPLETED,
and a failed job is COMPLETED with its error in the result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pixelmill.fakevendor import pictures
from pixelmill.fakevendor.broken import broken
from pixelmill.fakevendor.faults import GARBLED, REFUSALS, SPOILT
from pixelmill.fakevendor.files import file_name
from pixelmill.fakevendor.terms import Terms, new_request_id, read_fields
from pixelmill.kit.clock import SystemClock

_QUEUED_SHARE = 0.1
_JSON = "application/json"
_PRESETS: Mapping[str, tuple[int, int]] = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
_DETAILS: Mapping[str, tuple[int, str]] = {
    "400": (400, "Bad request"),
    "401": (401, "Cannot access application. Authentication is required."),
    "402": (402, "Payment required"),
    "403": (403, "Access denied"),
    "404": (404, "Application not found"),
    "429": (429, "Too many requests"),
    "500": (500, "Internal server error"),
    "503": (503, "No runner available"),
    "504": (504, "Request timed out"),
    "locked": (403, "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai."),
}


@dataclass(slots=True)
class Job:
    """One submitted job. ``started`` is monotonic, in seconds."""

    path: str
    fields: dict[str, Any]
    prompt: str
    fault: str | None
    started: float
    cancelled: bool = False


class FalShape:
    """Any path is a model; jobs live in memory."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._jobs: dict[str, Job] = {}
        self._by_key: dict[str, str] = {}
        self._clock = SystemClock()

    def routes(self) -> Sequence[Route]:
        """Follow-ups first, since a submit's path can be anything."""
        base = "/{owner}/{app}/requests/{job}"
        return [
            Route(f"{base}/status", self._status, methods=["GET"]),
            Route(f"{base}/cancel", self._cancel, methods=["PUT"]),
            Route(base, self._result, methods=["GET"]),
            Route("/{path:path}", self._submit, methods=["POST"]),
        ]

    async def _submit(self, request: Request) -> Response:
        identity = new_request_id()
        fields = await read_fields(request) or {}
        prompt = str(fields.get("prompt") or "")
        parts = request.url.path.strip("/").split("/")
        key = request.headers.get("idempotency-key")
        if self._terms.dedupe and key and key in self._by_key:
            known = self._by_key[key]
            self._terms.note(request, "fal", known, 200, prompt=prompt)
            return self._taken(request, known, parts)
        fault = self._terms.faults.next_for(prompt)
        refused = fault in REFUSALS and fault != "moderation"
        if refused or len(parts) < 2:
            reply = _refusal(fault or "404", identity)
            self._terms.note(
                request, "fal", identity, reply.status_code, prompt=prompt, fault=fault
            )
            return reply
        job = Job("/".join(parts), fields, prompt, fault, self._clock.monotonic())
        self._jobs[identity] = job
        if key:
            self._by_key[key] = identity
        # fal bills what its model made: not a refused prompt, nor a job that never came to be.
        unbilled = fault in ("moderation", "error", "lost")
        billed = 0 if unbilled else self._count(job)
        self._terms.note(request, "fal", identity, 200, prompt=prompt, fault=fault, billed=billed)
        reply = self._taken(request, identity, parts)
        ghost = broken("ghost", bytes(reply.body), _JSON) if fault == "ghost" else None
        return ghost or reply

    def _taken(self, request: Request, identity: str, parts: Sequence[str]) -> Response:
        base = f"{request.base_url}{parts[0]}/{parts[1]}/requests/{identity}"
        body = orjson.dumps(
            {
                "status": "IN_QUEUE",
                "request_id": identity,
                "response_url": base,
                "status_url": f"{base}/status",
                "cancel_url": f"{base}/cancel",
                "queue_position": 0,
                "logs": None,
                "metrics": {},
            }
        )
        return Response(body, 200, {"x-fal-request-id": identity}, _JSON)

    async def _status(self, request: Request) -> Response:
        identity, job = self._find(request)
        state = self._state(job)
        body: dict[str, Any] = {"status": state, "request_id": identity, "logs": None}
        status = 202
        match state:
            case "NOT_FOUND":
                status, body = 404, {"detail": "Request not found"}
            case "IN_QUEUE":
                body["queue_position"] = 0
            case "COMPLETED":
                status, body["metrics"] = 200, {"inference_time": self._terms.latency_s}
                if job is not None and job.fault == "error":
                    body |= {"error": "Runner disconnected", "error_type": "runner_disconnected"}
            case _:
                pass
        self._terms.note(request, "fal", identity, status)
        return JSONResponse(body, status)

    async def _cancel(self, request: Request) -> Response:
        identity, job = self._find(request)
        state = self._state(job)
        if job is None or state == "NOT_FOUND":
            status, word = 404, "NOT_FOUND"
        elif state == "COMPLETED":
            status, word = 400, "ALREADY_COMPLETED"
        else:
            job.cancelled = True
            status, word = 202, "CANCELLATION_REQUESTED"
        self._terms.note(request, "fal", identity, status)
        return JSONResponse({"status": word}, status)

    async def _result(self, request: Request) -> Response:
        identity, job = self._find(request)
        state = self._state(job)
        if job is None or state == "NOT_FOUND":
            reply: Response = JSONResponse({"detail": "Request not found"}, 404)
        elif state != "COMPLETED":
            reply = JSONResponse({"detail": "Request is still in progress"}, 400)
        else:
            reply = self._finished(request, identity, job)
        fault = job.fault if job else None
        self._terms.note(request, "fal", identity, reply.status_code, fault=fault)
        return reply

    def _finished(self, request: Request, identity: str, job: Job) -> Response:
        headers = {"x-fal-request-id": identity}
        if job.fault in ("moderation", "moderated_output"):
            where = ["body", "prompt"] if job.fault == "moderation" else ["output"]
            error = {
                "loc": where,
                "msg": "The content was flagged by a content checker.",
                "type": "content_policy_violation",
                "url": "https://docs.fal.ai/errors#content_policy_violation",
            }
            return JSONResponse({"detail": [error]}, 422, {**headers, "x-fal-retryable": "false"})
        if job.fault == "error":
            detail = {"detail": "Runner disconnected", "error_type": "runner_disconnected"}
            return JSONResponse(detail, 503, {**headers, "x-fal-error-type": "runner_disconnected"})
        body = orjson.dumps(self._output(request, job))
        reply = broken(job.fault, body, _JSON) if job.fault in GARBLED else None
        return reply or Response(body, 200, headers, _JSON)

    def _output(self, request: Request, job: Job) -> dict[str, Any]:
        seed = job.fields.get("seed")
        size = self._terms.pixels(_size(job.fields.get("image_size")))
        mark = job.fault if job.fault in SPOILT else None
        files = [
            {
                "url": f"{request.base_url}files/{file_name(colour, size, mark)}",
                "content_type": "image/png",
                "file_name": f"{colour}.png",
                "width": size[0],
                "height": size[1],
            }
            for index in range(self._count(job))
            for colour in (pictures.colour_of(job.prompt or job.path, f"{seed}:{index}"),)
        ]
        if "image_url" in job.fields:
            return {"image": files[0]}
        return {"images": files, "seed": seed, "has_nsfw_concepts": [False] * len(files)}

    def _count(self, job: Job) -> int:
        count = job.fields.get("num_images")
        return min(max(count, 1), 10) if isinstance(count, int) else 1

    def _state(self, job: Job | None) -> str:
        if job is None or job.cancelled or job.fault == "lost":
            return "NOT_FOUND"
        passed = self._clock.monotonic() - job.started
        if passed < self._terms.latency_s * _QUEUED_SHARE:
            return "IN_QUEUE"
        if passed < self._terms.latency_s or job.fault == "timeout":
            return "IN_PROGRESS"
        return "COMPLETED"

    def _find(self, request: Request) -> tuple[str, Job | None]:
        identity = str(request.path_params["job"])
        return identity, self._jobs.get(identity)


def _refusal(fault: str, identity: str) -> Response:
    headers = {"x-fal-request-id": identity}
    if fault == "502html":
        return Response("<html><h1>502 Bad Gateway</h1></html>", 502, {"content-type": "text/html"})
    status, detail = _DETAILS[fault]
    if fault == "429":
        headers["retry-after"] = "1"
    if fault in ("503", "504"):
        headers["x-fal-error-type"] = (
            "runner_scheduling_failure" if fault == "503" else "request_timeout"
        )
    return JSONResponse({"detail": detail}, status, headers)


def _size(value: object) -> tuple[int, int] | None:
    if isinstance(value, str):
        return _PRESETS.get(value)
    if isinstance(value, dict):
        sides = cast("dict[str, Any]", value)
        width, height = sides.get("width"), sides.get("height")
        if isinstance(width, int) and isinstance(height, int):
            return width, height
    return None
