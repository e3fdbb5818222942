"""A storage is chosen by its URL."""

from pathlib import Path

import pytest

from pixelmill.storage import open_storage
from pixelmill.storage.local import LocalStorage
from pixelmill.storage.objects import ObjectStorage


def test_a_path_and_a_file_url_mean_a_directory(tmp_path: Path) -> None:
    for url in (str(tmp_path / "a b"), tmp_path / "a b", f"file://{tmp_path}/a%20b"):
        storage = open_storage(url)
        assert isinstance(storage, LocalStorage)
        assert storage.root == tmp_path / "a b"


@pytest.mark.parametrize(
    "url",
    ["memory://", "s3://bucket/some/prefix?endpoint=http://127.0.0.1:9&region=eu-west-1",
     "gs://bucket", "az://container"],
)  # fmt: skip
def test_object_stores_open_without_a_call(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "someone")
    assert isinstance(open_storage(url), ObjectStorage)


def test_an_unknown_scheme_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"ftp://.*file.*s3"):
        open_storage("ftp://host/dir")


def test_a_misspelt_setting_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="endpiont"):
        open_storage("s3://bucket?endpiont=http://127.0.0.1")
