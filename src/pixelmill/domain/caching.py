"""When two node runs would give the same result: they have the same cache key."""

from collections.abc import Mapping, Sequence

from pixelmill.domain.values import JsonValue
from pixelmill.kit.canonical import digest


def cache_key(
    *,
    workspace_id: str,
    node_type: str,
    node_version: int,
    params: Mapping[str, JsonValue],
    input_hashes: Mapping[str, Sequence[str]],
    model_id: str | None = None,
    model_revision: str | None = None,
    seed: int | None = None,
) -> str:
    """64 hex digits over all that decides a result; ``input_hashes`` by port, in wire order.

    Workspaces never share results. Raises ValueError for parameters that are no JSON.
    """
    return digest(
        [
            workspace_id,
            node_type,
            node_version,
            dict(params),
            {port: list(hashes) for port, hashes in input_hashes.items()},
            model_id,
            model_revision,
            seed,
        ]
    )
