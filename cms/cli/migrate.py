"""`cms migrate`: the tables of this version."""

from __future__ import annotations

import click

from cms.cli.tools import make_private, with_settings
from cms.config import Settings
from cms.core.db import make_engine
from cms.migrations import schema, standing


@click.command("migrate")
@click.option("--quiet", is_flag=True, help="Say nothing where all is well.")
@with_settings
def migrate(settings: Settings, quiet: bool) -> None:
    """Bring the database's tables up to this version: all of the way, or not at all."""
    make_private(settings.data)
    engine = make_engine(settings.database_url)
    did = schema.migrate(engine)
    engine.dispose()
    if not quiet:
        click.echo(f"The tables are {'now' if did else 'already'} at {standing.head()}.")
