"""The secrets that sign for an endpoint: sealed at rest, two of them while one is rotated."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pixelmill.kit.sealing import seal, unseal

OVERLAP_MS: Final = 24 * 3_600_000
"""How long the secret before the newest still signs."""


def sealed_secret(key: bytes, endpoint_id: str, text: str) -> dict[str, Any]:
    """A secret as an endpoint's row keeps it."""
    return {"sealed": seal(key, f"endpoint:{endpoint_id}", text), "expiresAt": None}


def with_newer(
    key: bytes, endpoint_id: str, kept: Sequence[Mapping[str, Any]], text: str, now_ms: int
) -> list[dict[str, Any]]:
    """The secrets after a rotation: the new one, and the last one until its overlap ends."""
    before = {**kept[0], "expiresAt": now_ms + OVERLAP_MS} if kept else None
    return [sealed_secret(key, endpoint_id, text), *([before] if before else [])]


def open_secrets(
    key: bytes, endpoint_id: str, kept: Sequence[Mapping[str, Any]], now_ms: int
) -> list[str]:
    """The secrets that sign now, the newest first. Raises SealBroken."""
    return [
        unseal(key, f"endpoint:{endpoint_id}", one["sealed"])
        for one in kept
        if one["expiresAt"] is None or one["expiresAt"] > now_ms
    ]


def callback_secret(key: bytes, workspace_id: str) -> str:
    """What signs a workspace's callbacks: made from the installation's secret key, never stored."""
    mac = hmac.digest(key, f"callback secret of {workspace_id}".encode(), hashlib.sha256)
    return f"whsec_{base64.b64encode(mac).decode('ascii')}"
