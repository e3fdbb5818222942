"""``pixelmill migrate``: brings the database to this release's schema."""

import asyncio

from pixelmill.cli.options import Data, DatabaseUrl


def migrate(*, data: Data = None, database_url: DatabaseUrl = None) -> None:
    """Bring the database to the schema of this release."""
    from pixelmill.bootstrap import migrate as bring_up
    from pixelmill.cli.logs import configure_logs
    from pixelmill.cli.options import settings_with

    settings = settings_with(data=data, database_url=database_url)
    configure_logs(settings.log_format, quiet=True)
    changed = asyncio.run(bring_up(settings))
    print("The schema is now this release's." if changed else "The schema is current.")
