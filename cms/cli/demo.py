"""`cms demo`: the sample magazine."""

from __future__ import annotations

import click
from sqlalchemy import select

from cms.accounts.models import User
from cms.cli.prepare import UNFINISHED
from cms.cli.tools import say, with_services
from cms.demo import loader
from cms.migrations import schema
from cms.wiring import Services
from cms.worker import turn


@click.command("demo")
@with_services
def demo(services: Services) -> None:
    """Fill an empty installation with Overscan, a magazine to look around in.

    Its passwords are public, so it only goes into the demo profile.
    """
    if not services.settings.is_demo:
        raise click.ClickException("The demo's passwords are public: it only goes into CMS_PROFILE=demo.")
    unfinished = services.settings.data / UNFINISHED
    if unfinished.exists():
        _clear(services)
    with services.sessions() as db:
        if db.scalar(select(User.id).limit(1)) is None:
            unfinished.touch(mode=0o600)  # from here on, being stopped would leave half a magazine
    count = loader.load(services, say)
    done = 0
    while moved := turn(services):
        done += moved
        say(f"Indexing and relating: {done} done")
    unfinished.unlink()
    say.end()
    click.echo(f"The demo magazine is here: {count} pieces, {len(loader.STAFF)} people on the staff.", err=True)


def _clear(services: Services) -> None:
    """Take away a demo magazine whose loading was interrupted."""
    say("Clearing away a demo magazine that was only half loaded")
    with schema.alone(services.engine) as connection:
        schema.downgrade(connection, "base")
        schema.upgrade(connection)
    for key in list(services.storage.keys()):
        services.storage.delete(key)
