"""One-time links that sign a browser in to look at one workspace, and the cookie they set."""

import hashlib
import secrets
from typing import Final

from pixelmill.kit.signing import sign, verify
from pixelmill.services.house import House

COOKIE: Final = "pixelmill"
COOKIE_S: Final = 30 * 24 * 3600
_PURPOSE: Final = "sign-in"


class SignIn:
    """Issues links for one workspace; a link works once, and only in the process that made it."""

    def __init__(self, house: House, workspace_id: str) -> None:
        self._house = house
        self._workspace_id = workspace_id
        self._next_by_hash: dict[str, str] = {}

    def issue(self, next_path: str = "/") -> str:
        """A path ``/in/<token>`` that signs in and leads on to ``next_path``."""
        token = secrets.token_urlsafe(24)
        self._next_by_hash[_hashed(token)] = local_path(next_path)
        return f"/in/{token}"

    def redeem(self, token: str) -> str | None:
        """Where a link leads, once; None for a link that was used or never made."""
        return self._next_by_hash.pop(_hashed(token), None)

    def cookie(self) -> str:
        """The value of a cookie that is good for ``COOKIE_S`` seconds from now."""
        expires = str(self._house.parts.clock.now_ms() // 1000 + COOKIE_S)
        signature = sign(self._house.secret, _PURPOSE, self._workspace_id, expires)
        return f"{self._workspace_id}.{expires}.{signature}"

    def workspace_of(self, cookie: str) -> str | None:
        """The workspace that a cookie opens, or None for one that is forged or expired."""
        workspace_id, _, rest = cookie.partition(".")
        expires, _, signature = rest.partition(".")
        if not verify(self._house.secret, signature, _PURPOSE, workspace_id, expires):
            return None
        if int(expires) <= self._house.parts.clock.now_ms() // 1000:
            return None
        return workspace_id


def local_path(path: str) -> str:
    """The path itself if it stays on this server, else ``/``."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if inside and path.isascii() and path.isprintable() else "/"


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
