"""fal: what each model is sent, and what each answer means."""

import pytest
from pydantic import ValidationError

from pixelmill.providers.fal import FAL
from pixelmill.sdk.provider import (
    Call,
    Failure,
    InputImage,
    Model,
    Pictures,
    Purpose,
    Refusal,
    Request,
    Step,
    Ticket,
)
from pixelmill.sdk.values import JsonValue
from tests.unit.providers.replying import Recording

REPLIES = Recording("fal")
MODELS = {model.id: model for model in FAL.models}
PNG = InputImage(b"\x89PNG", "image/png")
DATA_URI = "data:image/png;base64,iVBORw=="
BASE = "https://queue.fal.run/fal-ai/recraft/requests/764cabcf-b745-4b3e-ae38-1200304cf45b"


def request(model: Model, images: int = 0, **params: JsonValue) -> Request:
    given = {"prompt": "a glass vase"} if "prompt" in model.params.model_fields else {}
    validated = model.params.model_validate({**given, **params})
    return Request(model, validated, 7, (PNG,) * images, "key-1")


def call_of(model_id: str, images: int = 0, **params: JsonValue) -> Call:
    step = FAL.ask(request(MODELS[model_id], images, **params))
    assert isinstance(step, Call)
    return step


def sent(model_id: str, images: int = 0, **params: JsonValue) -> dict[str, JsonValue]:
    body = call_of(model_id, images, **params).json
    assert isinstance(body, dict)
    return body  # pyright: ignore[reportUnknownVariableType]


def read(name: str, purpose: Purpose = "submit") -> Step:
    memo = {"request_id": "764cabcf", "response_url": BASE, "error": ""}
    call = Call("GET", f"{BASE}/{purpose}", purpose, memo=memo)
    if purpose == "submit":
        call = call_of("recraft-v4")
    return FAL.read(REPLIES.reply(name, call), request(MODELS["recraft-v4"]))


def refused(name: str, purpose: Purpose = "submit") -> Refusal:
    step = read(name, purpose)
    assert isinstance(step, Refusal)
    assert step.message
    return step


def test_a_submit_is_a_paid_post_to_the_models_path_and_never_idempotent() -> None:
    call = call_of("recraft-v4")
    assert (call.method, call.url) == ("POST", "/fal-ai/recraft/v4/text-to-image")
    assert (call.purpose, call.paid, call.idempotent) == ("submit", True, False)


def test_flux_takes_a_size_a_seed_and_a_format() -> None:
    assert sent("flux-2-pro", aspect_ratio="16:9", output_format="jpeg") == {
        "prompt": "a glass vase",
        "image_size": {"width": 1360, "height": 768},
        "seed": 7,
        "output_format": "jpeg",
        "safety_tolerance": "2",
    }
    assert sent("flux-2-pro")["image_size"] == "square_hd"
    assert sent("flux-2-pro", image_size="portrait_4_3")["image_size"] == "portrait_4_3"
    size = {"width": 640, "height": 480}
    assert sent("flux-2-pro", image_size=size, aspect_ratio="1:1")["image_size"] == size


def test_flux_with_images_is_an_edit_that_keeps_their_size() -> None:
    assert call_of("flux-2-pro", images=2).url == "/fal-ai/flux-2-pro/edit"
    body = sent("flux-2-pro", images=2)
    assert body["image_urls"] == [DATA_URI] * 2
    assert body["image_size"] == "auto"
    assert len(sent("flux-2-pro", images=20)["image_urls"]) == 8


def test_recraft_takes_neither_seed_nor_format() -> None:
    assert sent("recraft-v4", output_format="webp", aspect_ratio="1:1") == {
        "prompt": "a glass vase",
        "image_size": "square_hd",
    }


def test_imagen_gets_the_nearest_of_its_five_ratios() -> None:
    assert sent("imagen-4", aspect_ratio="21:9")["aspect_ratio"] == "16:9"
    assert sent("imagen-4", image_size="portrait_4_3")["aspect_ratio"] == "3:4"
    body = sent("imagen-4", num_images=3, resolution="2K")
    assert (body["num_images"], body["resolution"], body["seed"]) == (3, "2K", 7)


