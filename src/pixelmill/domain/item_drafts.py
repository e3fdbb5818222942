"""Drafting items row by row: keys resolved, overrides merged, every fault named by its row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias, cast

from pixelmill.domain.input_keys import InputKeys
from pixelmill.domain.inputs import ExposedInput
from pixelmill.domain.seeds import MAX_SEED
from pixelmill.domain.values import JsonValue
from pixelmill.kit.canonical import digest
from pixelmill.kit.problems import Detail, Problem

MAX_KEY_LENGTH: Final = 200
_MAX_FAULTS: Final = 20

Overrides: TypeAlias = Mapping[str, Mapping[str, JsonValue]]
"""Parameter values by node id and parameter name."""


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One item to be written: ``inputs`` as given, ``overrides`` as they act on the nodes.

    ``input_hash`` is over the overrides; ``repeat`` counts equal items without a key before this
    one, so that a prompt written twice gives two images.
    """

    index: int
    key: str | None
    inputs: Mapping[str, JsonValue]
    overrides: Overrides
    seed: int | None
    input_hash: str
    repeat: int = 0

    @property
    def identity(self) -> str:
        """What the seeds of this item are derived from: its key, else the hash of its inputs."""
        return self.key if self.key is not None else self.input_hash


class InvalidItems(Problem):
    """Some items cannot be read. Mend the rows in 'details'."""

    code: ClassVar[str] = "invalid_items"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "Invalid items"


class MissingInput(Problem):
    """A required input has no value. Give it for every item, or save a default in the workflow."""

    code: ClassVar[str] = "missing_fields"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "Missing input"


@dataclass(frozen=True, slots=True)
class Row:
    """One item as sent; ``path`` is where its inputs stand in the call."""

    path: str
    inputs: Mapping[str, JsonValue]
    key: JsonValue = None
    overrides: JsonValue = None
    seed: JsonValue = None

    @property
    def item_path(self) -> str:
        """Where the item itself stands."""
        return self.path.removesuffix(".inputs")


class Drafting:
    """Turns rows into drafts and collects what is wrong with them."""

    def __init__(
        self, keys: InputKeys, required: Sequence[ExposedInput], node_ids: frozenset[str]
    ) -> None:
        self._keys = keys
        self._required = required
        self._node_ids = node_ids
        self._drafts: list[ItemDraft] = []
        self._paths_by_key: dict[str, str] = {}
        self._repeats: dict[str, int] = {}
        self._unknown: list[Detail] = []
        self._missing: list[Detail] = []
        self.invalid: list[Detail] = []

    def has_enough_faults(self) -> bool:
        """Whether more rows would only lengthen the refusal."""
        return len(self._unknown) + len(self._missing) + len(self.invalid) >= _MAX_FAULTS

    def take(self, row: Row) -> None:
        """Draft one row, or note what is wrong with it."""
        values, faults = self._keys.sort(row.inputs)
        if faults:
            self._unknown += [Detail(f"{row.path}.{fault.path}", fault.message) for fault in faults]
        overrides = self._merge(row, values)
        self._note_missing(row, overrides)
        key, seed = self._key(row), self._seed(row)
        input_hash = self._hash(row, overrides)
        repeat = 0
        if key is None:
            repeat = self._repeats.get(input_hash, 0)
            self._repeats[input_hash] = repeat + 1
        self._drafts.append(
            ItemDraft(len(self._drafts), key, row.inputs, overrides, seed, input_hash, repeat)
        )

    def finish(self) -> tuple[ItemDraft, ...]:
        """The drafts. Raises UnknownInput, MissingInput or InvalidItems if a row was faulty."""
        # A row that is no object misses everything, and a mistyped key what it was meant for: the
        # cause is told before its consequence.
        if self.invalid:
            raise InvalidItems(_summary(self.invalid), details=self.invalid)
        if self._unknown:
            first = self._unknown[0]
            named = Detail(first.path, f"At {first.path}: {first.message}")
            raise self._keys.unknown([named, *self._unknown[1:]])
        if self._missing:
            raise MissingInput(_summary(self._missing), details=self._missing)
        return tuple(self._drafts)

    def _merge(self, row: Row, values: dict[str, dict[str, JsonValue]]) -> Overrides:
        given = row.overrides
        if given is None:
            return values
        path = f"{row.item_path}.overrides"
        if not isinstance(given, Mapping):
            self.invalid.append(Detail(path, f"'{path}' is no object of node ids."))
            return values
        for node_id, params in cast("Mapping[str, JsonValue]", given).items():
            if node_id not in self._node_ids:
                self.invalid.append(
                    Detail(f"{path}.{node_id}", f"The workflow has no node '{node_id}'.")
                )
            elif not isinstance(params, Mapping):
                self.invalid.append(
                    Detail(f"{path}.{node_id}", "An override is an object of parameters.")
                )
            else:
                values.setdefault(node_id, {}).update(cast("Mapping[str, JsonValue]", params))
        return values

    def _note_missing(self, row: Row, overrides: Overrides) -> None:
        for one in self._required:
            if overrides.get(one.node_id, {}).get(one.param) in (None, ""):
                self._missing.append(
                    Detail(row.path, f"'{row.path}' gives no value for '{one.label}'.")
                )

    def _key(self, row: Row) -> str | None:
        key = row.key
        if key is None:
            return None
        path = f"{row.item_path}.key"
        if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY_LENGTH:
            self.invalid.append(
                Detail(path, f"'{path}' is no text of 1 to {MAX_KEY_LENGTH} characters.")
            )
            return None
        before = self._paths_by_key.setdefault(key, path)
        if before != path:
            self.invalid.append(
                Detail(path, f"'{before}' and '{path}' are both '{key}'; give each its own key.")
            )
        return key

    def _seed(self, row: Row) -> int | None:
        seed = row.seed
        if seed is None:
            return None
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
            path = f"{row.item_path}.seed"
            self.invalid.append(
                Detail(path, f"'{path}' is no whole number between 0 and {MAX_SEED}.")
            )
            return None
        return seed

    def _hash(self, row: Row, overrides: Overrides) -> str:
        try:
            return digest(overrides)
        except ValueError as error:
            self.invalid.append(Detail(row.path, f"'{row.path}': {error}"))
            return ""


def _summary(faults: Sequence[Detail]) -> str:
    others = len(faults) - 1
    return f"{faults[0].message}{f' ({others} more in details.)' if others else ''}"
