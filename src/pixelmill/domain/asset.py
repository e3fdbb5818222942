"""What an asset is for, and under which key its bytes are stored."""

from enum import StrEnum


class AssetKind(StrEnum):
    """Why an asset exists; an orphan arrived after its item was cancelled or taken over."""

    INPUT = "input"
    INTERMEDIATE = "intermediate"
    FINAL = "final"
    ORPHAN = "orphan"


def storage_key(workspace_id: str, sha256: str) -> str:
    """The storage key ``<workspace>/<first two digits>/<64 hex digits>``.

    Raises ValueError unless both are plain, so that no key can leave its workspace's folder.
    """
    digits = len(sha256) == 64 and not sha256.strip("0123456789abcdef")
    plain = workspace_id.isascii() and workspace_id.replace("_", "").isalnum()
    if not (digits and plain):
        raise ValueError("A storage key needs a workspace id and a SHA-256 in lower-case hex.")
    return f"{workspace_id}/{sha256[:2]}/{sha256}"
