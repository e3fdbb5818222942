"""Every node that the registry finds passes the suite."""

from collections.abc import Mapping
from typing import ClassVar

from pixelmill.sdk.model_nodes import with_models
from pixelmill.sdk.registry import find_nodes, find_providers
from pixelmill.sdk.testing import NodeSuite
from pixelmill.sdk.values import JsonValue


class TestEveryNode(NodeSuite):
    """Built in and installed, and the nodes of all models."""

    nodes = with_models(find_nodes(), find_providers()).nodes
    samples: ClassVar[Mapping[str, Mapping[str, JsonValue]]] = {"edit:resize": {"width": 24}}
