"""The refusal of a graph: everything found, and what to do about it."""

from pixelmill.domain.violations import EmptyGraph, InvalidGraph, Rule, Violation, refusal

LOST = Violation(Rule.MISSING_REQUIRED_INPUT, "Node 'u' has no image.", "Wire one.", "u")
LOOSE = Violation(Rule.DANGLING_EDGE, "Edge 'e' has no end.", "Remove it.", edge_id="e")


def test_a_refusal_says_the_first_finding_and_counts_the_others():
    problem = refusal([LOST, LOOSE])
    assert type(problem) is InvalidGraph
    assert (problem.status, problem.code) == (422, "invalid_graph")
    assert problem.detail == "Node 'u' has no image. Wire one. (1 more in 'violations'.)"
    assert [detail.path for detail in problem.details] == ["nodes.u", "edges.e"]
    assert problem.extra["violations"][0] == {
        "rule": "missing-required-input",
        "message": "Node 'u' has no image.",
        "fix": "Wire one.",
        "nodeId": "u",
    }
    assert problem.extra["violations"][1]["edgeId"] == "e"
    assert problem.extra["warnings"] == []


def test_an_empty_graph_is_a_bad_request():
    problem = refusal([Violation(Rule.EMPTY, "No node.", "Add one.")])
    assert isinstance(problem, EmptyGraph)
    assert problem.status == 400
    assert problem.details[0].path == "nodes"
