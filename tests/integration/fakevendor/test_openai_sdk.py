"""The official OpenAI SDK takes the fake vendor for OpenAI."""

import asyncio
import base64
from collections.abc import AsyncIterator
from urllib.request import urlopen

import openai
import orjson
import pytest

from pixelmill.fakevendor import FakeVendor, serving
from pixelmill.fakevendor.pictures import colour_of, draw


@pytest.fixture
def vendor() -> FakeVendor:
    return FakeVendor(size=(64, 64), dedupe=True)


@pytest.fixture
async def client(vendor: FakeVendor) -> AsyncIterator[openai.AsyncOpenAI]:
    async with serving(vendor) as url:
        client = openai.AsyncOpenAI(
            base_url=f"{url}/v1", api_key="sk-test", max_retries=0, timeout=5
        )
        async with client:
            yield client


async def test_a_generation_is_read_as_the_sdk_types_it(client: openai.AsyncOpenAI) -> None:
    reply = await client.images.generate(prompt="a fox", model="gpt-image-2", n=2)
    assert reply.data is not None
    pictures = [base64.b64decode(entry.b64_json or "") for entry in reply.data]
    assert pictures[0] == draw(colour_of("a fox", "None:0"), 64, 64)
    assert pictures[0] != pictures[1]
    assert reply.usage is not None
    assert reply.usage.output_tokens == 2112
    assert reply.output_format == "png"


async def test_an_edit_travels_as_multipart(client: openai.AsyncOpenAI, vendor: FakeVendor) -> None:
    image = ("in.png", draw("00ff00", 8, 8), "image/png")
    reply = await client.images.edit(image=image, prompt="make it blüe", model="gpt-image-2")
    assert reply.data
    assert vendor.log.document()["calls"][-1]["prompt"] == "make it blüe"


async def test_a_url_answers_the_picture_without_a_key(
    client: openai.AsyncOpenAI, vendor: FakeVendor
) -> None:
    reply = await client.images.generate(prompt="a fox", response_format="url")
    assert reply.data is not None
    url = reply.data[0].url
    assert url is not None
    assert url.startswith("http://127.0.0.1:")
    picture = await asyncio.to_thread(lambda: urlopen(url).read())
    assert picture == draw(colour_of("a fox", "None:0"), 64, 64)
    assert vendor.log.billed == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("401", openai.AuthenticationError),
        ("403", openai.PermissionDeniedError),
        ("404", openai.NotFoundError),
        ("429", openai.RateLimitError),
        ("locked", openai.RateLimitError),
        ("400", openai.BadRequestError),
        ("moderation", openai.BadRequestError),
        ("500", openai.InternalServerError),
        ("502html", openai.InternalServerError),
        ("503", openai.InternalServerError),
        ("ghost", openai.APIConnectionError),
        ("truncated", openai.APIConnectionError),
    ],
)
async def test_each_fault_is_the_sdks_own_error(
    client: openai.AsyncOpenAI, fault: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await client.images.generate(prompt=f"a fox [[fault:{fault}]]")


async def test_moderation_and_quota_carry_openais_codes(client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as moderated:
        await client.images.generate(prompt="[[fault:moderation]]")
    assert moderated.value.code == "moderation_blocked"
    with pytest.raises(openai.RateLimitError) as quota:
        await client.images.generate(prompt="[[fault:locked]]")
    assert quota.value.code == "insufficient_quota"
    with pytest.raises(openai.RateLimitError) as limited:
        await client.images.generate(prompt="[[fault:429]]")
    assert limited.value.response.headers["retry-after"] == "1"


async def test_the_sdks_own_retry_gets_through_after_two_failures(
    client: openai.AsyncOpenAI, vendor: FakeVendor
) -> None:
    patient = client.with_options(max_retries=3)
    reply = await patient.images.generate(prompt="a fox [[fault:500:2]]")
    assert reply.data
    assert [call["status"] for call in vendor.log.document()["calls"]] == [500, 500, 200]
    assert vendor.log.billed == 1


async def test_an_answer_that_never_comes_is_billed_once_per_idempotency_key(
    client: openai.AsyncOpenAI, vendor: FakeVendor
) -> None:
    headers = {"Idempotency-Key": "key-1"}
    for fault in ("timeout", "ghost"):
        prompt = f"a fox [[fault:{fault}:1]]"
        headers = {"Idempotency-Key": f"key-{fault}"}
        with pytest.raises(openai.APIConnectionError):
            await client.with_options(timeout=0.3).images.generate(
                prompt=prompt, extra_headers=headers
            )
        reply = await client.images.generate(prompt=prompt, extra_headers=headers)
        assert reply.data
    assert vendor.log.billed == 2


async def test_without_dedupe_the_same_key_is_billed_again(
    client: openai.AsyncOpenAI, vendor: FakeVendor
) -> None:
    del client
    async with serving(FakeVendor(size=(8, 8))) as url:
        other = openai.AsyncOpenAI(base_url=url, api_key="sk-test", max_retries=0)
        for _ in range(2):
            await other.images.generate(prompt="fox", extra_headers={"Idempotency-Key": "k"})
        calls = await asyncio.to_thread(lambda: urlopen(f"{url}/_calls").read())
        await other.close()
    assert orjson.loads(calls)["billed"] == 2
    assert vendor.log.billed == 0
