"""Rows of prompts as items of an execution: which column feeds which input, and what is missing."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from pixelmill.domain.graph import Graph, numbering
from pixelmill.domain.input_keys import InputKeys
from pixelmill.domain.inputs import ExposedInput
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
    pictures: frozenset[str]


@dataclass(slots=True)
class _Reader:
    """Reads rows against the inputs of one workflow and collects what is wrong with them."""

    sent: Mapping[str, ExposedInput]
    numbers: Mapping[str, int]
    faults: list[Detail] = field(default_factory=list[Detail])
    keys: dict[str, int] = field(default_factory=dict[str, int])

    def read(self, number: int, row: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        inputs: dict[str, JsonValue] = {}
        for column, one in self.sent.items():
            value = row.get(column)
            if value in (None, ""):
                self._note_empty(number, column, one, given=column in row)
            else:
                inputs[column] = self._typed(number, column, value, one)
        item: dict[str, JsonValue] = {"inputs": inputs}
        self._add_key(number, row, item)
        self._add_seed(number, row, item)
        return item

    def _note_empty(self, number: int, column: str, one: ExposedInput, *, given: bool) -> None:
        if one.required:
            missing = "has nothing in column" if given else "has no"
            node = f"node {self.numbers[one.node_id]:02d}"
            self._fault(number, column, f"{missing} '{column}', which {node} needs.")

    def _typed(self, number: int, column: str, value: JsonValue, one: ExposedInput) -> JsonValue:
        if one.type == ValueType.NUMBER.value:
            return self._number(number, column, value)
        if one.type == ValueType.BOOLEAN.value:
            return self._boolean(number, column, value)
        if one.type in (ValueType.TEXT.value, ValueType.IMAGE.value, "select"):
            return as_text(value)
        return value

    def _number(self, number: int, column: str, value: JsonValue) -> JsonValue:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        try:
            found = float(str(value).strip())
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
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

    Raises BadPrompts naming the row and the column of the first fault.
    """
    table, numbers = _named(table, exposed), numbering(graph)
    sent = _sent(table, InputKeys(exposed))
    for one in exposed:
        if one.required and one not in sent.values():
            raise BadPrompts(
                f"Row 1 has no column '{one.label}', which node {numbers[one.node_id]:02d} needs. "
                f"Columns found: {', '.join(table.columns)}."
            )
    reader = _Reader(sent, numbers)
    rows: list[dict[str, JsonValue]] = []
    for number, row in enumerate(table.rows, 1):
        rows.append(reader.read(number, row))
        if len(reader.faults) >= MOST_FAULTS:
            break
    if reader.faults:
        others = len(reader.faults) - 1
        more = f" ({others} more like this.)" if others else ""
        raise BadPrompts(f"{reader.faults[0].message}{more}", details=reader.faults)
    pictures = (column for column, one in sent.items() if one.type == ValueType.IMAGE.value)
    return Items(tuple(rows), frozenset(pictures))


def _named(table: PromptTable, exposed: Sequence[ExposedInput]) -> PromptTable:
    """A column without a name of its own takes that of the workflow's only text."""
    texts = [one for one in exposed if one.type == ValueType.TEXT.value]
    if table.header or table.columns != (PROMPT,) or InputKeys(exposed).find(PROMPT):
        return table
    if len(texts) != 1:
        return table
    name = texts[0].label
    return PromptTable((name,), tuple({name: row.get(PROMPT)} for row in table.rows), header=False)


def _sent(table: PromptTable, keys: InputKeys) -> dict[str, ExposedInput]:
    sent: dict[str, ExposedInput] = {}
    for column in table.columns:
        one = cast("ExposedInput | None", keys.find(column))
        if one is None or column in (KEY, SEED):
            continue
        before = next((other for other, fed in sent.items() if fed is one), None)
        if before is not None:
            raise BadPrompts(
                f"The columns '{before}' and '{column}' both feed '{one.label}'. Remove one."
            )
        sent[column] = one
    return sent


def _short(value: JsonValue) -> str:
    return as_text(value)[:40]
