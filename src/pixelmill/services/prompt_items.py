"""Rows of prompts as items of an execution: which column feeds which input, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from pixelmill.domain.graph import Graph, numbering
from pixelmill.domain.input_keys import InputKeys
from pixelmill.domain.inputs import ExposedInput
from pixelmill.domain.prompt_text import names_in
from pixelmill.domain.seeds import MAX_SEED
from pixelmill.domain.values import JsonValue, ValueType, as_text
from pixelmill.kit.problems import Detail
from pixelmill.services.prompt_files import BadPrompts, PromptTable
from pixelmill.services.prompt_texts import PROMPT

KEY: Final = "key"
SEED: Final = "seed"
MOST_FAULTS: Final = 20
_YES: Final = frozenset({"true", "yes", "1", "on"})
_NO: Final = frozenset({"false", "no", "0", "off"})


@dataclass(frozen=True, slots=True)
class Items:
    """Rows as ``execute`` takes them. ``pictures`` are the columns that hold images."""

    rows: tuple[dict[str, JsonValue], ...]
    columns: tuple[str, ...]
    pictures: frozenset[str]


@dataclass(slots=True)
class _Reader:
    """Reads rows against the inputs of one workflow and collects what is wrong with them."""

    sent: Mapping[str, ExposedInput | None]
    needed: Mapping[str, int]
    columns: tuple[str, ...]
    faults: list[Detail] = field(default_factory=list[Detail])
    keys: dict[str, int] = field(default_factory=dict[str, int])

    def read(self, number: int, row: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        inputs: dict[str, JsonValue] = {}
        for column, one in self.sent.items():
            value = row.get(column)
            if value in (None, ""):
                self._note_empty(number, column, given=column in row)
            else:
                inputs[column] = self._typed(number, column, value, one)
        item: dict[str, JsonValue] = {"inputs": inputs}
        self._add_key(number, row, item)
        self._add_seed(number, row, item)
        return item

    def _note_empty(self, number: int, column: str, *, given: bool) -> None:
        node = self.needed.get(column)
        if node is not None:
            missing = "has nothing in column" if given else "has no"
            self._fault(number, column, f"{missing} '{column}', which node {node:02d} needs.")

    def _typed(
        self, number: int, column: str, value: JsonValue, one: ExposedInput | None
    ) -> JsonValue:
        kind = one.type if one is not None else ValueType.TEXT.value
        if kind == ValueType.NUMBER.value:
            return self._number(number, column, value)
        if kind == ValueType.BOOLEAN.value:
            return self._boolean(number, column, value)
        if kind in (ValueType.TEXT.value, "select", ValueType.IMAGE.value):
            return as_text(value)
        return value

    def _number(self, number: int, column: str, value: JsonValue) -> JsonValue:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        try:
            found = float(str(value).strip())
        except ValueError:
            found = float("nan")
        if found != found or abs(found) == float("inf"):
            self._fault(number, column, f"has '{_short(value)}' in '{column}', which is no number.")
            return None
        return int(found) if found.is_integer() else found

    def _boolean(self, number: int, column: str, value: JsonValue) -> JsonValue:
        text = as_text(value).strip().casefold()
        if text in _YES or text in _NO:
            return text in _YES
        said = f"has '{_short(value)}' in '{column}', which is neither yes nor no."
        self._fault(number, column, said)
        return None

    def _add_key(
        self, number: int, row: Mapping[str, JsonValue], item: dict[str, JsonValue]
    ) -> None:
        given = row.get(KEY)
        if given in (None, ""):
            return
        key = as_text(given)
        if len(key) > 200:
            self._fault(number, KEY, "has a key of more than 200 characters.")
        before = self.keys.setdefault(key, number)
        if before != number:
            self._fault(number, KEY, f"has the key '{_short(key)}', which row {before} has too.")
        item["key"] = key

    def _add_seed(
        self, number: int, row: Mapping[str, JsonValue], item: dict[str, JsonValue]
    ) -> None:
        given = row.get(SEED)
        if given in (None, ""):
            return
        text = as_text(given).strip()
        if not (text.isascii() and text.isdecimal() and int(text) <= MAX_SEED):
            said = f"has the seed '{_short(given)}', which is no whole number up to {MAX_SEED}."
            self._fault(number, SEED, said)
            return
        item["seed"] = int(text)

    def _fault(self, number: int, column: str, said: str) -> None:
        self.faults.append(Detail(f"rows[{number}].{column}", f"Row {number} {said}"))


def items_of(table: PromptTable, exposed: Sequence[ExposedInput], graph: Graph) -> Items:
    """The items of a table. Columns that the workflow does not know are not sent.

    Raises BadPrompts naming the row and the column of the first faults.
    """
    table, keys = _named(table, exposed), InputKeys(exposed)
    needed = _needs(exposed, graph)
    for name, node in needed.items():
        if name not in table.columns and not _has_column(table, keys, name):
            listed = ", ".join(table.columns)
            raise BadPrompts(
                f"Row 1 has no column '{name}', which node {node:02d} needs. "
                f"Columns found: {listed}."
            )
    sent = _sent(table, keys, needed)
    by_column = {
        column: needed[name]
        for column, one in sent.items()
        for name in needed
        if name == column or (one is not None and keys.find(name) is one)
    }
    reader = _Reader(sent, by_column, table.columns)
    rows: list[dict[str, JsonValue]] = []
    for number, row in enumerate(table.rows, 1):
        rows.append(reader.read(number, row))
        if len(reader.faults) >= MOST_FAULTS:
            break
    if reader.faults:
        others = len(reader.faults) - 1
        more = f" ({others} more like this.)" if others else ""
        raise BadPrompts(f"{reader.faults[0].message}{more}", details=reader.faults)
    pictures = frozenset(
        column for column, one in sent.items() if one and one.type == ValueType.IMAGE.value
    )
    return Items(tuple(rows), tuple(sent), pictures)


def _named(table: PromptTable, exposed: Sequence[ExposedInput]) -> PromptTable:
    """A column without a name of its own takes that of the workflow's only text."""
    texts = [one for one in exposed if one.type == ValueType.TEXT.value]
    if table.header or table.columns != (PROMPT,) or InputKeys(exposed).find(PROMPT):
        return table
    if len(texts) != 1:
        return table
    name = texts[0].label
    return PromptTable((name,), tuple({name: row.get(PROMPT)} for row in table.rows), header=False)


