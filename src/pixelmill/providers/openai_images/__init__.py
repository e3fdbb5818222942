"""OpenAI's image API, and every server that speaks it."""

from pixelmill.providers.openai_images.provider import OPENAI

__all__ = ["OPENAI"]
