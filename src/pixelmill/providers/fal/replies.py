"""What fal's answers mean. Every function is total: any status with any body gives a step."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

from pixelmill.providers.fal.failures import fields_of, refusal_for, text_of, typed_refusal
from pixelmill.sdk.provider import (
    Call,
    Failure,
    Picture,
    Pictures,
    Refusal,
    Reply,
    Step,
    Ticket,
)

_POLL_S: Final = 1.0
_SOON_S: Final = 0.5
_QUEUE_STEP_S: Final = 0.5
_LONGEST_WAIT_S: Final = 15.0
_FOLLOW_UP_TIMEOUT_S: Final = 30.0
_RESULT_TIMEOUT_S: Final = 60.0


def read_submit(reply: Reply) -> Step:
    """A ticket whose calls use the URLs of the answer: they drop the model's sub-path."""
    if reply.status not in (200, 201, 202):
        return refusal_for(reply)
    body = document(reply)
    names = ("request_id", "status_url", "response_url")
    identity, status_url, response_url = (text_of(body.get(name)) for name in names)
    if not (identity and status_url and response_url):
        return Refusal(Failure.BAD_RESPONSE, "fal accepted the job without naming it.")
    poll = Call(
        "GET",
        status_url,
        "poll",
        timeout_s=_FOLLOW_UP_TIMEOUT_S,
        memo={"request_id": identity, "response_url": response_url},
    )
    cancel_url = text_of(body.get("cancel_url"))
    cancel = Call("PUT", cancel_url, "cancel", timeout_s=_FOLLOW_UP_TIMEOUT_S, memo=poll.memo)
    return Ticket(identity, poll, _wait(body), cancel=cancel if cancel_url else None)


def read_poll(reply: Reply) -> Step:
    """The same ticket while it waits, the result's call when it is done."""
    if reply.status not in (200, 202):
        return refusal_for(reply)
    body = document(reply)
    memo = _memo(reply)
    match body.get("status"):
        case "IN_QUEUE":
            return Ticket(memo["request_id"], reply.call, _wait(body))
        case "IN_PROGRESS":
            return Ticket(memo["request_id"], reply.call, _SOON_S)
        case "COMPLETED":
            # There is no FAILED: a failure is COMPLETED with an error; the result says more.
            error = text_of(body.get("error"))
            known = typed_refusal(text_of(body.get("error_type")), error, memo["request_id"])
            return known or _result_call(reply.call, error)
        case _:
            return Refusal(Failure.BAD_RESPONSE, "fal reports a status that is not known.")


def read_cancel(reply: Reply) -> Step:
    """What became of a cancelled job: its result where it was too late."""
    if document(reply).get("status") == "ALREADY_COMPLETED":
        return _result_call(reply.call, "")
    return Refusal(Failure.LOST, "The job was cancelled.", request_id=_memo(reply)["request_id"])


def read_result(reply: Reply) -> Step:
    """The pictures, or why there are none."""
    memo = _memo(reply)
    identity = memo["request_id"] or None
    if reply.status != 200:
        refusal = refusal_for(reply)
        message = refusal.message or memo["error"]
        return replace(refusal, message=message, request_id=refusal.request_id or identity)
    body = document(reply)
    if _all_flagged(body):
        message = "fal's safety check blanked the result."
        return Refusal(Failure.MODERATED, message, stage="output", request_id=identity)
    pictures = tuple(filter(None, map(_picture, _files(body))))
    if not pictures:
        message = memo["error"] or "fal's result holds no picture."
        return Refusal(Failure.BAD_RESPONSE, message, request_id=identity)
    seed = body.get("seed")
    return Pictures(pictures, identity, seed=seed if isinstance(seed, int) else None)


def document(reply: Reply) -> Mapping[str, Any]:
    """The body as an object; empty when it is anything else."""
    try:
        return fields_of(reply.json())
    except ValueError:
        return {}


def _result_call(call: Call, error: str) -> Step:
    memo = _memo_of(call)
    url = memo["response_url"]
    if not url:
        return Refusal(Failure.BAD_RESPONSE, "The address of the result is not known.")
    kept = {"request_id": memo["request_id"], "error": error}
    return Call("GET", url, "result", timeout_s=_RESULT_TIMEOUT_S, memo=kept)


def _memo(reply: Reply) -> Mapping[str, str]:
    return _memo_of(reply.call)


def _memo_of(call: Call) -> Mapping[str, str]:
    kept = fields_of(call.memo)
    return {name: text_of(kept.get(name)) for name in ("request_id", "response_url", "error")}


def _wait(body: Mapping[str, Any]) -> float:
    position = body.get("queue_position")
    ahead = position if isinstance(position, int) and position > 0 else 0
    return min(_LONGEST_WAIT_S, _POLL_S + _QUEUE_STEP_S * ahead)


def _files(body: Mapping[str, Any]) -> list[Any]:
    images = body.get("images")
    return cast("list[Any]", images) if isinstance(images, list) else [body.get("image")]


def _picture(file: object) -> Picture | None:
    fields = fields_of(file) or {"url": file}
    url = text_of(fields.get("url"))
    media_type = text_of(fields.get("content_type")) or None
    if url.startswith("data:"):
        return _inline(url)
    if not url.startswith(("https://", "http://")):
        return None
    return Picture(url=url, media_type=media_type)


def _inline(uri: str) -> Picture | None:
    """A ``data:`` URI's picture (answers with ``sync_mode``)."""
    head, _, payload = uri[5:].partition(",")
    media_type, *options = head.split(";")
    try:
        data = base64.b64decode(payload, validate=True) if "base64" in options else b""
    except (binascii.Error, ValueError):
        return None
    return Picture(data=data, media_type=media_type or None) if data else None


def _all_flagged(body: Mapping[str, Any]) -> bool:
    raw = body.get("has_nsfw_concepts")
    flags = cast("list[object]", raw) if isinstance(raw, list) else []
    return bool(flags) and all(flag is True for flag in flags)
