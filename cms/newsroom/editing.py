"""The editor's page, and how a form becomes the content of a revision without a word being lost on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article, Content, WorkingCopy
from cms.articles.service import EditConflict
from cms.core.db import transaction
from cms.core.errors import CmsError, Forbidden, Invalid, Refused
from cms.media import queries as media
from cms.media.models import Asset
from cms.newsroom import choices, places
from cms.newsroom.choices import Choice, Name, folded
from cms.newsroom.forms.articles import EditForm, filled, with_words_of_picture
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
FIELD_WORDS = {"dek": "standfirst", "section_id": "section", "topic_ids": "topics", "hero_id": "picture",
               "hero_alt": "picture’s alternative text", "hero_caption": "caption", "hero_credit": "credit line",
               "seo_title": "search title", "seo_description": "search description", "slug": "address",
               "body": "text"}  # fmt: skip


@dataclass
class Names:
    """Everything that the editor's fields are chosen from."""

    sections: list[Choice]
    people: list[Name]
    topics: list[Name]

    @classmethod
    def load(cls, session: Session) -> Names:
        """Look all of them up."""
        return cls(choices.sections(session), choices.people(session), choices.topics(session))


@dataclass(frozen=True)
class Side:
    """One clash, as the page shows it: the field, and both versions; `is_html` for blocks of the text."""

    field: str
    mine: str
    theirs: str
    is_html: bool


def text_of(article: Article, kept: WorkingCopy | None) -> tuple[Content, int | None]:
    """Return the text to edit and the revision that it started from: the newest, or what was kept aside."""
    if kept is not None:
        return Content.from_json(kept.content), kept.base_revision_id
    assert article.head is not None
    return article.head.content(), article.head.id


def form_of(content: Content, names: Names, *, seen: int | None) -> EditForm:
    """Return the editor's form, filled with a content."""
    form = filled(content, seen=seen, people=names.people, topics=names.topics)
    form.offer(names.sections)
    return form


def content_of(form: EditForm, names: Names) -> tuple[Content, list[str]]:
    """Return the content that was handed in, and the names of the people and topics that were new.

    New ones are added in a transaction of their own: should the save meet somebody else's, the kept text still
    points at people who are there.
    """
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
    content = replace(content, credits=credits)
    asset = db().get(Asset, content.hero_id) if content.hero_id not in (None, before.hero_id) else None
    if asset is None:
        return content
    words = {"alt": asset.alt, "caption": asset.caption, "credit": asset.credit}
    return with_words_of_picture(content, before, words)


def page(article: Article, form: EditForm, names: Names, **more: Any) -> str:
    """Return the editor's page."""
    assert article.head is not None
    session, head = db(), article.head
    outlook = workflow.outlook(session, user(), article)
    hero_id = form.picture_id()
    aside = articles.working_copy(session, article, user().id)
    return render_template(
        "newsroom/articles/edit.html",
        article=article,
        head=head,
        form=form,
        names=names,
        outlook=outlook,
        checks=places.in_editor(article, outlook.checks),
        offers=[(offer, places.in_editor(article, offer.reasons)) for offer in outlook.offers],
        note=work.last_notes(session, [article.id]).get(article.id),
        aside=aside,
        hero=session.get(Asset, hero_id) if hero_id else None,
        pictures=session.scalars(media.library(form.find.data or "").limit(PICTURES)).all(),
        past=session.scalars(articles.history(article).limit(NEWEST)).all(),
        still=(still := _still(form)),
        outline=document.outline(still),
        minutes=document.reading_minutes(still),
        widths=WIDTHS,
        colours=COLOURS,
        **more,
    )


def _still(form: EditForm) -> str:
    """Return the text in the form as clean HTML, to be shown until the editor has taken its place."""
    try:
        return document.normalise(form.body.data or "")
    except Invalid:  # longer than a piece can be: the form says so
        return ""


def refused_page(article_id: int, form: EditForm, names: Names, error: CmsError, *, content: Content | None) -> str:
    """Return the editor's page with what stands in the way; what was typed stays in the form."""
    if isinstance(error, Forbidden) and content is not None:
        _keep(article_id, content, base=form.seen.data)
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

    The form then holds the joined text, mine where both changed the same, and starts from the newest revision:
    to save it again is to decide for it.
    """
    _keep(article_id, conflict.mine, base=form.seen.data)
    article = articles.get(db(), user(), article_id)
    assert article.head is not None
    joined = form_of(conflict.met.content, names, seen=article.head.id)
    joined.note.data = form.note.data
    return page(
        article,
        joined,
        names,
        problem=str(conflict),
        clashes=[Side(_words(c.field), c.mine, c.theirs, c.field == "body") for c in conflict.met.clashes],
        brought_in=conflict.met.brought_in,
        who=conflict.who,
        mine=conflict.met.content,
        theirs=conflict.theirs,
    )


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


def _keep(article_id: int, content: Content, *, base: int | None) -> None:
    with transaction(db()):
        article = articles.get(db(), user(), article_id)
        texts.keep_aside(db(), user(), article, content, base=base)


def _words(field: str) -> str:
    return FIELD_WORDS.get(field, field.replace("_", " ")).capitalize()
