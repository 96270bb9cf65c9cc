"""One piece: beginning it, writing it, looking at it as readers will, its history and its planning."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article, CreditLine
from cms.articles.service import EditConflict, Saved
from cms.core.db import transaction
from cms.core.errors import CmsError, Conflict, Forbidden, Invalid, Refused
from cms.core.paging import page_number, paginate
from cms.newsroom import changes, choices, editing, galleys, timeline
from cms.newsroom.editing import Names
from cms.newsroom.forms.articles import EditForm, NewForm, PlanForm, RestoreForm, moment
from cms.newsroom.forms.numbers import row_number
from cms.people import queries as people
from cms.policy import WRITING, can, require
from cms.vocabulary import Can, CreditRole, Kind, State
from cms.web.access import needs
from cms.web.errors import STATUS
from cms.web.services import services
from cms.web.session import db, user
from cms.web.templating import local
from cms.workflow import queries as work
from cms.workflow import service as workflow

bp = Blueprint("articles", __name__, url_prefix="/articles")

PER_PAGE = 40
Answer = Response | str | tuple[str, int]


@bp.get("/new")
@needs(Can.ARTICLE_CREATE)
def new() -> str:
    """Show the form that begins a piece."""
    form = NewForm()
    form.offer(choices.sections(db()))
    return render_template("newsroom/articles/new.html", form=form)


@bp.post("/new")
@needs(Can.ARTICLE_CREATE)
def create() -> Answer:
    """Begin a piece, and go on to its text."""
    form = NewForm()
    form.offer(choices.sections(db()))
    if not form.validate():
        return render_template("newsroom/articles/new.html", form=form), 422
    try:
        with transaction(db()):
            mine = _own_credit(Kind(form.kind.data)) if form.credit_me.data else ()
            article = texts.create(db(), user(), form.content(mine), state=State(form.state.data))
    except Invalid as error:
        editing.blame(form, error)
        return render_template("newsroom/articles/new.html", form=form, problem=str(error)), 422
    flash("The piece is begun. Nobody but you and the desk can see it.", "good")
    return redirect(url_for("newsroom.articles.show", article_id=article.id))


@bp.get("/<int:article_id>")
@needs(Can.ARTICLE_READ)
def show(article_id: int) -> Response:
    """Go where the piece is worked on: its text while it is being written, else its review."""
    article = articles.get(db(), user(), article_id)
    is_writing = article.state in WRITING and can(user(), Can.ARTICLE_EDIT, article)
    place = "newsroom.articles.edit" if is_writing else "newsroom.workflow.review"
    return redirect(url_for(place, article_id=article.id))


@bp.get("/<int:article_id>/edit")
@needs(Can.ARTICLE_EDIT)
def edit(article_id: int) -> str:
    """Show the text and everything around it, to be changed; `?aside=1` takes up the text that was kept aside."""
    article = articles.get(db(), user(), article_id)
    if not can(user(), Can.ARTICLE_EDIT, article):
        raise Forbidden(editing.why_closed(article))
    names = Names.load(db())
    kept = articles.working_copy(db(), article, user().id) if "aside" in request.args else None
    content, seen = editing.text_of(article, kept)
    return editing.page(article, editing.form_of(content, names, seen=seen), names, is_aside=kept is not None)


@bp.post("/<int:article_id>/edit")
@needs(Can.ARTICLE_EDIT)
def save(article_id: int) -> Answer:
    """Store the text as a new revision, and submit it where that was asked for; whatever happens, nothing is lost."""
    form, names = EditForm(), Names.load(db())
    form.offer(names.sections)
    if request.form.get("do") == "find":
        return editing.page(articles.get(db(), user(), article_id), form, names, is_choosing=True)
    if not form.validate():
        return editing.page(articles.get(db(), user(), article_id), form, names), 422
    content = None
    try:
        content, added = editing.content_of(form, names)
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            content = editing.completed(article, content, names)
            saved = texts.save_draft(
                db(), user(), article, content, seen=form.seen.data, note=form.note.data or ""
            )  # fmt: skip
    except EditConflict as conflict:
        return editing.clash_page(article_id, form, names, conflict), 409
    except (Invalid, Conflict, Forbidden) as error:
        return editing.refused_page(article_id, form, names, error, content=content), _status(error)
    _tell(saved, added)
    if request.form.get("do") == "submit":
        return _submit(article_id, saved)
    return redirect(url_for("newsroom.articles.edit", article_id=article_id))


@bp.get("/<int:article_id>/galley")
@needs(Can.ARTICLE_READ)
def galley(article_id: int) -> str:
    """Show a text exactly as readers would see it: the newest, `?revision=3`, or what one has typed (`?copy=<tab>`).

    With `?framed=1` nothing but the page stands there, as the preview's frames want it.
    """
    article = articles.get(db(), user(), article_id)
    if (tab := request.args.get("copy")) is not None:
        return galleys.of_copy(article, tab)
    number = request.args.get("revision", type=row_number) or _head_number(article)
    if number == _head_number(article):
        return galleys.of_revision(article, articles.newest(db(), article))
    return galleys.of_revision(article, articles.revision(db(), article, number))


@bp.get("/<int:article_id>/history")
@needs(Can.ARTICLE_READ)
def history(article_id: int) -> str:
    """Show every revision, what was done to the piece, and who signed what."""
    article = articles.get(db(), user(), article_id)
    page = paginate(
        db(), articles.history(article), number=page_number(request.args.get("page")), per_page=PER_PAGE
    )  # fmt: skip
    entries = timeline.entries(
        page.items, work.happenings(db(), article), work.approvals(db(), article),
        is_first=page.number == 1, is_last=page.number >= page.count,
    )  # fmt: skip
    live = work.live_rows(db(), [article.id]).get(article.id)
    return render_template(
        "newsroom/articles/history.html", article=article, page=page, entries=entries, live=live, form=RestoreForm()
    )


@bp.get("/<int:article_id>/compare")
@needs(Can.ARTICLE_READ)
def compare(article_id: int) -> str:
    """Show what changed from one revision to another; by default by the newest one."""
    article = articles.get(db(), user(), article_id)
    numbers = {row_number(request.args.get(name)) or 0 for name in ("old", "new")} - {0}
    newer = max(numbers, default=_head_number(article))
    older = min(numbers, default=newer) if len(numbers) > 1 else max(1, newer - 1)
    compared = changes.compare(articles.revision(db(), article, older), articles.revision(db(), article, newer))
    return render_template("newsroom/articles/compare.html", article=article, compared=compared, form=RestoreForm())


@bp.post("/<int:article_id>/history/restore")
@needs(Can.ARTICLE_EDIT)
def restore(article_id: int) -> Answer:
    """Make an earlier revision the newest again."""
    form = RestoreForm()
    if not form.validate():
        raise Invalid("Say which revision to restore.")
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            revision = articles.revision(db(), article, form.number.data)
            saved = texts.restore(db(), user(), article, revision, seen=form.seen.data)
    except Conflict as error:
        flash(str(error), "bad")
        return redirect(url_for("newsroom.articles.history", article_id=article_id))
    said = f"Revision {form.number.data} is back, as revision {saved.revision.number}. Nothing in between is lost."
    flash(said if saved.is_new else "That is the newest text already.", "good")
    return _back_to(article_id)


@bp.get("/<int:article_id>/planning")
@needs(Can.ARTICLE_PLAN)
def planning(article_id: int) -> str:
    """Show whose piece it is, when it is due, and its embargo."""
    article = articles.get(db(), user(), article_id)
    require(user(), Can.ARTICLE_PLAN, article)
    form = PlanForm(
        desk_id=article.desk_id, due_at=local(article.due_at), embargo_until=local(article.embargo_until)
    )  # fmt: skip
    return _planning_page(article, form)


@bp.post("/<int:article_id>/planning")
@needs(Can.ARTICLE_PLAN)
def plan(article_id: int) -> Answer:
    """Set them."""
    form, zone = PlanForm(), services().settings.zone
    form.offer(choices.desks(db()), zone)
    if not form.validate():
        return _planning_page(articles.get(db(), user(), article_id), form), 422
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            texts.plan(
                db(), user(), article, desk_id=form.desk_id.data, due_at=moment(form.due_at.data, zone),
                embargo_until=moment(form.embargo_until.data, zone),
            )  # fmt: skip
    except Invalid as error:
        editing.blame(form, error)
        return _planning_page(articles.get(db(), user(), article_id), form), 422
    flash("The planning is stored.", "good")
    return _back_to(article_id)


def _planning_page(article: Article, form: PlanForm) -> str:
    form.offer(choices.desks(db()), services().settings.zone)
    return render_template("newsroom/articles/planning.html", article=article, form=form)


def _own_credit(kind: Kind) -> tuple[CreditLine, ...]:
    """Return the credit of whoever begins a piece, where they have a public face."""
    face = people.behind(db(), user().id)
    role = CreditRole.INTERVIEWER if kind is Kind.INTERVIEW else CreditRole.AUTHOR
    return (CreditLine(face.id, role, face.standing),) if face else ()


def _submit(article_id: int, saved: Saved) -> Answer:
    """Submit what was just saved; where that is refused, the text is safe and the reasons are shown."""
    note = request.form.get("note", "")
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            workflow.move(db(), user(), article, "submit", seen=saved.revision.id, note=note)
    except (Refused, Conflict, Forbidden) as error:
        names = Names.load(db())
        article = articles.get(db(), user(), article_id)
        content, seen = editing.text_of(article, None)
        form = editing.form_of(content, names, seen=seen)
        return editing.refused_page(article_id, form, names, error, content=None), _status(error)
    flash("It is with the editors now. You will be told when they answer.", "good")
    return redirect(url_for("newsroom.workflow.review", article_id=article_id))


def _tell(saved: Saved, added: list[str]) -> None:
    for name in added:
        flash(f"“{name}” was new here and has been added.", "info")
    if saved.brought_in:
        flash("Somebody saved while you were writing. Now in your text too: " + " ".join(saved.brought_in), "warn")
    if saved.is_new:
        flash(f"Saved as revision {saved.revision.number}.", "good")
    elif request.form.get("do") != "submit":
        flash("Saved; nothing was different.", "good")


def _back_to(article_id: int) -> Response:
    return redirect(url_for("newsroom.articles.show", article_id=article_id))


def _head_number(article: Article) -> int:
    return article.head.number if article.head else 0


def _status(error: CmsError) -> int:
    return next(code for kind, code in STATUS.items() if isinstance(error, kind))
