"""Events: their names for each new state, and what they tell."""

from pixelmill.domain.events import (
    execution_event_type,
    execution_payload,
    item_event_type,
    item_payload,
    node_event_type,
    node_payload,
)
from pixelmill.domain.execution import Counts, State
from pixelmill.domain.node_run import NodeState


def test_every_terminal_state_is_told():
    assert execution_event_type(State.TIMEOUT) == "execution.failed"
    assert execution_event_type(State.RUNNING) == "execution.started"
    assert execution_event_type(State.PENDING) is None
    assert item_event_type(State.SKIPPED) == "item.skipped"
    assert node_event_type(NodeState.COMPLETED) == "node.completed"
    assert node_event_type(NodeState.SKIPPED) is None


def test_an_execution_tells_its_outcome_only_at_its_end():
    common = {"execution_id": "exe_1", "workflow_id": "wf_1", "millicredits": 1_500}
    running = execution_payload(
        state=State.RUNNING, counts=Counts(2, completed=1, running=1), **common
    )
    assert (running["outcome"], running["creditsUsed"]) == (None, 1.5)
    ended = execution_payload(
        state=State.COMPLETED, counts=Counts(2, completed=1, failed=1), **common
    )
    assert ended["outcome"] == "partial"
    assert ended["executionId"] == ended["batchId"] == "exe_1"
    assert ended["counts"]["failed"] == 1


def test_items_and_nodes_say_which_they_are():
    item = item_payload(
        execution_id="exe_1", item_id="itm_1", index=3, key="sku", state=State.COMPLETED
    )
    assert (item["runIndexInBatch"], item["key"], item["error"]) == (3, "sku", None)
    node = node_payload(
        execution_id="exe_1",
        item_id="itm_1",
        index=3,
        node_run_id="nrn_1",
        node_id="g",
        state=NodeState.FAILED,
        error={"code": "content_rejected"},
    )
    assert node["error"] == {"code": "content_rejected"}
    assert node["status"] == "FAILED"
