"""Checks a wish before anything is written: the graph, the items, and what they cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from pixelmill.db.statements import Row
from pixelmill.domain.credits import Quote, shown
from pixelmill.domain.expansion import ExecuteInputs, expand
from pixelmill.domain.graph import Graph
from pixelmill.domain.graph_parsing import read_graph
from pixelmill.domain.input_keys import InputKeys
from pixelmill.domain.inputs import ExposedInput, exposed_inputs
from pixelmill.domain.item_drafts import InvalidItems, ItemDraft
from pixelmill.domain.iterating import Stride, iterated
from pixelmill.domain.plan import Plan, compile_plan
from pixelmill.domain.prompt_text import fill, names_in
from pixelmill.domain.published import published_inputs, with_others
from pixelmill.domain.values import JsonValue
from pixelmill.domain.violations import Violation
from pixelmill.kit.problems import Problem
from pixelmill.services.house import House, Principal
from pixelmill.services.prompt_rows import rows_of_set
from pixelmill.services.quoting import quote_batch
from pixelmill.services.reusing import Reuse, find_reusable
from pixelmill.services.wishes import RUN_SOURCE, Wish
from pixelmill.services.workflows import Drawing, find_workflow, understand


class WorkflowInactive(Problem):
    """This workflow is not active. Activate it, then execute it."""

    code = "workflow_inactive"
    status = 400
    title = "Workflow is not active"


class OverMaxCost(Problem):
    """The quote is above 'maxCost'. Send fewer items, choose another model, or raise it."""

    code = "max_cost_exceeded"
    status = 422
    title = "Above the cost limit"


class UnknownNode(Problem):
    """The workflow has no such node."""

    code = "unknown_node"
    status = 422
    title = "Unknown node"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a wish runs: the drawing as a graph, and what callers may set of it."""

    document: Mapping[str, JsonValue]
    graph: Graph
    exposed: tuple[ExposedInput, ...]
    warnings: tuple[Violation, ...]
    workflow: Row | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A wish that can run. ``strides`` tell which element of each iterator an item uses."""

    subject: Subject
    plan: Plan
    drafts: tuple[ItemDraft, ...]
    quote: Quote
    per_item: Sequence[int]
    reuse: Reuse
    strides: Sequence[Stride] = ()


async def check(house: House, principal: Principal, wish: Wish) -> Checked:
    """Read the wish whole. Raises a Problem that says what to mend."""
    subject = await subject_of(house, principal, wish)
    if subject.workflow is not None and not subject.workflow["is_active"]:
        raise WorkflowInactive
    refuse_unfilled_triggers(wish, subject.graph)
    return await draft(house, principal, wish, subject)


async def subject_of(house: House, principal: Principal, wish: Wish) -> Subject:
    """What the wish is about. Raises WorkflowUnknown, InvalidGraph, UnknownNode."""
    workflow = None
    if wish.workflow_id is not None:
        workflow = await find_workflow(house.parts.database, principal, wish.workflow_id)
    warnings: tuple[Violation, ...] = ()
    nodes = house.parts.nodes
    if wish.drawing is not None or workflow is None:
        drawing = wish.drawing or Drawing((), ())
        understood = understand(drawing, nodes)
        document, graph, warnings = drawing.document(), understood.graph, understood.warnings
    else:
        document = workflow["canvas"]
        graph = saved_graph(house, workflow)
    _refuse_unknown_nodes(wish, {node.id for node in graph.nodes})
    exposed = exposed_inputs(graph, nodes.catalog())
    if workflow is not None:
        chosen = chosen_inputs(house, workflow, graph)
        exposed = with_others(chosen, exposed, only_needed=wish.source == RUN_SOURCE)
    return Subject(document, graph, exposed, warnings, workflow)


def saved_graph(house: House, workflow: Row) -> Graph:
    """The graph of a saved workflow. Raises InvalidGraph when it is no longer valid."""
    nodes, canvas = house.parts.nodes, workflow["canvas"]
    graph = read_graph(canvas["nodes"], canvas["edges"], nodes.catalog()).graph
    if graph is None or _is_unfinished(workflow):
        # It was saved unfinished, or was valid then: tell what is wrong with it now.
        graph = understand(Drawing(canvas["nodes"], canvas["edges"]), nodes).graph
    return graph


def _is_unfinished(workflow: Row) -> bool:
    settings: Mapping[str, JsonValue] = workflow["settings"] or {}
    return bool(settings.get("unfinished"))


def chosen_inputs(house: House, workflow: Row, graph: Graph) -> tuple[ExposedInput, ...]:
    """The inputs that a workflow publishes, or all it has."""
    catalog = house.parts.nodes.catalog()
    exposed = exposed_inputs(graph, catalog)
    return published_inputs(exposed, graph, catalog, workflow["exposed_inputs"])


async def draft(house: House, principal: Principal, wish: Wish, subject: Subject) -> Checked:
    """The items of a wish, planned and priced. Raises what ``expand`` and the quote raise."""
    limits, catalog = house.plans[principal.plan], house.parts.nodes.catalog()
    inputs, strides = _inputs(wish, subject.exposed, limits.max_items)
    if wish.prompt_set_id is not None:
        inputs = await rows_of_set(house, principal, wish, subject.graph, subject.exposed)
    drafts = expand(
        inputs,
        subject.exposed,
        limits.max_items,
        node_ids={node.id for node in subject.graph.nodes},
        preset=wish.node_overrides,
    )
    plan = compile_plan(subject.graph, catalog, wish.target_node_id)
    reuse = await find_reusable(house, principal, wish, plan, drafts)
    quoted, per_item = quote_batch(house, plan, drafts, wish.node_overrides, reuse.has)
    _refuse_over_cap(wish, quoted)
    return Checked(subject, plan, drafts, quoted, per_item, reuse, strides)


def without_required(subject: Subject) -> Subject:
    """The same subject, but nothing of it must be given."""
    return replace(subject, exposed=tuple(replace(one, required=False) for one in subject.exposed))


def _inputs(
    wish: Wish, exposed: Sequence[ExposedInput], max_items: int
) -> tuple[ExecuteInputs, Sequence[Stride]]:
    if not wish.iterators:
        return wish.inputs, ()
    shared = wish.inputs.inputs
    if wish.inputs.prompts is not None or wish.inputs.items is not None or _is_list(shared):
        raise InvalidItems("'iteratorConfigs' already make the items; give no other list of them.")
    common = cast("Mapping[str, JsonValue]", shared or {})
    rows, strides = iterated(wish.iterators, InputKeys(exposed), common, max_items)
    return ExecuteInputs(items=rows), strides


def _is_list(value: JsonValue) -> bool:
    return isinstance(value, (list, tuple))


def _refuse_unknown_nodes(wish: Wish, node_ids: set[str]) -> None:
    named = [
        *wish.node_overrides,
        *([wish.target_node_id] if wish.target_node_id else []),
        *(one.node_id for one in wish.iterators),
    ]
    for node_id in named:
        if node_id not in node_ids:
            raise UnknownNode(f"The workflow has no node '{node_id[:80]}'.")


def refuse_unfilled_triggers(wish: Wish, graph: Graph) -> None:
    """Texts that ask for ``{{trigger.…}}`` need a trigger that brings it. Raises MissingValue."""
    layers = [*(node.params for node in graph.nodes), *wish.node_overrides.values()]
    asked = {
        name
        for params in layers
        for text in params.values()
        if isinstance(text, str)
        for name in names_in(text)
        if name.startswith("trigger.")
    }
    for name in sorted(asked):
        fill("{{" + name + "}}", {"trigger": wish.trigger_data})


def _refuse_over_cap(wish: Wish, quoted: Quote) -> None:
    """A batch that could pass its ``maxCost`` does not begin. Raises OverMaxCost."""
    if wish.max_cost is not None and quoted.millicredits > wish.max_cost:
        raise OverMaxCost(
            f"This costs {shown(quoted.millicredits)} credits, but 'maxCost' is "
            f"{shown(wish.max_cost)}. Send fewer items, choose another model, or raise it.",
            extra={"quotedCredits": shown(quoted.millicredits), "maxCost": shown(wish.max_cost)},
        )
