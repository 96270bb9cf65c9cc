"""The front page: chiefs choose what stands where, look at it, publish it now or later, and take it up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from cms.core.db import transaction
from cms.core.errors import CmsError, Conflict, Invalid, NotFound
from cms.core.paging import page_number, paginate
from cms.front import queries, service
from cms.front.models import INTERVIEW, LEAD, Arrangement
from cms.newsroom import choices, galleys, spots
from cms.newsroom.forms.articles import moment
from cms.newsroom.forms.front import ArrangeForm, BeginForm
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.screens import COLOURS, WIDTHS
from cms.publication import queries as edition
from cms.vocabulary import ArrangementState, Can, Kind
from cms.web.access import needs
from cms.web.errors import STATUS
from cms.web.services import services
from cms.web.session import db, user

bp = Blueprint("front", __name__, url_prefix="/front")

PER_PAGE = 20
Answer = Response | str | tuple[str, int]


@bp.get("")
@needs(Can.FRONT_EDIT)
def index() -> str:
    """Show what stands, what is in work, what is scheduled, and what stood before."""
    page = paginate(db(), queries.published(), number=page_number(request.args.get("page")), per_page=PER_PAGE)
    drafts, scheduled = (db().scalars(query).all() for query in (queries.drafts(), queries.scheduled()))
    leads = {one.id: pin for one in (*drafts, *scheduled, *page.items) if (pin := one.layout.pins.get(LEAD))}
    return render_template(
        "newsroom/front/index.html",
        standing=queries.standing(db()),
        front=edition.front(db()),
        drafts=drafts,
        scheduled=scheduled,
        page=page,
        leads={number: pin.article_id for number, pin in leads.items()},
        headlines=edition.headlines(db(), {pin.article_id for pin in leads.values()}),
    )


@bp.post("/begin")
@needs(Can.FRONT_EDIT)
def begin() -> Response:
    """Begin an arrangement: with what another one has, or with nothing chosen."""
    form = BeginForm()
    if not form.validate():
        raise NotFound("There is no such arrangement of the front page.")
    with transaction(db()):
        source = queries.get(db(), form.of.data) if form.of.data else None
        arrangement = service.begin(db(), user(), source)
    return redirect(url_for("newsroom.front.show", arrangement_id=arrangement.id))


@bp.get("/<int:arrangement_id>")
@needs(Can.FRONT_EDIT)
def show(arrangement_id: int) -> str:
    """Show the page in miniature, place by place."""
    return _page(queries.get(db(), arrangement_id))


@bp.get("/<int:arrangement_id>/places/<place>")
@needs(Can.FRONT_EDIT)
def choose(arrangement_id: int, place: str) -> str:
    """Show the live pieces that may stand at a place."""
    arrangement = queries.get(db(), arrangement_id)
    layout = queries.held(arrangement)
    if place not in layout.places:
        abort(404)
    words, sections = request.args.get("q", "")[:100], dict(choices.sections(db()))
    page = paginate(
        db(), _choosable(arrangement, place, words), number=page_number(request.args.get("page")), per_page=PER_PAGE
    )
    return render_template(
        "newsroom/front/choose.html",
        arrangement=arrangement,
        place=place,
        name=spots.name_of(place, sections),
        page=page,
        words=words,
        narrowed={"q": words} if words else {},
        where={pin.article_id: spots.name_of(at, sections) for at, pin in layout.pins.items()},
        here=layout.pins.get(place),
    )


@bp.post("/<int:arrangement_id>/places/<place>")
@needs(Can.FRONT_EDIT)
def put(arrangement_id: int, place: str) -> Answer:
    """Choose a piece for a place, or let the place fill itself."""
    form, name = _form(), _name_of(place)
    number = form.article.data
    if not number:
        verb = partial(service.clear, place=place)
        return _change(arrangement_id, form, verb, f"let {name} fill itself", f"{name} fills itself.", place=place)
    headline = edition.headlines(db(), [number]).get(number, "A piece")
    verb = partial(service.put, place=place, article_id=number)
    wanted, said = f"put “{headline}” at {name}", f"“{headline}” stands at {name} now."
    return _change(arrangement_id, form, verb, wanted, said, place=place)


@bp.post("/<int:arrangement_id>/places/<place>/until")
@needs(Can.FRONT_EDIT)
def until(arrangement_id: int, place: str) -> Answer:
    """Say until when a piece stands at its place."""
    form, name = _form(), _name_of(place)
    at = _moment(form.until.data)
    wanted = f"say until when {name} is taken"
    said = f"{name} fills itself again then." if at else f"{name} is taken until you change it."
    return _change(arrangement_id, form, partial(service.end, place=place, until=at), wanted, said, place=place)


@bp.post("/<int:arrangement_id>/spotlight")
@needs(Can.FRONT_EDIT)
def spotlight(arrangement_id: int) -> Answer:
    """Put a series into the spotlight."""
    form = _form()
    verb = partial(service.spotlight, series_id=form.series.data or None)
    wanted = "put another series into the spotlight"
    return _change(arrangement_id, form, verb, wanted, "The spotlight is set.", place=INTERVIEW)


@bp.post("/<int:arrangement_id>/rows")
@needs(Can.FRONT_EDIT)
def rows(arrangement_id: int) -> Answer:
    """Say which sections the page shows, in which order."""
    form = _form()
    sections = form.sections()
    said = "The sections are set." if sections else "The sections choose themselves."
    verb = partial(service.show_rows, section_ids=sections)
    return _change(arrangement_id, form, verb, "change which sections the page shows", said, place="rows")


@bp.post("/<int:arrangement_id>/<move>")
@needs(Can.FRONT_EDIT)
def move(arrangement_id: int, move: str) -> Answer:
    """Publish an arrangement, now or at a set time, take it back, or drop it."""
    form = _form()
    moves: dict[str, tuple[Callable[..., None], str]] = {
        "schedule": (partial(service.schedule, at=_moment(form.at.data)), "It goes out by itself at the time you set."),
        "publish": (service.publish, "Readers see it now."),
        "take_back": (service.take_back, "It is a draft again."),
        "discard": (service.discard, "The draft is dropped."),
    }
    if move not in moves:
        abort(404)
    verb, said = moves[move]
    back = url_for("newsroom.front.index") if move in ("publish", "discard") else ""
    return _change(arrangement_id, form, verb, f"{move.replace('_', ' ')} it", said, back=back)


@bp.get("/<int:arrangement_id>/preview")
@needs(Can.FRONT_EDIT)
def preview(arrangement_id: int) -> str:
    """Show the front page that an arrangement makes, in a frame of one of the widths."""
    arrangement = queries.get(db(), arrangement_id)
    theme, width = galleys.theme(), row_number(request.args.get("width"))
    return render_template(
        "newsroom/front/preview.html",
        arrangement=arrangement,
        galley=url_for("newsroom.front.galley", arrangement_id=arrangement_id, framed=1, theme=theme or None),
        width=width if width in WIDTHS else 390,
        theme=theme,
        widths=WIDTHS,
        colours=COLOURS,
    )


@bp.get("/<int:arrangement_id>/galley")
@needs(Can.FRONT_EDIT)
def galley(arrangement_id: int) -> str:
    """Show the very page that readers would get."""
    arrangement = queries.get(db(), arrangement_id)
    return render_template(
        "newsroom/front/galley.html",
        arrangement=arrangement,
        page=queries.page(db(), arrangement),
        is_framed="framed" in request.args,
        theme=galleys.theme(),
    )


def _form() -> ArrangeForm:
    form = ArrangeForm()
    if not form.validate():
        raise Invalid(next(iter(form.errors.values()))[0])
    return form


def _moment(text: str | None) -> datetime | None:
    try:
        return moment(text, services().settings.zone)
    except ValidationError as error:
        raise Invalid(str(error)) from error


def _change(
    arrangement_id: int,
    form: ArrangeForm,
    verb: Callable[..., None],
    wanted: str,
    said: str,
    *,
    place: str = "",
    back: str = "",
) -> Answer:
    """Do it in one transaction; where it is refused, say so above the page as it is now, with a way to do it still."""
    try:
        with transaction(db()):
            verb(db(), user(), queries.get(db(), arrangement_id), seen=form.seen.data or 0)
    except (Conflict, Invalid) as error:
        return _page(queries.get(db(), arrangement_id), error=error, wanted=wanted), _status(error)
    flash(said, "good")
    return redirect(back or url_for("newsroom.front.show", arrangement_id=arrangement_id, _anchor=place or None))


def _page(arrangement: Arrangement, *, error: CmsError | None = None, wanted: str = "") -> str:
    sections = choices.sections(db())
    mini = spots.miniature(db(), arrangement, queries.page(db(), arrangement), dict(sections))
    standing = queries.standing(db())
    return render_template(
        "newsroom/front/show.html",
        arrangement=arrangement,
        layout=queries.held(arrangement),
        mini=mini,
        order=[row.section_id for row in mini.rows],
        sections=sections,
        series=edition.series_by_title(db()),
        is_standing=standing is not None and standing.id == arrangement.id,
        error=error,
        is_clash=isinstance(error, Conflict) and arrangement.state is ArrangementState.DRAFT,
        wanted=wanted,
        again=_asked_for(),
    )


def _asked_for() -> dict[str, Any]:
    """Return what was sent, to be sent once more after a look at what is new."""
    return {name: value for name, value in request.form.items() if name not in ("csrf_token", "seen")}


def _choosable(arrangement: Arrangement, place: str, words: str) -> Any:
    layout = queries.held(arrangement)
    if place == INTERVIEW:
        kind = Kind.INTERVIEW if layout.series_id is None else None
        return edition.choosable(words, kind=kind, series_id=layout.series_id)
    return edition.choosable(words, section_id=spots.section_of(place))


def _name_of(place: str) -> str:
    return spots.name_of(place, dict(choices.sections(db())))


def _status(error: CmsError) -> int:
    return next(code for kind, code in STATUS.items() if isinstance(error, kind))
