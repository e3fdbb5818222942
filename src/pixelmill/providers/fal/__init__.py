"""fal.ai: many vendors' models behind one queue."""

from pixelmill.providers.fal.provider import FAL

__all__ = ["FAL"]
