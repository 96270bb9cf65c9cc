"""What somebody has typed and not saved, shown as the revision that a save would cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import document, rules
from cms.articles.models import Article, Content, Credit, Revision, RevisionTopic
from cms.core import clock, slugs
from cms.people.models import Person
from cms.taxonomy.models import Section, Topic


@dataclass(frozen=True)
class Typed:
    """A content as it was typed; people and topics that are not in the house yet have numbers below zero.

    Those are named in `people` and `topics`.
    """

    content: Content
    people: Mapping[int, str] = field(default_factory=dict)
    topics: Mapping[int, str] = field(default_factory=dict)


def as_revision(db: Session, article: Article, typed: Typed) -> Revision:
    """Return the revision that a save would cut: in no session, never stored, only to be looked at.

    It is cleaned as a save would, but nothing is refused for being unfinished. Raises Invalid where the body is
    longer than a piece can be.
    """
    assert article.head is not None
    content = rules.tidy(replace(typed.content, slug=typed.content.slug or article.head.slug))
    people, topics = _people(db, typed), _topics(db, typed)
    return Revision(
        article_id=article.id,
        number=article.head.number,
        made_at=clock.now(),
        content_hash=content.hash(),
        word_count=document.word_count(content.body),
        **content.columns(),
        section=db.get(Section, content.section_id) if content.section_id else None,
        credits=[
            Credit(
                position=i, person_id=c.person_id, person=people[c.person_id], role=c.role, affiliation=c.affiliation
            )
            for i, c in enumerate(content.credits)
            if c.person_id in people
        ],
        topics=[
            RevisionTopic(position=i, topic_id=number, topic=topics[number])
            for i, number in enumerate(content.topic_ids)
            if number in topics
        ],
    )


def _people(db: Session, typed: Typed) -> dict[int, Person]:
    ids = {credit.person_id for credit in typed.content.credits}
    known = {person.id: person for person in db.scalars(select(Person).where(Person.id.in_(ids)))}
    return known | {i: Person(id=i, name=name, slug=slugs.make(name)) for i, name in typed.people.items()}


def _topics(db: Session, typed: Typed) -> dict[int, Topic]:
    known = {topic.id: topic for topic in db.scalars(select(Topic).where(Topic.id.in_(typed.content.topic_ids)))}
    return known | {i: Topic(id=i, name=name, slug=slugs.make(name)) for i, name in typed.topics.items()}
