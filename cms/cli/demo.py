"""`cms demo`: the sample magazine."""

from __future__ import annotations

import shutil

import click

from cms.cli.prepare import UNFINISHED
from cms.cli.tools import call_command, open_services, say, with_settings
from cms.config import Settings
from cms.core.errors import Invalid
from cms.demo import loader
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
    if mark.exists():
        _start_over(settings)
    services = open_services(settings)
    loader.refuse_unless_empty(services)
    mark.touch()
    count = loader.load(services, say)
    while turn(services):
        say("Indexing and relating")
    loader.read_old_notices(services)
    mark.unlink()
    say.end()
    click.echo(f"{count} pieces, {len(loader.STAFF)} people on the staff.")


def _start_over(settings: Settings) -> None:
    """Throw away what a stopped loading left: half a magazine, in which nobody has worked yet."""
    if not settings.database_url.startswith("sqlite"):
        raise Invalid("Loading the demo was stopped half-way. Empty the database, then start again.")
    for path in settings.data.glob("galley.db*"):
        path.unlink()
    shutil.rmtree(settings.media, ignore_errors=True)
    call_command(settings, "migrate", "--quiet")
