"""The decorator: what it reads from a function, and what it refuses at import."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from pixelmill.domain.values import ValueType
from pixelmill.sdk.node import BadParameters, NodeContext, node
from pixelmill.sdk.testing import FakeContext, tiny_png
from pixelmill.sdk.values import Image, Mask
from pixelmill.sdk.widgets import Advanced, Alias, ModelChoice, Seed, Slider, VendorParameters


@dataclass(frozen=True, slots=True)
class Cutout:
    """An image without its background."""

    image: Image
    mask: Mask | None


@node("edit:sample", title="Sample", aliases=("edit:old_sample",))
async def sample(
    ctx: NodeContext,
    image: Image,
    references: Annotated[Sequence[Image], Alias("image1")] = (),
    *,
    scale: Annotated[Literal[2, 4], Field(description="Times larger.")] = 2,
    strength: Annotated[float, Field(ge=0, le=1), Slider(step=0.1), Advanced()] = 0.5,
    model: Annotated[str, ModelChoice(task="edit", local=("plain",))] = "plain",
    seed: Annotated[int | None, Seed()] = None,
    backdrop: Annotated[Image | None, Alias("backdropUrl")] = None,
    extra: Annotated[dict[str, Any] | None, VendorParameters()] = None,
) -> Cutout:
    """Do something to an image.

    Nothing much, in truth.
    """
    ctx.log("asked", scale=scale, strength=strength, model=model, seed=seed, extra=extra)
    ctx.log("wired", references=len(references), backdrop=backdrop is not None)
    return Cutout(image, None)


def port(name: str) -> Any:
    return next(port for port in sample.signature.inputs if port.name == name)


def test_the_signature_holds_wires_then_fields() -> None:
    assert [(port.name, port.is_port) for port in sample.signature.inputs] == [
        ("image", True),
        ("references", True),
        *((name, False) for name in ("scale", "strength", "model", "seed", "backdrop", "extra")),
    ]
    assert port("image").required
    assert port("references").many
    assert not port("references").required
    assert port("references").aliases == ("image1",)


def test_types_of_ports_come_from_annotations() -> None:
    types = {port.name: port.type for port in sample.signature.inputs}
    assert types["scale"] is types["strength"] is types["seed"] is ValueType.NUMBER
    assert types["backdrop"] is types["image"] is ValueType.IMAGE
    assert types["extra"] is ValueType.JSON


def test_outputs_come_from_the_fields_of_a_dataclass() -> None:
    assert [(port.name, port.type) for port in sample.signature.outputs] == [
        ("image", ValueType.IMAGE),
        ("mask", ValueType.MASK),
    ]
    assert "images" in sample.signature.outputs[0].aliases


def test_the_docstring_is_the_description() -> None:
    assert sample.description == "Do something to an image.\n\nNothing much, in truth."


def test_defaults_are_json_and_parameter_names_include_aliases() -> None:
    assert sample.signature.defaults == {
        "scale": 2,
        "strength": 0.5,
        "model": "plain",
        "seed": None,
        "backdrop": None,
        "extra": None,
    }
    assert {"scale", "backdropUrl"} <= sample.signature.param_names
    assert sample.signature.open_params


def test_the_schema_tells_sockets_widgets_and_ranges() -> None:
    schema = sample.json_schema()
    fields = schema["properties"]
    assert fields["image"] == {"title": "Image", "x-socket": "image"}
    assert fields["references"]["items"] == {"x-socket": "image"}
    assert fields["scale"]["enum"] == [2, 4]
    assert fields["scale"]["description"] == "Times larger."
    assert fields["strength"]["x-ui"] == {"widget": "slider", "step": 0.1, "advanced": True}
    assert (fields["strength"]["minimum"], fields["strength"]["maximum"]) == (0, 1)
    assert fields["seed"] == {
        "title": "Seed",
        "type": "integer",
        "x-ui": {"widget": "seed"},
        "x-type": "number",
    }
    assert fields["backdrop"]["format"] == "image"
    assert fields["model"]["x-ui"] == {"widget": "model", "task": "edit", "local": ["plain"]}
    assert schema["required"] == ["image"]
    assert [output["name"] for output in schema["x-outputs"]] == ["image", "mask"]


def test_a_node_tells_which_model_its_parameters_choose() -> None:
    assert sample.uses_models
    assert sample.model_task == "edit"
    assert sample.model_id({}) is None
    assert sample.model_id({"model": "plain"}) is None
    assert sample.model_id({"model": "flux-2-edit"}) == "flux-2-edit"


def test_a_wrong_parameter_is_named_with_its_path() -> None:
    found = sample.check({"scale": 3, "strength": float("nan"), "seed": "x"})
    assert [detail.path for detail in found] == ["scale", "strength", "seed"]
    assert found[0].message == "Input should be 2 or 4"
    assert not sample.check({"scale": 3}, later=frozenset({"scale"}))
    assert not sample.check({"scale": "{{scale}}"})
    with pytest.raises(BadParameters) as unfilled:
        sample.validate({"scale": "{{scale}}"})
    assert unfilled.value.details[0].path == "scale"
    with pytest.raises(BadParameters) as refusal:
        sample.validate({"scale": 3})
    assert refusal.value.details[0].path == "scale"
    assert refusal.value.status == 422


def test_rows_of_a_file_may_send_numbers_as_text_and_blanks() -> None:
    form: Any = sample.validate({"scale": "4", "strength": "0.25", "seed": "", "backdropUrl": ""})
    assert (form.scale, form.strength, form.seed, form.backdrop) == (4, 0.25, None, None)


async def test_a_call_takes_wires_over_fields_and_gives_results_by_port() -> None:
    ctx = FakeContext(seed=99)
    image = await ctx.save(tiny_png())
    inputs = {"image": image, "image1": [image, image], "strength": 0.75}
    result = await sample.call(ctx, inputs, {"strength": 0.1, "scale": 4, "guidance": 3})
    assert result == {"image": image, "mask": None}
    assert dict(ctx.logged)["asked"] == {
        "scale": 4,
        "strength": 0.75,
        "model": "plain",
        "seed": 99,
        "extra": {"guidance": 3},
    }
    assert dict(ctx.logged)["wired"] == {"references": 2, "backdrop": False}


async def test_one_image_on_a_port_that_takes_many_is_a_list_of_one() -> None:
    ctx = FakeContext()
    image = await ctx.save(tiny_png())
    await sample.call(ctx, {"image": image, "references": image, "backdrop": image}, {})
    assert dict(ctx.logged)["wired"] == {"references": 1, "backdrop": True}


async def test_a_missing_wire_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadParameters, match="Sample needs something wired to `image`"):
        await sample.call(FakeContext(), {}, {})


async def test_an_image_nobody_fetched_never_reaches_the_function() -> None:
    ctx = FakeContext()
    image = await ctx.save(tiny_png())
    with pytest.raises(BadParameters, match="not fetched"):
        await sample.call(ctx, {"image": image}, {"backdrop": "https://example.com/a.png"})


async def test_a_node_can_be_called_as_the_function_it_is() -> None:
    ctx = FakeContext()
    image = await ctx.save(tiny_png())
    assert (await sample(ctx, image, scale=4)).image == image


async def test_a_result_of_another_type_is_refused() -> None:
    @node("edit:liar", title="Liar")
    async def liar(ctx: NodeContext, image: Image) -> Image:
        """Promise an image."""
        return "no image"  # type: ignore[return-value]

    ctx = FakeContext()
    with pytest.raises(TypeError, match="not what was declared"):
        await liar.call(ctx, {"image": await ctx.save(tiny_png())}, {})


def test_parameters_settle_under_their_one_name() -> None:
    assert sample.settled({"backdropUrl": "a", "extra": {"steps": 4, "scale": 4}, "scale": 2}) == {
        "backdrop": "a",
        "steps": 4,
        "scale": 2,
    }
    assert sample.settled({"backdropUrl": "a", "backdrop": "b"}) == {"backdrop": "b"}
    assert sample.settled({"extra": "no object"}) == {"extra": "no object"}
    assert [detail.path for detail in sample.check({"extra": "no object"})] == ["extra"]
    assert sample.asset_params == {"backdrop", "backdropUrl"}
