"""Plain names out of any text."""

import re
import unicodedata
from typing import Final

_OTHER: Final = re.compile(r"[^a-z0-9]+")


def slug(text: str, max_length: int = 40) -> str:
    """``text`` in a-z, 0-9 and single hyphens, for file names and input keys.

    ``"Product Größe"`` becomes ``"product-grosse"``. Empty when nothing of it can be kept.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode("ascii")
    return _OTHER.sub("-", plain.casefold()).strip("-")[:max_length].rstrip("-")
