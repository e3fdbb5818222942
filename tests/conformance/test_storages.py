"""Every built-in storage that needs no server passes the suite."""

from pathlib import Path

import pytest

from pixelmill.sdk.storage import Storage
from pixelmill.sdk.testing import StorageSuite
from pixelmill.storage import open_storage


class TestLocalDirectory(StorageSuite):
    """A folder on this machine."""

    @pytest.fixture
    def storage(self, tmp_path: Path) -> Storage:
        """Empty."""
        return open_storage(tmp_path / "assets")


class TestMemory(StorageSuite):
    """An object store in this process."""

    @pytest.fixture
    def storage(self) -> Storage:
        """Empty."""
        return open_storage("memory://")
