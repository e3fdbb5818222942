"""``pixelmill fake-provider``: a vendor for tests, shaped like OpenAI's images and fal's queue."""

from pathlib import Path
from typing import Annotated

import typer


def fake_provider(
    *,
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes any.", min=0, max=65_535)],
    latency: Annotated[float, typer.Option(help="Seconds that an image takes.", min=0)] = 0.0,
    log: Annotated[Path | None, typer.Option(help="Where each call is noted.", metavar="FILE")] = (
        None
    ),
) -> None:
    """Play a vendor that is paid in nothing, with faults and a log of its calls."""
    from pixelmill.fakevendor.main import main

    main(port=port, latency=latency, log=log)
