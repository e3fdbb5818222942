"""What an asset is for, and under which key its bytes are stored."""

import re
from enum import StrEnum
from typing import Final


class AssetKind(StrEnum):
    """Why an asset exists; an orphan arrived after its item was cancelled or taken over."""

    INPUT = "input"
    INTERMEDIATE = "intermediate"
    FINAL = "final"
    ORPHAN = "orphan"


THUMBNAIL_SIDES: Final = (256, 512)
_KEY: Final = re.compile(r"(\w+)/[0-9a-f]{2}/([0-9a-f]{64})(?:\.\d{1,5}\.webp)?", re.ASCII)


def owner_of(key: str) -> tuple[str, str] | None:
    """Workspace and SHA-256 of a key that holds an asset or a small version of it; else None."""
    match = _KEY.fullmatch(key)
    return (match[1], match[2]) if match else None


def storage_key(workspace_id: str, sha256: str) -> str:
    """The storage key ``<workspace>/<first two digits>/<64 hex digits>``.

    Raises ValueError unless both are plain, so that no key can leave its workspace's folder.
    """
    digits = len(sha256) == 64 and not sha256.strip("0123456789abcdef")
    plain = workspace_id.isascii() and workspace_id.replace("_", "").isalnum()
    if not (digits and plain):
        raise ValueError("A storage key needs a workspace id and a SHA-256 in lower-case hex.")
    return f"{workspace_id}/{sha256[:2]}/{sha256}"


def small_key(key: str, side: int) -> str:
    """Where the small version of what lies under ``key`` is kept, ``side`` pixels long."""
    return f"{key}.{side}.webp"
