"""What people without a login do under a private address: comment on a galley, or check their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles import document
from cms.articles import queries as articles
from cms.core.db import transaction
from cms.core.errors import Invalid, NotFound
from cms.interviews.models import QuoteCheck
from cms.interviews.quotes import queries as quotes
from cms.interviews.quotes import service as checking
from cms.interviews.quotes.rules import Mark, NotYet, Statement
from cms.language import nearest
from cms.newsroom import galleys
from cms.newsroom.editing import blame
from cms.newsroom.forms import guests as forms
from cms.newsroom.forms.comments import AnswerForm
from cms.newsroom.forms.guests import CommentForm, StatementForm
from cms.newsroom.talk import places_in
from cms.review import queries, service
from cms.review.comments import queries as comments
from cms.review.comments import service as talk
from cms.review.models import GalleyLink
from cms.vocabulary import CreditRole, Purpose
from cms.web import limits, visitor
from cms.web.access import public
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("guests", __name__, url_prefix="/guest")

MOST_VISITS = 60  # from one network within a minute
Answer = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Shown:
    """One quote as its speaker sees it: the words, what they marked so far, and what is wrong with that."""

    check: QuoteCheck
    mark: Mark
    problem: str = ""

    @property
    def paragraphs(self) -> list[str]:
        """The words, one paragraph after the other."""
        return self.check.words.split("\n\n")


def admit(link: GalleyLink) -> Response:
    """Let the browser that opened a private address in: the secret goes into its cookie, and out of its address."""
    answer = redirect(url_for("newsroom.guests.show", link_id=link.id), 303)
    if request.method == "GET":
        with transaction(db()):
            key = service.note_opening(db(), link, browser=visitor.family())
        answer.set_cookie(
            _cookie(), key, max_age=queries.ADMITTED_FOR, path=url_for("newsroom.guests.show", link_id=link.id),
            secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax",
        )  # fmt: skip
    return answer


@bp.get("/<int:link_id>")
@public
def show(link_id: int) -> Answer:
    """Show somebody what they were sent: a galley to comment on, or their own words."""
    link = _link(link_id)
    if link.purpose is Purpose.COMMENT:
        return _galley(link, _said(link))
    if link.used_at is not None:
        return render_template("guests/sent.html", **_speaking(link))
    checks = quotes.checks_of(db(), link)
    kept = {check.id: Mark(check.verdict, check.wording, check.reason) for check in checks}
    return _words(link, checks, kept, _asked(link))


@bp.post("/<int:link_id>/answer")
@public
def answer(link_id: int) -> Answer:
    """Take what somebody says of their words: for good, or to go on with it later."""
    link = _link(link_id, Purpose.CHECK)
    checks, form = quotes.checks_of(db(), link), StatementForm()
    marks = forms.marks(request.form, [check.id for check in checks])
    is_later = "later" in request.form
    try:
        with transaction(db()):
            if is_later:
                checking.keep(db(), link, marks, form.statement())
            else:
                checking.answer(db(), link, articles.load(db(), link.article_id), marks, form.statement())
    except Invalid as error:
        problems = error.problems if isinstance(error, NotYet) else {}
        return _words(_link(link_id), quotes.checks_of(db(), link), marks, form, problems, said=str(error)), 422
    if is_later:
        _ = nearest(link.revision.language).text
        flash(_("It is kept. Nobody sees it before you send it, and the same link leads you back here."), "good")
    return redirect(url_for("newsroom.guests.show", link_id=link_id), 303)


@bp.post("/<int:link_id>/comments")
@public
def say(link_id: int) -> Answer:
    """Say something about the galley."""
    link, form = _link(link_id, Purpose.COMMENT), CommentForm()
    form.offer(places_in(link.revision))
    try:
        if not form.validate():
            raise Invalid(next(iter(form.errors.values()))[0], field=next(iter(form.errors)) or "")
        with transaction(db()):
            article = articles.load(db(), link.article_id)
            thread = talk.say_from_outside(db(), link, article, form.text.data or "", form.place())
    except Invalid as error:
        form.errors.clear()
        blame(form, error)
        return _galley(_link(link_id), form), 422
    return redirect(f"{url_for('newsroom.guests.show', link_id=link_id)}#thread-{thread.id}", 303)


@bp.post("/<int:link_id>/comments/<int:thread_id>")
@public
def reply(link_id: int, thread_id: int) -> Answer:
    """Answer in a thread that one began."""
    link, text = _link(link_id, Purpose.COMMENT), AnswerForm().text.data or ""
    said = next((said for said in comments.of_link(db(), link) if said.thread.id == thread_id), None)
    if said is None:
        raise NotFound(queries.GONE)
    try:
        with transaction(db()):
            talk.reply_from_outside(db(), link, articles.load(db(), link.article_id), said.thread, text)
    except Invalid as error:
        flash(str(error), "bad")
    return redirect(f"{url_for('newsroom.guests.show', link_id=link_id)}#thread-{thread_id}", 303)


def _link(link_id: int, purpose: Purpose | None = None) -> GalleyLink:
    """Return the link that this browser was let in by; raises NotFound, and tells nothing."""
    limits.check("guests", most=MOST_VISITS)
    link = queries.admitted(db(), link_id, request.cookies.get(_cookie(), ""))
    if link.purpose is Purpose.READ or purpose not in (None, link.purpose):
        raise NotFound(queries.GONE)
    return link


def _cookie() -> str:
    """Return the name of the cookie; each link has its own, by its path, so that two open tabs never meet."""
    return "__Secure-guest" if current_app.config["SESSION_COOKIE_SECURE"] else "guest"


def _asked(link: GalleyLink) -> StatementForm:
    """Return the questions about somebody themselves, as they left them, or answered as far as the text does it."""
    if kept := quotes.begun_of(db(), link):
        return StatementForm.of(kept)
    credits = link.revision.credits
    own = next((one for one in credits if one.person_id == link.person_id and one.role is CreditRole.INTERVIEWEE), None)
    title, _, affiliation = (own.affiliation if own else "").rpartition(", ")
    return StatementForm.of(Statement(title=title, affiliation=affiliation))


def _words(
    link: GalleyLink, checks: Sequence[QuoteCheck], marks: Mapping[int, Mark], form: StatementForm,
    problems: Mapping[int | str, str] | None = None, *, said: str = "",
) -> str:  # fmt: skip
    say = nearest(link.revision.language).text
    problems = {about: say(problem) for about, problem in (problems or {}).items()}
    shown = [Shown(check, marks.get(check.id, Mark()), problems.get(check.id, "")) for check in checks]
    return render_template(
        "guests/check.html", shown=shown, form=form, problems=problems, said=said,
        is_known=quotes.statement_of(db(), link) is not None, **_speaking(link),
    )  # fmt: skip


def _speaking(link: GalleyLink) -> dict[str, object]:
    """Return what a page needs that speaks the language of the piece, and no word of the piece itself."""
    language = nearest(link.revision.language)
    until = link.expires_at.astimezone(services().settings.zone)
    return {
        "link": link, "_": language.text, "speaks": link.revision.language,
        "until": f"{language.long_date(until)}, {until:%H:%M}",
    }  # fmt: skip


def _said(link: GalleyLink) -> CommentForm:
    form = CommentForm(formdata=None)
    form.offer(places_in(link.revision))
    return form


def _galley(link: GalleyLink, form: CommentForm) -> str:
    """Return the galley with somebody's own comments drawn over it, and the form for one more."""
    shown = galleys.as_published(db(), link.revision)
    said = comments.of_link(db(), link)
    piece = shown["page"].piece
    piece.body_html = document.mark(piece.body_html, comments.marks(said))
    return render_template("guests/comment.html", link=link, form=form, said=said, **shown)
