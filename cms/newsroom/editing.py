"""The editor's page, and how a form becomes the content of a revision without a word being lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article, Content, WorkingCopy
from cms.articles.service import EditConflict, Left
from cms.core.db import transaction
from cms.core.errors import CmsError, Forbidden, Invalid, Refused
from cms.core.html import losses
from cms.interviews import queries as interviews
from cms.media import queries as media
from cms.media.models import Asset
from cms.newsroom import choices, clashes, findings, places, typed
from cms.newsroom.choices import Choice, Name, folded
from cms.newsroom.forms.articles import EditForm, filled, one_newline, with_words_of_picture
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.screens import COLOURS, WIDTHS
from cms.people import service as people
from cms.policy import WRITING
from cms.taxonomy import service as taxonomy
from cms.vocabulary import State
from cms.web.session import db, user
from cms.workflow import queries as work
from cms.workflow import service as workflow

PICTURES = 12  # offered at once
NEWEST = 6  # revisions shown beside the text


@dataclass
class Names:
    """Everything that the editor's fields are chosen from."""

    sections: list[Choice]
    people: list[Name]
    topics: list[Name]

    @classmethod
    def load(cls, session: Session) -> Names:
        """Look all of them up."""
        sections, topics = choices.sections_and_topics(session)
        return cls(sections, choices.people(session), topics)


@dataclass(frozen=True)
class Beside:
    """A text of one's own that lies beside the piece, as the page tells of it."""

    id: int
    tab: str
    kept_at: datetime
    headline: str
    words: int


def opened(article: Article, own: Sequence[WorkingCopy], names: Names) -> WorkingCopy | None:
    """Return the one of one's own working copies, newest first, that the page is to open with, if any.

    It is the newest of one's own, where it was written after one's last save and differs from what it started from.
    `?copy=12` opens that one, `?aside=1` the newest in any case, and `?saved=1` none.
    """
    if "saved" in request.args:
        return None
    wanted = request.args.get("copy", type=row_number)
    if wanted is not None:
        return next((copy for copy in own if copy.id == wanted), None)
    if not own or "aside" in request.args:
        return own[0] if own else None
    return own[0] if _is_unsaved(article, own[0], names) else None


def _is_unsaved(article: Article, copy: WorkingCopy, names: Names) -> bool:
    assert article.head is not None
    saved_at = articles.last_saved_at(db(), article, user().id)
    if saved_at is not None and saved_at >= copy.kept_at:
        return False
    bases = [article.head]
    if copy.base_revision_id not in (None, article.head.id):
        bases += filter(None, [articles.revision_by_id(db(), article, copy.base_revision_id or 0)])
    contents = [typed.of_content(base.content(), names.people, names.topics) for base in bases]
    return all(typed.differs(copy.content, content) for content in contents)


def form_of_copy(article: Article, copy: WorkingCopy, names: Names) -> EditForm:
    """Return the form filled with a working copy; saving it joins it with what was saved since."""
    seen = copy.base_revision_id
    if seen is None:  # nobody knows from what it started: then everything is held against the first version
        seen = articles.revision(db(), article, 1).id
    return typed.form(copy.content, seen=seen, sections=names.sections, took=f"{copy.id}-{copy.number}")


def left_by(form: EditForm, **more: Any) -> Left:
    """Return which working copies a save of this form makes needless."""
    number, _, count = (form.took.data or "").partition("-")
    return Left(took=row_number(number), took_number=row_number(count), **more)


def form_of(content: Content, names: Names, *, seen: int | None) -> EditForm:
    """Return the editor's form, filled with a content."""
    form = filled(content, seen=seen, people=names.people, topics=names.topics)
    form.offer(names.sections)
    return form


def content_of(form: EditForm, names: Names) -> tuple[Content, list[str]]:
    """Return the content that was handed in, and the names of the people and topics that were new.

    New ones are added in a transaction of their own: should the save meet somebody else's, the kept text still
    points at people who are there. The body is cleaned before anything is held, and remembered: it is the slow part.
    """
    document.normalise(one_newline(form.body.data or ""))
    wanted = [" ".join(row.person.data.split()) for row in form.rows()]
    subjects = list(dict.fromkeys(choices.split(form.topics.data or "", names.topics)))
    known, subject_ids = choices.numbers(names.people), choices.numbers(names.topics)
    new_people = [name for name in dict.fromkeys(wanted) if folded(name) not in known]
    new_topics = [name for name in subjects if folded(name) not in subject_ids]
    if new_people or new_topics:
        with transaction(db()):
            for name in new_people:
                known[folded(name)] = _added("credits", people.find_or_add, name)
            for name in new_topics:
                subject_ids[folded(name)] = _added("topics", taxonomy.find_or_add_topic, name)
    return form.content(known, subject_ids, subjects), [*new_people, *new_topics]


def completed(article: Article, content: Content, names: Names) -> Content:
    """Fill in what goes without saying: a new picture's own words, and what stands beside a new name."""
    assert article.head is not None
    before = article.head.content()
    standing = {name.id: name.about for name in names.people}
    there = {credit.person_id for credit in before.credits}
    credits = tuple(
        replace(c, affiliation=standing.get(c.person_id, ""))
        if not c.affiliation.strip() and c.person_id not in there else c
        for c in content.credits
    )  # fmt: skip
    content = replace(content, credits=credits, corrections=before.corrections)
    asset = db().get(Asset, content.hero_id) if content.hero_id not in (None, before.hero_id) else None
    if asset is None:
        return content
    words = {"alt": asset.alt, "caption": asset.caption, "credit": asset.credit}
    return with_words_of_picture(content, before, words)


