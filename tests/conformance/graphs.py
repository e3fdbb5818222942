"""Graphs that the contract is tried with: in its own spelling, and small ones that draw."""

from typing import Any

from tests.integration.api.conftest import TEXT, WIRE


def box(id_: str, node_type: str, label: str, **params: str) -> dict[str, Any]:
    """A node as the contract's own examples spell it."""
    data = {"label": label, "category": "model", "nodeType": node_type, "params": params}
    return {"id": id_, "type": "basedNode", "position": {"x": 0, "y": 0}, "data": data}


HANDLES = {"sourceHandle": "out-prompt", "targetHandle": "in-prompt"}
IN_PROSE: dict[str, Any] = {
    "nodes": [
        box("node-1", "input:text", "Prompt"),
        box("node-2", "generate:flux_2", "Text to Image", aspect_ratio="16:9"),
    ],
    "edges": [{**WIRE, "source": "node-1", "target": "node-2", **HANDLES}],
}


def sketch(id_: str, **params: Any) -> dict[str, Any]:
    """A node that draws small pictures."""
    size = {"image_size": {"width": 64, "height": 64}}
    data = {"nodeType": "generate:sketch", "label": "Sketch", "params": {**size, **params}}
    return {"id": id_, "data": data}


def refusing(word: str) -> dict[str, Any]:
    """A small picture of each prompt, but not of those with this word."""
    return {"nodes": [TEXT, sketch("gen", refuse=[word])], "edges": [WIRE]}
