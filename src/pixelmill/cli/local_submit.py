"""Starts batches in this process's own house."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from pixelmill.services.access import default_workspace
from pixelmill.services.executing import execute
from pixelmill.services.house import Principal

if TYPE_CHECKING:
    from pixelmill.services.executing import Wish
    from pixelmill.services.house import House


async def default_principal(house: House) -> Principal:
    """Whoever sits at this machine works in the first workspace, and may do everything there."""
    workspace = await default_workspace(house.parts.database)
    return Principal(workspace["id"], workspace["plan"], frozenset())


async def submit_here(house: House, principal: Principal, wish: Wish) -> str:
    """Start the batch here; answers its execution's id. Raises a Problem."""
    accepted = await execute(house, principal, wish)
    return str(orjson.loads(accepted.reply.body)["executionId"])
