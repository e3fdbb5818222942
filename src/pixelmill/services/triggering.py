"""A trigger is pulled: checked, mapped to the workflow's inputs, let in, executed."""

import hmac
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import orjson

from pixelmill.db.acceptance import Accepted
from pixelmill.db.database import fetch_one
from pixelmill.db.statements import Row
from pixelmill.db.triggers import FIND_OPEN, give_back, let_in
from pixelmill.delivery.signing import signature_holds
from pixelmill.domain.expansion import ExecuteInputs
from pixelmill.domain.input_keys import InputKeys
from pixelmill.domain.inputs import ExposedInput
from pixelmill.domain.trigger import TriggerSettings
from pixelmill.domain.values import JsonValue, ValueType
from pixelmill.kit.canonical import digest
from pixelmill.kit.problems import Problem
from pixelmill.kit.sealing import unseal
from pixelmill.services.checking import WorkflowInactive, check, subject_of
from pixelmill.services.executing import execute
from pixelmill.services.house import House, Principal
from pixelmill.services.replaying import find_replay
from pixelmill.services.status_links import status_link
from pixelmill.services.triggers import (
    TriggerUnknown,
    allowed_inputs,
    hash_of,
    seal_purpose,
)
from pixelmill.services.wishes import RUN_SOURCE, Wish

SHOWN_KEYS: Final = 50
_TRUE: Final = frozenset({"true", "on", "yes", "1"})
_FALSE: Final = frozenset({"false", "off", "no", "0"})


class BadSignature(Problem):
    """This trigger needs a signature (Standard Webhooks) or the header X-Webhook-Secret."""

    code = "invalid_signature"
    status = 401
    title = "Invalid signature"


@dataclass(frozen=True, slots=True)
class Pull:
    """One call of a trigger. ``is_form``: every value is a text, whatever the input wants."""

    body: Mapping[str, JsonValue]
    is_form: bool
    request_id: str
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class _Mapped:
    wish: Wish
    millicredits: int


async def find_open_trigger(house: House, webhook_id: str) -> Row:
    """The trigger at this address. Raises TriggerUnknown, alike for unknown and disabled."""
    row = await fetch_one(house.parts.database, FIND_OPEN, secret_hash=hash_of(webhook_id))
    if row is None:
        raise TriggerUnknown
    return row


def check_signature(house: House, trigger: Row, headers: Mapping[str, str], body: bytes) -> None:
    """Let pass what the trigger's secret has signed, or who knows it. Raises BadSignature."""
    sealed = trigger["hmac_ciphertext"]
    if sealed is None:
        return
    secret = unseal(house.secret, seal_purpose(trigger["id"]), sealed)
    given = headers.get("x-webhook-secret")
    if given is not None:
        same = hmac.compare_digest(given.encode("utf-8", "surrogatepass"), secret.encode())
    else:
        same = signature_holds(
            secret,
            headers.get("webhook-id", ""),
            headers.get("webhook-timestamp", ""),
            body.decode("utf-8", "replace"),
            headers.get("webhook-signature", ""),
            now_s=house.parts.clock.now_ms() // 1000,
        )
    if not same:
        raise BadSignature


def principal_of(trigger: Row) -> Principal:
    """A trigger may do nothing but this one thing; executions name it as their key."""
    return Principal(trigger["workspace_id"], trigger["plan"], frozenset(), trigger["id"])


async def pull(house: House, trigger: Row, call: Pull) -> Accepted:
    """Start the workflow, or give the first answer to the same call again.

    Raises WorkflowInactive, TriggerBusy, TriggerSpent, and whatever execute refuses.
    """
    principal = principal_of(trigger)
    seen = digest([trigger["id"], dict(call.body)])
    own_key = f"{trigger['id']}.{call.idempotency_key}" if call.idempotency_key else None
    if own_key:
        replay = await find_replay(house, principal, own_key, seen)
        if replay is not None:
            return replay
    if not trigger["workflow_active"]:
        raise WorkflowInactive
    mapped = await _mapped(house, principal, trigger, call)
    database, identity = house.parts.database, own_key or seen
    try:
        key = await database.transact(let_in(trigger["id"], identity, mapped.millicredits, own_key))
    except LookupError:
        raise TriggerUnknown from None
    replay = await find_replay(house, principal, key, seen)
    if replay is not None:
        return replay
    try:
        return await execute(
            house, principal, replace(mapped.wish, idempotency_key=key, fingerprint=seen)
        )
    except Problem:
        await database.transact(give_back(trigger["id"], key, mapped.millicredits))
        raise


