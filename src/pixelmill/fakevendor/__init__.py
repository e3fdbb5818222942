"""A vendor of pictures that costs nothing, speaks like OpenAI and like fal, and fails on request.

For rehearsals, contract tests and benchmarks. It shares no code with the providers it imitates, so
that both cannot be wrong in the same way.
"""

from pixelmill.fakevendor.serving import serve, serving
from pixelmill.fakevendor.vendor import FakeVendor

__all__ = ["FakeVendor", "serve", "serving"]
