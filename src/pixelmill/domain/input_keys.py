"""Which input a caller's key means: node id, label, slug, or a name that only one input has."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar, Protocol

from pixelmill.domain.node_parsing import did_you_mean
from pixelmill.domain.values import JsonValue
from pixelmill.kit.naming import slug
from pixelmill.kit.problems import Detail, Problem


class Named(Protocol):
    """What the keys of an input are made from."""

    @property
    def node_id(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def slug(self) -> str: ...
    @property
    def param(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def port_names(self) -> tuple[str, ...]: ...
    @property
    def implicit(self) -> bool: ...


class UnknownInput(Problem):
    """The workflow has no such input. Use one of the keys in 'validKeys'."""

    code: ClassVar[str] = "unknown_input"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "Unknown input"


class InputKeys:
    """The keys of a workflow's inputs, indexed once for any number of rows."""

    def __init__(self, exposed: Sequence[Named]) -> None:
        self._exposed = exposed
        self._layers = [_unique(pairs) for pairs in _layers(exposed)]
        self._known: dict[str, Named] = {}
        for layer in reversed(self._layers):
            self._known.update({key: found[0] for key, found in layer.items() if len(found) == 1})

    @property
    def valid_keys(self) -> list[str]:
        """One good key for each input: its label where no other has it, else its node id."""
        labels = [one.label for one in self._exposed]
        ids = [one.node_id for one in self._exposed]
        return [
            one.label
            if labels.count(one.label) == 1
            else one.node_id
            if ids.count(one.node_id) == 1
            else f"{one.node_id}.{one.param}"
            for one in self._exposed
        ]

    def find(self, key: str) -> Named | None:
        """The input that ``key`` means, or None when there is none or more than one."""
        return self._search(key)[0]

    def sort(
        self, given: Mapping[str, JsonValue]
    ) -> tuple[dict[str, dict[str, JsonValue]], list[Detail]]:
        """Values by node id and parameter, and what could not be placed (path = the key).

        A null is no value.
        """
        values: dict[str, dict[str, JsonValue]] = {}
        faults: list[Detail] = []
        for key, value in given.items():
            found = self._known.get(key)
            if found is None:
                found, fault = self._search(key)
                if found is None:
                    faults.append(Detail(key, fault))
                    continue
            if value is None:
                continue
            params = values.setdefault(found.node_id, {})
            if found.param in params:
                faults.append(Detail(key, f"'{key}' sets an input that another key sets already."))
            else:
                params[found.param] = value
        return values, faults

    def resolve(self, given: Mapping[str, JsonValue]) -> dict[str, dict[str, JsonValue]]:
        """Values by node id and parameter. Raises UnknownInput for keys that mean no input."""
        values, faults = self.sort(given)
        if faults:
            raise self.unknown(faults)
        return values

    def unknown(self, faults: Sequence[Detail]) -> UnknownInput:
        """The refusal for these faults, with the valid keys."""
        valid = self.valid_keys
        listed = ", ".join(f"'{key}'" for key in valid[:20]) or "none"
        return UnknownInput(
            f"{faults[0].message} Valid keys: {listed}.",
            details=faults,
            extra={"validKeys": valid},
        )

    def _search(self, key: str) -> tuple[Named | None, str]:
        for spelling in (key, slug(key)):
            for layer in self._layers:
                found = layer.get(spelling) if spelling else None
                if found is None:
                    continue
                if len(found) == 1:
                    self._remember(key, found[0])
                    return found[0], ""
                choices = ", ".join(f"'{one.node_id}'" for one in found)
                return None, f"'{key[:80]}' may mean several inputs: {choices}."
        names = [key for layer in self._layers for key in layer]
        return None, f"There is no input '{key[:80]}'.{did_you_mean(key, names)}"

    def _remember(self, key: str, found: Named) -> None:
        # Rows of one batch repeat their keys; a caller's endless variants must not fill memory.
        if len(self._known) < 1000:
            self._known[key] = found


def _layers(exposed: Sequence[Named]) -> Iterator[list[tuple[str, Named]]]:
    yield [(one.node_id, one) for one in exposed]
    yield [(f"{one.node_id}.{one.param}", one) for one in exposed]
    yield [(one.label, one) for one in exposed]
    yield [(one.slug, one) for one in exposed]
    for implicit in (False, True):
        group = [one for one in exposed if one.implicit is implicit]
        yield [(one.param, one) for one in group]
        yield [(name, one) for one in group for name in one.names]
        yield [(name, one) for one in group for name in one.port_names]


def _unique(pairs: Iterable[tuple[str, Named]]) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = {}
    for key, one in pairs:
        inputs = found.setdefault(key, [])
        if one not in inputs:
            inputs.append(one)
    return found
