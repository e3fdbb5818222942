"""``pixelmill openapi``."""


def openapi() -> None:
    """Coming."""
