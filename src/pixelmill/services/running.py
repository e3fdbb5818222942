"""Runs a workflow's file over a file of prompts: prepared, priced, and started at most once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import bindparam, func, select, text

from pixelmill.db.database import fetch_one
from pixelmill.db.statements import Dialect, Row, Statement
from pixelmill.db.tables.executions import executions
from pixelmill.domain.credits import Quote
from pixelmill.domain.expansion import ExecuteInputs, expand
from pixelmill.domain.graph import Graph, Node
from pixelmill.domain.inputs import exposed_inputs
from pixelmill.domain.plan import Plan, compile_plan
from pixelmill.domain.values import JsonValue
from pixelmill.domain.workflow import version_hash
from pixelmill.kit.canonical import digest
from pixelmill.services.executing import Wish
from pixelmill.services.house import House, Principal
from pixelmill.services.input_files import InputFiles, is_path
from pixelmill.services.prompt_files import PromptTable
from pixelmill.services.prompt_items import Items, items_of
from pixelmill.services.quoting import quote_batch
from pixelmill.services.workflow_files import WorkflowFile, with_settings
from pixelmill.services.workflows import (
    Drawing,
    WorkflowDraft,
    list_workflows,
    save_workflow,
    understand,
)

SOURCE: Final = "run"
TAG: Final = "file"
_WORKFLOWS_SEARCHED: Final = 500
_QUIET: Final = frozenset({"input", "output", "utility"})


def _with_fingerprint(dialect: Dialect) -> Any:  # noqa: ANN401 - as SQLAlchemy types a select
    column = executions.c.metadata
    kept = (
        func.json_extract(column, text("'$.fingerprint'"))
        if dialect == "sqlite"
        else column.op("->>")(text("'fingerprint'"))
    )
    return (
        select(executions)
        .where(
            executions.c.workspace_id == bindparam("workspace_id"),
            kept == bindparam("fingerprint"),
        )
        .order_by(executions.c.created_at.desc(), executions.c.id.desc())
    )


FIND_SAME = Statement(_with_fingerprint)
FIND = Statement(select(executions).where(executions.c.id == bindparam("id")))


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """What a person wants: the two files as read, where they lie, and settings over them."""

    workflow: WorkflowFile
    table: PromptTable
    folders: tuple[Path, ...]
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that can run. ``drawing`` is set where settings change the saved workflow.

    ``fingerprint`` is the same for the same workflow, rows, images and settings.
    """

    workflow_id: str
    name: str
    drawing: Drawing | None
    plan: Plan
    steps: tuple[Node, ...]
    table: PromptTable
    items: Items
    quote: Quote
    fingerprint: str

    def wish(self, earlier: int = 0) -> Wish:
        """The request to start it; ``earlier`` batches of the same fingerprint came before."""
        key = f"run-{self.fingerprint[:40]}-{earlier}"
        return Wish(
            self.workflow_id,
            ExecuteInputs(items=list(self.items.rows)),
            drawing=self.drawing,
            metadata={"fingerprint": self.fingerprint},
            source=SOURCE,
            idempotency_key=key,
            fingerprint=self.fingerprint,
        )


async def prepare(house: House, principal: Principal, order: BatchOrder) -> Batch:
    """Read, check and price a batch; nothing is started, images and the workflow are saved.

    Raises a Problem that says what to mend.
    """
    nodes = house.parts.nodes
    files = InputFiles(house, principal, order.folders)
    drawing = order.workflow.drawing
    understood = understand(drawing, nodes)
    drawing = await _with_pictures(house, files, drawing, understood.graph)
    changed = with_settings(drawing, understood.graph, nodes, order.settings)
    changed = await _with_pictures(house, files, changed, understand(changed, nodes).graph)
    graph = understand(changed, nodes).graph
    exposed = exposed_inputs(graph, nodes.catalog())
    items = items_of(order.table, exposed, graph)
    rows = await files.with_assets(items.rows, items.pictures)
    items = Items(rows, items.pictures)
    plan = compile_plan(graph, nodes.catalog())
    node_ids = {node.id for node in graph.nodes}
    most = house.plans[principal.plan].max_items
    drafts = expand(ExecuteInputs(items=list(items.rows)), exposed, most, node_ids=node_ids)
    quote, _ = quote_batch(house, plan, drafts, {})
    document = changed.document()
    same = version_hash(document) == version_hash(drawing.document())
    return Batch(
        workflow_id=await _saved(house, principal, order.workflow, drawing),
        name=order.workflow.name,
        drawing=None if same else changed,
        plan=plan,
        steps=tuple(n for n in plan.order if nodes[n.node_type].category not in _QUIET),
        table=order.table,
        items=items,
        quote=quote,
        fingerprint=digest([version_hash(document), list(items.rows)]),
    )


async def find_earlier(house: House, principal: Principal, batch: Batch) -> list[Row]:
    """Executions of the same batch, the newest first."""
    return await house.parts.database.fetch(
        FIND_SAME, workspace_id=principal.workspace_id, fingerprint=batch.fingerprint
    )


async def read_execution(house: House, execution_id: str) -> Row:
    """The execution's row. Raises LookupError."""
    row = await fetch_one(house.parts.database, FIND, id=execution_id)
    if row is None:
        raise LookupError(execution_id)
    return row


async def _with_pictures(
    house: House, files: InputFiles, drawing: Drawing, graph: Graph
) -> Drawing:
    """The drawing with the image files that its parameters name replaced by assets."""
    found: dict[str, dict[str, JsonValue]] = {}
    for node in graph.nodes:
        for name in house.parts.nodes[node.node_type].asset_params:
            value = node.params.get(name)
            if is_path(value):
                asset = await files.asset_of(value, f"Node '{node.label or node.id}'")
                found.setdefault(node.id, {})[name] = asset
    if not found:
        return drawing
    return Drawing([_configured(node, found) for node in drawing.nodes], drawing.edges)


def _configured(
    node: Mapping[str, JsonValue], found: Mapping[str, Mapping[str, JsonValue]]
) -> Mapping[str, JsonValue]:
    changes = found.get(str(node.get("id")))
    if changes is None:
        return node
    data = cast("Mapping[str, Any]", node["data"])
    return {**node, "data": {**data, "config": {**(data.get("config") or {}), **changes}}}


async def _saved(house: House, principal: Principal, file: WorkflowFile, drawing: Drawing) -> str:
    """The id of the workflow of this name that came from a file before, brought up to date."""
    known = await list_workflows(house.parts.database, principal, _WORKFLOWS_SEARCHED)
    digest_ = version_hash(drawing.document())
    own: str | None = None
    for row in known:
        if row["name"] == file.name and TAG in (row["tags"] or ()):
            if version_hash(row["canvas"]) == digest_:
                return row["id"]
            own = own or row["id"]
    draft = WorkflowDraft(file.name, drawing, file.description, (TAG,), id=own)
    return (await save_workflow(house, principal, draft)).row["id"]


def provider_usd(house: House, batch: Batch) -> float:
    """What the providers list for this batch, in US dollars; 0 where nothing of it is billed."""
    total = 0.0
    for line in batch.quote.lines:
        if line.model is None:
            continue
        price = house.parts.providers.model(line.model).price
        share = line.millicredits / price.millicredits if price.millicredits else line.items
        total += price.usd * share
    return 0.0 if house.simulate else total
