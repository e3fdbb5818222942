"""What may be wrong with a graph, each finding with the way out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from pixelmill.kit.problems import Detail, Problem


class Rule(StrEnum):
    """The names of the rules, stable on the wire."""

    EMPTY = "graph.empty"
    MALFORMED = "graph.malformed"
    MISSING_ID = "graph.missing-id"
    DUPLICATE_ID = "graph.duplicate-id"
    DANGLING_EDGE = "graph.dangling-edge"
    CYCLE = "graph.cycle"
    TOO_MANY_NODES = "graph.too-many-nodes"
    TOO_MANY_EDGES = "graph.too-many-edges"
    UNKNOWN_NODE_TYPE = "unknown-node-type"
    TYPE_MISMATCH = "type-mismatch"
    BAD_SOURCE_HANDLE = "bad-source-handle"
    BAD_TARGET_HANDLE = "bad-target-handle"
    MISSING_REQUIRED_INPUT = "missing-required-input"
    DOUBLE_WIRE = "double-wire"
    BAD_PARAM = "bad-param"
    NOT_A_NUMBER = "not-a-number"
    UNKNOWN_PARAM = "unknown-param"
    REPEATED_EDGE = "repeated-edge"


@dataclass(frozen=True, slots=True)
class Violation:
    """One finding: what is wrong, and what a person can do about it."""

    rule: str
    message: str
    fix: str
    node_id: str | None = None
    edge_id: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The finding as it travels on the wire; absent ids are left out."""
        body: dict[str, Any] = {"rule": str(self.rule), "message": self.message, "fix": self.fix}
        if self.node_id is not None:
            body["nodeId"] = self.node_id
        if self.edge_id is not None:
            body["edgeId"] = self.edge_id
        return body


class InvalidGraph(Problem):
    """This graph cannot run. Mend what ``violations`` lists; each entry says how."""

    code: ClassVar[str] = "invalid_graph"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "Invalid graph"


class EmptyGraph(InvalidGraph):
    """The graph has no node to run. Add at least one node."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Empty graph"


def refusal(violations: Sequence[Violation], warnings: Sequence[Violation] = ()) -> InvalidGraph:
    """The problem to raise for these findings; ``violations`` must not be empty."""
    kind = EmptyGraph if any(v.rule == Rule.EMPTY for v in violations) else InvalidGraph
    first, others = violations[0], len(violations) - 1
    rest = f" ({others} more in 'violations'.)" if others else ""
    return kind(
        f"{first.message} {first.fix}{rest}",
        details=[Detail(_path(v), f"{v.message} {v.fix}") for v in violations],
        extra={
            "violations": [violation.as_dict() for violation in violations],
            "warnings": [warning.as_dict() for warning in warnings],
        },
    )


def _path(violation: Violation) -> str:
    if violation.edge_id is not None:
        return f"edges.{violation.edge_id}"
    return "nodes" if violation.node_id is None else f"nodes.{violation.node_id}"
