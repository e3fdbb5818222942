"""Ends executions whose deadline has passed."""

from pixelmill.db.closing import EXPIRED, Close
from pixelmill.db.database import DatabaseUnavailable
from pixelmill.domain.execution import State
from pixelmill.engine.parts import Parts
from pixelmill.kit.pulse import Pulse

LOOK_S = 1.0


def deadlines(parts: Parts) -> Pulse:
    """Looks once a second; several processes may, since an execution ends only once."""

    async def look() -> bool:
        for row in await parts.database.fetch(EXPIRED, now_ms=parts.clock.now_ms()):
            await parts.writer.submit(Close(row["id"], State.TIMEOUT))
        return False

    return Pulse("deadlines", look, soon_s=0.0, later_s=LOOK_S, expected=(DatabaseUnavailable,))
