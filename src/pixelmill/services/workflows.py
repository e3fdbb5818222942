"""Workflows: saved drawings with immutable versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from pixelmill.db.database import Database, fetch_one
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.statements import Row, Statement, insert_into, upsert_into
from pixelmill.db.tables.workflows import workflow_versions, workflows
from pixelmill.domain.graph import Graph
from pixelmill.domain.graph_parsing import read_graph
from pixelmill.domain.values import JsonValue
from pixelmill.domain.violations import Rule, Violation, refusal
from pixelmill.domain.workflow import version_hash
from pixelmill.kit.ids import new_id
from pixelmill.kit.problems import Problem
from pixelmill.sdk.registry import NodeRegistry
from pixelmill.services.house import House, Principal

FIND = Statement(
    select(workflows).where(
        workflows.c.id == bindparam("id"),
        workflows.c.workspace_id == bindparam("workspace_id"),
        workflows.c.deleted_at.is_(None),
    )
)
LIST = Statement(
    select(workflows)
    .where(workflows.c.workspace_id == bindparam("workspace_id"), workflows.c.deleted_at.is_(None))
    .order_by(workflows.c.updated_at.desc(), workflows.c.id.desc())
    .limit(bindparam("limit"))
)
FIND_VERSION_BY_HASH = Statement(
    select(workflow_versions.c.id, workflow_versions.c.number).where(
        workflow_versions.c.hash == bindparam("hash"),
        workflow_versions.c.workspace_id == bindparam("workspace_id"),
        workflow_versions.c.workflow_id == bindparam("workflow_id"),
    )
)
KEEP_VERSION = upsert_into(
    workflow_versions, tuple(column.name for column in workflow_versions.columns), ("id",)
)
KEEP = insert_into(
    workflows,
    *("id", "workspace_id", "name", "description", "tags", "is_active", "visibility"),
    *("version_id", "version_number", "canvas", "created_at", "updated_at"),
)
REPLACE = Statement(
    update(workflows)
    .where(workflows.c.id == bindparam("b_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                *("name", "description", "tags", "is_active", "version_id"),
                *("version_number", "canvas", "updated_at"),
            )
        }
    )
)


class WorkflowUnknown(Problem):
    """There is no such workflow in this workspace."""

    code = "workflow_not_found"
    status = 404
    title = "Workflow not found"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Nodes and edges as a client sends them."""

    nodes: Sequence[Mapping[str, JsonValue]]
    edges: Sequence[Mapping[str, JsonValue]]

    def document(self) -> dict[str, JsonValue]:
        """The drawing as it is stored."""
        return {"nodes": list(self.nodes), "edges": list(self.edges)}


@dataclass(frozen=True, slots=True)
class Understood:
    """A drawing that can run, and what was noticed about it."""

    graph: Graph
    warnings: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class WorkflowDraft:
    """What a client may set of a workflow."""

    name: str
    drawing: Drawing
    description: str = ""
    tags: Sequence[str] = ()
    is_active: bool = True
    id: str | None = None


def understand(drawing: Drawing, nodes: NodeRegistry) -> Understood:
    """Read a drawing. Raises InvalidGraph naming every violation."""
    reading = read_graph(drawing.nodes, drawing.edges, nodes.catalog())
    violations = list(reading.violations)
    if reading.graph is not None:
        violations += _bad_params(reading.graph, nodes)
    if violations or reading.graph is None:
        raise refusal(violations, reading.warnings)
    return Understood(reading.graph, reading.warnings)


async def find_workflow(database: Database, principal: Principal, workflow_id: str) -> Row:
    """A workflow of this workspace. Raises WorkflowUnknown."""
    row = await fetch_one(database, FIND, id=workflow_id, workspace_id=principal.workspace_id)
    if row is None:
        raise WorkflowUnknown(f"There is no workflow {workflow_id[:80]} in this workspace.")
    return row


async def list_workflows(database: Database, principal: Principal, limit: int) -> list[Row]:
    """The workflows of this workspace, the last changed first."""
    return await database.fetch(LIST, workspace_id=principal.workspace_id, limit=limit)


async def save_workflow(
    house: House, principal: Principal, draft: WorkflowDraft
) -> tuple[Row, bool]:
    """Create a workflow, or replace the one with the draft's id; answers it and whether it is new.

    Raises WorkflowUnknown, InvalidGraph.
    """
    understand(draft.drawing, house.parts.nodes)
    database = house.parts.database
    if draft.id is not None:
        await find_workflow(database, principal, draft.id)
    workflow_id = draft.id or new_id("wf")
    await database.transact(_save(principal.workspace_id, workflow_id, draft))
    return await find_workflow(database, principal, workflow_id), draft.id is None


def _bad_params(graph: Graph, nodes: NodeRegistry) -> list[Violation]:
    wired: dict[str, set[str]] = {}
    for edge in graph.edges:
        wired.setdefault(edge.target, set()).add(edge.target_port)
    found: list[Violation] = []
    for node in graph.nodes:
        node_type = nodes[node.node_type]
        params = node.params
        # A required text may come with the items; it is checked again when they are there.
        later = frozenset(wired.get(node.id, set())) | frozenset(
            name for name in node_type.params_model.model_fields if params.get(name) in (None, "")
        )
        found += [
            Violation(
                Rule.BAD_PARAM,
                f"Node '{node.label or node.id}' ({node.node_type}): "
                f"{detail.path}: {detail.message}.",
                "Change this parameter.",
                node_id=node.id,
            )
            for detail in node_type.check(params, later)
        ]
    return found


def _save(workspace_id: str, workflow_id: str, draft: WorkflowDraft) -> Script[None]:
    now_ms = yield from now()
    document = draft.drawing.document()
    digest = version_hash(document)
    known = yield from read(
        FIND_VERSION_BY_HASH, hash=digest, workspace_id=workspace_id, workflow_id=workflow_id
    )
    before = yield from read(FIND, id=workflow_id, workspace_id=workspace_id)
    number = before[0]["version_number"] + 1 if before else 1
    if known:
        version_id, number = known[0]["id"], known[0]["number"]
    else:
        version_id = new_id("wfv")
        yield from write(
            KEEP_VERSION,
            [
                version_row(
                    version_id,
                    workspace_id,
                    workflow_id=workflow_id,
                    number=number,
                    digest=digest,
                    document=document,
                    now_ms=now_ms,
                )
            ],
        )
    row = {
        "id": workflow_id,
        "b_id": workflow_id,
        "workspace_id": workspace_id,
        "name": draft.name,
        "description": draft.description,
        "tags": list(draft.tags),
        "is_active": int(draft.is_active),
        "visibility": "private",
        "version_id": version_id,
        "version_number": number,
        "canvas": document,
        "created_at": now_ms,
        "updated_at": max(now_ms, before[0]["updated_at"] + 1) if before else now_ms,
    }
    yield from write(REPLACE if before else KEEP, [row])


def version_row(
    version_id: str,
    workspace_id: str,
    *,
    workflow_id: str | None,
    number: int | None,
    digest: str,
    document: JsonValue,
    now_ms: int,
) -> Row:
    """A version's row; one without a workflow came as an inline graph."""
    return {
        "id": version_id,
        "workspace_id": workspace_id,
        "workflow_id": workflow_id,
        "number": number,
        "hash": digest,
        "graph": document,
        "created_at": now_ms,
    }
