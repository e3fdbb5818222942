"""``pixelmill run``."""


def run() -> None:
    """Coming."""
