"""What there is to use: node types and providers, found by scanning, each name only once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import ModuleType
from typing import Final, TypeGuard, TypeVar, cast

from pixelmill.domain.catalog import Catalog
from pixelmill.kit.problems import Problem
from pixelmill.sdk.annotations import BadDeclaration
from pixelmill.sdk.discovery import announced, modules_of
from pixelmill.sdk.node_type import AnyNode, NodeType
from pixelmill.sdk.provider import Model, Provider
from pixelmill.sdk.widgets import Task

V = TypeVar("V")
_PROVIDER_SHAPE: Final = ("name", "title", "base_url", "models", "ask", "read")


class UnknownModel(Problem):
    """No provider offers this model."""

    code = "unknown_model"
    status = 422
    title = "Unknown model"


class NodeRegistry(Mapping[str, AnyNode]):
    """Node types by id and by alias. Raises BadDeclaration when a name is taken twice."""

    def __init__(self, nodes: Iterable[AnyNode]) -> None:
        self.nodes: Final = tuple(sorted(nodes, key=lambda node: node.id))
        self._by_name: dict[str, AnyNode] = {}
        for node in self.nodes:
            for name in (node.id, *node.signature.aliases):
                _claim(self._by_name, name, node, _home_of_node)

    def __getitem__(self, name: str) -> AnyNode:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def catalog(self) -> Catalog:
        """The signatures by id and alias, as graphs are read against them."""
        return {name: node.signature for name, node in self._by_name.items()}


class ProviderRegistry(Mapping[str, Provider]):
    """Providers by name, and their models. Raises BadDeclaration when a name is taken twice."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._by_name: dict[str, Provider] = {}
        self._models: dict[str, Model] = {}
        for provider in providers:
            _claim(self._by_name, provider.name, provider, _home_of_provider)
            for model in provider.models:
                _check_model(model, provider)
                for name in (model.id, *model.node_types):
                    _claim(self._models, name, model, _home_of_model)

    def __getitem__(self, name: str) -> Provider:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    @property
    def models(self) -> tuple[Model, ...]:
        """All models, in the order their providers list them."""
        return tuple(model for provider in self._by_name.values() for model in provider.models)

    def models_for(self, task: Task) -> tuple[Model, ...]:
        """The models that can do this task."""
        return tuple(model for model in self.models if model.task == task)

    def model(self, name: str) -> Model:
        """A model by its id or a node type that means it. Raises UnknownModel."""
        if name in self._models:
            return self._models[name]
        near = get_close_matches(name, self._models, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UnknownModel(f"No provider offers the model {name[:80]!r}.{hint}")


def find_nodes(
    packages: Iterable[str] = ("pixelmill.nodes",), *, entry_points: bool = True
) -> NodeRegistry:
    """Every node of these packages and, if asked, of installed ones (group pixelmill.nodes)."""
    plugs = _plugs(packages, "pixelmill.nodes" if entry_points else None)
    found: list[AnyNode] = []
    for home, plug in plugs:
        if isinstance(plug, NodeType) and home in (None, plug.function.__module__):
            node = cast("AnyNode", plug)
            if all(node is not other for other in found):
                found.append(node)
    return NodeRegistry(found)


def find_providers(
    packages: Iterable[str] = ("pixelmill.providers",), *, entry_points: bool = True
) -> ProviderRegistry:
    """Every provider of these packages and, if asked, of installed ones.

    A provider is a module-level object of the shape of ``Provider``.
    """
    plugs = _plugs(packages, "pixelmill.providers" if entry_points else None)
    found: list[Provider] = []
    for _, plug in plugs:
        if _is_provider(plug) and all(plug is not other for other in found):
            found.append(plug)
    return ProviderRegistry(found)


def _plugs(packages: Iterable[str], group: str | None) -> Iterator[tuple[str | None, object]]:
    """Each candidate with the module it stands in (None: announced by itself)."""
    for package in packages:
        for module in modules_of(package):
            yield from ((module.__name__, value) for value in vars(module).values())
    for plug in announced(group) if group else ():
        if isinstance(plug, ModuleType):
            yield from ((plug.__name__, value) for value in vars(plug).values())
        else:
            yield None, plug


def _is_provider(plug: object) -> TypeGuard[Provider]:
    return not isinstance(plug, type) and all(hasattr(plug, name) for name in _PROVIDER_SHAPE)


def _check_model(model: Model, provider: Provider) -> None:
    if model.provider != provider.name:
        raise BadDeclaration(
            f"The model {model.id} of the provider {provider.name} says it belongs to "
            f"{model.provider}."
        )


def _claim(table: dict[str, V], name: str, value: V, place: Callable[[V], str]) -> None:
    if name in table:
        raise BadDeclaration(
            f"{name!r} is declared twice: in {place(table[name])} and in {place(value)}."
        )
    table[name] = value


def _home_of_node(node: AnyNode) -> str:
    return node.function.__module__


def _home_of_provider(provider: Provider) -> str:
    return type(provider).__module__


def _home_of_model(model: Model) -> str:
    return f"the provider {model.provider}"