def _needs(exposed: Sequence[ExposedInput], graph: Graph) -> dict[str, int]:
    """What every row must bring, with the number of the node that needs it."""
    numbers = numbering(graph)
    needed: dict[str, int] = {}
    for node in sorted(graph.nodes, key=lambda one: numbers[one.id]):
        for value in node.params.values():
            for name in names_in(value) if isinstance(value, str) else ():
                if not name.startswith("trigger."):
                    needed.setdefault(name, numbers[node.id])
    for one in exposed:
        if one.required and one.label not in needed and one.param not in needed:
            needed.setdefault(one.label, numbers.get(one.node_id, 0))
    return needed


def _has_column(table: PromptTable, keys: InputKeys, name: str) -> bool:
    meant = keys.find(name)
    return meant is not None and any(keys.find(column) is meant for column in table.columns)


def _sent(
    table: PromptTable, keys: InputKeys, needed: Mapping[str, int]
) -> dict[str, ExposedInput | None]:
    sent: dict[str, ExposedInput | None] = {}
    feeds: dict[int, str] = {}
    for column in table.columns:
        if column in (KEY, SEED) and column not in needed:
            continue
        one = cast("ExposedInput | None", keys.find(column))
        if one is None and column not in needed:
            continue
        before = feeds.setdefault(id(one), column) if one is not None else column
        if before != column:
            raise BadPrompts(
                f"The columns '{before}' and '{column}' both feed '{one.label if one else column}'."
                " Remove one of them."
            )
        sent[column] = one
    return sent


def _short(value: JsonValue) -> str:
    return as_text(value)[:40]
