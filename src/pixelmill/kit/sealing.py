"""Secrets at rest: sealed with a key of their own kind, so that a copied database tells nothing."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE: Final = 12
_VERSION: Final = "a1."


class SealBroken(Exception):
    """A sealed text was changed, belongs elsewhere, or was sealed with another secret key."""


def seal(secret: bytes, purpose: str, text: str) -> str:
    """``text`` encrypted with AES-256-GCM, as printable characters.

    ``purpose`` says what it is and whose (``"endpoint:whe_…"``): a seal opens only under the same
    purpose, so that a row copied to another place is of no use there.
    """
    nonce = secrets.token_bytes(_NONCE)
    data = AESGCM(_key(secret)).encrypt(nonce, text.encode("utf-8"), purpose.encode("utf-8"))
    return _VERSION + base64.urlsafe_b64encode(nonce + data).decode("ascii")


def unseal(secret: bytes, purpose: str, sealed: str) -> str:
    """The text of a seal. Raises SealBroken."""
    try:
        data = base64.urlsafe_b64decode(sealed.removeprefix(_VERSION))
        plain = AESGCM(_key(secret)).decrypt(data[:_NONCE], data[_NONCE:], purpose.encode("utf-8"))
    except (InvalidTag, ValueError) as error:
        raise SealBroken("A stored secret cannot be opened with this secret key.") from error
    return plain.decode("utf-8")


def _key(secret: bytes) -> bytes:
    """A key for sealing alone, apart from what signs links (HKDF-Expand of one block)."""
    return hmac.digest(secret, b"pixelmill sealing\x01", hashlib.sha256)
