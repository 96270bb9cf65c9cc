"""Reading a piece to decide about it, and moving it on: one endpoint for every action of the transition table."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from cms.articles import document
from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import CmsError, Conflict, Invalid, NotFound, Reason, Refused, Unavailable
from cms.media.models import Asset
from cms.media.queries import picture
from cms.newsroom import changes, findings, places, talk, timeline
from cms.newsroom.forms.articles import moment
from cms.newsroom.forms.comments import SayForm
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.forms.workflow import MoveForm, WaiveForm
from cms.policy import can
from cms.review import queries as reviews
from cms.review import service as beside
from cms.review.comments import queries as comments
from cms.review.comments import service as saying
from cms.review.comments.facts import About
from cms.vocabulary import Can, State
from cms.web.access import needs
from cms.web.errors import STATUS
from cms.web.services import services
from cms.web.session import db, user
from cms.web.templating import long_day
from cms.workflow import queries as work
from cms.workflow import service as workflow
from cms.workflow.service import Moved, Outlook
from cms.workflow.transitions import OFFERED

bp = Blueprint("workflow", __name__, url_prefix="/articles")

NOTES = 6  # shown beside the text; the others are in the history
#: Places of reasons that are fields of the form by which a piece is moved on.
FIELDS = ("note", "for_readers", "at")
Answer = Response | str | tuple[str, int]


@bp.get("/<int:article_id>/review")
@needs(Can.ARTICLE_READ)
def review(article_id: int) -> str:
    """Show the piece to whoever decides: what changed, the text with its marks, and the decision."""
    article = articles.get(db(), user(), article_id)
    look = reviews.last_look(db(), user(), article)  # the page asks too, and finds it in the session
    shown = page(article)
    if look is None or article.head is None or look.number != article.head.number:
        # Whoever cannot be remembered, because nothing can be written now, reads all the same.
        with suppress(Unavailable), transaction(db()):
            beside.note_look(db(), user(), article)
    return shown


@bp.post("/<int:article_id>/<action>")
@needs(Can.ARTICLE_READ)
def move(article_id: int, action: str) -> Answer:
    """Take one action; where it is refused, every reason is shown beside the text."""
    if action not in OFFERED:
        abort(404)
    form = MoveForm()
    if not form.validate():
        return page(articles.get(db(), user(), article_id), form=form, tried=action), 422
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            moved = workflow.move(
                db(), user(), article, action, seen=form.seen.data, note=form.note.data or "",
                for_readers=form.for_readers.data or "", at=_moment(form),
            )  # fmt: skip
    except (Refused, Conflict, Invalid) as error:
        return page(articles.get(db(), user(), article_id), form=form, tried=action, error=error), _status(error)
    _tell(article, moved)
    return redirect(_next(article, action))


@bp.post("/<int:article_id>/review/comment")
@needs(Can.ARTICLE_DISCUSS)
def comment(article_id: int) -> Answer:
    """Say what one read in it, of the whole piece, and decide nothing."""
    form = MoveForm()
    article = articles.get(db(), user(), article_id)
    if not form.validate():
        return page(article, form=form), 422
    try:
        with transaction(db()):
            thread = saying.say(db(), user(), article, form.note.data or "", About())
    except Invalid as error:
        form.note.errors = [str(error)]
        return page(article, form=form), 422
    flash("Said beside the text, and nothing was decided. Until it is settled, it stops an approval.", "good")
    return redirect(f"{url_for('newsroom.workflow.review', article_id=article_id)}#thread-{thread.id}")


@bp.post("/<int:article_id>/waive")
@needs(Can.ARTICLE_APPROVE)
def waive(article_id: int) -> Answer:
    """Say what need not stop the approval of this text, and why."""
    form = WaiveForm()
    try:
        if not form.validate():
            raise Invalid(form.errors["reason"][0] if form.reason.errors else "Choose what to waive.", field="reason")
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            workflow.waive(
                db(), user(), article, form.about.data or [], form.reason.data or "", seen=form.seen.data
            )  # fmt: skip
    except (Invalid, Conflict) as error:
        form.reason.errors = [str(error)]
        return page(articles.get(db(), user(), article_id), waiver=form), _status(error)
    flash("It does not stop the approval of this text any more; your reason will stand on the receipt.", "good")
    return redirect(f"{url_for('newsroom.workflow.review', article_id=article_id)}#decision")


def _moment(form: MoveForm) -> Any:
    try:
        return moment(form.at.data, services().settings.zone)
    except ValidationError as error:
        raise Refused([Reason(str(error), "at")]) from error


def page(
    article: Article,
    *,
    form: MoveForm | None = None,
    say: SayForm | None = None,
    waiver: WaiveForm | None = None,
    tried: str = "",
    error: CmsError | None = None,
) -> str:
    """Return the page on which a piece is read and decided about; the forms are those that have to be mended."""
    form = MoveForm(formdata=None) if form is None else form
    outlook = workflow.outlook(db(), user(), article)
    notes = work.happenings(db(), article)
    bases = _bases(article, outlook, notes)
    compared = _compared(article, bases)
    reasons = _beside_fields(form, error) if isinstance(error, Refused) else []
    assert article.head is not None
    head = article.head
    lies = talk.of(article, say)
    html = compared.html if compared else changes.anchored(head.body)
    asset = db().get(Asset, head.hero_id) if head.hero_id else None
    return render_template(
        "newsroom/workflow/review.html",
        article=article,
        head=head,
        form=form,
        waiver=WaiveForm(formdata=None) if waiver is None else waiver,
        tried=tried,
        problem="" if error is None or isinstance(error, Refused) else str(error),
        reasons=places.in_review(article, reasons),
        outlook=outlook,
        ticking=[box.text for box in outlook.round.rules.boxes if box.asked.holds(user(), article)]
        if outlook.round
        else [],
        findings=findings.in_review(article, outlook),
        offers=[(offer, places.in_review(article, offer.reasons)) for offer in outlook.offers],
        said_notes=[(note, timeline.what(note)) for note in notes if note.text][:NOTES],
        wanting=[offer.transition.label.lower() for offer in outlook.offers if offer.transition.wants_note],
        hero=picture(asset, alt=head.hero_alt, caption=head.hero_caption, credit=head.hero_credit),
        bases=bases,
        compared=compared,
        html=document.mark(html, comments.marks(lies.open)),
        talk=lies,
        is_own=user().id in article.ever_author_ids,
        original=articles.original(db(), user(), article),
        confirmed=next(
            (n for n in notes if n.action == "confirm" and n.details.get("hash") == head.content_hash), None
        ),
    )


def _beside_fields(form: MoveForm, error: Refused) -> list[Reason]:
    """Put the reasons that are about a field of the form beside it, and return the others."""
    for reason in error.reasons:
        if reason.place in FIELDS:
            form[reason.place].errors = [*form[reason.place].errors, reason.text]
    return [reason for reason in error.reasons if reason.place not in FIELDS]


def _bases(article: Article, outlook: Outlook, notes: list[work.Note]) -> dict[int, str]:
    """Return the earlier revisions worth comparing with, the most useful first, by number, and what each is."""
    assert article.head is not None
    newest = article.head.number
    found: dict[int, str] = {}
    look = reviews.last_look(db(), user(), article)
    seen = 0 if look is None else look.before if look.number == newest else look.number
    if 0 < seen < newest:
        found[seen] = "since you read it"
    if article.state is State.TO_CONFIRM:
        submitted = next((n for n in notes if n.action == "submit"), None)
        number = submitted.details.get("revision") if submitted else None
        if isinstance(number, int) and number < newest:
            found[number] = "since you submitted it"
    sent_back = next((n for n in notes if n.action in ("request_changes", "reopen")), None)
    approved = next((n for n in notes if n.action in ("approve", "adopt")), None)
    who = sent_back.who if sent_back else ""
    for note, words in ((sent_back, f"since {who} sent it back"), (approved, "since it was approved")):
        number = note.details.get("revision") if note else None
        if isinstance(number, int) and number < newest:
            found.setdefault(number, words)
    if outlook.live is not None and outlook.live.revision_id != article.head.id:
        live = articles.revision_by_id(db(), article, outlook.live.revision_id)
        if live is not None:
            found.setdefault(live.number, "against what readers see now")
    if newest > 1:
        found.setdefault(newest - 1, "since the revision before")
    return found


def _compared(article: Article, bases: dict[int, str]) -> changes.Compared | None:
    """Compare with the base that the address asks for, or with the most useful one; `?against=0` hides all marks."""
    assert article.head is not None
    wanted = request.args.get("against", type=row_number)
    if wanted == 0 or not bases:
        return None
    if wanted is not None and wanted not in bases and wanted < article.head.number:
        bases[wanted] = f"since revision {wanted}"
    for number in [wanted] if wanted in bases else list(bases):
        with suppress(NotFound):  # an autosave that somebody read may have been pruned since
            return changes.compare(articles.revision(db(), article, number), article.head)
        del bases[number]
    return None


def _tell(article: Article, moved: Moved) -> None:
    assert article.head is not None
    if not moved.is_new:
        flash(f"That was done already: the piece is {article.state.label}.", "info")
        return
    said = f"“{article.head.headline}” was {moved.transition.done}."
    match article.state:
        case State.SCHEDULED if article.publish_at is not None:
            zone = services().settings.zone
            said += f" It goes out on {long_day(article.publish_at)} at {article.publish_at.astimezone(zone):%H:%M}."
        case State.TO_CONFIRM:
            said += " Its writers have been asked whether they stand by it."
        case State.IN_REVIEW:
            said += " Whoever it waits for now has been told."
        case State.APPROVED:
            said += f" It can go out now, as revision {article.head.number} and nothing else."
    flash(said, "good")


def _next(article: Article, action: str) -> str:
    """Return where to go on: to what else waits where the piece is with its writers, or out of one's hands."""
    if action in ("request_changes", "ask_confirmation"):
        return url_for("newsroom.reviews.index")
    if action == "approve" and not can(user(), Can.ARTICLE_PUBLISH, article):
        return url_for("newsroom.desk.mine")
    return url_for("newsroom.articles.show", article_id=article.id)


def _status(error: CmsError) -> int:
    return next(code for kind, code in STATUS.items() if isinstance(error, kind))