def page(
    article: Article,
    form: EditForm,
    names: Names,
    *,
    copy: WorkingCopy | None = None,
    own: Sequence[WorkingCopy] | None = None,
    **more: Any,
) -> str:
    """Return the editor's page; `copy` is the one of `own` texts that it shows instead of the newest revision."""
    assert article.head is not None
    session, head = db(), article.head
    outlook = workflow.outlook(session, user(), article)
    hero_id = form.picture_id()
    own = articles.working_copies(session, article, user().id) if own is None else own
    return render_template(
        "newsroom/articles/edit.html",
        article=article,
        head=head,
        form=form,
        names=names,
        outlook=outlook,
        findings=findings.in_copy(article, form, names) if copy else findings.in_editor(article, outlook),
        offers=[(offer, places.in_editor(article, offer.reasons)) for offer in outlook.offers],
        note=work.last_notes(session, [article.id]).get(article.id),
        copy=copy,
        beside=_beside(own, copy),
        hero=session.get(Asset, hero_id) if hero_id else None,
        pictures=session.scalars(media.library(form.find.data or "").limit(PICTURES)).all(),
        series=interviews.around(session, article.id),
        original=articles.original(session, user(), article),
        past=articles.latest(session, article, most=NEWEST),
        still=(still := _still(form)),
        outline=document.outline(still),
        minutes=document.reading_minutes(still),
        widths=WIDTHS,
        colours=COLOURS,
        **more,
    )


def _beside(copies: Sequence[WorkingCopy], shown: WorkingCopy | None) -> list[Beside]:
    return [
        Beside(
            copy.id, copy.tab, copy.kept_at, copy.content.get("headline", ""),
            document.word_count(copy.content.get("body", "")),
        )
        for copy in copies
        if shown is None or copy.id != shown.id
    ]  # fmt: skip


def _still(form: EditForm) -> str:
    """Return the text in the form as clean HTML, to be shown until the editor has taken its place."""
    try:
        return document.normalise(form.body.data or "")
    except Invalid:  # longer than a piece can be: the form says so
        return ""


def refused_page(article_id: int, form: EditForm, names: Names, error: CmsError, *, content: Content | None) -> str:
    """Return the editor's page with what stands in the way; what was typed stays in the form."""
    if isinstance(error, Forbidden) and content is not None:
        keep_aside(article_id, base=form.seen.data)
    article = articles.get(db(), user(), article_id)
    blame(form, error)
    reasons = places.in_editor(article, error.reasons) if isinstance(error, Refused) else []
    said = why_closed(article) if isinstance(error, Forbidden) else str(error)
    return page(article, form, names, problem="" if reasons else said, reasons=reasons)


def why_closed(article: Article) -> str:
    """Say why somebody may not change a text that they may read, and where they get on."""
    if article.state in WRITING:
        return "This piece is not yours to change. An editor of the desk can."
    held = "out or withdrawn" if article.state is State.SETTLED else article.state.label
    return f"Its text cannot be changed while the piece is {held}. Its review page says what can be done."


def clash_page(article_id: int, form: EditForm, names: Names, conflict: EditConflict) -> str:
    """Return the page on which two texts meet: both versions of what clashes, and the form with one's own.

    The form then holds the joined text, mine where both changed the same, and starts from the revision that it was
    joined with: to save it again is to decide for it.
    """
    keep_aside(article_id, base=form.seen.data)
    article = articles.get(db(), user(), article_id)
    joined = form_of(conflict.met.content, names, seen=conflict.revision_id)
    joined.note.data, joined.took.data = form.note.data, form.took.data
    return page(
        article,
        joined,
        names,
        problem=str(conflict),
        clashes=clashes.of(db(), conflict, names),
        brought_in=conflict.met.brought_in,
        who=conflict.who,
        mine=conflict.met.content,
        theirs=conflict.theirs,
        their_number=conflict.number,
    )


def decided(article_id: int, names: Names) -> EditForm:
    """Return the form that was sent, with what was decided beside the clashes of the page before."""
    sent = typed.sent()
    seen = row_number(sent.get("seen"))
    if seen is not None and clashes.is_decided(sent):
        article = articles.get(db(), user(), article_id)
        theirs = articles.revision_by_id(db(), article, seen)
        if theirs is not None:
            made = clashes.decided(sent, theirs.content(), names)
            return typed.form(made, seen=seen, sections=names.sections)
    form = EditForm()
    form.offer(names.sections)
    return form


def dropped() -> list[str]:
    """Return what cleaning took out of the text that was sent, in sentences."""
    body = typed.sent().get("body", "")
    return losses(body, document.normalise(body))


def blame(form: Any, error: CmsError) -> None:
    """Put an error beside its field, where it has one."""
    name = {"topic_ids": "topics"}.get(getattr(error, "field", ""), getattr(error, "field", ""))
    if isinstance(error, Invalid) and name in form:
        if name == "credits":
            return  # said above the form: the rows have errors of their own
        form[name].errors = [*form[name].errors, str(error)]


def _added(field: str, find_or_add: Any, name: str) -> int:
    try:
        return int(find_or_add(db(), user(), name).id)
    except Invalid as error:
        raise Invalid(f"“{name}”: {error}", field=field) from error


def keep_aside(article_id: int, *, base: int | None, tab: str = "", number: int | None = None) -> None:
    """Keep what was sent beside the piece, as it was typed."""
    with transaction(db()):
        article = articles.get(db(), user(), article_id)
        texts.keep_aside(db(), user(), article, typed.sent(), base=base, tab=tab, number=number)


def carried_out(form: Any, verb: Callable[[], object]) -> bool:
    """Do what a form asks for, in one transaction; where it is refused, say so beside the field."""
    if not form.validate():
        return False
    try:
        with transaction(db()):
            verb()
    except Invalid as error:
        blame(form, error)
        return False
    return True
