"""The rows of a prompt set as items of an execution, over what its call gives for all of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from pixelmill.domain.expansion import ExecuteInputs, TooManyItems
from pixelmill.domain.graph import Graph
from pixelmill.domain.input_keys import InputKeys
from pixelmill.domain.inputs import ExposedInput
from pixelmill.domain.item_drafts import InvalidItems
from pixelmill.domain.values import JsonValue
from pixelmill.kit.problems import Detail
from pixelmill.services.house import House, Principal
from pixelmill.services.prompt_files import BadPrompts, PromptTable
from pixelmill.services.prompt_items import items_of
from pixelmill.services.prompt_sets import find_prompt_set, load_table
from pixelmill.services.wishes import Wish


async def rows_of_set(
    house: House,
    principal: Principal,
    wish: Wish,
    graph: Graph,
    exposed: Sequence[ExposedInput],
) -> ExecuteInputs:
    """One item per row; a row's own value wins over the call's.

    Raises PromptSetUnknown, TooManyItems, UnknownInput, and BadPrompts naming row and column.
    """
    given = wish.inputs
    listed = isinstance(given.inputs, (list, tuple))
    if given.prompts is not None or given.items is not None or listed or wish.iterators:
        raise InvalidItems("'promptSetId' already makes the items; give no other list of them.")
    assert wish.prompt_set_id is not None
    _check_size(house, principal, await find_prompt_set(house, principal, wish.prompt_set_id))
    table = await load_table(house, principal, wish.prompt_set_id)
    keys = InputKeys(exposed)
    shared = cast("Mapping[str, JsonValue]", given.inputs or {})
    preset = keys.resolve(shared)
    for node_id, params in wish.node_overrides.items():
        preset.setdefault(node_id, {}).update(params)
    open_ = [
        replace(one, required=False) if one.param in preset.get(one.node_id, {}) else one
        for one in exposed
    ]
    renamed = _renamed(table, wish.columns, keys)
    items = await asyncio.to_thread(items_of, renamed, open_, graph)
    return ExecuteInputs(inputs=given.inputs, items=items.rows)


def _check_size(house: House, principal: Principal, row: Mapping[str, JsonValue]) -> None:
    most, found = house.plans[principal.plan].max_items, cast("int", row["row_count"])
    if found > most:
        raise TooManyItems(
            f"An execution takes at most {most} items, but the prompt set has {found} rows. "
            "Split it into several, or raise 'max_items' of the plan.",
            extra={"limit": most, "found": found},
        )


def _renamed(table: PromptTable, columns: Mapping[str, str], keys: InputKeys) -> PromptTable:
    """The table with its columns called by the inputs that the call says they feed."""
    if not columns:
        return table
    for column, key in columns.items():
        if column not in table.columns:
            message = (
                f"The prompt set has no column '{column}'. It has: {', '.join(table.columns)}."
            )
            raise BadPrompts(message, details=[Detail(f"columns.{column}", message)])
        if key not in ("key", "seed"):
            keys.resolve({key: None})
    names = {column: columns.get(column, column) for column in table.columns}
    if len(set(names.values())) < len(names):
        raise BadPrompts("Two columns would feed one input. Name each input once in 'columns'.")
    rows = tuple({names[name]: row.get(name) for name in table.columns} for row in table.rows)
    return PromptTable(tuple(names.values()), rows)
