"""Plain names out of any text."""

import re
import unicodedata
from typing import Final

_OTHER: Final = re.compile(r"[^a-z0-9]+")


def slug(text: str, max_length: int = 40) -> str:
    """``text`` in a-z, 0-9 and single hyphens, for file names and input keys.

    ``"Product Größe"`` becomes ``"product-grosse"``. Empty when nothing of it can be kept.
    """
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold()
    plain = "".join([char for char in apart if not unicodedata.combining(char)])
    return _OTHER.sub("-", plain).strip("-")[:max_length].rstrip("-")
