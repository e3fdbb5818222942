"""Changes of a saved workflow that start from what is there: fields, one node, copies, removal."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from pixelmill.db import workflows as sql
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.statements import Row
from pixelmill.domain.node_patch import NodePatch, patched
from pixelmill.domain.secret_settings import without_secrets
from pixelmill.domain.violations import refusal
from pixelmill.kit.problems import Problem
from pixelmill.services.house import House, Principal
from pixelmill.services.workflows import (
    Drawing,
    Findings,
    Saved,
    StaleWrite,
    WorkflowDraft,
    find_workflow,
    lint,
    save_workflow,
    stale,
    unknown_workflow,
)

Edit = Callable[[WorkflowDraft], WorkflowDraft]
_TRIES: Final = 5
LONGEST_NAME: Final = 200
PUBLIC: Final = "view"


class NodeUnknown(Problem):
    """The workflow has no such node."""

    code = "node_not_found"
    status = 404
    title = "Node not found"


def draft_of(row: Row) -> WorkflowDraft:
    """A workflow as it is, to be changed."""
    canvas = row["canvas"]
    return WorkflowDraft(
        name=row["name"],
        drawing=Drawing(canvas["nodes"], canvas["edges"]),
        description=row["description"],
        tags=row["tags"] or (),
        is_active=bool(row["is_active"]),
        id=row["id"],
        strict=False,
        base_updated_at=row["updated_at"],
    )


async def change_workflow(
    house: House, principal: Principal, workflow_id: str, edit: Edit, base: int | None = None
) -> Saved:
    """Apply ``edit`` to the workflow as it is; changes between reading and saving are never lost.

    ``base`` is the state that the caller knows (epoch ms): any other state is refused. Raises
    WorkflowUnknown, StaleWrite, InvalidGraph.
    """
    for last in (*[False] * _TRIES, True):
        row = await find_workflow(house.parts.database, principal, workflow_id)
        if base not in (None, row["updated_at"]):
            raise stale(row["updated_at"], base or 0)
        try:
            return await save_workflow(house, principal, edit(draft_of(row)))
        except StaleWrite:
            if last or base is not None:
                raise
    raise AssertionError("The last try answers or raises.")


async def patch_node(
    house: House,
    principal: Principal,
    workflow_id: str,
    *,
    node_id: str,
    patch: NodePatch,
    base: int | None,
) -> Saved:
    """Change one node and nothing else; the rest of the drawing may be unfinished.

    Raises NodeUnknown, InvalidGraph where this node cannot be as asked, and as change_workflow.
    """

    def edit(draft: WorkflowDraft) -> WorkflowDraft:
        nodes = list(draft.drawing.nodes)
        at = next((at for at, node in enumerate(nodes) if node.get("id") == node_id), None)
        if at is None:
            raise NodeUnknown(f"The workflow has no node '{node_id[:80]}'.")
        before = lint(draft.drawing, house.parts.nodes)
        nodes[at] = patched(nodes[at], patch, _synonyms(house, before, node_id))
        drawing = Drawing(nodes, draft.drawing.edges)
        after = lint(drawing, house.parts.nodes)
        broken = [
            one
            for one in after.violations
            if one.node_id == node_id and one not in before.violations
        ]
        if broken:
            raise refusal(broken, after.warnings)
        return replace(draft, drawing=drawing)

    return await change_workflow(house, principal, workflow_id, edit, base)


def _synonyms(house: House, found: Findings, node_id: str) -> list[set[str]]:
    """The names of each setting of a node, where it has several."""
    if found.graph is None:
        return []
    node = next((node for node in found.graph.nodes if node.id == node_id), None)
    ports = house.parts.nodes[node.node_type].signature.inputs if node else ()
    return [{port.name, *port.aliases} for port in ports if port.aliases and not port.is_port]


async def duplicate_workflow(
    house: House, principal: Principal, workflow_id: str, name: str | None
) -> Saved:
    """A private copy under ``name``, or under the same name with "(copy)". Raises as found."""
    row = await find_workflow(house.parts.database, principal, workflow_id)
    suffix = " (copy)"
    named = name or row["name"][: LONGEST_NAME - len(suffix)] + suffix
    copy = replace(draft_of(row), id=None, name=named, base_updated_at=None)
    return await save_workflow(house, principal, copy)


async def set_visibility(
    house: House, principal: Principal, workflow_id: str, visibility: str
) -> Saved:
    """Show a workflow to whoever has its address, or keep it to this workspace.

    What looks like a secret among the settings is removed before others can look.
    """

    def edit(draft: WorkflowDraft) -> WorkflowDraft:
        drawing = draft.drawing
        if visibility == PUBLIC:
            drawing = Drawing([without_secrets(node) for node in drawing.nodes], drawing.edges)
        return replace(draft, drawing=drawing, visibility=visibility)

    return await change_workflow(house, principal, workflow_id, edit)


async def remove_workflow(house: House, principal: Principal, workflow_id: str) -> None:
    """Remove a workflow; its executions, under way or done, stay. Raises WorkflowUnknown."""
    await house.parts.database.transact(_remove(principal.workspace_id, workflow_id))


def _remove(workspace_id: str, workflow_id: str) -> Script[None]:
    now_ms = yield from now()
    if not (yield from read(sql.LOCK, id=workflow_id, workspace_id=workspace_id)):
        raise unknown_workflow(workflow_id)
    yield from write(sql.REMOVE, [{"b_id": workflow_id, "deleted_at": now_ms}])
