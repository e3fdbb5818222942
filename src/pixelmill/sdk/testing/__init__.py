"""What a plug author tests with: a context without a server, and the suites every plug passes."""

# ruff: noqa: E402 - pytest explains a failed assert only in modules it was told of beforehand
import pytest

for _suite in ("node_suite", "provider_suite", "storage_suite"):
    pytest.register_assert_rewrite(f"pixelmill.sdk.testing.{_suite}")

from pixelmill.sdk.testing.fake_context import FakeContext, tiny_png
from pixelmill.sdk.testing.node_suite import NodeSuite
from pixelmill.sdk.testing.provider_suite import ProviderSuite
from pixelmill.sdk.testing.storage_suite import StorageSuite

__all__ = ["FakeContext", "NodeSuite", "ProviderSuite", "StorageSuite", "tiny_png"]
