"""Every way a node can fail, as the error that its run records: a code and a sentence."""

from dataclasses import dataclass

from pixelmill.domain.node_run import NodeState
from pixelmill.domain.values import JsonValue
from pixelmill.imaging.limits import ImageRefused
from pixelmill.kit.problems import Problem
from pixelmill.outbound.errors import Refused
from pixelmill.pool import ComputeKilled
from pixelmill.sdk.provider import Failure, Provider, Refusal
from pixelmill.sdk.storage import ObjectMissing, StorageFull


class ProviderFailed(Exception):
    """A provider gave no picture, and will not be asked again in this round."""

    def __init__(self, refusal: Refusal, provider: Provider) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
        self.provider = provider


class Parked(Exception):
    """A node waits for longer than a worker's slot should: bring its item back at ``due_at``."""

    def __init__(self, due_at: int, *, held: bool = False) -> None:
        super().__init__(due_at)
        self.due_at = due_at
        self.held = held


class NodeTimedOut(Exception):
    """A node ran for longer than it may."""


@dataclass(frozen=True, slots=True)
class NodeError:
    """What a failed node run records."""

    code: str
    message: str
    retryable: bool = False
    state: NodeState = NodeState.FAILED

    def document(self) -> JsonValue:
        """The error as JSON."""
        return {"code": self.code, "message": self.message, "retryable": self.retryable}


RETRYABLE = frozenset(
    {
        Failure.TRANSIENT,
        Failure.RATE_LIMITED,
        Failure.AUTH,
        Failure.NO_CREDIT,
        Failure.LOST,
        Failure.UNKNOWN_AFTER_SEND,
    }
)


def describe(error: BaseException) -> NodeError | None:
    """The error to record, or None for one that nobody foresaw."""
    if isinstance(error, ProviderFailed):
        return _describe_refusal(error.refusal, error.provider)
    if isinstance(error, NodeTimedOut):
        return NodeError("node_timeout", str(error), retryable=True, state=NodeState.TIMEOUT)
    if isinstance(error, ImageRefused):
        return NodeError(error.code, str(error))
    if isinstance(error, ComputeKilled):
        return NodeError("too_expensive_to_decode", str(error))
    if isinstance(error, Refused):
        return NodeError("address_refused", str(error))
    if isinstance(error, (StorageFull, ObjectMissing)):
        return NodeError("storage_error", str(error) or type(error).__doc__ or "", retryable=True)
    if isinstance(error, Problem):
        return NodeError(error.code, error.detail)
    return None


def _describe_refusal(refusal: Refusal, provider: Provider) -> NodeError:
    code = f"provider_{refusal.failure.value}"
    if refusal.failure is Failure.MODERATED:
        code = "content_rejected"
    message = _for_a_person(refusal, provider)
    return NodeError(code, message, retryable=refusal.failure in RETRYABLE)


def _for_a_person(refusal: Refusal, provider: Provider) -> str:
    """What to do about it, for the refusals that a person can mend; then the vendor's words."""
    said = f" {provider.title} says: {refusal.message}" if refusal.message else ""
    match refusal.failure:
        case Failure.AUTH if not refusal.without_call:
            where = f" Check it at {provider.key_page}, then retry." if provider.key_page else ""
            return f"{provider.title} refused this key. Nothing was charged.{where}{said}"
        case Failure.NO_CREDIT:
            return (
                f"Your {provider.title} balance is used up. Nothing was charged. "
                f"Top up, then retry.{said}"
            )
        case Failure.MODERATED:
            return (
                "Refused by the provider's safety filter. Not charged by us. "
                f"Edit the prompt and retry.{said}"
            )
        case _:
            return refusal.message
