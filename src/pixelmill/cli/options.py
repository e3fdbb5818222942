"""The options that several commands share, and the settings that follow from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pixelmill.settings import Settings

Data = Annotated[
    Path | None,
    typer.Option("--data", help="Where data is kept (PIXELMILL_DATA).", metavar="DIR"),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        help="sqlite:///… or postgresql://… (PIXELMILL_DATABASE_URL).",
        metavar="URL",
    ),
]
StorageUrl = Annotated[
    str | None,
    typer.Option(
        "--storage-url", help="file://… or s3://… (PIXELMILL_STORAGE_URL).", metavar="URL"
    ),
]


def settings_with(**options: object) -> Settings:
    """The environment's settings, overridden by the options that were given.

    Raises BadSettings.
    """
    from dataclasses import replace

    from pixelmill.settings import BadSettings, read_settings

    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    settings = replace(read_settings(), **given)
    url = settings.database_url
    if url is not None and not url.startswith(("sqlite:", "postgresql:", "postgres:")):
        raise BadSettings(
            "A database URL starts with sqlite:/// or postgresql://, "
            f"not {url.partition(':')[0]}: (--database-url, PIXELMILL_DATABASE_URL)."
        )
    return settings
