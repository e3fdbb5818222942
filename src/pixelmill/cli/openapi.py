"""``pixelmill openapi``: the API's description, for tools."""

import sys


def openapi() -> None:
    """Print the API's description (OpenAPI 3.1, JSON)."""
    import orjson

    from pixelmill.api.app import documented_app
    from pixelmill.api.docs import document

    described = document(documented_app())
    sys.stdout.buffer.write(orjson.dumps(described, option=orjson.OPT_INDENT_2) + b"\n")
