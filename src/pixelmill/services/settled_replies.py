"""The answer to an accepted execution, given only when it has ended or patience has."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

import orjson

from pixelmill.db.acceptance import StoredReply
from pixelmill.services.accepted_bodies import RUNS_SHOWN
from pixelmill.services.house import House, Principal
from pixelmill.services.watching import Page, read_status, wait_for_end

_OF_EXECUTION: Final = ("status", "outcome", "counts", "endTime", "creditsUsed")
_OF_RUN: Final = ("status", "error", "startTime", "endTime", "outputs", "outputUrls")


async def as_it_stands(
    house: House, principal: Principal, reply: StoredReply, seconds: int, closing: asyncio.Event
) -> StoredReply:
    """The same answer after at most ``seconds``, with states and results as they are then.

    ``Preference-Applied`` (RFC 7240) says that it was waited for.
    """
    body = cast("dict[str, Any]", orjson.loads(reply.body))
    execution_id = body["executionId"]
    await wait_for_end(house, principal, execution_id, seconds, closing)
    found = await read_status(house, principal, execution_id, Page(RUNS_SHOWN, brief=True))
    status = cast("dict[str, Any]", found)
    runs = {run["id"]: run for run in status["executionRuns"]}
    body |= {name: status[name] for name in _OF_EXECUTION}
    body["data"] = status["data"]
    body["executionRuns"] = [_settled(run, runs) for run in body.get("executionRuns", ())]
    headers = {**reply.headers, "preference-applied": f"wait={seconds}"}
    return replace(reply, headers=headers, body=orjson.dumps(body).decode())


def _settled(stub: Mapping[str, Any], runs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    run = runs.get(stub["id"])
    return {**stub, **({name: run[name] for name in _OF_RUN} if run else {})}
