"""A node type as everyone else sees it: schema, ports, description and the function itself."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Literal, ParamSpec, TypeAlias, TypeVar, cast

from pydantic import BaseModel, ValidationError

from pixelmill.domain.catalog import NodeSignature
from pixelmill.domain.prompt_text import names_in
from pixelmill.kit.problems import Detail, Problem
from pixelmill.sdk.annotations import hint_of
from pixelmill.sdk.context import NodeContext
from pixelmill.sdk.node_schema import json_schema
from pixelmill.sdk.outputs import Outputs
from pixelmill.sdk.params import errors_by_field
from pixelmill.sdk.signature import Declared, Slot
from pixelmill.sdk.values import JsonValue, as_list
from pixelmill.sdk.widgets import ModelChoice, Seed, VendorParameters

P = ParamSpec("P")
R = TypeVar("R")
Lane: TypeAlias = Literal["default", "cpu", "gpu"]


class BadParameters(Problem):
    """A parameter of a node does not fit its form."""

    code = "bad_parameters"
    status = 422
    title = "Bad parameters"


@dataclass(frozen=True, eq=False)
class NodeType(Generic[P, R]):
    """A node as everyone else sees it: schema, ports, description and the function itself.

    ``function`` takes the context, the wires and the form fields; calling the node calls it.
    ``base`` names the node type that a model's own node stands for, else it is ``id``.
    """

    id: str
    title: str
    version: int
    category: str
    description: str
    signature: NodeSignature
    params_model: type[BaseModel]
    function: Callable[P, Awaitable[R]]
    lane: Lane
    declared: Declared
    outputs: Outputs
    base: str

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:
        """Call the node's function as it was written."""
        return self.function(*args, **kwargs)

    @cached_property
    def model_param(self) -> str | None:
        """The parameter that names the model, where the node uses one."""
        return _hinted(self.declared, ModelChoice)

    @property
    def model_task(self) -> str | None:
        """What the node asks of a model: generate, edit, upscale or remove_background."""
        choice = self._choice
        return choice.task if choice else None

    @property
    def uses_models(self) -> bool:
        """Whether the node may call a model, and so cost credits."""
        return self._choice is not None

    def model_id(self, params: Mapping[str, JsonValue]) -> str | None:
        """The model that these parameters choose; None when the node works by itself."""
        choice, name = self._choice, self.model_param
        if choice is None or name is None:
            return None
        chosen = params.get(name, self.signature.defaults.get(name))
        return None if chosen in choice.local else str(chosen)

    @cached_property
    def _choice(self) -> ModelChoice | None:
        hints = (hint_of(slot.reading.hints, ModelChoice) for slot in self.declared.fields)
        return next((hint for hint in hints if hint), None)

    @cached_property
    def asset_params(self) -> frozenset[str]:
        """Form fields, by all spellings, where the engine puts a stored image or mask."""
        slots = (slot for slot in self.declared.fields if slot.reading.is_asset)
        return frozenset(name for slot in slots for name in slot.spellings)

    @cached_property
    def _collector(self) -> str | None:
        """The field that takes what only the model's form knows."""
        return _hinted(self.declared, VendorParameters)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """The one name of each form field by all its spellings."""
        return {alias: slot.name for slot in self.declared.fields for alias in slot.spellings}

    @cached_property
    def _ports(self) -> frozenset[str]:
        """All spellings of the wires."""
        return frozenset(name for slot in self.declared.wires for name in slot.spellings)

    @cached_property
    def _seeds(self) -> tuple[str, ...]:
        """The form fields that hold the seed of the node run."""
        return tuple(slot.name for slot in self.declared.fields if _is_seed(slot))

    def json_schema(self) -> dict[str, JsonValue]:
        """Wires, form fields and outputs as one JSON Schema; see ``node_schema``."""
        return json_schema(self.signature, self.params_model, self.description)

    def settled(self, params: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """The same parameters, each under its one name and none inside ``extra``.

        Apply it to every layer of parameters before they are merged or priced: an alias becomes
        the field's name, and what stood in ``extra`` stands beside the rest, which wins over it.
        """
        collector, names = self._collector, self._names
        inner = params.get(collector) if collector else None
        found: dict[str, JsonValue] = {}
        if isinstance(inner, Mapping):
            reserved = (collector, self.model_param)
            spread = cast("Mapping[str, JsonValue]", inner).items()
            found = {names.get(key, key): value for key, value in spread if key not in reserved}
        for key, value in params.items():
            name = names.get(key, key)
            if name != key and name in params:
                continue
            if name != collector or not (value is None or isinstance(value, Mapping)):
                found[name] = value
        return found

    def validate(self, params: Mapping[str, JsonValue]) -> BaseModel:
        """The form's values, checked and with defaults. Raises BadParameters."""
        try:
            return self.params_model.model_validate(self._collected(params))
        except ValidationError:
            raise BadParameters(
                f"{self.title} cannot run with these parameters; see details.",
                details=self._faults(params, frozenset()),
            ) from None

    def check(
        self, params: Mapping[str, JsonValue], later: frozenset[str] = frozenset()
    ) -> tuple[Detail, ...]:
        """What is wrong with the form before a run.

        Fields whose value comes ``later``, or holds a ``{{name}}`` still to be filled, are left
        out; ``call`` checks them when they are there.
        """
        unfilled = {
            name
            for name, value in self.settled(params).items()
            if isinstance(value, str) and names_in(value)
        }
        return self._faults(params, later | unfilled)

    async def call(
        self, ctx: NodeContext, inputs: Mapping[str, JsonValue], params: Mapping[str, JsonValue]
    ) -> dict[str, JsonValue]:
        """Run the node once: ``inputs`` came by wire and win over ``params``; results by port.

        A ``Seed`` field always holds the seed of this node run. Raises BadParameters.
        """
        wired = {name: value for name, value in inputs.items() if name not in self._ports}
        given = {**self.settled(params), **self.settled(wired)}
        given |= dict.fromkeys(self._seeds, ctx.seed)
        wires = {slot.name: _wired(slot, inputs) for slot in self.declared.wires}
        for port in self.signature.inputs:
            if port.is_port and port.required and wires[port.name] in (None, []):
                raise BadParameters(f"{self.title} needs something wired to `{port.name}`.")
        arguments = self._arguments(self.validate(given))
        function = cast("Callable[..., Awaitable[object]]", self.function)
        return self.outputs.unpack(await function(ctx, **wires, **arguments))

    def _faults(self, params: Mapping[str, JsonValue], later: frozenset[str]) -> tuple[Detail, ...]:
        found = errors_by_field(self.params_model, self._collected(params))
        return tuple(Detail(path, message) for name, path, message in found if name not in later)

    def _arguments(self, form: BaseModel) -> dict[str, object]:
        own = {slot.name for slot in self.declared.fields}
        given = set(type(form).model_fields)
        arguments: dict[str, object] = {name: getattr(form, name) for name in given & own}
        collector = self._collector
        if collector and given - own:
            vendor = form.model_dump(mode="json", include=given - own, exclude_none=True)
            arguments[collector] = {**vendor, **(getattr(form, collector) or {})}
        _refuse_unresolved(self, arguments)
        return arguments

    def _collected(self, params: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        collector = self._collector
        fields = self.params_model.model_fields.keys()
        settled = self.settled(params)
        loose = {name: value for name, value in settled.items() if name not in fields}
        if collector is None or not loose:
            return settled
        return {**settled, collector: loose}


AnyNode: TypeAlias = NodeType[..., Any]


def _hinted(declared: Declared, kind: type[object]) -> str | None:
    slots = (slot for slot in declared.fields if hint_of(slot.reading.hints, kind))
    return next((slot.name for slot in slots), None)


def _is_seed(slot: Slot) -> bool:
    return hint_of(slot.reading.hints, Seed) is not None


def _wired(slot: Slot, inputs: Mapping[str, JsonValue]) -> JsonValue:
    value = next((inputs[name] for name in slot.spellings if name in inputs), None)
    if slot.reading.many:
        return as_list(value)
    return value if value is not None or slot.required else slot.default


def _refuse_unresolved(node_type: AnyNode, arguments: Mapping[str, object]) -> None:
    for name in node_type.asset_params:
        if isinstance(arguments.get(name), str):
            raise BadParameters(f"{node_type.title}: `{name}` names an image that was not fetched.")
