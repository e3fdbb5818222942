"""Which keys a storage accepts: server-made paths that stay inside the storage everywhere."""

import re

_KEY = re.compile(r"(?=.{1,512}\Z)[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\Z")


def checked(key: str) -> str:
    """The key itself. Raises ValueError unless each part is ``[A-Za-z0-9._-]`` without a first dot.

    So ``..``, hidden names, empty parts, backslashes and absolute paths are all impossible.
    """
    if not _KEY.match(key):
        raise ValueError("not a storage key")
    return key
