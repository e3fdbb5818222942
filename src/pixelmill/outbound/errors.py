"""Why an outbound call gave no reply."""


class OutboundError(Exception):
    """Root of the door's errors."""


class Refused(OutboundError):
    """The door does not call this address; nothing was sent.

    Every inner address gets ``INNER``, so that nobody can map a network by comparing messages.
    """

    INNER = "This address may not be called."


class TimedOut(OutboundError):
    """The total deadline passed. ``sent``: the request may have reached the other side."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class ConnectionFailed(OutboundError):
    """No whole reply arrived. ``sent``: the request may have reached the other side."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class TooLarge(OutboundError):
    """The reply is longer than ``max_bytes``; reading stopped there. The request was sent."""
