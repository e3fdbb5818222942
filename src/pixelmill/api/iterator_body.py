"""An iterator of execute and run: a list for one node, given as JSON or as the text of a CSV."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from pixelmill.domain.iterating import Iterator
from pixelmill.services.prompt_texts import read_csv


class IteratorConfig(BaseModel):
    """A list for one node. Several of them are combined in step, or as all pairs."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    node_id: str = Field(description="The node that the list feeds.")
    items: list[Any] | None = Field(
        None, description="Values for the node's input or for param, or objects of parameters."
    )
    csv: str | None = Field(
        None, description="The list as a CSV; its first row names parameters of the node."
    )
    param: str | None = Field(None, description="The parameter that plain values set.")
    mode: Literal["zip", "product"] | None = Field(
        None, description="How it joins those before it. Default: as the first one, else zip."
    )
    start: int = Field(0, ge=0)
    end: int | None = Field(None, ge=0)
    max_items: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _has_one_list(self) -> Self:
        if (self.items is None) == (self.csv is None):
            raise ValueError("takes either 'items' or 'csv'")
        return self

    def iterator(self, path: str) -> Iterator:
        """The list read. Raises BadPrompts naming ``path`` and the row for a CSV with a fault."""
        items = self.items
        if items is None:
            table = read_csv((self.csv or "").encode(), f"{path}.csv")
            items = [dict(row) for row in table.rows]
            if self.param is not None and len(table.columns) == 1:
                items = [row[table.columns[0]] for row in table.rows]
        return Iterator(
            self.node_id, items, self.param, self.mode, self.start, self.end, self.max_items
        )
