"""pixelmill listen: what happens on the server arrives on this machine, signed."""

import asyncio
from dataclasses import replace

import pytest

from pixelmill.cli.failures import CommandFailed
from pixelmill.cli.following_feed import Listening, follow_feed
from pixelmill.outbound import Door
from tests.integration.api.conftest import TEXTS, Site, served, working_site
from tests.integration.delivery.receiver import receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
__all__ = ["working_site"]


async def test_events_are_forwarded_from_now_on(working_site: Site) -> None:
    said: list[str] = []
    await working_site.finished({"prompts": ["before"]})
    # It ended; it is past when the feed has told so.
    past = await working_site.client.get("/api/v1/events?types=execution.completed&wait=20")
    assert len(past.json()["events"]) == 1
    async with receiving() as receiver, served(working_site) as client, Door() as door:
        key = client.headers["authorization"].removeprefix("Bearer ")
        listening = Listening(str(client.base_url), key, receiver.url, SECRET, "execution.*,item.*")
        following = asyncio.create_task(follow_feed(door, listening, said.append))
        async with asyncio.timeout(20):
            while not said:  # noqa: ASYNC110 - it says so once
                await asyncio.sleep(0.02)
        body = {**TEXTS, "prompts": ["after"]}
        started = (await client.post("/api/v1/executions", json=body)).json()
        await receiver.until(4)
        following.cancel()
    events = [got.event for got in receiver.got]
    assert [one["type"] for one in events] == [
        "execution.started",
        "item.started",
        "item.completed",
        "execution.completed",
    ]
    assert {one["data"]["executionId"] for one in events} == {started["executionId"]}
    assert all(got.signed_by(SECRET) for got in receiver.got)
    assert said[-1].endswith("200")


async def test_a_wrong_key_or_a_wrong_event_ends_it_with_a_sentence(working_site: Site) -> None:
    async with served(working_site) as client, Door() as door:
        key = client.headers["authorization"].removeprefix("Bearer ")
        good = Listening(str(client.base_url).rstrip("/"), key, "http://127.0.0.1:9/", SECRET)
        for bad, word in (
            (replace(good, key="sk-none"), "refused"),
            (replace(good, types="nothing"), "no event 'nothing'"),
            (replace(good, server="nowhere"), "no http"),
        ):
            with pytest.raises(CommandFailed, match=word):
                await follow_feed(door, bad, lambda _: None)
