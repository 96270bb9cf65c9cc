"""How a content becomes a revision: cleaned, checked, cut, and owned by whoever is credited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import document, queries, rules
from cms.articles.models import Article, ArticleAuthor, Content, Credit, Revision, RevisionTopic
from cms.core import events
from cms.core.errors import Invalid
from cms.media.models import Asset
from cms.people.models import Person
from cms.policy import Actor
from cms.taxonomy.models import Section, Topic
from cms.vocabulary import CreditRole, Kind


def check(db: Session, content: Content, article: Article | None = None) -> None:
    """Raise Invalid, naming the field, where a content could not be kept, or names what is not there."""
    rules.check(content)
    for field, model, ids in (
        ("section_id", Section, {content.section_id} - {None}),
        ("topic_ids", Topic, set(content.topic_ids)),
        ("credits", Person, {c.person_id for c in content.credits}),
        ("hero_id", Asset, {content.hero_id} - {None}),
    ):
        if ids and len(db.scalars(select(model.id).where(model.id.in_(ids))).all()) < len(ids):
            raise Invalid(f"The {rules.label(field)} that was chosen is not there any more.", field=field)
    if article is not None and article.first_published_at is not None and article.head is not None:
        was_page, is_page = (kind is Kind.PAGE for kind in (article.head.kind, content.kind))
        if was_page != is_page:
            raise Invalid("Readers know it already: a page stays a page, and a piece a piece.", field="kind")
    if article is not None and queries.slug_taken(db, content.slug, apart_from=article.id):
        raise Invalid("Another piece has that address. Choose a different one.", field="slug")


def cut(
    db: Session,
    actor: Actor,
    article: Article,
    content: Content,
    *,
    number: int,
    note: str,
    at: datetime,
    save_id: str = "",
    is_quiet: bool = False,
) -> Revision:
    """Write the next revision and make it the head."""
    # Whole objects, so that what is published in the same breath need not be read again.
    people = {p.id: p for p in db.scalars(select(Person).where(Person.id.in_({c.person_id for c in content.credits})))}
    topics = {t.id: t for t in db.scalars(select(Topic).where(Topic.id.in_(content.topic_ids)))}
    revision = Revision(
        article_id=article.id,
        number=number,
        made_by_id=actor.id,
        made_at=at,
        note=note,
        save_id=save_id or None,
        is_quiet=is_quiet,
        content_hash=content.hash(),
        word_count=document.word_count(content.body),
        **content.columns(),
        section=db.get(Section, content.section_id) if content.section_id else None,
        credits=[
            Credit(position=i, person=people[c.person_id], role=c.role, affiliation=c.affiliation)
            for i, c in enumerate(content.credits)
        ],
        topics=[RevisionTopic(position=i, topic=topics[topic_id]) for i, topic_id in enumerate(content.topic_ids)],
    )
    db.add(revision)
    db.flush()
    article.head, article.slug, article.changed_at = revision, content.slug, at
    keep_owners(db, article, content)
    db.flush()
    return revision


def keep_owners(db: Session, article: Article, content: Content) -> None:
    """Keep who owns the piece in step with its creator, its credits and whoever it is assigned to.

    Former owners stay, as former ones.
    """
    credited = {c.person_id for c in content.credits if c.role.makes_author}
    behind = db.scalars(select(Person.user_id).where(Person.id.in_(credited)))
    users = {user_id for user_id in (*behind, article.created_by_id, article.assigned_to_id) if user_id is not None}
    known = {author.user_id for author in article.authors}
    for author in article.authors:
        author.is_current = author.user_id in users
    article.authors.extend(
        ArticleAuthor(article_id=article.id, user_id=user_id, is_current=True) for user_id in sorted(users - known)
    )


def login_linked(db: Session, event: events.Event) -> None:
    """Count a login among the former owners of all that was ever credited to its public face (NOW: with the link).

    It gains nothing by that but one refusal: nobody approves their own piece by being linked after it was credited.
    """
    user_id = event.details.get("after")
    if user_id is None:
        return
    makes_author = [role for role in CreditRole if role.makes_author]
    credited = (
        select(Revision.article_id)
        .join(Credit, Credit.revision_id == Revision.id)
        .where(Credit.person_id == event.subject_id, Credit.role.in_(makes_author))
    )
    known = select(ArticleAuthor.article_id).where(ArticleAuthor.user_id == user_id)
    for article_id in db.scalars(credited.where(Revision.article_id.not_in(known)).distinct()).all():
        db.add(ArticleAuthor(article_id=article_id, user_id=user_id, is_current=False))


def head_of(article: Article) -> Revision:
    """Return the newest revision of a piece."""
    if article.head is None:
        raise Invalid("This piece has no text yet.")
    return article.head
