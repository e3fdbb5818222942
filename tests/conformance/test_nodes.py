"""Every node that the registry finds passes the suite."""

from collections.abc import Mapping
from typing import ClassVar

from pixelmill.sdk.registry import find_nodes
from pixelmill.sdk.testing import NodeSuite
from pixelmill.sdk.values import JsonValue


class TestEveryNode(NodeSuite):
    """Built in and installed."""

    nodes = find_nodes().nodes
    samples: ClassVar[Mapping[str, Mapping[str, JsonValue]]] = {"edit:resize": {"width": 24}}
