"""`cms demo`: the sample magazine."""

from __future__ import annotations

import click

from cms.cli.prepare import UNFINISHED
from cms.cli.tools import open_services, say, with_settings
from cms.config import Settings
from cms.core.errors import Invalid
from cms.demo import loader
from cms.migrations import schema
from cms.wiring import Services
from cms.worker import turn


@click.command("demo")
@with_settings
def demo(settings: Settings) -> None:
    """Fill an empty installation with Overscan, a magazine to look around in.

    Its passwords are public, so it only goes into the demo profile.
    """
    if not settings.is_demo:
        raise Invalid("The demo's passwords are public: it only goes into CMS_PROFILE=demo.")
    mark = settings.data / UNFINISHED
    services = open_services(settings)
    if mark.exists():
        _start_over(services)
    loader.refuse_unless_empty(services)
    mark.touch()
    count = loader.load(services, say)
    while turn(services):
        say("Indexing and relating")
    loader.read_old_notices(services)
    mark.unlink()
    say.end()
    click.echo(f"{count} pieces, {len(loader.STAFF)} people on the staff.")


def _start_over(services: Services) -> None:
    """Throw away what a stopped loading left: half a magazine, in which nobody has worked yet."""
    say("Clearing away a demo magazine that was only half loaded")
    with schema.alone(services.engine) as connection:
        schema.downgrade(connection, "base")
        schema.upgrade(connection)
    for key in list(services.storage.keys()):
        services.storage.delete(key)
