"""The guarded HTTP door: the only way this program calls out."""

from pixelmill.outbound.door import Door
from pixelmill.outbound.errors import ConnectionFailed, OutboundError, Refused, TimedOut, TooLarge
from pixelmill.outbound.messages import FilePart, OutboundReply, OutboundRequest

__all__ = [
    "ConnectionFailed",
    "Door",
    "FilePart",
    "OutboundError",
    "OutboundReply",
    "OutboundRequest",
    "Refused",
    "TimedOut",
    "TooLarge",
]
