"""The application that the contract is tried on."""

from tests.integration.api.conftest import site, working_site

__all__ = ["site", "working_site"]
