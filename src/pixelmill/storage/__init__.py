"""Where asset bytes live: a local directory, or any object store that obstore speaks to."""

from pixelmill.storage.opening import open_storage

__all__ = ["open_storage"]
