"""``pixelmill doctor``."""


def doctor() -> None:
    """Coming."""
