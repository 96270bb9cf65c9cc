"""Around an interview: asking people whether these are their words, the questions, and what was said in the room."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles import queries as articles
from cms.articles.models import Article, Credit
from cms.core.db import transaction
from cms.core.errors import Conflict, Invalid
from cms.interviews.questions import queries as questions
from cms.interviews.questions import service as asking
from cms.interviews.quotes import queries as quotes
from cms.interviews.quotes import service as checking
from cms.interviews.quotes.queries import Asked
from cms.newsroom import sharing
from cms.newsroom.editing import blame
from cms.newsroom.forms import interviews as forms
from cms.newsroom.forms.interviews import AskForm, PlanForm, SendForm, TranscriptForm
from cms.newsroom.forms.numbers import row_number
from cms.policy import can, require
from cms.review import queries as links
from cms.review import service as reviewing
from cms.review.checks.quotes import Standing
from cms.review.service import Shared
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.session import db, user
from cms.web.templating import counted

bp = Blueprint("interviews", __name__, url_prefix="/articles/<int:article_id>/interview")

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Overview:
    """How it stands with the words of those who are interviewed, in a sentence, with every check there was."""

    asked: list[Asked]

    @property
    def sentence(self) -> str:
        """How it stands."""
        lines = [line for one in self.asked if one.link.link.used_at for line in one.lines if not line.is_superseded]
        waiting = [one.link.link.label for one in self.asked if one.link.is_open]
        if not self.asked:
            return "Nobody was asked yet whether these are their words."
        if not lines and waiting:
            return f"{waiting[0]} has not answered yet."
        confirmed = sum(line.stands.standing is Standing.CONFIRMED for line in lines)
        changed = sum(line.stands.standing is Standing.CHANGED for line in lines)
        said = f"{confirmed} of {counted(len(lines), 'quote')} confirmed."
        others = counted(changed, "other was", "others were", words=True).capitalize()
        return f"{said} {others} confirmed, and changed since." if changed else said


@bp.get("")
@needs(Can.ARTICLE_READ)
def show(article_id: int) -> str:
    """Show whose words were checked, what they said, and the form for one more check."""
    article = articles.get(db(), user(), article_id)
    wanted = row_number(request.args.get("person"))
    people = quotes.interviewees(article)
    person = next((one for one in people if one.person_id == wanted), people[0] if people else None)
    form = AskForm(formdata=None, seen=article.head_id, person=person.person_id if person else None)
    if person is not None and article.head is not None:
        form.pick.data = [one.passage.key for one in quotes.offers(article, person.person) if one.is_theirs]
    return _page(article, form, person)


@bp.post("/ask")
@needs(Can.ARTICLE_SHARE)
def ask(article_id: int) -> Answer:
    """Send somebody the link to their own words."""
    form, article = AskForm(), articles.get(db(), user(), article_id)
    try:
        if not form.validate():
            raise Invalid(next(iter(form.errors.values()))[0], field=next(iter(form.errors)) or "")
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            shared = checking.ask(
                db(), user(), article, form.person.data or 0, form.pick.data or [], seen=form.seen.data,
                days=form.days.data, email=form.email.data or "",
            )  # fmt: skip
    except (Invalid, Conflict) as error:
        form.errors.clear()
        blame(form, error)
        article = articles.get(db(), user(), article_id)
        person = next((one for one in quotes.interviewees(article) if one.person_id == form.person.data), None)
        return _page(article, form, person, problem=str(error)), 422 if isinstance(error, Invalid) else 409
    return _asked(article, shared)


@bp.post("/checks/<int:link_id>/again")
@needs(Can.ARTICLE_SHARE)
def ask_again(article_id: int, link_id: int) -> Answer:
    """Ask the same person about what is not confirmed as it stands now."""
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            shared = checking.ask_again(db(), user(), article, links.link_of(db(), article, link_id))
    except Invalid as error:
        flash(str(error), "bad")
        return redirect(url_for("newsroom.interviews.show", article_id=article_id))
    return _asked(article, shared)


@bp.post("/checks/<int:link_id>/revoke")
@needs(Can.ARTICLE_SHARE)
def revoke(article_id: int, link_id: int) -> Response:
    """Close a link at once."""
    with transaction(db()):
        article = articles.get(db(), user(), article_id)
        reviewing.revoke_link(db(), user(), article, links.link_of(db(), article, link_id))
    flash("The link is closed. Whoever opens it now finds nothing.", "good")
    return redirect(url_for("newsroom.interviews.show", article_id=article_id))


@bp.get("/questions")
@needs(Can.QUESTIONS_PLAN)
def plan(article_id: int) -> str:
    """Show what is to be asked, and the questions as they were sent."""
    article = articles.get(db(), user(), article_id)
    found = questions.plan_of(db(), user(), article)
    form = PlanForm(formdata=None)
    if found is not None:
        form = PlanForm(
            formdata=None, seen=found.version, questions="\n".join(found.questions), notes=found.notes
        )  # fmt: skip
    return _plan(article, form)


@bp.post("/questions")
@needs(Can.QUESTIONS_PLAN)
def keep_plan(article_id: int) -> Answer:
    """Keep what is to be asked."""
    form = PlanForm()
    try:
        if not form.validate():
            raise Invalid(next(iter(form.errors.values()))[0])
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            asking.plan(
                db(), user(), article, form.questions.data or "", form.notes.data or "", seen=form.seen.data or 0
            )
    except (Invalid, Conflict) as error:
        blame(form, error)
        status = 422 if isinstance(error, Invalid) else 409
        return _plan(articles.get(db(), user(), article_id), form, problem=str(error)), status
    flash("The plan is kept.", "good")
    return redirect(url_for("newsroom.interviews.plan", article_id=article_id))


@bp.post("/questions/send")
@needs(Can.QUESTIONS_PLAN)
def send_questions(article_id: int) -> Answer:
    """Keep the planned questions as somebody gets them, and send them if there is an address."""
    form = SendForm()
    try:
        if not form.validate():
            raise Invalid(next(iter(form.errors.values()))[0])
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            sent = asking.send(db(), user(), article, to=form.to.data or "", email=form.email.data or "")
    except Invalid as error:
        flash(str(error), "bad")
        return redirect(url_for("newsroom.interviews.plan", article_id=article_id))
    on_its_way = f"The questions are on their way to {sent.sent_to}."
    flash(on_its_way if sent.email else f"It is noted that {sent.sent_to} has them.", "good")
    return redirect(url_for("newsroom.interviews.plan", article_id=article_id))


@bp.get("/transcript")
@needs(Can.TRANSCRIPT_PUT)
def transcript(article_id: int) -> str:
    """Show what was said, with the answers that were made of it, to those who may read it; to others, the form."""
    article = articles.get(db(), user(), article_id)
    require(user(), Can.TRANSCRIPT_PUT, article)
    return _transcript(article)


@bp.post("/transcript")
@needs(Can.TRANSCRIPT_PUT)
def put_transcript(article_id: int) -> Answer:
    """Put down what was said."""
    form = TranscriptForm()
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            lost = asking.put_transcript(db(), user(), article, form.text.data or "")
    except Invalid as error:
        return _transcript(articles.get(db(), user(), article_id), form, problem=str(error)), 422
    flash("The transcript is kept." + (f" {counted(lost, 'answer')} lost its part in it." if lost else ""), "good")
    return redirect(url_for("newsroom.interviews.transcript", article_id=article_id))


@bp.post("/transcript/ties")
@needs(Can.TRANSCRIPT_READ)
def tie(article_id: int) -> Answer:
    """Say which part of the transcript each answer was made of."""
    try:
        with transaction(db()):
            article = articles.get(db(), user(), article_id)
            rows = questions.condensed(db(), article, [])
            asking.tie(db(), user(), article, forms.ties(request.form, [row.answer.block_id for row in rows]))
    except (Invalid, Conflict) as error:
        status = 422 if isinstance(error, Invalid) else 409
        return _transcript(articles.get(db(), user(), article_id), problem=str(error)), status
    flash("The answers are tied to what was said.", "good")
    return redirect(url_for("newsroom.interviews.transcript", article_id=article_id))


def _asked(article: Article, shared: Shared) -> Answer:
    """Say that the letter is on its way, or show the address this once where there is none."""
    back = url_for("newsroom.interviews.show", article_id=article.id)
    if not shared.link.email:
        return sharing.made(article, shared, back=back)
    flash(f"The link is on its way to {shared.link.label}.", "good")
    return redirect(back)


def _page(article: Article, form: AskForm, person: Credit | None, *, problem: str = "") -> str:
    return render_template(
        "newsroom/interviews/show.html",
        article=article,
        form=form,
        problem=problem,
        overview=Overview(quotes.asked(db(), article)),
        statements=quotes.statements_of(db(), article),
        people=quotes.interviewees(article),
        person=person,
        offers=quotes.offers(article, person.person) if person is not None else [],
        may_ask=can(user(), Can.ARTICLE_SHARE, article),
    )


def _plan(article: Article, form: PlanForm, *, problem: str = "") -> str:
    people = quotes.interviewees(article)
    return render_template(
        "newsroom/interviews/plan.html",
        article=article,
        form=form,
        send=SendForm(formdata=None, to=people[0].person.name if people else ""),
        sent=questions.sent_of(db(), user(), article),
        problem=problem,
    )


def _transcript(article: Article, form: TranscriptForm | None = None, *, problem: str = "") -> str:
    may_read = questions.may_read(user(), article)
    found = questions.transcript_of(db(), user(), article) if may_read else None
    turns = questions.turns(found)
    rows = questions.condensed(db(), article, turns) if may_read else []
    tied = {number: row for row in rows if row.is_tied and row.span for number in range(row.span[0], row.span[1] + 1)}
    return render_template(
        "newsroom/interviews/transcript.html",
        article=article,
        form=TranscriptForm(formdata=None, text=found.text if found else "") if form is None else form,
        may_read=may_read,
        transcript=found,
        handed_in=questions.handed_in(db(), user(), article),
        turns=turns,
        rows=rows,
        tied=tied,
        overall=questions.overall(rows),
        problem=problem,
    )
