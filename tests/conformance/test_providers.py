"""Every provider that the registry finds passes the suite."""

from pixelmill.sdk.registry import find_providers
from pixelmill.sdk.testing import ProviderSuite


class TestEveryProvider(ProviderSuite):
    """Built in and installed."""

    providers = tuple(find_providers().values())
