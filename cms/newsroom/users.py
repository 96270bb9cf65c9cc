"""Logins, for administrators: who has one, what it may do, and a new password where somebody forgot theirs."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from cms.accounts import queries, service
from cms.accounts.models import LoginSession, User
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import CmsError, Conflict, Forbidden, Invalid
from cms.newsroom import choices
from cms.newsroom.editing import blame
from cms.newsroom.forms.users import AddForm, RoleForm
from cms.people import queries as people
from cms.vocabulary import STAFF, Can
from cms.web.access import needs
from cms.web.session import db, user

bp = Blueprint("users", __name__, url_prefix="/users")

#: What each role is for, as the form says it.
ABOUT = dict(
    zip(
        STAFF,
        (
            "writes, and changes their own pieces until they are submitted",
            "reviews, approves and publishes the pieces of their desks, but never their own",
            "does so on every desk, and looks after sections, topics and imports",
            "runs the machine and the logins, and reads no drafts",
        ),
        strict=True,
    )
)
Answer = Response | str | tuple[str, int]


@bp.get("")
@needs(Can.USER_MANAGE)
def index() -> str:
    """Show every login, those that are open first."""
    users = db().scalars(queries.everyone()).all()
    return render_template("newsroom/users/index.html", users=users, seen=_last_seen())


@bp.get("/new")
@needs(Can.USER_MANAGE)
def new() -> str:
    """Show the form that makes a login."""
    form = AddForm(formdata=None)
    form.offer(choices.desks(db()))
    return render_template("newsroom/users/new.html", form=form, about=ABOUT)


@bp.post("/new")
@needs(Can.USER_MANAGE)
def create() -> Answer:
    """Make a login, and show its password this once."""
    form = AddForm()
    form.offer(choices.desks(db()))
    if not form.validate():
        return render_template("newsroom/users/new.html", form=form, about=ABOUT), 422
    password = service.suggest_password()
    try:
        with transaction(db()):
            made = service.add_user(
                db(), user(), email=form.email.data, name=form.name.data, role=form.role.data, password=password,
                desk_ids=form.desk_ids.data or (),
            )  # fmt: skip
    except Invalid as error:
        blame(form, error)
        return render_template("newsroom/users/new.html", form=form, about=ABOUT), 422
    return _told(made, password)


@bp.get("/<int:user_id>")
@needs(Can.USER_MANAGE)
def show(user_id: int) -> str:
    """Show one login."""
    login = queries.get(db(), user_id)
    form = RoleForm(formdata=None, role=login.role, desk_ids=sorted(login.desk_ids))
    form.offer(choices.desks(db()))
    return _page(login, form)


@bp.post("/<int:user_id>/role")
@needs(Can.USER_MANAGE)
def change_role(user_id: int) -> Answer:
    """Give a login another role, or other desks; it is signed out everywhere."""
    form = RoleForm()
    form.offer(choices.desks(db()))
    if not form.validate():
        return _page(queries.get(db(), user_id), form), 422
    return _do(
        user_id,
        lambda login: service.change_role(
            db(), user(), login, role=form.role.data, desk_ids=form.desk_ids.data or ()
        ),
        "Changed. Whoever it is signs in again, with the new rights.",
    )  # fmt: skip


@bp.post("/<int:user_id>/password")
@needs(Can.USER_MANAGE)
def reset(user_id: int) -> Answer:
    """Give a login a new password, and show it this once."""
    password = service.suggest_password()
    with transaction(db()):
        login = queries.get(db(), user_id)
        service.set_password(db(), user(), login, password)
    return _told(login, password)


@bp.post("/<int:user_id>/disable")
@needs(Can.USER_MANAGE)
def disable(user_id: int) -> Answer:
    """Close a login."""
    return _do(user_id, lambda login: service.disable(db(), user(), login), "The login is closed.")


@bp.post("/<int:user_id>/enable")
@needs(Can.USER_MANAGE)
def enable(user_id: int) -> Answer:
    """Open a closed login again."""
    return _do(user_id, lambda login: service.enable(db(), user(), login), "The login is open again.")


def _do(user_id: int, verb: Callable[[User], None], said: str) -> Response:
    try:
        with transaction(db()):
            verb(queries.get(db(), user_id))
    except (Invalid, Forbidden, Conflict) as error:
        return _refused(user_id, error)
    flash(said, "good")
    return redirect(url_for("newsroom.users.show", user_id=user_id))


def _refused(user_id: int, error: CmsError) -> Response:
    flash(str(error), "bad")
    return redirect(url_for("newsroom.users.show", user_id=user_id))


def _told(login: User, password: str) -> str:
    """Show a password. Never by a redirect: what is flashed would travel in a cookie."""
    return render_template("newsroom/users/password.html", login=login, password=password)


def _page(login: User, form: RoleForm) -> str:
    now = clock.now()
    sessions = db().scalars(queries.sessions_of(login.id)).all()
    return render_template(
        "newsroom/users/show.html",
        login=login,
        form=form,
        about=ABOUT,
        sessions=[session for session in sessions if now < min(session.expires_at, session.seen_at + service.IDLE)],
        face=people.behind(db(), login.id),
        is_me=login.id == user().id,
    )


def _last_seen() -> dict[int, object]:
    """Return when each login was last at work, as far as its sessions still tell."""
    query = select(LoginSession.user_id, func.max(LoginSession.seen_at)).group_by(LoginSession.user_id)
    return dict(db().execute(query).all())
