"""Signatures of Standard Webhooks: ``v1,<base64 HMAC-SHA256 of id.timestamp.body>``."""

import base64
import hmac
import secrets as random
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from standardwebhooks import Webhook

TOLERANCE_S: Final = 300
"""How old or how early a signed message may be."""


def new_secret() -> str:
    """``whsec_`` and 256 random bits."""
    return f"whsec_{base64.b64encode(random.token_bytes(32)).decode('ascii')}"


def signature(secrets: Iterable[str], id_: str, timestamp_s: int, body: str) -> str:
    """The header ``webhook-signature``: one signature for each secret, the newest first."""
    at = datetime.fromtimestamp(timestamp_s, UTC)
    return " ".join(Webhook(secret).sign(id_, at, body) for secret in secrets)


def signature_holds(
    secret: str, id_: str, timestamp: str, body: str, given: str, *, now_s: int
) -> bool:
    """Whether one of the given signatures is right and the message is of now; constant time."""
    if not (id_ and timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
        return False
    if abs(now_s - int(timestamp)) > TOLERANCE_S:
        return False
    right = signature([secret], id_, int(timestamp), body).encode("ascii")
    matches = [
        hmac.compare_digest(right, one.encode("utf-8", "surrogatepass"))
        for one in given.split(" ")[:10]
    ]
    return any(matches)
