"""Sorts fal's errors into our classes, by status, by the error's type, and by its headers."""

from collections.abc import Mapping
from typing import Any, Final, cast

from pixelmill.sdk.provider import Failure, Refusal, Reply

_MODERATED: Final = frozenset({"content_policy_violation", "nsfw_content_detected"})
_BUSY: Final = frozenset(
    {
        "request_timeout",
        "startup_timeout",
        "runner_scheduling_failure",
        "runner_connection_timeout",
        "runner_disconnected",
        "runner_connection_refused",
        "runner_connection_error",
        "runner_incomplete_response",
        "runner_server_error",
        "internal_server_error",
        "internal_error",
        "generation_timeout",
        "downstream_service_error",
        "downstream_service_unavailable",
    }
)
_LONGEST_MESSAGE: Final = 500
_LOCKED_SIGNS: Final = ("locked", "balance", "billing")


def refusal_for(reply: Reply) -> Refusal:
    """Why an answer other than success came.

    fal does not bill 5xx answers, so a submit that got one may be repeated; a 404 means a model
    that is gone when submitting, and a lost job afterwards. An empty account is a 403.
    """
    submitting = reply.call.purpose == "submit"
    kind, message, place = _error(reply)
    request_id = reply.headers.get("x-fal-request-id")
    typed = typed_refusal(reply.headers.get("x-fal-error-type") or kind, message, request_id, place)
    match reply.status:
        case 401:
            return Refusal(Failure.AUTH, message or "fal does not accept the key.")
        case 402:
            return Refusal(Failure.NO_CREDIT, message or "The fal account is empty.")
        case 403:
            return _forbidden(message)
        case 404 | 410:
            failure = Failure.MODEL_GONE if submitting else Failure.LOST
            return Refusal(failure, message or "fal does not know this.", request_id=request_id)
        case 429:
            after = _seconds(reply.headers.get("retry-after"))
            message = message or "fal is called too often."
            return Refusal(Failure.RATE_LIMITED, message, after, not_processed=True)
        case 400 | 409 | 413 | 415 | 422:
            return _final(typed, reply, message, request_id)
        case status if status == 408 or status >= 500:
            return _trouble(typed, reply, message, request_id)
        case _:
            return Refusal(
                Failure.BAD_RESPONSE,
                message or f"fal answered with status {reply.status}.",
                request_id=request_id,
            )


def typed_refusal(
    kind: str, message: str, request_id: str | None, place: str = ""
) -> Refusal | None:
    """What an error's type says by itself, or None."""
    if kind in _MODERATED:
        stage = "input" if "body" in place or not place else "output"
        text = message or "fal refuses this content."
        return Refusal(Failure.MODERATED, text, stage=stage, request_id=request_id)
    if kind in _BUSY:
        text = message or "fal could not run the model."
        return Refusal(Failure.TRANSIENT, text, not_processed=True, request_id=request_id)
    return None


def _forbidden(message: str) -> Refusal:
    if any(sign in message.lower() for sign in _LOCKED_SIGNS):
        return Refusal(Failure.NO_CREDIT, message)
    return Refusal(Failure.AUTH, message or "The fal key may not use this model.")


def _final(typed: Refusal | None, reply: Reply, message: str, request_id: str | None) -> Refusal:
    """A 4xx about the input: moderated, worth another try, or simply wrong."""
    retryable = reply.headers.get("x-fal-retryable", "").lower() == "true"
    if typed is not None and (typed.failure is Failure.MODERATED or retryable):
        return typed
    text = message or f"fal does not accept the input (status {reply.status})."
    return Refusal(Failure.INVALID_INPUT, text, request_id=request_id)


def _trouble(typed: Refusal | None, reply: Reply, message: str, request_id: str | None) -> Refusal:
    """A 5xx: transient, unless fal says that repeating is useless."""
    text = message or f"fal has trouble (status {reply.status})."
    if reply.headers.get("x-fal-retryable", "").lower() == "false":
        return Refusal(Failure.BAD_RESPONSE, text, request_id=request_id)
    if reply.headers.get("x-fal-request-timeout-type", "").lower() == "user":
        return Refusal(Failure.BAD_RESPONSE, text, request_id=request_id)
    after = _seconds(reply.headers.get("retry-after"))
    if typed is not None and after is None:
        return typed
    return Refusal(Failure.TRANSIENT, text, after, not_processed=True, request_id=request_id)


def _error(reply: Reply) -> tuple[str, str, str]:
    """Type, message and place of the first error; ``detail`` is a list, an object or a text."""
    try:
        body = reply.json()
    except ValueError:
        return "", "", ""
    fields = fields_of(body)
    detail = fields.get("detail", fields.get("error", fields.get("message")))
    kind = text_of(fields.get("error_type"))
    if isinstance(detail, list):
        detail = cast("list[Any]", detail)[0] if detail else None
    if isinstance(detail, dict):
        first = cast("Mapping[str, Any]", detail)
        place = first.get("loc")
        where = " ".join(map(str, cast("list[Any]", place))) if isinstance(place, list) else ""
        return text_of(first.get("type")) or kind, _short(first.get("msg")), where
    return kind, _short(detail), ""


def _short(value: object) -> str:
    return text_of(value)[:_LONGEST_MESSAGE]


def fields_of(value: object) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """The value if it is a text, else nothing."""
    return value if isinstance(value, str) else ""


def _seconds(value: str | None) -> float | None:
    try:
        return max(0.0, min(float(value or ""), 86_400.0))
    except ValueError:
        return None
