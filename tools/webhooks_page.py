"""Writes docs/webhooks.md: every event with a real payload, made by the code that sends it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import orjson

from pixelmill.db.statements import Row
from pixelmill.delivery.catalog import ENDPOINT_DISABLED, ENDS, MEANINGS
from pixelmill.delivery.schedule import DELAYS_S
from pixelmill.delivery.signing import signature
from pixelmill.domain.events import EventType, item_payload, node_payload
from pixelmill.domain.execution import State
from pixelmill.domain.node_run import NodeState
from pixelmill.kit.clock import ManualClock
from pixelmill.services.event_bodies import describer
from pixelmill.services.house import House

PAGE: Final = Path(__file__).parents[1] / "docs" / "webhooks.md"
NOW: Final = 1_795_340_520_000
EXECUTION: Final = "exe_01kb2p7zq8m4x6v1c9d3f5g7hj"
ITEM: Final = "itm_01kb2p7zq8n2w4t6y8a1c3e5g7"
ASSET: Final = "ast_01kb2p8c3r5t7v9x1z3b5d7f9h"
SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the specification's own
FAULT: Final = {"code": "content_rejected", "message": "The vendor refused this prompt."}


def execution_row(state: State, completed: int, failed: int) -> Row:
    """An execution of three items."""
    counts = dict.fromkeys(("pending", "running", "cancelled", "timeout", "skipped"), 0)
    rest = 3 - completed - failed
    counts["cancelled" if state is State.CANCELLED else "running"] = rest
    return {
        "id": EXECUTION,
        "workflow_id": "wf_01kb2nxw5e7g9j2m4p6r8t1v3x",
        "state": state,
        "total": 3,
        **counts,
        "completed": completed,
        "failed": failed,
        "credits_captured": completed * 1000,
        "metadata": {"order": "4711"},
        "tags": ["spring"],
    }


def sample(name: str) -> tuple[dict[str, Any], Row | None]:
    """What the event's row holds, and its execution."""
    kind, _, verb = name.partition(".")
    running = execution_row(State.RUNNING, 1, 0)
    if name == ENDPOINT_DISABLED:
        endpoint = "whe_01kb2nz6h8k1n3q5s7v9x2z4b6"
        return {
            "endpointId": endpoint,
            "url": "https://shop.example/hook",
            "reason": "failing",
        }, None
    if name == EventType.ITEM_STARTED:
        return {"itemId": ITEM, "runIndexInBatch": 0}, running
    if kind == "execution":
        state = State(verb.upper()) if verb != "started" else State.RUNNING
        done, failed = {"started": (0, 0), "completed": (2, 1), "failed": (0, 3)}.get(verb, (1, 0))
        told: dict[str, Any] = {"outcome": None} if verb != "started" else {"total": 3}
        return told, execution_row(state, done, failed)
    shared: dict[str, Any] = {"execution_id": EXECUTION, "item_id": ITEM, "index": 0}
    shared["error"] = FAULT if verb == "failed" else None
    shared["asset_ids"] = [ASSET] if verb == "completed" else []
    if kind == "item":
        return item_payload(key="row-1", state=State(verb.upper()), **shared), running
    state_of_node = NodeState.RUNNING if verb == "started" else NodeState(verb.upper())
    node_run = "nrn_01kb2p8a9c2e4g6j8m1p3r5t7v"
    return (
        node_payload(node_run_id=node_run, node_id="gen", state=state_of_node, **shared),
        running,
    )


def sample_house() -> House:
    """A house as far as the messages need one."""
    parts = SimpleNamespace(clock=ManualClock(NOW))
    return House(cast("Any", parts), None, {}, b"an example", "https://pixelmill.example")


def message(name: str) -> str:
    """The body of one event, as it is sent."""
    data, execution = sample(name)
    owner = data["endpointId"] if execution is None else EXECUTION
    row = {
        "execution_id": owner,
        "seq": 1 + list(MEANINGS).index(name),
        "type": name,
        "data": data,
        "created_at": NOW,
    }
    return describer(sample_house())(row, execution).body


def page() -> str:
    """The whole page."""
    body = message(EventType.EXECUTION_COMPLETED)
    id_, at = orjson.loads(body)["id"], NOW // 1000
    return "\n".join(
        [
            *INTRODUCTION.format(
                ends=", ".join(f"`{one}`" for one in ENDS),
                attempts=len(DELAYS_S),
                delays=", ".join(said(one) for one in DELAYS_S),
                secret=SECRET,
                id=id_,
                at=at,
                signature=signature([SECRET], id_, at, body),
            ).splitlines(),
            *(line for name in MEANINGS for line in section(name)),
        ]
    )


def section(name: str) -> list[str]:
    """One event."""
    pretty = orjson.dumps(orjson.loads(message(name)), option=orjson.OPT_INDENT_2).decode()
    return ["", f"### `{name}`", "", MEANINGS[name], "", "```json", pretty, "```"]


def said(seconds: int) -> str:
    """A delay as a person says it."""
    if seconds >= 3600:
        return f"{seconds // 3600} h"
    return f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"


INTRODUCTION: Final = """\
<!-- Written by tools/webhooks_page.py; a test compares it with the code. -->
# Webhooks

Pixelmill tells your server what happens, by a POST that is signed as
[Standard Webhooks](https://www.standardwebhooks.com) says.

- For a workspace: `POST /api/v1/webhook-endpoints` with `{{"url": …, "events": ["item.*"]}}`. The
  answer shows the secret, this once. Without `events` an endpoint is told
  {ends}.
- For one execution: `callbackUrl` and `callbackEvents` in the body of execute. These are signed
  with the workspace's secret at `GET /api/v1/webhook-endpoints/callback-secret`.
- Without a server: `GET /api/v1/events?after=…&wait=30` reads the same events in order, and
  `pixelmill listen --forward-to http://127.0.0.1:3000/hook` forwards them to your machine, signed.

## What you get

Headers `webhook-id` (the same over all attempts: drop what you had already), `webhook-timestamp`
(seconds, new for each attempt) and `webhook-signature`: `v1,` and the base64 of HMAC-SHA256 over
`id.timestamp.body`, with two signatures for a day after a rotation. Refuse what is older than five
minutes. To try your verification: the body of `execution.completed` below, without its white space,
has under the secret `{secret}`

    webhook-id: {id}
    webhook-timestamp: {at}
    webhook-signature: {signature}

Events may arrive twice and out of order. `data` is as it was when the message was made and does not
change over the attempts; links to pictures open without a key for a week.

## What you answer

2xx within 15 seconds, else it is tried again: {attempts} attempts, with these pauses before them:
{delays} (and up to a tenth more), so 75 h 35 min in
all. `Retry-After` is honoured. Redirects are not followed. 410 disables the endpoint at once, and
so do five days in which nothing succeeds; you are told by `endpoint.disabled`.
`PATCH … {{"enabled": true}}` switches it on again, `POST …/resend {{"since": …}}` brings what was
missed, and `GET …/deliveries` shows every attempt with its answer.

Only public addresses are called, on the ports 80 and 443; others only where the operator named
them in `PIXELMILL_ALLOW_PRIVATE_HOSTS`.

## Events"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(f"{page()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
