"""`cms users`: logins, from the machine's own console."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts import queries
from cms.accounts import service as accounts
from cms.accounts.models import User
from cms.cli.tools import with_services
from cms.core.db import transaction
from cms.core.errors import NotFound
from cms.policy import SYSTEM
from cms.taxonomy.models import Desk
from cms.vocabulary import STAFF, Role
from cms.wiring import Services


@click.group("users")
def users() -> None:
    """Add, list, disable and reset logins."""


@users.command("add")
@click.argument("email")
@click.option("--name", prompt=True, help="The person's name.")
@click.option("--role", type=click.Choice([role.value for role in STAFF]), prompt=True, help="What it may do.")
@click.option("--desk", "desks", multiple=True, help="A desk that an editor decides for; may be given again.")
@click.option("--suggest", is_flag=True, help="Make up a password and print it, instead of asking for one.")
@with_services
def add(services: Services, email: str, name: str, role: str, desks: tuple[str, ...], suggest: bool) -> None:
    """Make a login. The password is asked for, never taken from the command line, where others could read it."""
    password = _password(suggest)
    with services.sessions() as db, transaction(db):
        ids = [_desk(db, each).id for each in desks]
        user = accounts.add_user(db, SYSTEM, email=email, name=name, role=Role(role), password=password, desk_ids=ids)
    click.echo(f"{user.name} may sign in as {user.email} ({user.role.label}).")
    _tell(password, suggest)


@users.command("list")
@with_services
def list_(services: Services) -> None:
    """List all logins, open ones first."""
    with services.sessions() as db:
        found = db.scalars(queries.everyone()).all()
    for user in found:
        desks = ", ".join(desk.name for desk in user.desks)
        state = "" if user.is_active else f"disabled {user.disabled_at:%Y-%m-%d}"
        click.echo(f"{user.email:<34} {user.role:<8} {user.name:<28} {desks}{state}".rstrip())
    if not found:
        click.echo("There are no logins yet. Make the first: cms users add you@example.org --role admin")


@users.command("disable")
@click.argument("email")
@with_services
def disable(services: Services, email: str) -> None:
    """Close a login; its sessions end at once."""
    with services.sessions() as db, transaction(db):
        accounts.disable(db, SYSTEM, _user(db, email))
    click.echo(f"{email} may not sign in any more.")


@users.command("enable")
@click.argument("email")
@with_services
def enable(services: Services, email: str) -> None:
    """Open a closed login again."""
    with services.sessions() as db, transaction(db):
        accounts.enable(db, SYSTEM, _user(db, email))
    click.echo(f"{email} may sign in again.")


@users.command("reset")
@click.argument("email")
@click.option("--suggest", is_flag=True, help="Make up a password and print it, instead of asking for one.")
@with_services
def reset(services: Services, email: str, suggest: bool) -> None:
    """Give a login a new password; all its sessions end."""
    with services.sessions() as db:
        _user(db, email)  # an unknown address is said before a password is asked for
    password = _password(suggest)
    with services.sessions() as db, transaction(db):
        accounts.set_password(db, SYSTEM, _user(db, email), password)
    click.echo(f"{email} has a new password, and has to sign in again everywhere.")
    _tell(password, suggest)


def _password(suggest: bool) -> str:
    if suggest:
        return accounts.suggest_password()
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


def _tell(password: str, suggest: bool) -> None:
    if suggest:
        click.echo(f"Password: {password}")


def _user(db: Session, email: str) -> User:
    found = queries.by_email(db, accounts.fold_email(email))
    if found is None:
        raise NotFound(f"There is no login {email}. `cms users list` shows all.")
    return found


def _desk(db: Session, name: str) -> Desk:
    found = db.scalars(select(Desk).where(Desk.name == name)).one_or_none()
    if found is None:
        names = ", ".join(db.scalars(select(Desk.name).order_by(Desk.name))) or "none yet"
        raise NotFound(f"There is no desk {name!r}. There are: {names}.")
    return found
