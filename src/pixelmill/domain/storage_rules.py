"""How much a workspace may keep and for how long: its own settings, else those of its plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final, Self

from pixelmill.domain.asset import AssetKind
from pixelmill.domain.limits import DAY_MS, PlanLimits
from pixelmill.kit.problems import Problem

SETTING: Final = "storage"
"""The name under which a workspace's settings hold these rules."""
KEEP_NAMES: Final[Mapping[str, tuple[AssetKind, ...]]] = MappingProxyType(
    {
        "inputs": (AssetKind.INPUT,),
        "intermediates": (AssetKind.INTERMEDIATE, AssetKind.ORPHAN),
        "finals": (AssetKind.FINAL,),
    }
)
"""What ``keepDays`` may name, and the assets it means."""


class StorageQuotaReached(Problem):
    """This workspace keeps as much as it may. Delete images that are not needed."""

    code: ClassVar[str] = "storage_quota_reached"
    status: ClassVar[int] = 413
    title: ClassVar[str] = "Storage quota reached"


@dataclass(frozen=True, slots=True)
class Usage:
    """What lies in storage: files that differ, and their bytes."""

    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class StorageRules:
    """None is unlimited; a kind without days is kept for ever."""

    max_bytes: int | None = None
    max_files: int | None = None
    keep_days: Mapping[AssetKind, int] = field(default_factory=dict[AssetKind, int])

    @classmethod
    def read(cls, settings: Mapping[str, Any] | None, limits: PlanLimits | None) -> Self:
        """The rules of a workspace: ``{"storage": {"maxBytes", "maxFiles", "keepDays": {…}}}``."""
        own: Mapping[str, Any] = (settings or {}).get(SETTING) or {}
        days: Mapping[str, int] = own.get("keepDays") or {}
        return cls(
            max_bytes=own.get("maxBytes", limits.storage_bytes if limits else None),
            max_files=own.get("maxFiles", limits.storage_files if limits else None),
            keep_days={
                kind: days[name]
                for name, kinds in KEEP_NAMES.items()
                if days.get(name) is not None
                for kind in kinds
            },
        )

    @property
    def limited(self) -> bool:
        """Whether there is anything to count for."""
        return self.max_bytes is not None or self.max_files is not None

    def check(self, used: Usage, more_bytes: int) -> None:
        """Whether one more file of so many bytes fits. Raises StorageQuotaReached."""
        if self.max_files is not None and used.files + 1 > self.max_files:
            raise _reached("files", self.max_files, used.files, used.files + 1)
        if self.max_bytes is not None and used.size_bytes + more_bytes > self.max_bytes:
            raise _reached("bytes", self.max_bytes, used.size_bytes, used.size_bytes + more_bytes)

    def oldest_ms(self, kind: AssetKind, now_ms: int) -> int | None:
        """Assets of this kind made before then are over their time; None keeps them all."""
        days = self.keep_days.get(kind)
        return None if days is None else now_ms - days * DAY_MS


def _reached(unit: str, limit: int, used: int, wanted: int) -> StorageQuotaReached:
    return StorageQuotaReached(
        f"This workspace may keep {limit:,} {unit} and keeps {used:,}; with this file it would be "
        f"{wanted:,}. Delete images that are not needed, or ask the operator for more room.",
        extra={"quota": unit, "limit": limit, "used": used, "wanted": wanted},
    )
