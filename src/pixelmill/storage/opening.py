"""Chooses the storage for a URL."""

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

from pixelmill.sdk.storage import Storage
from pixelmill.storage.local import LocalStorage

_OBJECT_SCHEMES = frozenset({"memory", "s3", "s3a", "gs", "az", "azure", "abfs", "abfss"})


def open_storage(url: str | Path) -> Storage:
    """The storage for ``file:///dir``, a plain path, ``memory://``, ``s3://bucket/prefix?…`` etc.

    S3 takes ``endpoint``, ``region`` and ``path_style=0|1`` in the query; credentials come from the
    usual AWS_*, GOOGLE_* and AZURE_* variables or the machine's role. Other schemes are looked for
    among the entry points ``pixelmill.storage``. Raises ValueError for an unknown scheme.
    """
    text = str(url)
    scheme = urlsplit(text).scheme if "://" in text else ""
    if not scheme:
        return LocalStorage(Path(text))
    if scheme == "file":
        return LocalStorage(Path(unquote(urlsplit(text).path)))
    if scheme in _OBJECT_SCHEMES:
        # obstore is imported only where it is used: a local start stays quick.
        from pixelmill.storage.objects import open_objects  # noqa: PLC0415

        return open_objects(text)
    return _from_plugin(scheme, text)


def _from_plugin(scheme: str, url: str) -> Storage:
    found = list(entry_points(group="pixelmill.storage", name=scheme))
    if not found:
        known = ", ".join(sorted({"file", *_OBJECT_SCHEMES}))
        raise ValueError(f"No storage speaks {scheme}://. Known: {known}.")
    if len(found) > 1:
        raise ValueError(f"Several packages offer a storage for {scheme}://.")
    factory = cast("Callable[[str], Storage]", found[0].load())
    return factory(url)
