"""`cms worker`: the loop beside the server, and how it is doing."""

from __future__ import annotations

import logging

import click
from sqlalchemy import select

from cms import worker as loop
from cms.cli.tools import open_services, settings_of, with_services
from cms.core import clock, events, trail
from cms.core.db import transaction
from cms.core.jobs import JobLease
from cms.notifications import letters
from cms.policy import SYSTEM, require
from cms.vocabulary import Can
from cms.wiring import Services


@click.group("worker", invoke_without_command=True)
@click.pass_context
def worker(ctx: click.Context) -> None:
    """Publish what is due, index, and send mail, until told to stop (`cms run` starts one by itself)."""
    if ctx.invoked_subcommand is None:
        services = open_services(settings_of(ctx), level=logging.INFO)
        loop.run(services)
        services.engine.dispose()


@worker.command("status")
@click.option("--retry-parked", is_flag=True, help="Give what was parked its eight tries again.")
@with_services
def status(services: Services, retry_parked: bool) -> None:
    """Say what waits, what was given up on, and when each job ran."""
    require(SYSTEM, Can.WORKER_WATCH)
    if retry_parked:
        _retry(services)
    with services.sessions() as db:
        outbox, mail = trail.outbox(db), letters.waiting(db)
        leases = db.scalars(select(JobLease).order_by(JobLease.name)).all()
    since = f", the oldest due since {outbox.oldest:%Y-%m-%d %H:%M:%S} UTC" if outbox.oldest else ""
    click.echo(f"Waiting  {outbox.waiting}{since}")
    click.echo(f"Parked   {len(outbox.parked)}{'' if outbox.parked else ': nothing was given up on'}")
    for each in outbox.parked:
        click.echo(f"  {each.id}  {each.event.name} for {each.subscriber}: {each.error}")
    refused = f", {mail.given_up} given up on after three days" if mail.given_up else ""
    click.echo(f"Mail     {mail.count} to be sent{refused}")
    click.echo("Jobs")
    for lease in leases:
        held = "  running" if lease.lease_until and lease.lease_until > clock.now() else ""
        ran = f"ran {lease.done_at:%Y-%m-%d %H:%M:%S} UTC" if lease.done_at else "has not run"
        click.echo(f"  {lease.name:<24} {ran}{held}{f'  FAILED: {lease.error}' if lease.error else ''}")
    if not leases:
        click.echo("  none has run yet: no worker was ever at work here")


def _retry(services: Services) -> None:
    with services.sessions() as db, transaction(db):
        count = trail.retry_parked(db)
        if count:
            events.record(db, SYSTEM, "delivery.retried", None, count=count)
    services.bell.ring()
    click.echo(f"{count} parked {'delivery gets' if count == 1 else 'deliveries get'} another eight tries.")
