"""OpenAI's image API: what is sent, and what each answer means."""

import pytest
from pydantic import ValidationError

from pixelmill.providers.openai_images import OPENAI
from pixelmill.sdk.provider import Call, Failure, InputImage, Pictures, Refusal, Request, Step
from pixelmill.sdk.values import JsonValue
from tests.unit.providers.replying import Recording

REPLIES = Recording("openai")
MODELS = {model.id: model for model in OPENAI.models}
PNG = InputImage(b"\x89PNG", "image/png")


def request(model_id: str = "gpt-image-2", images: int = 0, **params: JsonValue) -> Request:
    model = MODELS[model_id]
    given = model.params.model_validate({"prompt": "a glass vase", **params})
    return Request(model, given, 7, (PNG,) * images, "key-1")


def call_of(model_id: str = "gpt-image-2", images: int = 0, **params: JsonValue) -> Call:
    step = OPENAI.ask(request(model_id, images, **params))
    assert isinstance(step, Call)
    return step


def read(name: str, model_id: str = "gpt-image-2", **params: JsonValue) -> Step:
    asked = request(model_id, **params)
    return OPENAI.read(REPLIES.reply(name, call_of(model_id)), asked)


def refused(name: str) -> Refusal:
    step = read(name)
    assert isinstance(step, Refusal)
    assert step.message
    return step


def test_a_generation_is_one_paid_post_with_an_idempotency_key() -> None:
    call = call_of(num_images=2, aspect_ratio="16:9", output_format="webp")
    assert (call.method, call.url, call.paid) == ("POST", "/images/generations", True)
    assert call.headers == {"Idempotency-Key": "key-1"}
    assert call.json == {
        "model": "gpt-image-2",
        "prompt": "a glass vase",
        "n": 2,
        "size": "1360x768",
        "quality": "medium",
        "output_format": "webp",
    }


def test_only_the_operators_own_server_may_be_asked_twice() -> None:
    assert not call_of().idempotent
    assert call_of("openai-compatible").idempotent


def test_sizes_are_multiples_of_sixteen() -> None:
    body = call_of(image_size={"width": 1000, "height": 650}).json
    assert isinstance(body, dict)
    assert body["size"] == "992x656"  # pyright: ignore[reportUnknownMemberType]


def test_wishes_are_sent_only_where_they_differ_from_auto() -> None:
    body = call_of(background="transparent", aspect_ratio="auto").json
    assert isinstance(body, dict)
    fields = {name: body.get(name) for name in ("background", "moderation", "size")}  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    assert fields == {"background": "transparent", "moderation": None, "size": "auto"}


def test_images_make_a_multipart_edit() -> None:
    one, two = call_of(images=1), call_of(images=2)
    assert one.url == two.url == "/images/edits"
    assert one.json is None
    assert ("prompt", "a glass vase") in one.form
    assert ("n", "1") in one.form
    assert ("size", "auto") in one.form
    assert [entry for entry in one.form if entry[1] is PNG] == [("image", PNG)]
    assert [entry for entry in two.form if entry[1] is PNG] == [("image[]", PNG)] * 2


def test_a_compatible_server_gets_its_model_its_seed_and_its_own_words() -> None:
    call = call_of("openai-compatible", vendor_model="Qwen/Qwen-Image", num_inference_steps=20)
    assert call.json == {
        "model": "Qwen/Qwen-Image",
        "prompt": "a glass vase",
        "n": 1,
        "size": "1024x1024",
        "response_format": "b64_json",
        "seed": 7,
        "num_inference_steps": 20,
    }
    assert "model" not in (call_of("openai-compatible").json or {})


def test_a_value_the_model_does_not_know_is_refused_by_its_form() -> None:
    with pytest.raises(ValidationError):
        request(quality="ultra")


def test_base64_becomes_bytes_with_their_format_and_cost() -> None:
    step = read("base64")
    assert isinstance(step, Pictures)
    assert [picture.data for picture in step.pictures] == [b"\x89PNG\r\n\x1a\n"] * 2
    assert {picture.media_type for picture in step.pictures} == {"image/png"}
    assert step.request_id == "req_123"
    assert step.note == "A vase."
    assert step.cost is not None
    assert step.cost.amount == pytest.approx(0.03168)
    assert step.cost.source == "reply"


def test_a_compatible_servers_tokens_cost_nothing() -> None:
    step = read("base64", "openai-compatible")
    assert isinstance(step, Pictures)
    assert step.cost is None


def test_urls_are_handed_on_and_data_urls_decoded() -> None:
    by_url, inline = read("url"), read("data url")
    assert isinstance(by_url, Pictures)
    assert by_url.pictures[0].url == "https://files.example/one.png"
    assert isinstance(inline, Pictures)
    assert inline.pictures[0].data == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("wrong key", Failure.AUTH),
        ("not verified", Failure.AUTH),
        ("no quota", Failure.NO_CREDIT),
        ("hard limit", Failure.NO_CREDIT),
        ("too many", Failure.RATE_LIMITED),
        ("moderated", Failure.MODERATED),
        ("moderated by dall-e", Failure.MODERATED),
        ("no such model", Failure.MODEL_GONE),
        ("wrong model value", Failure.MODEL_GONE),
        ("wrong size", Failure.INVALID_INPUT),
        ("fastapi detail", Failure.INVALID_INPUT),
        ("vllm error", Failure.INVALID_INPUT),
        ("plain error", Failure.TRANSIENT),
        ("server error", Failure.TRANSIENT),
        ("overloaded", Failure.TRANSIENT),
        ("html from a proxy", Failure.TRANSIENT),
        ("gateway gave up", Failure.UNKNOWN_AFTER_SEND),
        ("redirect", Failure.BAD_RESPONSE),
        ("broken base64", Failure.BAD_RESPONSE),
        ("no data", Failure.BAD_RESPONSE),
        ("error with success", Failure.BAD_RESPONSE),
        ("html with success", Failure.BAD_RESPONSE),
    ],
)
def test_each_answer_has_its_class(name: str, failure: Failure) -> None:
    assert refused(name).failure is failure


def test_waiting_is_advised_only_where_it_helps() -> None:
    assert refused("too many").retry_after_s == 11.5
    assert refused("overloaded").retry_after_s == 4
    assert refused("no quota").retry_after_s is None


def test_what_may_have_been_billed_is_never_called_unprocessed() -> None:
    for name in ("gateway gave up", "no data", "html with success", "broken base64", "redirect"):
        assert not refused(name).not_processed
    for name in ("too many", "server error", "overloaded", "html from a proxy"):
        assert refused(name).not_processed


def test_the_vendors_words_and_number_are_kept() -> None:
    refusal = refused("moderated")
    assert refusal.message == "Your request was rejected by the safety system."
    assert (refusal.stage, refusal.request_id) == ("input", "req_9")
    assert refused("error with success").message == "Out of memory on the GPU."
    assert refused("plain error").message == "backend not loaded"
