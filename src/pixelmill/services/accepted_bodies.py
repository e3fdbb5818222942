"""The answer to an accepted execution: its ids, where to look, and the first runs as stubs."""

from collections.abc import Mapping, Sequence
from typing import Final

import orjson

from pixelmill.db.acceptance import StoredReply
from pixelmill.db.statements import Row
from pixelmill.domain.credits import shown
from pixelmill.domain.execution import State
from pixelmill.domain.item_drafts import ItemDraft
from pixelmill.domain.iterating import input_index, input_indices
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.services.checking import Checked
from pixelmill.services.house import House
from pixelmill.services.wishes import Wish

RUNS_SHOWN: Final = 200


def accepted_reply(
    house: House, wish: Wish, checked: Checked, execution: Row, item_ids: Sequence[str]
) -> StoredReply:
    """The answer, with the first RUNS_SHOWN runs; ``runsUrl`` leads to all of them."""
    execution_id = execution["id"]
    started = rfc3339(house.parts.clock.now_ms())
    location = f"{house.public_url}/api/v1/executions/{execution_id}"
    shown_ids, shown_drafts = item_ids[:RUNS_SHOWN], checked.drafts[:RUNS_SHOWN]
    body: dict[str, JsonValue] = {
        "workflowId": wish.workflow_id,
        "executionId": execution_id,
        "batchId": execution_id,
        "status": State.RUNNING.value,
        "runCount": len(item_ids),
        "creditsQuoted": shown(checked.quote.millicredits),
        "executionRuns": [
            _run_stub(execution, item_id, draft, started)
            for item_id, draft in zip(shown_ids, shown_drafts, strict=True)
        ],
        "runsUrl": f"{location}/poll",
        "statusUrl": f"{location}/poll",
        "eventsUrl": f"{location}/events",
        "batchUrl": f"{house.public_url}/api/v1/batches/{execution_id}",
        "warnings": [warning.as_dict() for warning in checked.subject.warnings],
        "metadata": wish.metadata,
        "tags": wish.tags,
        "data": {"executionId": execution_id, "status": State.RUNNING.value},
    }
    if wish.target_node_id is not None:
        body["staleDependencies"] = checked.reuse.stale_dependencies()
    return StoredReply(wish.status, {"location": location}, orjson.dumps(body).decode())


def _run_stub(
    execution: Row, item_id: str, draft: ItemDraft, started: str
) -> Mapping[str, JsonValue]:
    strides = execution["iterators"]
    return {
        "id": item_id,
        "startTime": started,
        "endTime": None,
        "status": State.PENDING.value,
        "error": None,
        "nodeRuns": [],
        "batchId": execution["id"],
        "runIndexInBatch": draft.index,
        "inputIndex": input_index(strides, draft.index),
        "inputIndices": input_indices(strides, draft.index),
        "key": draft.key,
    }
