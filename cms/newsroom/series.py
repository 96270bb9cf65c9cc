"""Series: what there is, the order of their parts, and what readers are told about them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles.models import Article
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import Conflict, Invalid
from cms.core.paging import page_number, paginate
from cms.interviews import queries, service
from cms.interviews.models import Series
from cms.interviews.queries import Part
from cms.media import queries as media
from cms.media.models import Asset
from cms.newsroom import choices, pictures
from cms.newsroom.editing import blame
from cms.newsroom.forms.media import ChooseForm
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.forms.series import PieceForm, PlaceForm, SeriesForm
from cms.newsroom.lines import Line, lines
from cms.policy import require
from cms.publication.models import PublishedSeries
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db, user
from cms.workflow import queries as work

bp = Blueprint("series", __name__, url_prefix="/series")

PER_PAGE = 40
OFFERED = 12  # pieces to choose from at a time
Answer = Response | str | tuple[str, int]


@bp.get("")
@needs(Can.ARTICLE_READ)
def index() -> str:
    """Show every series."""
    words = request.args.get("q", "")[:100]
    page = paginate(db(), queries.every_series(words), number=page_number(request.args.get("page")), per_page=PER_PAGE)
    return render_template(
        "newsroom/series/index.html",
        page=page,
        words=words,
        narrowed={"q": words} if words else {},
        counts=queries.counts(db()),
    )


@bp.get("/new")
@needs(Can.SERIES_EDIT)
def new() -> str:
    """Show the form that begins a series."""
    form = SeriesForm(formdata=None)
    form.offer(_people())
    return render_template("newsroom/series/new.html", form=form)


@bp.post("/new")
@needs(Can.SERIES_EDIT)
def create() -> Answer:
    """Begin a series."""
    form = SeriesForm()
    form.offer(_people())
    if not form.validate():
        return render_template("newsroom/series/new.html", form=form), 422
    try:
        with transaction(db()):
            series = service.add_series(db(), user(), slug=form.slug.data or "", **_facts(form))
    except Invalid as error:
        blame(form, error)
        return render_template("newsroom/series/new.html", form=form), 422
    flash(f"{series.title} is begun. Readers see it once one of its parts is live.", "good")
    return redirect(url_for("newsroom.series.show", series_id=series.id))


@bp.get("/<int:series_id>")
@needs(Can.ARTICLE_READ)
def show(series_id: int) -> str:
    """Show the parts of a series in their order, and pieces that could be placed in it."""
    return _page(queries.get(db(), series_id), PlaceForm(formdata=None))


@bp.get("/<int:series_id>/edit")
@needs(Can.SERIES_EDIT)
def edit(series_id: int) -> str:
    """Show what readers are told about a series, as a form."""
    series = queries.get(db(), series_id)
    form = SeriesForm(formdata=None, obj=series)
    form.offer(_people())
    form.show(series)
    return render_template("newsroom/series/edit.html", series=series, form=form)


@bp.post("/<int:series_id>/edit")
@needs(Can.SERIES_EDIT)
def change(series_id: int) -> Answer:
    """Store what readers are told about a series."""
    form = SeriesForm()
    form.offer(_people())
    problem, status = "", 422
    if form.validate():
        try:
            with transaction(db()):
                _change(queries.get(db(), series_id), form)
        except (Invalid, Conflict) as error:
            blame(form, error)
            problem, status = str(error), 409 if isinstance(error, Conflict) else 422
        else:
            flash("The series is saved. Readers see it so at once.", "good")
            return redirect(url_for("newsroom.series.show", series_id=series_id))
    series = queries.get(db(), series_id)
    return render_template("newsroom/series/edit.html", series=series, form=form, problem=problem), status


@bp.post("/<int:series_id>/place")
@needs(Can.SERIES_EDIT)
def place(series_id: int) -> Answer:
    """Make a piece a part of the series."""
    form = PlaceForm()
    if not form.validate():
        problem = next(iter(form.errors.values()))[0]
        return _page(queries.get(db(), series_id), form, problem=problem), 422
    try:
        with transaction(db()):
            series = queries.get(db(), series_id)
            episode = service.place(db(), user(), series, form.article_id.data, form.part.data)
    except Invalid as error:
        return _page(queries.get(db(), series_id), form, problem=str(error)), 422
    flash(f"It is part {episode.part} now.", "good")
    return _back_to(series_id)


@bp.post("/of-piece/<int:article_id>")
@needs(Can.SERIES_EDIT)
def place_piece(article_id: int) -> Response:
    """Put a piece into another series, as its newest part, or into none: what the editor's panel asks for."""
    form = PieceForm()
    if not form.validate():
        raise Invalid("Choose a series.")
    said = "The piece stays where it is."
    with transaction(db()):
        before = queries.episode_of(db(), article_id)
        if before is not None and before.series_id != form.series_id.data:
            service.take_out(db(), user(), before.series, article_id)
            said = "It is out of the series."
        if form.series_id.data and (before is None or before.series_id != form.series_id.data):
            series = queries.get(db(), form.series_id.data)
            said = f"It is part {service.place(db(), user(), series, article_id).part} of {series.title} now."
    flash(said, "good")
    return redirect(url_for("newsroom.articles.show", article_id=article_id))