def test_nano_banana_keeps_the_bill_at_what_was_asked() -> None:
    body = sent("nano-banana-2", images=1)
    assert body["limit_generations"] is True
    assert body["aspect_ratio"] == "auto"
    assert body["image_urls"] == [DATA_URI]
    assert "thinking_level" not in body
    assert call_of("nano-banana-2", images=1).url == "/fal-ai/nano-banana-2/edit"
    assert sent("nano-banana-2", thinking_level="high")["thinking_level"] == "high"


@pytest.mark.parametrize(
    ("model_id", "params", "body"),
    [
        ("bria-background", {}, {"image_url": DATA_URI}),
        ("recraft-crisp-upscale", {"scale": 4}, {"image_url": DATA_URI}),
        (
            "birefnet",
            {"variant": "Portrait"},
            {
                "image_url": DATA_URI,
                "model": "Portrait",
                "refine_foreground": True,
                "output_format": "png",
            },
        ),
        (
            "esrgan",
            {"scale": 4},
            {"image_url": DATA_URI, "scale": 4.0, "face": False, "output_format": "png"},
        ),
        (
            "clarity-upscaler",
            {"scale": 2, "prompt": ""},
            {
                "image_url": DATA_URI,
                "upscale_factor": 2.0,
                "creativity": 0.35,
                "resemblance": 0.6,
                "seed": 7,
            },
        ),
    ],
)
def test_a_tool_gets_its_image_and_its_settings(
    model_id: str, params: dict[str, JsonValue], body: dict[str, JsonValue]
) -> None:
    assert sent(model_id, images=1, **params) == body
    assert call_of(model_id, images=1).url == f"/{MODELS[model_id].vendor_id}"


def test_a_tool_without_an_image_is_refused_before_any_call() -> None:
    step = FAL.ask(request(MODELS["esrgan"]))
    assert isinstance(step, Refusal)
    assert step.failure is Failure.INVALID_INPUT


def test_parameters_of_other_models_are_left_out() -> None:
    assert sent("recraft-v4", guidance_scale=4, resolution="4K") == sent("recraft-v4")


def test_a_value_a_model_does_not_know_is_refused_by_its_form() -> None:
    with pytest.raises(ValidationError):
        sent("imagen-4", resolution="8K")


def test_deprecated_models_name_their_replacement() -> None:
    for model_id in ("imagen-4", "nano-banana-2"):
        assert MODELS[model_id].deprecated_at is not None
        assert MODELS[model_id].replacement == "nano-banana-2.1"


def test_a_submit_gives_a_ticket_with_the_addresses_of_the_answer() -> None:
    step = read("submitted")
    assert isinstance(step, Ticket)
    assert step.id == "764cabcf-b745-4b3e-ae38-1200304cf45b"
    assert step.due_in_s == 3.0
    assert isinstance(step.next, Call)
    assert (step.next.method, step.next.url, step.next.purpose) == ("GET", f"{BASE}/status", "poll")
    assert step.next.memo == {"request_id": step.id, "response_url": BASE}
    assert not step.next.paid
    assert step.cancel is not None
    assert (step.cancel.method, step.cancel.url) == ("PUT", f"{BASE}/cancel")


def test_a_waiting_job_keeps_its_ticket() -> None:
    for name, due_in_s in (("queued", 2.0), ("running", 0.5)):
        step = read(name, "poll")
        assert isinstance(step, Ticket)
        assert (step.id, step.due_in_s) == ("764cabcf", due_in_s)


def test_a_finished_job_is_asked_for_its_result() -> None:
    for name, error in (("completed", ""), ("completed with an unknown error", "Unprocessable")):
        step = read(name, "poll")
        assert isinstance(step, Call)
        assert (step.method, step.url, step.purpose) == ("GET", BASE, "result")
        assert step.memo == {"request_id": "764cabcf", "error": error}


