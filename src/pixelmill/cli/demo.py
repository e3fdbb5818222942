"""``pixelmill demo``."""


def demo() -> None:
    """Coming."""
