"""`cms content`: bringing pieces in."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from cms.cli.tools import with_services
from cms.transfer.lines import LinesImport
from cms.transfer.service import MarkdownImport, Options, Outcome, Status
from cms.wiring import Services
from cms.worker import turn

SHOWN = {Status.NEW: "", Status.KNOWN: "known    ", Status.REFUSED: "refused  "}


@click.group("content")
def content() -> None:
    """Bring pieces in."""


@content.command("import-markdown")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--publish", is_flag=True, help="Publish each piece under its own date; drafts stay drafts.")
@click.option("--section", help="The section for every piece; without it, the one that the front matter names.")
@click.option("--dry-run", is_flag=True, help="Read everything and say what would be done; change nothing.")
@click.option("--quiet", is_flag=True, help="Say only what was refused, and the totals.")
@with_services
def import_markdown(
    services: Services, path: Path, publish: bool, section: str | None, dry_run: bool, quiet: bool
) -> None:
    """Read a folder of Markdown (or one file) with YAML, TOML or JSON front matter.

    It can be stopped and run again: what is here already is left alone.
    """
    options = Options(publish=publish, section=section, dry_run=dry_run, limit=services.settings.max_upload)
    run = MarkdownImport(services.sessions, services.storage, path, options)
    counts = _told(run.run(), len(run.files), quiet=quiet, verb="would be brought in" if dry_run else "brought in")
    _end(services, counts, dry_run=dry_run)


@content.command("import-jsonl")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--publish", is_flag=True, help="Publish each piece.")
@click.option("--section", help="The section for every piece; without it, they go to the archive.")
@click.option("--quiet", is_flag=True, help="Say only what was refused, and the totals.")
@with_services
def import_jsonl(services: Services, file: Path, publish: bool, section: str | None, quiet: bool) -> None:
    """Read lines of JSON, {"id", "title", "body"} each; the id becomes the address.

    It can be stopped and run again: what is here already is left alone.
    """
    run = LinesImport(services.sessions, file, publish=publish, section=section)
    _end(services, _told(run.run(), run.count, quiet=quiet, verb="brought in"), dry_run=False)


def _told(outcomes: Iterable[Outcome], length: int, *, quiet: bool, verb: str) -> Counter[Status]:
    """Show how far it is, then what became of what."""
    started = time.monotonic()
    counts: Counter[Status] = Counter()
    said: list[Outcome] = []
    with click.progressbar(outcomes, length=length, label="Reading", show_pos=True) as bar:
        for outcome in bar:
            counts[outcome.status] += 1
            if outcome.status is Status.REFUSED or (outcome.said and not quiet):
                said.append(outcome)
    for outcome in said:
        click.echo(f"{SHOWN[outcome.status]}{outcome.source}: {' '.join(outcome.said)}")
    seconds = time.monotonic() - started
    rate = counts[Status.NEW] / seconds if seconds else 0
    click.echo(
        f"{counts[Status.NEW]} {verb}, {counts[Status.KNOWN]} known, {counts[Status.REFUSED]} refused, "
        f"in {seconds:.1f} s ({rate:.0f} a second)."
    )
    return counts


def _end(services: Services, counts: Counter[Status], *, dry_run: bool) -> None:
    if not dry_run:
        _settle(services)
    if set(counts) == {Status.REFUSED}:
        raise SystemExit(1)


def _settle(services: Services) -> None:
    """Index what came in. A worker that runs beside does its part; each delivery is handed out once."""
    done = 0
    while found := turn(services):
        done += found
        click.echo(f"\rIndexing and relating: {done} done", nl=False, err=True)
    click.echo("", err=True)
