"""`cms audit`: is the record of what happened whole?"""

from __future__ import annotations

import click

from cms.cli.tools import with_services
from cms.core import trail
from cms.policy import SYSTEM, require
from cms.vocabulary import Can
from cms.wiring import Services


@click.group("audit")
def audit() -> None:
    """Check the record of everything that happened."""


@audit.command("verify")
@click.option("--head", "noted", metavar="N:HASH", help="A head noted earlier: shows whether the end was cut off.")
@with_services
def verify(services: Services, noted: str | None) -> None:
    """Walk the whole chain, and name the first record that does not fit."""
    require(SYSTEM, Can.AUDIT_READ)
    expected = trail.Head.parse(noted) if noted else None
    with services.sessions() as db:
        count, wrong = trail.check(db, expected)
        newest = trail.head(db)
    if wrong:
        raise click.ClickException(f"{wrong} The audit log cannot be trusted from there on; compare with a backup.")
    click.echo(f"{count} records, each fits the one before. The newest is {newest}")


@audit.command("head")
@with_services
def head(services: Services) -> None:
    """Print the newest record's number and hash, to be noted elsewhere for `verify --head`."""
    require(SYSTEM, Can.AUDIT_READ)
    with services.sessions() as db:
        click.echo(str(trail.head(db)))
