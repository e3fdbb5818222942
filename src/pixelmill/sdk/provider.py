"""The contract of a provider: data plus two pure functions; the engine does every call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal, Protocol, TypeAlias

import orjson
from pydantic import BaseModel

from pixelmill.sdk.values import JsonValue


class Failure(StrEnum):
    """Why a provider gave no picture. The engine retries by class."""

    AUTH = "auth"
    NO_CREDIT = "no_credit"
    RATE_LIMITED = "rate_limited"
    INVALID_INPUT = "invalid_input"
    MODERATED = "moderated"
    MODEL_GONE = "model_gone"
    TRANSIENT = "transient"
    BAD_RESPONSE = "bad_response"
    LOST = "lost"
    UNKNOWN_AFTER_SEND = "unknown_after_send"


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs: millicredits we charge, and the vendor's list price in US dollars.

    ``per`` says the unit: one image, or one megapixel (10^6 px, rounded up per image).
    ``table`` overrides both by a parameter's value, e.g. {"resolution": {"2K": (12000, 0.12)}}.
    """

    millicredits: int
    usd: float
    per: Literal["image", "megapixel"] = "image"
    table: Mapping[str, Mapping[str, tuple[int, float]]] = field(
        default_factory=dict[str, Mapping[str, tuple[int, float]]]
    )


@dataclass(frozen=True, slots=True)
class License:
    """What is known about using the model's images."""

    name: str
    url: str = ""
    commercial_use: Literal["yes", "no", "conditional", "unknown"] = "unknown"
    checked_at: date | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """One model of one provider, as a row of the catalog.

    ``id`` is ours (``flux-2-pro``); ``vendor_id`` is the vendor's (``fal-ai/flux-2-pro``).
    ``node_types`` are the wire spellings that mean this model (``generate:flux_2_pro``).
    ``task`` says which node may use it. ``max_references`` counts images it can take.
    ``images_per_request`` is the most pictures that one request may ask for: of a node run that
    wants more, the engine makes several requests, each with its own seed.
    """

    id: str
    provider: str
    vendor_id: str
    title: str
    task: Literal["generate", "edit", "upscale", "remove_background"]
    params: type[BaseModel]
    price: Price
    license: License
    node_types: tuple[str, ...] = ()
    max_references: int = 0
    needs_reference: bool = False
    images_per_request: int = 1
    deterministic: bool = False
    typical_seconds: float = 0.0
    released_at: date | None = None
    deprecated_at: date | None = None
    retired_at: date | None = None
    replacement: str | None = None
    verified: Literal["wire", "sdk", "doc", "guess"] = "guess"
    note: str = ""


@dataclass(frozen=True, slots=True)
class InputImage:
    """An image handed to a model: encoded bytes and their media type."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Request:
    """What one attempt asks of a model. ``params`` were validated against ``model.params``.

    ``idempotency_key`` is the same for every send of one attempt. ``attempt`` counts from 1.
    """

    model: Model
    params: BaseModel
    seed: int
    images: tuple[InputImage, ...] = ()
    idempotency_key: str = ""
    attempt: int = 1


Purpose: TypeAlias = Literal["submit", "poll", "result", "cancel"]


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request for the engine to make.

    ``url`` is a path under the provider's base URL (``/v1/x``) or, in a follow-up, an absolute URL
    from the vendor's reply; absolute URLs are called only on hosts the provider allows.
    The engine adds the key. A paid call is never sent twice unless ``idempotent`` or refused
    before processing. ``memo`` travels unchanged to ``read``.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    url: str
    purpose: Purpose
    json: JsonValue = None
    form: tuple[tuple[str, str | InputImage], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    paid: bool = False
    idempotent: bool = False
    timeout_s: float = 120.0
    memo: JsonValue = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A vendor's answer. ``headers`` are lower-case; ``body`` is at most the engine's byte cap."""

    call: Call
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> JsonValue:
        """The body as JSON. Raises ValueError when it is not."""
        return orjson.loads(self.body)


@dataclass(frozen=True, slots=True)
class Compute:
    """Work without a vendor: a top-level function run in the child pool, returning image bytes.

    ``arguments`` must be JSON values, so that a ticket may carry the work over a restart. For
    ``count`` pictures the function is called so often, its argument ``seed`` raised by one each.
    """

    function: Callable[..., bytes]
    arguments: Mapping[str, JsonValue]
    media_type: str = "image/png"
    count: int = 1


@dataclass(frozen=True, slots=True)
class Ticket:
    """A paid job in progress: the vendor's id, and the call to make when it is due.

    It is committed before anything waits on it. ``due_in_s`` is a hint in seconds.
    """

    id: str
    next: "Call | Compute"
    due_in_s: float = 1.0
    progress: float | None = None
    cancel: Call | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of an answer: its bytes, or the URL to fetch them from (without our key)."""

    data: bytes | None = None
    url: str | None = None
    media_type: str | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class ProviderCost:
    """What the vendor takes for an attempt; ``source`` says how it is known."""

    amount: float
    currency: str = "USD"
    source: Literal["reply", "header", "list"] = "list"


@dataclass(frozen=True, slots=True)
class Pictures:
    """Success: one or more pictures, and what else the answer told."""

    pictures: tuple[Picture, ...]
    request_id: str | None = None
    cost: ProviderCost | None = None
    seed: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """No picture: the class of failure and one sentence for a person.

    ``retry_after_s`` is the vendor's hint. ``stage`` tells moderated input from moderated output.
    ``not_processed`` says that the vendor did no work, so that a paid call may be sent again;
    ``without_call`` that it was not even asked.
    """

    failure: Failure
    message: str
    retry_after_s: float | None = None
    stage: Literal["input", "output"] | None = None
    not_processed: bool = False
    without_call: bool = False
    request_id: str | None = None


Step: TypeAlias = Call | Compute | Ticket | Pictures | Refusal


@dataclass(frozen=True, slots=True)
class Auth:
    """How the key travels: ``Auth("authorization", "Key {key}")``; only to the provider's hosts."""

    header: str = "authorization"
    template: str = "Bearer {key}"


class Provider(Protocol):
    """A vendor as data plus ``ask`` and ``read``; both pure, so that a reply can be replayed.

    ``name`` is the settings' name (PIXELMILL_PROVIDER_<NAME>_KEY). ``base_url`` may be overridden.
    ``hosts`` are further hosts (exact, or ``*.suffix``) whose absolute URLs carry the key.
    ``on_unknown`` decides for a call that may have been paid and cannot be looked up.
    """

    name: str
    title: str
    base_url: str
    auth: Auth | None
    hosts: tuple[str, ...]
    key_page: str
    concurrency: int
    on_unknown: Literal["hold", "retry", "fail"]
    models: tuple[Model, ...]

    def ask(self, request: Request) -> Step:
        """The first step for this request: usually the submit call."""
        ...

    def read(self, reply: Reply, request: Request) -> Step:
        """What a reply means: pictures, a ticket to redeem, the next call, or a refusal."""
        ...


def as_document(step: Call | Compute) -> dict[str, Any]:
    """A call or a computation as JSON, for a ticket's row."""
    if isinstance(step, Compute):
        where = f"{step.function.__module__}:{step.function.__qualname__}"
        return {
            "compute": where,
            "arguments": dict(step.arguments),
            "media_type": step.media_type,
            "count": step.count,
        }
    return {
        "method": step.method,
        "url": step.url,
        "purpose": step.purpose,
        "json": step.json,
        "headers": dict(step.headers),
        "paid": step.paid,
        "idempotent": step.idempotent,
        "timeout_s": step.timeout_s,
        "memo": step.memo,
    }
