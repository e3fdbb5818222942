"""Hints in a parameter's ``Annotated`` that tell the form which control to draw."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, Literal

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema

from pixelmill.sdk.values import JsonValue

Task = Literal["generate", "edit", "upscale", "remove_background"]


@dataclass(frozen=True, slots=True)
class Widget:
    """The root of all hints. Its fields become the ``x-ui`` object of the JSON Schema."""

    name: ClassVar[str] = ""

    def hint(self) -> Mapping[str, JsonValue]:
        """What ``x-ui`` says: the control's name, and settings that are not at their default."""
        settings = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if getattr(self, field.name) != field.default
        }
        return {"widget": self.name, **settings} if self.name else settings

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, JsonValue]:
        """Add the hint to the parameter's schema."""
        schema = handler(core_schema)
        schema["x-ui"] = {**schema.get("x-ui", {}), **self.hint()}
        return schema


@dataclass(frozen=True, slots=True)
class Slider(Widget):
    """A number dragged between its ``ge`` and ``le``."""

    name: ClassVar[str] = "slider"
    step: float = 1.0


@dataclass(frozen=True, slots=True)
class Multiline(Widget):
    """A text box of several rows."""

    name: ClassVar[str] = "multiline"
    rows: int = 4


@dataclass(frozen=True, slots=True)
class Segmented(Widget):
    """A few choices side by side."""

    name: ClassVar[str] = "segmented"


@dataclass(frozen=True, slots=True)
class Colour(Widget):
    """A colour: ``#rrggbb``, ``#rrggbbaa`` or a basic name."""

    name: ClassVar[str] = "colour"


@dataclass(frozen=True, slots=True)
class Seed(Widget):
    """The seed of a node run. Blank lets the engine draw one; see ``NodeType.call``."""

    name: ClassVar[str] = "seed"


@dataclass(frozen=True, slots=True)
class ModelChoice(Widget):
    """A model of the catalog that can do ``task``; a node with this hint may cost credits.

    ``local`` are choices that the node does by itself, without a model.
    """

    name: ClassVar[str] = "model"
    task: Task = "generate"
    local: tuple[str, ...] = ()

    def hint(self) -> Mapping[str, JsonValue]:
        """Always names the task, so that the form can list the models."""
        return {"widget": self.name, "task": self.task, "local": list(self.local)}


@dataclass(frozen=True, slots=True)
class VendorParameters(Widget):
    """A JSON object that also collects parameters which only the chosen model knows."""

    name: ClassVar[str] = "json"


@dataclass(frozen=True, slots=True)
class Picture(Widget):
    """An image picked or dropped in the form. Set by itself on image parameters."""

    name: ClassVar[str] = "image"


@dataclass(frozen=True, slots=True)
class Advanced(Widget):
    """Goes with another hint: the field is folded away until asked for."""

    advanced: bool = False

    def hint(self) -> Mapping[str, JsonValue]:
        """Always ``advanced: true``."""
        return {"advanced": True}


@dataclass(frozen=True, slots=True)
class Alias:
    """Other spellings of a port or a parameter that saved graphs and callers may use."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)
