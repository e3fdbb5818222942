"""Results that may be reused: found by key within one workspace."""

from sqlalchemy import bindparam, select

from pixelmill.db.statements import Statement
from pixelmill.db.tables.assets import cache

FIND_CACHED = Statement(
    select(cache.c.output, cache.c.credits).where(
        cache.c.key == bindparam("key"), cache.c.workspace_id == bindparam("workspace_id")
    )
)
