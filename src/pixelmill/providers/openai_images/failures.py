"""Sorts the errors of OpenAI's image API, and of servers that imitate it, into our classes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from pixelmill.sdk.provider import Failure, Refusal, Reply

_NO_CREDIT: Final = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_MODERATED: Final = frozenset({"moderation_blocked", "content_policy_violation"})
_GONE: Final = frozenset({"model_not_found", "model_not_available"})
# A gateway that gave up waiting knows nothing of the work behind it.
_ANSWER_LOST: Final = frozenset({504, 522, 524})
_REFUSED_INPUT: Final = (Failure.INVALID_INPUT, "The server refuses the input.")
_UNKNOWN_MODEL: Final = (Failure.MODEL_GONE, "The server does not know this model or address.")
_TROUBLE: Final = (Failure.TRANSIENT, "The server has trouble.")
_BY_STATUS: Final[Mapping[int, tuple[Failure, str]]] = {
    400: _REFUSED_INPUT,
    401: (Failure.AUTH, "The server does not accept the key."),
    402: (Failure.NO_CREDIT, "The account has no credit left."),
    403: (Failure.AUTH, "The key may not use this model."),
    404: _UNKNOWN_MODEL,
    408: _TROUBLE,
    409: _TROUBLE,
    410: _UNKNOWN_MODEL,
    413: _REFUSED_INPUT,
    415: _REFUSED_INPUT,
    422: _REFUSED_INPUT,
    429: (Failure.RATE_LIMITED, "The server is called too often."),
}
_LONGEST_MESSAGE: Final = 500


@dataclass(frozen=True, slots=True)
class VendorError:
    """The parts of an error body that matter; blank where absent."""

    code: str = ""
    kind: str = ""
    param: str = ""
    message: str = ""


def refusal_for(reply: Reply) -> Refusal:
    """Why an answer other than success came.

    A 5xx from the API itself means that no picture was made or billed, so it may be repeated; a
    gateway's time-out leaves that open. ``insufficient_quota`` is a 429 that waiting does not cure.
    """
    error = read_error(reply)
    known = _by_code(error)
    failure, message, not_processed = known or _by_status(reply.status, error)
    return Refusal(
        failure,
        (error.message or message)[:_LONGEST_MESSAGE],
        retry_after_s=_retry_after(reply)
        if failure in (Failure.RATE_LIMITED, Failure.TRANSIENT)
        else None,
        stage="input" if failure is Failure.MODERATED else None,
        not_processed=not_processed,
        request_id=reply.headers.get("x-request-id"),
    )


def read_error(reply: Reply) -> VendorError:
    """OpenAI's ``error`` object, or the ``detail`` and ``message`` of FastAPI and vLLM."""
    try:
        body = fields_of(reply.json())
    except ValueError:
        return VendorError()
    inner = body.get("error")
    if isinstance(inner, str):
        return VendorError(message=inner)
    error = fields_of(inner) or body
    return VendorError(
        code=text_of(error.get("code")),
        kind=text_of(error.get("type")),
        param=text_of(error.get("param")),
        message=text_of(error.get("message")) or text_of(error.get("detail")),
    )


def fields_of(value: object) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """The value if it is a text, else nothing."""
    return value if isinstance(value, str) else ""


def _by_code(error: VendorError) -> tuple[Failure, str, bool] | None:
    if error.code in _NO_CREDIT or error.kind in _NO_CREDIT:
        return Failure.NO_CREDIT, "The OpenAI account has no credit left.", True
    if error.code in _MODERATED:
        return Failure.MODERATED, "OpenAI refuses this content.", False
    if error.code in _GONE:
        return Failure.MODEL_GONE, "The server does not have this model.", True
    return None


def _by_status(status: int, error: VendorError) -> tuple[Failure, str, bool]:
    if error.param == "model" and status in (400, 422):
        status = 404
    if status in _BY_STATUS:
        failure, message = _BY_STATUS[status]
        return failure, message, failure is not Failure.INVALID_INPUT
    if status in _ANSWER_LOST:
        return Failure.UNKNOWN_AFTER_SEND, f"The answer was lost on its way ({status}).", False
    if status >= 500:
        return Failure.TRANSIENT, f"The server has trouble ({status}).", True
    return Failure.BAD_RESPONSE, f"The server answered with status {status}.", False


def _retry_after(reply: Reply) -> float | None:
    """Seconds, from ``retry-after-ms`` or ``retry-after``; a date is ignored."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, min(float(reply.headers.get(name, "")) * unit, 86_400.0))
        except ValueError:
            continue
    return None
