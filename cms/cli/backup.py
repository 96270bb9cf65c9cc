"""`cms backup`: everything that cannot be made again, in one file."""

from __future__ import annotations

from pathlib import Path

import click

from cms.cli.tools import make_private, say, with_services
from cms.core import clock
from cms.transfer import backup as backups
from cms.wiring import Services


@click.group("backup")
def backup() -> None:
    """Make a backup, or bring one back."""


@backup.command("create")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@with_services
def create(services: Services, file: Path | None) -> None:
    """Write database and pictures, as they are at one moment, into FILE; people may go on working."""
    if file is None:
        folder = services.settings.data / "backups"
        make_private(folder)
        file = folder / f"galley-{clock.now():%Y%m%d-%H%M%S}.tar"
    key = services.settings.secret_key
    made = backups.create(services.engine, services.storage, file.absolute(), key=key, say=say)
    say.end()
    click.echo(f"{file}: {made.rows} rows, {made.files} pictures, {file.stat().st_size / 1e6:.1f} MB")
    click.echo(f"Note elsewhere: its digest   {made.digest}")
    click.echo(f"                its log head {made.head}")
    click.echo("It holds neither the secret key nor who is signed in. Keep it as safe as the database.")
    for name in made.missing:
        click.echo(f"Missing: {name}, which a picture's row names. It was missing before the backup.", err=True)


@backup.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--digest", default="", help="Take the backup only if this is the digest that was printed for it.")
@with_services
def restore(services: Services, file: Path, digest: str) -> None:
    """Bring FILE back into an empty house: all of it, or nothing. Everybody signs in again."""
    key = services.settings.secret_key
    back = backups.restore(services.engine, services.storage, file, key=key, digest=digest, say=say)
    with services.sessions() as db:
        services.search.rebuild(db, lambda count: say(f"Indexing: {count}"))
    say.end()
    click.echo(f"Restored as of {back.made_at:%Y-%m-%d %H:%M:%S} UTC: {back.rows} rows, {back.files} pictures.")
    if not back.is_signed and not digest:
        click.echo(
            f"It was made under another CMS_SECRET_KEY, so only its parts could be checked, not who made it. "
            f"Compare its digest with the one noted when it was made: {back.digest}"
        )
    click.echo("Everybody has to sign in again. The search index is rebuilt.")
