"""Every table, on one metadata: importing this package is importing the schema."""

from pixelmill.db.tables import (
    access,
    assets,
    delivery,
    executions,
    money,
    workflows,
)
from pixelmill.db.tables.base import metadata

__all__ = ["access", "assets", "delivery", "executions", "metadata", "money", "workflows"]
