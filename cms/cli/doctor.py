"""`cms doctor`: what is wrong with this installation, in plain words, and how to mend it."""

from __future__ import annotations

import platform
from importlib.metadata import version
from urllib.parse import urlsplit

import click

from cms.cli import checks
from cms.cli.tools import settings_of
from cms.config import Settings
from cms.config import given as given_variables

COLOURS = {checks.Level.OK: "green", checks.Level.NOTE: "yellow", checks.Level.WRONG: "red"}


@click.command("doctor")
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Say what is set, what is wrong, and how to mend it; exit code 1 where something is wrong."""
    click.echo(f"Galley {version('galley')} on Python {platform.python_version()}, {platform.system()}")
    settings, given = settings_of(ctx), given_variables()  # what is unsafe comes out as one sentence
    click.echo("\nSettings")
    for line in listed(settings, given, data=ctx.find_root().obj is not None):
        click.echo(f"  {line}")
    click.echo("\nFindings")
    count = 0
    for finding in checks.examine(settings, given):
        count += finding.level is checks.Level.WRONG
        word = click.style(f"{finding.level.value:<6}", fg=COLOURS[finding.level])
        click.echo(f"  {word}{finding.text}" + (f"\n        {finding.mend}" if finding.mend else ""))
    if count:
        raise click.ClickException(f"{count} {'thing is' if count == 1 else 'things are'} wrong. See WRONG above.")
    click.echo("\nNothing is wrong.")


def listed(settings: Settings, given: dict[str, str], *, data: bool = False) -> list[str]:
    """Return one line for each setting: its value, and where that comes from; secrets are blanked."""
    lines = []
    for variable, (name, value) in settings.variables().items():
        shown = _blanked(name, str(int(value) if isinstance(value, bool) else value))
        origin = "set" if variable in given else "follows" if settings.is_derived(name) else "default"
        if name == "data" and data:
            origin = "--data"
        if name == "secret_key" and origin == "follows":
            origin = "kept"  # in <data>/secret-key
        lines.append(f"{variable:<21} {origin:<8} {shown}".rstrip())
    return lines


def _blanked(name: str, value: str) -> str:
    if name.startswith("secret_key"):
        return f"({len(value)} characters)" if value else ""
    parts = urlsplit(value) if "://" in value else None
    if parts is not None and parts.password:
        return value.replace(f":{parts.password}@", ":...@", 1)
    return value
