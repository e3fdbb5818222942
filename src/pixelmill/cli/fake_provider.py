"""``pixelmill fake-provider``: a vendor for tests, shaped like OpenAI's images and fal's queue."""

from pathlib import Path
from typing import Annotated

import typer

from pixelmill.cli.failures import CommandFailed


def fake_provider(
    *,
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes any.", min=0, max=65_535)],
    latency: Annotated[float, typer.Option(help="Seconds that an image takes.", min=0)] = 0.0,
    log: Annotated[Path | None, typer.Option(help="Where each call is noted.", metavar="FILE")] = (
        None
    ),
) -> None:
    """Play a vendor that is paid in nothing, with faults and a log of its calls."""
    from pixelmill.cli.ports import listen
    from pixelmill.fakevendor.serving import serve
    from pixelmill.fakevendor.vendor import FakeVendor

    if port:
        probe = listen("127.0.0.1", port)
        probe.socket.close()
        if probe.notice:
            raise CommandFailed(f"{port} is in use by another program. Give another --port.")
    vendor = FakeVendor(latency_s=latency, log_file=log)
    print(f"http://127.0.0.1:{port}", flush=True)
    serve(vendor, port)