@bp.post("/<int:series_id>/move")
@needs(Can.SERIES_EDIT)
def move(series_id: int) -> Response:
    """Let a part change places with the one before or after it."""
    number, step = row_number(request.form.get("article")), {"up": -1, "down": 1}.get(request.form.get("move", ""), 0)
    with transaction(db()):
        series = queries.get(db(), series_id)
        ids = list(queries.numbers(db(), series.id))
        if number in ids:
            at = ids.index(number)
            ids.insert(max(0, at + step), ids.pop(at))
        service.reorder(db(), user(), series, ids)
    return _back_to(series_id)


@bp.post("/<int:series_id>/take-out")
@needs(Can.SERIES_EDIT)
def take_out(series_id: int) -> Response:
    """Take a piece out of the series; the piece itself stays what it is."""
    with transaction(db()):
        series = queries.get(db(), series_id)
        service.take_out(db(), user(), series, row_number(request.form.get("article")) or 0)
    flash("It is out of the series. The piece itself stays as it is.", "good")
    return _back_to(series_id)


@bp.get("/<int:series_id>/cover")
@needs(Can.SERIES_EDIT)
def cover(series_id: int) -> str:
    """Show the library to choose a cover from, and a place to send one in."""
    return _cover_page(series_id, ChooseForm())


@bp.post("/<int:series_id>/cover")
@needs(Can.SERIES_EDIT)
def set_cover(series_id: int) -> Answer:
    """Give the series the picture that was chosen or sent in, or none."""
    form = ChooseForm()
    require(user(), Can.SERIES_EDIT)
    queries.get(db(), series_id)
    try:
        pictures.choose(form, lambda asset_id: service.cover(db(), user(), queries.get(db(), series_id), asset_id))
    except Invalid as error:
        return _cover_page(series_id, form, problem=str(error)), 422
    flash("The cover is changed." if form.wants_one() else "The cover is taken off.", "good")
    return _back_to(series_id)


def _people() -> list[choices.Choice]:
    return [(name.id, name.label) for name in choices.people(db())]


def _change(series: Series, form: SeriesForm) -> None:
    seen = row_number(form.seen.data) or 0
    service.change_series(
        db(), user(), series, seen=seen, slug=form.slug.data or series.slug, cover_id=series.cover_id, **_facts(form)
    )


def _facts(form: SeriesForm) -> dict[str, Any]:
    return {
        "title": form.title.data,
        "description": form.description.data or "",
        "host_id": form.host_id.data,
        "planned_parts": form.planned_parts.data or 0,
        "is_interviews": bool(form.is_interviews.data),
    }


def _page(series: Series, form: PlaceForm, *, problem: str = "") -> str:
    words = request.args.get("q", "")[:100]
    parts = queries.parts(db(), user(), series)
    found = db().scalars(queries.placeable(user(), words).limit(OFFERED)).unique().all()
    asset = db().get(Asset, series.cover_id) if series.cover_id else None
    return render_template(
        "newsroom/series/show.html",
        series=series,
        parts=parts,
        lines=_lines(parts),
        found=found,
        words=words,
        form=form,
        problem=problem,
        shown=db().get(PublishedSeries, series.id),
        image=media.picture(asset),
        is_more=len(found) == OFFERED,
    )


def _lines(parts: list[Part]) -> dict[int, Line]:
    """Return what lists of pieces say of those parts that whoever looks may read."""
    readable: list[Article] = [part.article for part in parts if part.article is not None]
    ids = [article.id for article in readable]
    if not ids:
        return {}
    found = work.last_notes(db(), ids), work.live_rows(db(), ids)
    said = lines(readable, *found, now=clock.now(), zone=services().settings.zone)
    return {line.article.id: line for line in said}


def _cover_page(series_id: int, form: ChooseForm, *, problem: str = "") -> str:
    series = queries.get(db(), series_id)
    return render_template(
        "newsroom/series/cover.html", series=series, form=form, problem=problem, **pictures.offered()
    )


def _back_to(series_id: int) -> Response:
    return redirect(url_for("newsroom.series.show", series_id=series_id))
