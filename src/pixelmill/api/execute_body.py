"""The body of execute: a graph or the saved one, inputs for one item or many, and settings."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from pixelmill.domain.expansion import ExecuteInputs
from pixelmill.services.executing import MAX_SEED
from pixelmill.services.workflows import Drawing


class ExecuteBody(BaseModel):
    """What to run. Unknown fields are refused, since this spends money."""

    model_config = ConfigDict(
        extra="forbid", strict=True, alias_generator=to_camel, title="ExecuteBody"
    )

    nodes: list[dict[str, Any]] | None = Field(
        None, description="With edges: replaces the saved graph for this execution only."
    )
    edges: list[dict[str, Any]] | None = None
    inputs: dict[str, Any] | list[Any] | None = Field(
        None,
        description="One object, or one per item. Keys: node id, label, slug, or unique name.",
    )
    prompts: list[Any] | None = Field(None, description="One item per prompt.")
    items: list[Any] | None = Field(
        None, description="Rows of {key, inputs, overrides, seed}; key is your own name for a row."
    )
    node_overrides: dict[str, dict[str, Any]] = Field(
        default_factory=dict[str, dict[str, Any]],
        description="Parameters by node id, for every item.",
    )
    target_node_id: str | None = Field(
        None, description="Run only this node and what it depends on."
    )
    trigger_data: dict[str, Any] | None = Field(
        None, description="Readable in prompts as {{trigger.path}}."
    )
    force: bool = Field(False, description="Reuse no earlier result.")
    cache: Literal["readwrite", "read", "write", "refresh", "off"] = "readwrite"
    base_seed: int | None = Field(None, ge=0, le=MAX_SEED)
    simulate: bool = Field(False, description="Every model is answered by sketch; costs nothing.")
    metadata: dict[str, Any] | None = Field(None, description="Echoed in every status.")
    tags: list[str] | None = Field(None, max_length=50)
    priority: int = Field(0, ge=-10, le=10)

    def drawing(self) -> Drawing | None:
        """The graph that came with the call, if one did."""
        if self.nodes is None and self.edges is None:
            return None
        return Drawing(self.nodes or (), self.edges or ())

    def given(self) -> ExecuteInputs:
        """What the call gives for its items."""
        return ExecuteInputs(self.inputs, self.prompts, self.items)
