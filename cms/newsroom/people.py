"""Profiles: the directory, one person, their portrait, and the login behind them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from cms.accounts.models import User
from cms.core.db import transaction
from cms.core.errors import Conflict, Invalid
from cms.core.paging import page_number, paginate
from cms.media import queries as media
from cms.media.models import Asset
from cms.newsroom import mentions, pictures
from cms.newsroom.editing import blame
from cms.newsroom.forms.media import ChooseForm
from cms.newsroom.forms.people import AddForm, LoginForm, ProfileForm
from cms.people import queries as people
from cms.people import service
from cms.people.models import Person
from cms.policy import can, require
from cms.publication.models import PublishedPerson
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.session import db, user
from cms.workflow import queries as work
from cms.workflow.queries import Wanted

bp = Blueprint("people", __name__, url_prefix="/people")

PER_PAGE = 50
PIECES = 8  # that a profile lists; the desk has the rest
Answer = Response | str | tuple[str, int]


@bp.get("")
@needs(Can.PERSON_READ)
def index() -> str:
    """Show everybody whom the magazine has a profile of."""
    words = request.args.get("q", "")[:100]
    page = paginate(db(), people.directory(words), number=page_number(request.args.get("page")), per_page=PER_PAGE)
    return render_template(
        "newsroom/people/index.html",
        page=page,
        words=words,
        narrowed={"q": words} if words else {},
        portraits=_portraits(page.items),
        shown=_shown(page.items),
        logins=mentions.logins(db()),
        me=people.behind(db(), user().id),
    )


@bp.get("/new")
@needs(Can.PERSON_CREATE)
def new() -> str:
    """Show the form that begins a profile."""
    return render_template("newsroom/people/new.html", form=AddForm())


@bp.post("/new")
@needs(Can.PERSON_CREATE)
def create() -> Answer:
    """Begin a profile; where there is one of that name, say so first."""
    form = AddForm()
    if not form.validate():
        return render_template("newsroom/people/new.html", form=form), 422
    known = people.named(db(), form.name.data)
    if known is not None and request.form.get("another") != "yes":
        return render_template("newsroom/people/new.html", form=form, known=known), 409
    try:
        with transaction(db()):
            person = service.add(
                db(), user(), name=form.name.data, headline=form.headline.data or "", employer=form.employer.data or ""
            )
    except Invalid as error:
        blame(form, error)
        return render_template("newsroom/people/new.html", form=form), 422
    flash(f"{person.name} has a profile. Readers see it once a piece with it is live.", "good")
    return redirect(url_for("newsroom.people.show", person_id=person.id))


@bp.get("/<int:person_id>")
@needs(Can.PERSON_READ)
def show(person_id: int) -> str:
    """Show a profile: as a form to whoever may change it, else as it reads."""
    person = people.get(db(), person_id)
    form = ProfileForm(formdata=None)
    form.show(person)
    return _page(person, form)


@bp.post("/<int:person_id>")
@needs(Can.PERSON_EDIT)
def change(person_id: int) -> Answer:
    """Store a profile."""
    form = ProfileForm()
    if not form.validate():
        return _page(people.get(db(), person_id), form), 422
    try:
        with transaction(db()):
            person = people.get(db(), person_id)
            service.change(
                db(), user(), person, slug=form.slug.data or person.slug, portrait_id=person.portrait_id, **form.facts()
            )
    except Invalid as error:
        blame(form, error)
        return _page(people.get(db(), person_id), form, problem=str(error)), 422
    except Conflict as error:
        return _page(people.get(db(), person_id), form, problem=str(error)), 409
    flash("The profile is saved. Live pieces show it within a minute.", "good")
    return redirect(url_for("newsroom.people.show", person_id=person_id))


@bp.get("/<int:person_id>/portrait")
@needs(Can.PERSON_EDIT)
def portrait(person_id: int) -> str:
    """Show the library to choose a portrait from, and a place to send one in."""
    return _portrait_page(person_id, ChooseForm())


@bp.post("/<int:person_id>/portrait")
@needs(Can.PERSON_EDIT)
def portray(person_id: int) -> Answer:
    """Give the profile the picture that was chosen or sent in, or none."""
    form = ChooseForm()
    require(user(), Can.PERSON_EDIT, people.get(db(), person_id))
    try:
        pictures.choose(
            form, lambda asset_id: service.portray(db(), user(), people.get(db(), person_id), asset_id)
        )  # fmt: skip
    except Invalid as error:
        return _portrait_page(person_id, form, problem=str(error)), 422
    flash("The portrait is changed." if form.wants_one() else "The portrait is taken off.", "good")
    return redirect(url_for("newsroom.people.show", person_id=person_id))


@bp.post("/<int:person_id>/login")
@needs(Can.PERSON_LINK)
def link(person_id: int) -> Answer:
    """Say which login is behind the profile."""
    form = LoginForm()
    form.offer(_free_logins(people.get(db(), person_id)))
    if not form.validate():
        raise Invalid("That login is not to be had. Choose one from the list.")
    with transaction(db()):
        service.link(db(), user(), people.get(db(), person_id), form.user_id.data)
    flash("Noted. It holds for what is credited from now on.", "good")
    return redirect(url_for("newsroom.people.show", person_id=person_id))


def _page(person: Person, form: ProfileForm, *, problem: str = "") -> str:
    login = LoginForm(formdata=None, user_id=person.user_id)
    if can(user(), Can.PERSON_LINK, person):
        login.offer(_free_logins(person))
    return render_template(
        "newsroom/people/show.html",
        person=person,
        form=form,
        problem=problem,
        login=login,
        logins=mentions.logins(db()),
        portrait=_portraits([person]).get(person.portrait_id or 0, {}),
        shown=_shown([person]).get(person.id),
        pieces=_pieces(person),
        per_page=PIECES,
    )


def _portrait_page(person_id: int, form: ChooseForm, *, problem: str = "") -> str:
    person = people.get(db(), person_id)
    require(user(), Can.PERSON_EDIT, person)
    return render_template(
        "newsroom/people/portrait.html", person=person, form=form, problem=problem, **pictures.offered()
    )


def _pieces(person: Person) -> list[mentions.Mention]:
    """Return the newest pieces with this person in them that whoever looks may read."""
    newest = db().scalars(work.the_desk(user(), Wanted(person_id=person.id)).limit(PIECES)).unique().all()
    return list(mentions.pieces(db(), user(), [article.id for article in newest]).values())


def _portraits(shown: Sequence[Person]) -> dict[int, dict[str, object]]:
    ids = {person.portrait_id for person in shown if person.portrait_id}
    assets = db().scalars(select(Asset).where(Asset.id.in_(ids), Asset.deleted_at.is_(None))) if ids else ()
    return {asset.id: media.picture(asset) for asset in assets}


def _shown(found: Sequence[Person]) -> dict[int, PublishedPerson]:
    ids = [person.id for person in found]
    return {p.person_id: p for p in db().scalars(select(PublishedPerson).where(PublishedPerson.person_id.in_(ids)))}


def _free_logins(person: Person) -> list[tuple[int, str]]:
    """Return the logins that have no face yet, and the one that this face has."""
    taken = select(Person.user_id).where(Person.user_id.is_not(None), Person.id != person.id)
    query = select(User.id, User.name).where(User.id.not_in(taken)).order_by(User.name)
    return [(number, name) for number, name in db().execute(query)]
