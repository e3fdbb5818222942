"""Builds the pydantic model of a node's form fields from its signature."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    create_model,
)
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo

from pixelmill.domain.values import ValueType
from pixelmill.sdk.annotations import BadDeclaration, Reading
from pixelmill.sdk.signature import Slot
from pixelmill.sdk.values import Image, JsonValue, Mask
from pixelmill.sdk.widgets import Picture


def title_of(name: str) -> str:
    """A parameter's name as a label: ``aspect_ratio`` becomes ``Aspect ratio``."""
    return name.replace("_", " ").capitalize()


def _title(name: str, _: object) -> str:
    return title_of(name)


PARAMS_CONFIG: Final = ConfigDict(
    frozen=True,
    extra="ignore",
    allow_inf_nan=False,
    coerce_numbers_to_str=True,
    protected_namespaces=(),
    field_title_generator=_title,
)


class Params(BaseModel):
    """The root of every node's form: unknown keys are left out, NaN is refused."""

    model_config = PARAMS_CONFIG


def params_model(node_id: str, slots: tuple[Slot, ...]) -> type[BaseModel]:
    """The model of a node's form fields. Raises BadDeclaration for a default that does not fit."""
    name = "".join(part.capitalize() for part in node_id.replace(":", "_").split("_"))
    fields: dict[str, Any] = {}
    for slot in slots:
        annotation = _field_annotation(slot)
        _check_default(slot, annotation, node_id)
        fields[slot.name] = (annotation, ... if slot.required else slot.default)
    return create_model(f"{name}Params", __base__=Params, **fields)


def defaults_of(model: type[BaseModel]) -> dict[str, JsonValue]:
    """The defaults of a params model as JSON; required fields have none."""
    return {
        name: _as_json(field.get_default(call_default_factory=True, validated_data={}))
        for name, field in model.model_fields.items()
        if not field.is_required()
    }


def _as_json(value: object) -> JsonValue:
    return TypeAdapter[object](object).dump_python(value, mode="json")


def _field_annotation(slot: Slot) -> object:
    reading = slot.reading
    if reading.is_asset:
        return _asset_annotation(reading)
    annotation: Any = slot.annotation
    if reading.optional and reading.value_type is not ValueType.TEXT:
        annotation = Annotated[annotation, BeforeValidator(_blank_is_none)]
    if _only_numbers(reading.bare):
        annotation = Annotated[annotation, BeforeValidator(_number_from_text)]
    return annotation


def _asset_annotation(reading: Reading) -> object:
    kind = "mask" if reading.bare is Mask else "image"
    schema = {"type": "string", "format": kind}
    picture: Any = Annotated[Any, PlainValidator(_picture), WithJsonSchema(schema), Picture()]
    for hint in reading.hints:
        if isinstance(hint, FieldInfo):
            picture = Annotated[picture, hint]
    return picture


def _picture(value: object) -> Image | Mask | str | None:
    """A stored picture, or what names one: an asset id, a URL or a data URI."""
    if value is None or value == "":
        return None
    if isinstance(value, (Image, Mask, str)):
        return value
    raise ValueError("give an asset id, an https URL or a data URI")


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


def _only_numbers(bare: object) -> bool:
    return get_origin(bare) is Literal and all(
        isinstance(member, (int, float)) and not isinstance(member, bool)
        for member in get_args(bare)
    )


def _number_from_text(value: object) -> object:
    """A choice of numbers also takes the text of one, as rows of a CSV file send it."""
    if not isinstance(value, (str, float)):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if number.is_integer() else number


def _check_default(slot: Slot, annotation: object, node_id: str) -> None:
    field: Any = (annotation, ...)
    try:
        alone = create_model("Alone", __base__=Params, **{slot.name: field})
    except PydanticUserError as error:
        raise BadDeclaration(f"{node_id}: `{slot.name}` cannot be a form field: {error}") from error
    if slot.required:
        return
    try:
        alone.model_validate({slot.name: slot.default})
    except ValidationError as error:
        reason = error.errors(include_url=False)[0]["msg"]
        raise BadDeclaration(
            f"{node_id}: the default {slot.default!r} of `{slot.name}` fails its schema: {reason}."
        ) from error


def errors_by_field(
    model: type[BaseModel], values: Mapping[str, JsonValue]
) -> list[tuple[str, str, str]]:
    """What is wrong with these values: (field, path, sentence), empty when nothing is."""
    try:
        model.model_validate(dict(values))
    except ValidationError as error:
        return [
            (str(one["loc"][0]), _path(one["loc"]), one["msg"].removeprefix("Value error, "))
            for one in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    return []


def _path(parts: tuple[int | str, ...]) -> str:
    """A path inside the parameters: ``image_size.width``, ``paths[2]``."""
    steps = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return "".join(steps).removeprefix(".")
