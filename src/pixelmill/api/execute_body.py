"""The bodies of execute and run: what to run, over which items, and on which terms."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from pixelmill.api.iterator_body import IteratorConfig
from pixelmill.domain.credits import to_millicredits
from pixelmill.domain.expansion import ExecuteInputs
from pixelmill.domain.seeds import MAX_SEED
from pixelmill.kit.canonical import canonical
from pixelmill.services.wishes import RUN_SOURCE, Wish
from pixelmill.services.workflows import Drawing

LONGEST_DEADLINE_S = 30 * 24 * 3600
MOST_METADATA_BYTES = 16 << 10


def _small(value: dict[str, Any] | None) -> dict[str, Any] | None:
    if value is not None and len(canonical(value)) > MOST_METADATA_BYTES:
        raise ValueError(f"takes at most {MOST_METADATA_BYTES:,} bytes as JSON")
    return value


def _price(value: float | None) -> float | None:
    if value is not None:
        to_millicredits(value)
    return value


class StartBody(BaseModel):
    """What execute and run have in common. Unknown fields are refused, since this spends money."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    inputs: dict[str, Any] | list[Any] | None = Field(
        None,
        description="One object, or one per item. Keys: node id, label, slug, or unique name.",
    )
    prompts: list[Any] | None = Field(None, description="One item per prompt.")
    items: list[Any] | None = Field(
        None, description="Rows of {key, inputs, overrides, seed}; key is your own name for a row."
    )
    iterator_configs: list[IteratorConfig] = Field(
        default_factory=list[IteratorConfig],
        max_length=20,
        description="Lists for nodes, combined in step (zip) or as all pairs (product).",
    )
    prompt_set_id: str | None = Field(None, description="One item per row of this prompt set.")
    columns: dict[str, str] = Field(
        default_factory=dict[str, str],
        description="Which input each column of the prompt set feeds, where their names differ.",
    )
    trigger_data: dict[str, Any] | None = Field(
        None, description="Readable in prompts as {{trigger.path}}."
    )
    base_seed: int | None = Field(None, ge=0, le=MAX_SEED)
    simulate: bool = Field(False, description="Every model is answered by sketch; costs nothing.")
    callback_url: str | None = Field(
        None, max_length=2048, description="Told of the events in callbackEvents."
    )
    callback_events: list[str] | None = Field(None, max_length=50)
    metadata: Annotated[dict[str, Any] | None, AfterValidator(_small)] = Field(
        None, description="Echoed in every status."
    )
    tags: list[Annotated[str, Field(min_length=1, max_length=100)]] | None = Field(
        None, max_length=50
    )
    priority: int = Field(0, ge=-10, le=10)
    deadline_seconds: int | None = Field(
        None, ge=1, le=LONGEST_DEADLINE_S, description="What is not finished then is TIMEOUT."
    )
    max_cost: Annotated[float | None, AfterValidator(_price)] = Field(
        None, ge=0, le=1e12, description="Refused before anything runs when the quote is above."
    )

    def terms(self) -> dict[str, Any]:
        """The fields of a Wish that say over which items, and on which terms."""
        return {
            "inputs": ExecuteInputs(self.inputs, self.prompts, self.items),
            "iterators": tuple(
                one.iterator(f"iteratorConfigs[{at}]")
                for at, one in enumerate(self.iterator_configs)
            ),
            "prompt_set_id": self.prompt_set_id,
            "columns": self.columns,
            "trigger_data": self.trigger_data,
            "base_seed": self.base_seed,
            "simulate": self.simulate,
            "callback_url": self.callback_url,
            "callback_events": self.callback_events,
            "metadata": self.metadata,
            "tags": self.tags,
            "priority": self.priority,
            "deadline_s": self.deadline_seconds,
            "max_cost": None if self.max_cost is None else to_millicredits(self.max_cost),
        }


class ExecuteBody(StartBody):
    """What to run. Unknown fields are refused, since this spends money."""

    model_config = ConfigDict(title="ExecuteBody")

    nodes: list[dict[str, Any]] | None = Field(
        None, description="With edges: replaces the saved graph for this execution only."
    )
    edges: list[dict[str, Any]] | None = None
    node_overrides: dict[str, dict[str, Any]] = Field(
        default_factory=dict[str, dict[str, Any]],
        description="Parameters by node id, for every item.",
    )
    target_node_id: str | None = Field(
        None, description="Run only this node, and what is above it without a reusable result."
    )
    force: bool = Field(False, description="Reuse no earlier result.")
    cache: Literal["readwrite", "read", "write", "refresh", "off"] = "readwrite"

    def wish(self, workflow_id: str | None) -> Wish:
        """The body as a wish."""
        drawing = None
        if self.nodes is not None or self.edges is not None:
            drawing = Drawing(self.nodes or (), self.edges or ())
        return Wish(
            workflow_id=workflow_id,
            drawing=drawing,
            node_overrides=self.node_overrides,
            target_node_id=self.target_node_id,
            force=self.force,
            cache_mode=self.cache,
            **self.terms(),
        )


class RunBody(StartBody):
    """Inputs for a workflow as it is published; the graph itself is not to be changed."""

    model_config = ConfigDict(title="RunBody")

    def wish(self, workflow_id: str) -> Wish:
        """The body as a wish that reuses nothing: every model is asked again."""
        return Wish(
            workflow_id=workflow_id,
            cache_mode="refresh",
            source=RUN_SOURCE,
            status=202,
            **self.terms(),
        )
