"""What is known of a node type: its ports, its parameters and its defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from pixelmill.domain.values import JsonValue, ValueType


@dataclass(frozen=True, slots=True)
class Port:
    """A place where an edge may start or end.

    ``many`` takes any number of wires (``in-image1`` … ``in-imageN``). ``is_port`` is False for a
    form field that may also be wired. ``aliases`` are other spellings of its name.
    """

    name: str
    type: ValueType
    label: str = ""
    required: bool = False
    many: bool = False
    is_port: bool = True
    aliases: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class NodeSignature:
    """The declaration of a node type, as far as graphs need it.

    ``inputs`` holds the wires and, with ``is_port`` False, every parameter. ``input_param`` names
    the parameter that an API input sets (nodes ``input:*``). ``sink`` marks output nodes.
    ``open_params`` keeps parameters that are not declared instead of setting them aside.
    """

    node_type: str
    title: str
    category: str
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    defaults: Mapping[str, JsonValue] = field(default_factory=lambda: MappingProxyType({}))
    param_names: frozenset[str] = frozenset()
    input_param: str | None = None
    sink: bool = False
    aliases: tuple[str, ...] = ()
    open_params: bool = False


Catalog: TypeAlias = Mapping[str, NodeSignature]
"""Node types by id; aliases are keys too."""


def find_port(ports: tuple[Port, ...], name: str) -> Port | None:
    """The port of this name, else the one with this alias, else None."""
    for port in ports:
        if port.name == name:
            return port
    for port in ports:
        if name in port.aliases:
            return port
    return None
