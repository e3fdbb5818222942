"""Seeds: the row's, else the node's, else one derived from what stays the same in a rerun."""

import hashlib
from typing import Final

MAX_SEED: Final = 2**31 - 1
"""Seeds lie in [0, 2**31 - 1], which every vendor accepts."""


def derive(base_seed: int, item_key_or_hash: str, node_id: str, repeat: int = 0) -> int:
    """A seed that depends on all four and on nothing else (first 31 bits of a BLAKE2b hash)."""
    text = f"{base_seed}:{repeat}:{len(item_key_or_hash)}:{item_key_or_hash}{node_id}"
    hashed = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(hashed, "big") >> 1


def item_seed(
    *,
    row_seed: int | None,
    node_seed: int | None,
    base_seed: int,
    item_key_or_hash: str,
    node_id: str,
    repeat: int = 0,
) -> int:
    """The seed of one node run; ``repeat`` counts equal items before this one."""
    if row_seed is not None:
        return row_seed
    if node_seed is not None:
        return node_seed
    return derive(base_seed, item_key_or_hash, node_id, repeat)
