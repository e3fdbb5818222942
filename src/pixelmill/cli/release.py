"""Which release this is."""


def release() -> str:
    """The version as the package was installed, such as ``0.1.0``."""
    from importlib.metadata import version

    return version("pixelmill")
