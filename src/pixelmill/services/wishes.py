"""What a caller wants to run, as every door hands it to ``execute``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pixelmill.domain.expansion import ExecuteInputs
from pixelmill.domain.item_drafts import Overrides
from pixelmill.domain.iterating import Iterator
from pixelmill.domain.values import JsonValue
from pixelmill.services.workflows import Drawing

RUN_SOURCE: Final = "run"
"""The ``source`` of what was started over the workflow's published inputs."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller wants to run. ``drawing`` replaces the saved graph for this execution only.

    Items come from ``inputs``, from ``iterators``, or from a prompt set whose ``columns`` are
    named by the inputs they feed. ``max_cost`` is in millicredits.
    """

    workflow_id: str | None
    inputs: ExecuteInputs
    drawing: Drawing | None = None
    node_overrides: Overrides = field(default_factory=dict[str, Mapping[str, JsonValue]])
    target_node_id: str | None = None
    base_seed: int | None = None
    cache_mode: str = "readwrite"
    force: bool = False
    simulate: bool = False
    trigger_data: JsonValue = None
    metadata: JsonValue = None
    tags: JsonValue = None
    callback_url: str | None = None
    callback_events: JsonValue = None
    priority: int = 0
    source: str = "api"
    request_id: str | None = None
    idempotency_key: str | None = None
    fingerprint: str = ""
    status: int = 201
    iterators: Sequence[Iterator] = ()
    prompt_set_id: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    deadline_s: int | None = None
    max_cost: int | None = None