def test_a_result_gives_its_pictures_in_order() -> None:
    step = read("pictures", "result")
    assert isinstance(step, Pictures)
    assert [picture.url for picture in step.pictures] == [
        "https://v3b.fal.media/files/b/panda/one.png",
        "https://v3b.fal.media/files/b/panda/two.png",
    ]
    assert step.pictures[0].media_type == "image/png"
    assert (step.request_id, step.seed) == ("764cabcf", 42)


def test_a_single_image_and_an_inline_picture_are_pictures_too() -> None:
    one, inline = read("one image", "result"), read("inline picture", "result")
    assert isinstance(one, Pictures)
    assert one.pictures[0].url == "https://v3b.fal.media/files/b/cut.png"
    assert isinstance(inline, Pictures)
    assert inline.pictures[0].data == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("name", "purpose", "failure"),
    [
        ("submitted without a name", "submit", Failure.BAD_RESPONSE),
        ("html with success", "submit", Failure.BAD_RESPONSE),
        ("html with success", "poll", Failure.BAD_RESPONSE),
        ("html with success", "result", Failure.BAD_RESPONSE),
        ("unknown status", "poll", Failure.BAD_RESPONSE),
        ("no pictures", "result", Failure.BAD_RESPONSE),
        ("strange address", "result", Failure.BAD_RESPONSE),
        ("broken inline picture", "result", Failure.BAD_RESPONSE),
        ("teapot", "submit", Failure.BAD_RESPONSE),
        ("not retryable", "result", Failure.BAD_RESPONSE),
        ("start timeout of the caller", "result", Failure.BAD_RESPONSE),
        ("wrong key", "submit", Failure.AUTH),
        ("wrong key", "poll", Failure.AUTH),
        ("key lacks access", "submit", Failure.AUTH),
        ("locked", "submit", Failure.NO_CREDIT),
        ("locked", "poll", Failure.NO_CREDIT),
        ("no such model", "submit", Failure.MODEL_GONE),
        ("no such model", "poll", Failure.LOST),
        ("no such model", "result", Failure.LOST),
        ("too many", "submit", Failure.RATE_LIMITED),
        ("wrong input", "result", Failure.INVALID_INPUT),
        ("image not loaded", "result", Failure.INVALID_INPUT),
        ("moderated prompt", "result", Failure.MODERATED),
        ("blanked", "result", Failure.MODERATED),
        ("vendor down, worth retrying", "result", Failure.TRANSIENT),
        ("no runner", "submit", Failure.TRANSIENT),
        ("server error", "submit", Failure.TRANSIENT),
        ("html from a proxy", "poll", Failure.TRANSIENT),
        ("completed with a timeout", "poll", Failure.TRANSIENT),
        ("cancelled", "cancel", Failure.LOST),
    ],
)  # fmt: skip
def test_each_answer_has_its_class(name: str, purpose: Purpose, failure: Failure) -> None:
    assert refused(name, purpose).failure is failure


def test_moderation_tells_input_from_output() -> None:
    assert refused("moderated prompt", "result").stage == "input"
    assert refused("moderated picture", "result").stage == "output"
    assert refused("blanked", "result").stage == "output"


def test_a_submit_answered_with_trouble_was_not_processed() -> None:
    for name in ("too many", "no runner", "server error", "html from a proxy"):
        assert refused(name).not_processed
    for name in ("wrong input", "wrong key", "teapot"):
        assert not refused(name).not_processed


def test_the_vendors_hint_is_kept() -> None:
    assert refused("too many").retry_after_s == 7
    assert refused("busy with a hint").retry_after_s == 3


def test_a_refusal_names_the_request_where_it_can() -> None:
    assert refused("moderated prompt", "result").request_id == "req-1"
    assert refused("wrong input", "result").request_id == "764cabcf"


def test_a_cancel_that_comes_too_late_fetches_the_result() -> None:
    step = read("too late to cancel", "cancel")
    assert isinstance(step, Call)
    assert step.purpose == "result"
