"""One piece: beginning it, writing it, looking at it as readers will, its history and its planning."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.accounts import queries as accounts
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.articles.service import EditConflict, Saved
from cms.articles.sittings import milestones, sittings
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid, Refused
from cms.core.paging import page_number, sliced
from cms.newsroom import beginnings, changes, choices, corrections, editing, galleys, timeline
from cms.newsroom.editing import Names
from cms.newsroom.forms.articles import NameForm, NewForm, PlanForm, RestoreForm
from cms.newsroom.forms.numbers import row_number
from cms.policy import WRITING, can, require
from cms.vocabulary import Can, State
from cms.web.access import needs
from cms.web.errors import status_of
from cms.web.services import services
from cms.web.session import db, user
from cms.web.templating import counted, local
from cms.workflow import queries as work
from cms.workflow import service as workflow

bp = Blueprint("articles", __name__, url_prefix="/articles")

PER_PAGE = 25  # sittings
Answer = Response | str | tuple[str, int]


@bp.get("/new")
@needs(Can.ARTICLE_CREATE)
def new() -> str:
    """Show what a piece can begin with, and the form; `?template=3` chooses, `?section=2` narrows."""
    return beginnings.page(beginnings.form_asked_for())


@bp.post("/new")
@needs(Can.ARTICLE_CREATE)
def create() -> Answer:
    """Begin a piece, and go on to its text."""
    form = NewForm()
    form.offer(choices.sections(db()))
    if not form.validate():
        return beginnings.page(form), 422
    try:
        with transaction(db()):
            content = beginnings.content_of(form)
            article = texts.create(db(), user(), content, state=State(form.state.data))
    except Invalid as error:
        editing.blame(form, error)
        return beginnings.page(form, problem=str(error)), 422
    if article.state is State.IDEA:
        flash("It is pitched. The newsroom can vote for it, and an editor says yes or no.", "good")
    else:
        flash("The piece is begun. Nobody but you and the desk can see it.", "good")
    return redirect(url_for("newsroom.articles.show", article_id=article.id))


@bp.get("/<int:article_id>")
@needs(Can.ARTICLE_READ)
def show(article_id: int) -> Response:
    """Go where the piece is worked on: its text while it is being written, its pitch before that, else its review."""
    article = articles.get(db(), user(), article_id)
    if article.state is State.IDEA:
        return redirect(url_for("newsroom.pitches.show", article_id=article.id))
    is_writing = article.state in WRITING - {State.TO_CONFIRM} and can(user(), Can.ARTICLE_EDIT, article)
    place = "newsroom.articles.edit" if is_writing else "newsroom.workflow.review"
    return redirect(url_for(place, article_id=article.id))


@bp.get("/<int:article_id>/edit")
@needs(Can.ARTICLE_EDIT)
def edit(article_id: int) -> str:
    """Show the text and everything around it, to be changed; text of one's own that was not saved opens by itself."""
    article = articles.get(db(), user(), article_id)
    if not can(user(), Can.ARTICLE_EDIT, article):
        raise Forbidden(editing.why_closed(article))
    names = Names.load(db())
    own = articles.working_copies(db(), article, user().id)
    copy = editing.opened(article, own, names)
    if copy is not None:
        return editing.page(article, editing.form_of_copy(article, copy, names), names, copy=copy, own=own)
    assert article.head is not None
    form = editing.form_of(article.head.content(), names, seen=article.head.id)
    return editing.page(article, form, names, own=own)


@bp.post("/<int:article_id>/edit")
@needs(Can.ARTICLE_EDIT)
def save(article_id: int) -> Answer:
    """Store the text as a new revision, and submit it where that was asked for; whatever happens, nothing is lost."""
    names = Names.load(db())
    form = editing.decided(article_id, names)
    if request.form.get("do") == "find":
        return editing.page(articles.get(db(), user(), article_id), form, names, is_choosing=True)
    if not form.validate():
        return editing.page(articles.get(db(), user(), article_id), form, names), 422
    content = None
    try:
        content, added = editing.content_of(form, names)
        with transaction(db()):
            article = articles.held(db(), user(), article_id)
            content = editing.completed(article, content, names)
            saved = texts.save_draft(
                db(), user(), article, content, seen=form.seen.data, note=form.note.data or "",
                left=editing.left_by(form),
            )  # fmt: skip
    except EditConflict as conflict:
        return editing.clash_page(article_id, form, Names.load(db()), conflict), 409  # with names that are new
    except (Invalid, Conflict, Forbidden) as error:
        return editing.refused_page(article_id, form, names, error, content=content), status_of(error)
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
    """Show what was written, sitting by sitting, what was done to the piece, and who signed what."""
    article = articles.outline(db(), user(), article_id)
    notes = work.happenings(db(), article)
    done = milestones(timeline.happened(notes))
    marks = articles.marks(db(), article)
    page = sliced(sittings(marks, done)[::-1], number=page_number(request.args.get("page")), per_page=PER_PAGE)
    shown, ends = timeline.needed(page.items)
    entries = timeline.entries(
        page.items, articles.versions(db(), article, shown, with_body=ends), done, notes,
        work.approvals(db(), article), is_first=page.number == 1, is_last=page.number >= page.count,
    )  # fmt: skip
    live = work.live_rows(db(), [article.id]).get(article.id)
    return render_template(
        "newsroom/articles/history.html", article=article, page=page, entries=entries, live=live, total=len(marks),
        is_last=page.number >= page.count,
    )  # fmt: skip


