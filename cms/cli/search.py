"""`cms search`: the index and the edition."""

from __future__ import annotations

import time

import click

from cms.cli.tools import say, with_services
from cms.wiring import Services


@click.group("search")
def search() -> None:
    """Rebuild the search index, or compare it with the edition."""


@search.command("rebuild")
@with_services
def rebuild(services: Services) -> None:
    """Build the index anew from the edition; readers go on searching the old one meanwhile."""
    started, done = time.monotonic(), 0

    def progress(count: int) -> None:
        nonlocal done
        done = count
        say(f"Indexing: {count}")

    with services.sessions() as db:
        services.search.rebuild(db, progress)
    say.end()
    click.echo(f"{done} pieces in the index, in {time.monotonic() - started:.1f} s.")


@search.command("check")
@with_services
def check(services: Services) -> None:
    """Say where the index is not what the edition is."""
    with services.sessions() as db:
        found = services.search.check(db)
    if not found:
        click.echo("The index is what the edition says.")
        return
    for what, ids in (("missing", found.missing), ("surplus", found.surplus), ("outdated", found.stale)):
        if ids:
            click.echo(f"{what}: {', '.join(map(str, ids[:20]))}{' ...' if len(ids) > 20 else ''}")
    raise click.ClickException("Index and edition differ. The worker mends that; `cms search rebuild` does it at once.")
