"""`cms policy`: the two tables that decide, as they run."""

from __future__ import annotations

import click

from cms import policy as permissions
from cms.workflow import transitions as steps


@click.group("policy")
def policy() -> None:
    """Print who may do what, and what may happen next."""


@policy.command("show")
def show() -> None:
    """Print the permission table."""
    click.echo(permissions.as_text())


@policy.command("transitions")
def transitions() -> None:
    """Print the workflow table."""
    click.echo(steps.as_text())
