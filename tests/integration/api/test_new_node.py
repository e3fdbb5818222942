"""One new file in the nodes' package, and everybody knows the node."""

import sys
from pathlib import Path

import pytest

import pixelmill.nodes
from tests.integration.api.conftest import site_on

NODE = '''
"""The node that says a text louder."""

from pixelmill.sdk.node import NodeContext, node


@node("utility:louder", title="Louder")
async def louder(ctx: NodeContext, *, text: str, marks: int = 1) -> str:
    """Say a text louder than it was."""
    return text.upper() + "!" * marks
'''


async def test_a_node_of_one_file_is_in_catalog_api_and_documentation(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "more_nodes"
    home.mkdir()
    (home / "louder.py").write_text(NODE)
    monkeypatch.setattr(pixelmill.nodes, "__path__", [*pixelmill.nodes.__path__, str(home)])
    try:
        async with site_on(sqlite_url, tmp_path / "data", working=True) as site:
            catalog = (await site.client.get("/api/v1/nodes")).json()["nodes"]
            (found,) = [one for one in catalog if one["nodeType"] == "utility:louder"]
            page = (await site.client.get("/docs/nodes")).text
            graph = {
                "nodes": [{"id": "l", "data": {"nodeType": "utility:louder", "label": "Louder"}}],
                "edges": [],
            }
            end = await site.finished({"inputs": {"text": "fire"}}, graph)
    finally:
        sys.modules.pop("pixelmill.nodes.louder", None)
    assert found["description"] == "Say a text louder than it was."
    assert {port["id"] for port in found["inputs"]} == {"text", "marks"}
    assert found["schema"]["properties"]["marks"]["default"] == 1
    assert "Say a text louder than it was." in page
    assert end["status"] == "COMPLETED", end
    assert end["executionRuns"][0]["outputs"][0]["value"]["text"] == "FIRE!"