def receipt(house: House, accepted: Accepted) -> dict[str, Any]:
    """The answer to a pull; the same bytes for a replay, since it is made of the first answer."""
    told: dict[str, Any] = orjson.loads(accepted.reply.body)
    execution_id = told["executionId"]
    ignored = cast("list[str]", told["metadata"]["ignoredKeys"])
    return {
        "executionId": execution_id,
        "status": "queued",
        "message": "Accepted. 'statusUrl' tells how it goes, for 24 hours and without a key.",
        "statusUrl": status_link(house, execution_id, told["executionRuns"][0]["startTime"]),
        "warnings": [
            {"path": key, "message": "This trigger has no such input; it was ignored."}
            for key in ignored
        ],
    }


async def _mapped(house: House, principal: Principal, trigger: Row, call: Pull) -> _Mapped:
    wish = _wish(trigger, call, {}, [])
    # What a workflow publishes is what strangers may set, unless the trigger says otherwise.
    narrow = replace(wish, source=RUN_SOURCE)
    settings = TriggerSettings.read(trigger["settings"])
    every = (await subject_of(house, principal, wish)).exposed
    public = (await subject_of(house, principal, narrow)).exposed
    allowed = public if settings.inputs is None else allowed_inputs(settings, every)
    inputs, ignored = map_inputs(call, allowed, every)
    wish = _wish(trigger, call, inputs, ignored)
    checked = await check(house, principal, wish)
    return _Mapped(wish, checked.quote.millicredits)


def map_inputs(
    call: Pull, allowed: Sequence[ExposedInput], every: Sequence[ExposedInput]
) -> tuple[dict[str, JsonValue], list[str]]:
    """What a call sets by its own keys, and the keys that mean nothing here.

    The inputs are the member ``inputs`` where it is an object, else the body itself. Of two keys
    for one input the first holds. An empty field of a form is no value.
    """
    keys, all_keys, given = InputKeys(allowed), InputKeys(every), call.body
    ignored: list[str] = []
    nested = call.body.get("inputs")
    if isinstance(nested, Mapping) and keys.find("inputs") is None:
        ignored += [key for key in call.body if key != "inputs"]
        given = cast("Mapping[str, JsonValue]", nested)
    inputs: dict[str, JsonValue] = {}
    taken: set[tuple[str, str]] = set()
    for key, value in given.items():
        found = next((one for one in allowed if one is keys.find(key)), None)
        if found is None or (found.node_id, found.param) in taken:
            ignored.append(key)
        elif not (call.is_form and value == ""):
            taken.add((found.node_id, found.param))
            # A key that is plain among the allowed inputs may mean several of all inputs.
            plain = all_keys.find(key) == found
            name = key if plain else f"{found.node_id}.{found.param}"
            inputs[name] = _from_text(value, found.type) if call.is_form else value
    return inputs, [key[:80] for key in ignored[:SHOWN_KEYS]]


def _from_text(value: JsonValue, kind: str) -> JsonValue:
    """A form's text as the number or the yes or no that the input wants, if it reads as one."""
    text = str(value).strip()
    if kind == ValueType.NUMBER:
        try:
            number = float(text)
        except ValueError:
            return value
        if not math.isfinite(number):
            return value
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if kind == ValueType.BOOLEAN and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    return value


def _wish(
    trigger: Row, call: Pull, inputs: Mapping[str, JsonValue], ignored: Sequence[str]
) -> Wish:
    return Wish(
        workflow_id=trigger["workflow_id"],
        inputs=ExecuteInputs(dict(inputs)),
        trigger_data=dict(call.body),
        metadata={"triggerId": trigger["id"], "ignoredKeys": list(ignored)},
        source="webhook",
        request_id=call.request_id,
        status=202,
    )
