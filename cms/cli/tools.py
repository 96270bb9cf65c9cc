"""What commands share: the application's tools, opened and closed, and sentences instead of traces."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from cms.cli.children import call
from cms.config import Settings
from cms.core.errors import CmsError, Invalid, Unavailable
from cms.logs import configure_logging
from cms.migrations import standing
from cms.wiring import Services, assemble

P = ParamSpec("P")
R = TypeVar("R")


class Commands(click.Group):
    """All commands, each loaded when it is asked for; whatever can go wrong comes out as one sentence and exit code 1.

    Loaded by name, because importing them all takes half a second longer than importing `cms run` alone, and a start
    has three.
    """

    names: tuple[str, ...] = ()

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.names:
            return None
        found: click.Command = getattr(import_module(f"cms.cli.{cmd_name}"), cmd_name)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (CmsError, ArgumentError, DBAPIError, ModuleNotFoundError, OSError) as exc:
            raise click.ClickException(sentence(exc)) from exc


def sentence(error: Exception) -> str:
    """Return what to tell an operator about an error; raises it again where it is a mistake of ours."""
    match error:
        case CmsError():
            return str(error)
        case NoSuchModuleError() | ArgumentError():
            return "CMS_DATABASE_URL must look like postgresql://user:password@host/name, or be left out for SQLite."
        case ModuleNotFoundError(name="psycopg"):
            return "PostgreSQL needs its driver: pip install 'galley[postgres]'."
        case DBAPIError():
            words = " ".join(str(error.orig).split())
            return f"The database does not answer as it should: {words} Is CMS_DATABASE_URL right, and is it running?"
        case OSError(strerror=str(), filename=str() | bytes() | os.PathLike()):
            return f"{os.fsdecode(error.filename)}: {error.strerror}."
        case _:
            raise error


def settings_of(ctx: click.Context) -> Settings:
    """Return the settings, with the data folder that the command line names, if it does."""
    return Settings.from_environment(data=ctx.find_root().obj)


def with_settings(command: Callable[Concatenate[Settings, P], R]) -> Callable[P, R]:
    """Hand the settings to a command, as its first argument."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return command(settings_of(click.get_current_context()), *args, **kwargs)

    return run


def with_services(command: Callable[Concatenate[Services, P], R]) -> Callable[P, R]:
    """Hand the application's tools to a command, as its first argument; its tables are there and up to date."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        services = open_services(settings_of(click.get_current_context()))
        try:
            return command(services, *args, **kwargs)
        finally:
            services.engine.dispose()

    return run


def open_services(settings: Settings, *, level: int = logging.WARNING) -> Services:
    """Return the tools on a private data folder; makes the tables where there are none yet.

    Raises Invalid where the tables are an older version's: bringing them up to date is a decision.
    """
    configure_logging(settings, level=level)
    make_private(settings.data)
    services = assemble(settings)
    with services.engine.connect() as connection:
        at = standing.revision(connection)
    if at == standing.EMPTY:
        call_command(settings, "migrate", "--quiet")
    elif at != standing.head():
        raise Invalid("The database's tables are an older version's. Make a backup, then run `cms migrate`.")
    return services


def call_command(settings: Settings, *words: str) -> None:
    """Run another command to its end, in a process of its own: what only it needs is not imported here.

    Raises Unavailable where it fails; it has said why by then.
    """
    if call([sys.executable, "-m", "cms.cli", *words], settings.for_child()):
        raise Unavailable(f"`cms {words[0]}` failed; what it said is above.")


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may look into; raises OSError where that cannot be."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


class Progress:
    """Tells whoever waits how far it is: on one line of a terminal, in a log with a line now and then."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, line: str) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        is_seen = sys.stderr.isatty()
        self._next = now + (0.1 if is_seen else 2.0)
        click.echo(f"\r\033[K{line}" if is_seen else line, nl=not is_seen, err=True)

    def end(self) -> None:
        """Clear the line away."""
        self._next = 0.0
        if sys.stderr.isatty():
            click.echo("\r\033[K", nl=False, err=True)


say = Progress()
