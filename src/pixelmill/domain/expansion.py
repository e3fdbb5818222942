"""From one call to its items: one object, many objects, prompts, or rows with keys and seeds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from pixelmill.domain.input_keys import InputKeys
from pixelmill.domain.inputs import ExposedInput
from pixelmill.domain.item_drafts import Drafting, InvalidItems, ItemDraft, Overrides, Row
from pixelmill.domain.limits import DEFAULT_MAX_ITEMS
from pixelmill.domain.values import JsonValue, ValueType
from pixelmill.kit.problems import Detail, Problem


@dataclass(frozen=True, slots=True)
class ExecuteInputs:
    """What a call gives for its items.

    ``inputs`` is one object or a list of them. ``prompts`` and ``items`` may be joined by one
    ``inputs`` object, which then holds for every item. A row of ``items`` may have ``key``,
    ``inputs``, ``overrides`` (by node id) and ``seed``.
    """

    inputs: JsonValue = None
    prompts: Sequence[JsonValue] | None = None
    items: Sequence[JsonValue] | None = None


class TooManyItems(Problem):
    """More items than one execution takes. Split them into several executions."""

    code: ClassVar[str] = "too_many_items"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "Too many items"


def expand(
    body: ExecuteInputs,
    exposed: Sequence[ExposedInput],
    max_items: int = DEFAULT_MAX_ITEMS,
    *,
    node_ids: Collection[str] = (),
    preset: Overrides | None = None,
) -> tuple[ItemDraft, ...]:
    """The items of a call in their order; a call without any of the three gives one item.

    ``node_ids`` are the nodes that overrides may name; ``preset`` is what the call sets for all
    items, so that it need not be given again. Raises TooManyItems before any row is looked at,
    UnknownInput, MissingInput or InvalidItems with up to 20 faults, each naming its row.
    """
    keys = InputKeys(exposed)
    _check_count(body, max_items)
    required = [
        one
        for one in exposed
        if one.required and (preset or {}).get(one.node_id, {}).get(one.param) in (None, "")
    ]
    drafting = Drafting(keys, required, frozenset(node_ids))
    rows = _rows(body, exposed, keys, drafting.invalid)
    for row in rows:
        if drafting.has_enough_faults():
            break
        drafting.take(row)
    return drafting.finish()


def _check_count(body: ExecuteInputs, max_items: int) -> None:
    given: dict[str, JsonValue] = {
        "inputs": body.inputs,
        "prompts": body.prompts,
        "items": body.items,
    }
    lists = {
        name: len(cast("Sequence[JsonValue]", value))
        for name, value in given.items()
        if isinstance(value, (list, tuple))
    }
    for name in ("prompts", "items"):
        if given[name] is not None and name not in lists:
            raise InvalidItems(f"'{name}' is no list.")
    if len(lists) > 1:
        raise InvalidItems(
            f"{' and '.join(map(repr, lists))} are both lists; give the items in one of them."
        )
    for name, count in lists.items():
        if not count:
            raise InvalidItems(f"'{name}' is an empty list. Give at least one item.")
        if count > max_items:
            raise TooManyItems(
                f"An execution takes at most {max_items} items, but '{name}' has {count}. "
                f"Split it into several executions, or raise 'max_items' of the plan.",
                extra={"limit": max_items, "found": count},
            )


def _rows(
    body: ExecuteInputs,
    exposed: Sequence[ExposedInput],
    keys: InputKeys,
    invalid: list[Detail],
) -> list[Row]:
    inputs: JsonValue = body.inputs
    if isinstance(inputs, (list, tuple)):
        listed = cast("Sequence[JsonValue]", inputs)
        return [_input_row(value, f"inputs[{i}]", invalid) for i, value in enumerate(listed)]
    shared = _object(inputs, "inputs", invalid)
    if body.prompts is not None:
        key = _prompt_key(exposed, keys)
        return [_prompt_row(text, i, key, shared, invalid) for i, text in enumerate(body.prompts)]
    if body.items is not None:
        return [_item_row(raw, i, shared, invalid) for i, raw in enumerate(body.items)]
    return [Row("inputs", shared)]


def _input_row(value: JsonValue, path: str, invalid: list[Detail]) -> Row:
    return Row(path, _object(value, path, invalid, needed=True))


def _prompt_row(
    text: JsonValue,
    index: int,
    key: str,
    shared: Mapping[str, JsonValue],
    invalid: list[Detail],
) -> Row:
    if not isinstance(text, str):
        invalid.append(Detail(f"prompts[{index}]", f"Prompt {index + 1} is no text."))
    return Row(f"prompts[{index}]", {**shared, key: text})


def _item_row(
    raw: JsonValue, index: int, shared: Mapping[str, JsonValue], invalid: list[Detail]
) -> Row:
    path = f"items[{index}]"
    item = _object(raw, path, invalid, needed=True)
    inputs = _object(item.get("inputs"), f"{path}.inputs", invalid)
    return Row(
        f"{path}.inputs",
        {**shared, **inputs},
        item.get("key"),
        item.get("overrides"),
        item.get("seed"),
    )


def _object(
    value: JsonValue, path: str, invalid: list[Detail], *, needed: bool = False
) -> Mapping[str, JsonValue]:
    if isinstance(value, Mapping):
        return cast("Mapping[str, JsonValue]", value)
    if value is not None or needed:
        invalid.append(Detail(path, f"'{path}' is no object of keys and values."))
    return {}


def _prompt_key(exposed: Sequence[ExposedInput], keys: InputKeys) -> str:
    if keys.find("prompt") is not None:
        return "prompt"
    texts = [one for one in exposed if one.type == ValueType.TEXT.value]
    if len(texts) == 1:
        return f"{texts[0].node_id}.{texts[0].param}"
    raise keys.unknown(
        [Detail("prompts", "'prompts' needs exactly one input for a prompt; use 'inputs'.")]
    )
