"""Child processes for work that a hostile file could make expensive."""

from pixelmill.pool.errors import ComputeFailed, ComputeKilled
from pixelmill.pool.pool import ChildPool

__all__ = ["ChildPool", "ComputeFailed", "ComputeKilled"]
