"""Signatures over texts, and the making and checking of API keys."""

import base64
import hashlib
import hmac
import re
import secrets
import zlib
from typing import Final

_BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM_LENGTH: Final = 28
"""28 characters of base62 carry 166 bits."""
_CHECK_LENGTH: Final = 6
_KEY: Final = re.compile(rf"sk-[0-9A-Za-z]{{{_RANDOM_LENGTH + _CHECK_LENGTH}}}")


def sign(secret: bytes, *parts: str) -> str:
    """HMAC-SHA256 over ``parts`` as URL-safe base64 without padding (43 characters).

    Each part is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
    """
    mac = hmac.new(secret, digestmod=hashlib.sha256)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        mac.update(len(data).to_bytes(8, "big"))
        mac.update(data)
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode("ascii")


def verify(secret: bytes, signature: str, *parts: str) -> bool:
    """Whether ``signature`` is what ``sign`` gives for ``parts``; in constant time."""
    given = signature.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(given, sign(secret, *parts).encode("ascii"))


def new_key() -> str:
    """A new API key: ``sk-``, 166 random bits, and a checksum that finds typing errors."""
    body = "".join(secrets.choice(_BASE62) for _ in range(_RANDOM_LENGTH))
    return f"sk-{body}{_checksum(body)}"


def key_shape_ok(key: str) -> bool:
    """Whether ``key`` may be a key of ours, told without looking it up."""
    if _KEY.fullmatch(key) is None:
        return False
    body = key[3 : 3 + _RANDOM_LENGTH]
    return key[3 + _RANDOM_LENGTH :] == _checksum(body)


def key_hash(key: str) -> str:
    """What is stored in place of a key: its SHA-256. A random key needs no slow hash."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode("ascii"))
    digits: list[str] = []
    for _ in range(_CHECK_LENGTH):
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return "".join(reversed(digits))
