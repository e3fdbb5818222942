"""Events as receivers of webhooks read them: the bare fact, and what they would ask for next."""

from typing import Any

import orjson

from pixelmill.db.dispatch import Describe, Message
from pixelmill.db.settling import counts_of
from pixelmill.db.statements import Row
from pixelmill.delivery.catalog import event_id
from pixelmill.domain.events import execution_payload
from pixelmill.domain.execution import State
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.services.house import House
from pixelmill.services.links import Links


def describer(house: House) -> Describe:
    """What makes the messages of this installation."""

    def describe(event: Row, execution: Row | None) -> Message:
        id_ = event_id(event)
        body = {
            "id": id_,
            "type": event["type"],
            "createdAt": rfc3339(event["created_at"]),
            "data": event_data(house, event, execution),
        }
        return Message(id_, orjson.dumps(body).decode())

    return describe


def event_data(house: House, event: Row, execution: Row | None) -> dict[str, JsonValue]:
    """The data of one event. Pictures come as links that open without a key for a week."""
    data: dict[str, Any] = dict(event["data"])
    if execution is None:
        return data
    status_url = f"{house.public_url}/api/v1/executions/{execution['id']}"
    if event["type"].startswith("execution."):
        told = execution_payload(
            execution_id=execution["id"],
            workflow_id=execution["workflow_id"],
            state=State(execution["state"]),
            counts=counts_of(execution),
            millicredits=execution["credits_captured"],
            metadata=execution["metadata"],
        )
        return {**data, **told, "tags": execution["tags"], "statusUrl": status_url}
    data = {"executionId": execution["id"], "batchId": execution["id"], **data}
    if asset_ids := data.pop("assetIds", None):
        links = Links(house)
        data["assets"] = [{"assetId": one, "url": links.content(one)} for one in asset_ids]
    return {**data, "metadata": execution["metadata"] or {}, "statusUrl": status_url}
