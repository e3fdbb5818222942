"""Finds plugs: the modules of a package, and what installed packages announce."""

import importlib
import pkgutil
from collections.abc import Iterator
from importlib import metadata
from types import ModuleType

from pixelmill.sdk.annotations import BadDeclaration


def modules_of(package: str) -> Iterator[ModuleType]:
    """A package and all modules below it, imported, in the order of their names."""
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(getattr(root, "__path__", ()), f"{package}."):
        yield importlib.import_module(found.name)


def announced(group: str) -> Iterator[object]:
    """What entry points of this group name: an object as it is, a module with all below it."""
    for point in sorted(metadata.entry_points(group=group), key=lambda point: point.name):
        try:
            target: object = point.load()
        except Exception as error:
            package = point.dist.name if point.dist else "an installed package"
            raise BadDeclaration(
                f"{package} announces {point.value!r} under {group}; it cannot be loaded: {error}"
            ) from error
        if isinstance(target, ModuleType):
            yield from modules_of(target.__name__)
        else:
            yield target
