"""Workflows: saved drawings with immutable versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pixelmill.db import workflows as sql
from pixelmill.db.database import Database, fetch_one
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.statements import Row
from pixelmill.domain.graph import Graph
from pixelmill.domain.graph_parsing import read_graph
from pixelmill.domain.values import JsonValue
from pixelmill.domain.violations import Rule, Violation, refusal
from pixelmill.domain.workflow import version_hash
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.ids import new_id
from pixelmill.kit.problems import Problem
from pixelmill.sdk.registry import NodeRegistry
from pixelmill.services.house import House, Principal

FIRM: Final = frozenset(
    {
        *(Rule.EMPTY, Rule.MALFORMED, Rule.MISSING_ID, Rule.DUPLICATE_ID),
        *(Rule.TOO_MANY_NODES, Rule.TOO_MANY_EDGES, Rule.NOT_A_NUMBER),
    }
)
"""What not even an unfinished drawing may break: without these rules it cannot be edited."""


class WorkflowUnknown(Problem):
    """There is no such workflow in this workspace."""

    code = "workflow_not_found"
    status = 404
    title = "Workflow not found"


class StaleWrite(Problem):
    """Somebody saved this workflow since you read it. Read it again and repeat your change."""

    code = "stale_write"
    status = 409
    title = "Stale write"


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
class Findings:
    """What is wrong with a drawing, and what was noticed besides; ``graph`` if it can run."""

    graph: Graph | None
    violations: tuple[Violation, ...]
    warnings: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class WorkflowDraft:
    """What a client may set of a workflow.

    ``strict`` False saves a drawing that cannot run yet. ``base_updated_at`` is the ``updated_at``
    that the change was made from (epoch ms); None replaces whatever is there. What is None of
    ``visibility``, ``media_id`` and ``team_id`` stays as it is.
    """

    name: str
    drawing: Drawing
    description: str = ""
    tags: Sequence[str] = ()
    is_active: bool = True
    id: str | None = None
    strict: bool = True
    base_updated_at: int | None = None
    visibility: str | None = None
    media_id: str | None = None
    team_id: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A workflow's row as it is now, whether it is new, and what was found in its drawing."""

    row: Row
    is_new: bool
    findings: Findings


def lint(drawing: Drawing, nodes: NodeRegistry) -> Findings:
    """Everything that is wrong with a drawing. Raises nothing."""
    reading = read_graph(drawing.nodes, drawing.edges, nodes.catalog())
    violations = reading.violations
    if reading.graph is not None:
        violations += tuple(_bad_params(reading.graph, nodes))
    return Findings(None if violations else reading.graph, violations, reading.warnings)


def understand(drawing: Drawing, nodes: NodeRegistry) -> Understood:
    """Read a drawing. Raises InvalidGraph naming every violation."""
    found = lint(drawing, nodes)
    if found.graph is None:
        raise refusal(found.violations, found.warnings)
    return Understood(found.graph, found.warnings)


async def find_workflow(database: Database, principal: Principal, workflow_id: str) -> Row:
    """A workflow of this workspace. Raises WorkflowUnknown."""
    row = await fetch_one(database, sql.FIND, id=workflow_id, workspace_id=principal.workspace_id)
    if row is None:
        raise unknown_workflow(workflow_id)
    return row


async def list_workflows(database: Database, principal: Principal, limit: int) -> list[Row]:
    """The workflows of this workspace, the last changed first."""
    return await database.fetch(sql.LIST, workspace_id=principal.workspace_id, limit=limit)


async def save_workflow(house: House, principal: Principal, draft: WorkflowDraft) -> Saved:
    """Create a workflow, or replace the one with the draft's id.

    Raises WorkflowUnknown, InvalidGraph, StaleWrite.
    """
    findings = lint(draft.drawing, house.parts.nodes)
    refused = [one for one in findings.violations if draft.strict or one.rule in FIRM]
    if refused:
        raise refusal(refused, findings.warnings)
    workflow_id = draft.id or new_id("wf")
    row = await house.parts.database.transact(
        _save(principal.workspace_id, workflow_id, draft, findings)
    )
    return Saved(row, draft.id is None, findings)


def unknown_workflow(workflow_id: str) -> WorkflowUnknown:
    """The problem of an id that is not in this workspace, wherever else it may be."""
    return WorkflowUnknown(f"There is no workflow {workflow_id[:80]} in this workspace.")


def stale(current: int, base: int) -> StaleWrite:
    """The refusal of a change that was made from an older state; times are epoch ms."""
    return StaleWrite(
        extra={"currentUpdatedAt": rfc3339(current), "yourBaseUpdatedAt": rfc3339(base)}
    )


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


def _save(
    workspace_id: str, workflow_id: str, draft: WorkflowDraft, findings: Findings
) -> Script[Row]:
    now_ms = yield from now()
    before: Row | None = None
    if draft.id is not None:
        found = yield from read(sql.LOCK, id=workflow_id, workspace_id=workspace_id)
        if not found:
            raise unknown_workflow(workflow_id)
        before = found[0]
        if draft.base_updated_at not in (None, before["updated_at"]):
            raise stale(before["updated_at"], draft.base_updated_at or 0)
    version_id, number = yield from _version(workspace_id, workflow_id, draft, now_ms)
    kept: Row = before or dict.fromkeys(("visibility", "media_id", "team_id", "settings"))
    row: Row = {
        "id": workflow_id,
        "b_id": workflow_id,
        "workspace_id": workspace_id,
        "name": draft.name,
        "description": draft.description,
        "tags": list(draft.tags),
        "is_active": int(draft.is_active),
        "visibility": draft.visibility or kept["visibility"] or "private",
        "media_id": draft.media_id or kept["media_id"],
        "team_id": draft.team_id or kept["team_id"],
        "version_id": version_id,
        "version_number": number,
        "canvas": draft.drawing.document(),
        # An unfinished drawing is read again in whole before it runs.
        "settings": {**(kept["settings"] or {}), "unfinished": bool(findings.violations)},
        "created_at": now_ms,
        # Each save has a time of its own, so that a stale change is always told.
        "updated_at": max(now_ms, before["updated_at"] + 1) if before else now_ms,
    }
    yield from write(sql.REPLACE if before else sql.KEEP, [row])
    return (yield from read(sql.FIND, id=workflow_id, workspace_id=workspace_id))[0]


def _version(
    workspace_id: str, workflow_id: str, draft: WorkflowDraft, now_ms: int
) -> Script[tuple[str, int]]:
    """Id and number of the version of this drawing: the one there was, or a new one."""
    document = draft.drawing.document()
    digest = version_hash(document)
    known = yield from read(
        sql.FIND_VERSION_BY_HASH, hash=digest, workspace_id=workspace_id, workflow_id=workflow_id
    )
    if known:
        return known[0]["id"], known[0]["number"]
    last = (yield from read(sql.LAST_NUMBER, workflow_id=workflow_id))[0]["number"]
    version_id, number = new_id("wfv"), (last or 0) + 1
    row = version_row(
        version_id,
        workspace_id,
        workflow_id=workflow_id,
        number=number,
        digest=digest,
        document=document,
        now_ms=now_ms,
    )
    yield from write(sql.KEEP_VERSION, [row])
    return version_id, number


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