@bp.get("/<int:article_id>/compare")
@needs(Can.ARTICLE_READ)
def compare(article_id: int) -> str:
    """Show what changed from one revision to another; by default by the newest one."""
    article = articles.outline(db(), user(), article_id)
    numbers = {row_number(request.args.get(name)) or 0 for name in ("old", "new")} - {0}
    newer = max(numbers, default=_head_number(article))
    new = articles.revision(db(), article, newer)
    if len(numbers) > 1:
        old = articles.revision(db(), article, min(numbers))
    else:  # the one before it, which need not be its number less one: autosaves may have been pruned
        old = articles.revision_before(db(), article, new) or new
    compared = changes.compare(old, new)
    names = articles.names_of(db(), [old.id, new.id])
    return render_template("newsroom/articles/compare.html", article=article, compared=compared, names=names)


@bp.post("/<int:article_id>/history/name")
@needs(Can.ARTICLE_NAME)
def name(article_id: int) -> Answer:
    """Give a version a name, or take it away."""
    form = NameForm()
    if not form.validate():
        raise Invalid(next((errors[0] for errors in form.errors.values()), "Say which revision to name."))
    with transaction(db()):
        article = articles.glance(db(), user(), article_id)
        revision = articles.revision(db(), article, form.number.data)
        texts.name_revision(db(), user(), article, revision, form.name.data or "")
    flash(f"Revision {form.number.data} is called “{form.name.data}” now." if form.name.data else
          f"Revision {form.number.data} has no name any more.", "good")  # fmt: skip
    return redirect(url_for("newsroom.articles.history", article_id=article_id))


@bp.post("/<int:article_id>/history/show")
@needs(Can.ARTICLE_PLAN)
def show_history(article_id: int) -> Response:
    """Let readers see the published versions, or not any more."""
    is_shown = request.form.get("do") == "show"
    with transaction(db()):
        texts.show_history(db(), user(), articles.get(db(), user(), article_id), is_shown=is_shown)
    flash(f"Readers {'can' if is_shown else 'cannot'} see the published versions now.", "good")
    return redirect(url_for("newsroom.articles.history", article_id=article_id))


@bp.get("/<int:article_id>/history/prune")
@needs(Can.ARTICLE_PRUNE)
def pruning(article_id: int) -> str:
    """Show which autosaves would go, and that nothing of them would be lost."""
    article = articles.outline(db(), user(), article_id)
    return render_template(
        "newsroom/articles/pruning.html", article=article, pruning=texts.prunable(db(), user(), article)
    )


@bp.post("/<int:article_id>/history/prune")
@needs(Can.ARTICLE_PRUNE)
def prune(article_id: int) -> Answer:
    """Take those out that were shown."""
    seen = [number for text in request.form.getlist("number") if (number := row_number(text)) is not None]
    try:
        with transaction(db()):
            article = articles.held(db(), user(), article_id)
            gone = texts.prune(db(), user(), article, seen=seen)
    except Conflict as error:
        flash(str(error), "bad")
    else:
        flash(f"{counted(len(gone.revisions), 'autosave is', 'autosaves are')} gone; every word of them stays.", "good")
    return redirect(url_for("newsroom.articles.history", article_id=article_id))


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
        desk_id=article.desk_id, assigned_to_id=article.assigned_to_id, due_at=local(article.due_at),
        brief=article.brief, embargo_until=local(article.embargo_until),
    )  # fmt: skip
    return _planning_page(article, form)


@bp.post("/<int:article_id>/planning")
@needs(Can.ARTICLE_PLAN)
def plan(article_id: int) -> Answer:
    """Set them."""
    form, zone = PlanForm(), services().settings.zone
    form.offer(choices.desks(db()), accounts.writing(db()), zone)
    if not form.validate():
        return _planning_page(articles.get(db(), user(), article_id), form), 422
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            texts.plan(db(), user(), article, form.plan())
    except Invalid as error:
        editing.blame(form, error)
        return _planning_page(articles.get(db(), user(), article_id), form), 422
    flash("The planning is stored.", "good")
    return _back_to(article_id)


def _planning_page(article: Article, form: PlanForm) -> str:
    form.offer(choices.desks(db()), accounts.writing(db()), services().settings.zone)
    return render_template("newsroom/articles/planning.html", article=article, form=form)


def _submit(article_id: int, saved: Saved) -> Answer:
    """Submit what was just saved; where that is refused, the text is safe and the reasons are shown."""
    note = request.form.get("note", "")
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            workflow.move(db(), user(), article, "submit", seen=saved.revision.id, note=note)
    except (Refused, Conflict, Forbidden) as error:
        if corrections.is_asked(error):
            return redirect(url_for("newsroom.corrections.show", article_id=article_id, then="submit"))
        names = Names.load(db())
        article = articles.get(db(), user(), article_id)
        assert article.head is not None
        form = editing.form_of(article.head.content(), names, seen=article.head.id)
        return editing.refused_page(article_id, form, names, error, content=None), status_of(error)
    flash("It is with the editors now. You will be told when they answer.", "good")
    return redirect(url_for("newsroom.workflow.review", article_id=article_id))


def _tell(saved: Saved, added: list[str]) -> None:
    for name in added:
        flash(f"“{name}” was new here and has been added.", "info")
    if dropped := editing.dropped():
        flash("Cleaned on the way in: " + " ".join(dropped), "warn")
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
