"""What happens to desks, sections and topics: added, changed, put in order, and deleted while nothing uses them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.core import events, slugs
from cms.core.errors import Conflict, Invalid
from cms.policy import Actor, require
from cms.taxonomy import queries, rules
from cms.taxonomy.models import Desk, Section, Topic
from cms.vocabulary import Can

DEFAULT_DESK = "Newsroom"


def add_desk(db: Session, actor: Actor, *, name: str) -> Desk:
    """Make a team."""
    require(actor, Can.TAXONOMY_EDIT)
    desk = Desk(name=_free_name(db, Desk, name))
    db.add(desk)
    db.flush()
    events.record(db, actor, "desk.added", desk, called=desk.name)
    return desk


def change_desk(db: Session, actor: Actor, desk: Desk, *, name: str) -> None:
    """Give a team another name."""
    require(actor, Can.TAXONOMY_EDIT)
    name = _free_name(db, Desk, name, desk)
    if name != desk.name:
        before, desk.name = desk.name, name
        db.flush()
        events.record(db, actor, "desk.changed", desk, before=before, after=name)


def delete_desk(db: Session, actor: Actor, desk: Desk) -> None:
    """Take a team away that has no sections, pieces or people."""
    require(actor, Can.TAXONOMY_EDIT)
    rules.refuse_used(desk.name, queries.uses_of_desk(db, desk))
    events.record(db, actor, "desk.deleted", desk, called=desk.name)
    db.delete(desk)


def add_section(
    db: Session, actor: Actor, *, name: str, desk_id: int, description: str = "", slug: str = ""
) -> Section:
    """Make a section, the last in the order; an address that is taken gets a number behind it."""
    require(actor, Can.TAXONOMY_EDIT)
    queries.get_desk(db, desk_id)
    last = db.scalar(select(func.max(Section.position)))
    section = Section(
        name=_free_name(db, Section, name),
        slug=_free_slug(db, Section, slug or name),
        description=rules.clean_description(description),
        desk_id=desk_id,
        position=0 if last is None else last + 1,
    )
    db.add(section)
    db.flush()
    events.record(db, actor, "section.added", section, called=section.name, desk=desk_id)
    return section


def find_or_add_section(db: Session, actor: Actor, name: str) -> Section:
    """Return the section of that name, or make it for the first desk there is."""
    require(actor, Can.TAXONOMY_EDIT)
    known = queries.section_by_name(db, name)
    if known is not None:
        return known
    desk = db.scalars(select(Desk).order_by(Desk.id).limit(1)).one_or_none()
    desk = desk or add_desk(db, actor, name=DEFAULT_DESK)
    return add_section(db, actor, name=name, desk_id=desk.id)


def change_section(
    db: Session, actor: Actor, section: Section, *, name: str, desk_id: int, description: str, slug: str
) -> None:
    """Change a section; its live pieces show it soon after. The pieces in it stay with the desks that they have."""
    require(actor, Can.TAXONOMY_EDIT)
    queries.get_desk(db, desk_id)
    name, description = _free_name(db, Section, name, section), rules.clean_description(description)
    _check_slug(db, section, slug)
    if (name, description, slug, desk_id) == (section.name, section.description, section.slug, section.desk_id):
        return
    section.name, section.description, section.slug, section.desk_id = name, description, slug, desk_id
    db.flush()
    events.record(db, actor, "section.changed", section, called=name, desk=desk_id)


def order_sections(db: Session, actor: Actor, section_ids: Sequence[int]) -> None:
    """Put the sections in this order; raises Conflict where it does not name every section once."""
    require(actor, Can.TAXONOMY_EDIT)
    known = {section.id: section for section in db.scalars(select(Section))}
    if sorted(section_ids) != sorted(known):
        raise Conflict("The sections changed while you put them in order. Look again.")
    for position, section_id in enumerate(section_ids):
        known[section_id].position = position
    db.flush()
    events.record(db, actor, "section.ordered", None, order=list(section_ids))


def delete_section(db: Session, actor: Actor, section: Section) -> None:
    """Take a section away in which nothing stands, or ever stood."""
    require(actor, Can.TAXONOMY_EDIT)
    rules.refuse_used(section.name, queries.uses_of_section(db, section))
    events.record(db, actor, "section.deleted", section, called=section.name)
    db.delete(section)


def add_topic(db: Session, actor: Actor, *, name: str, description: str = "", slug: str = "") -> Topic:
    """Make a topic; an address that is taken gets a number behind it."""
    require(actor, Can.TOPIC_CREATE)
    topic = Topic(
        name=_free_name(db, Topic, name),
        slug=_free_slug(db, Topic, slug or name),
        description=rules.clean_description(description),
    )
    db.add(topic)
    db.flush()
    events.record(db, actor, "topic.added", topic, called=topic.name)
    return topic


def find_or_add_topic(db: Session, actor: Actor, name: str) -> Topic:
    """Return the topic of that name, whatever its case, or make it."""
    require(actor, Can.TOPIC_CREATE)
    known = queries.topic_by_name(db, rules.clean_name(name, "topic"))
    return known if known is not None else add_topic(db, actor, name=name)


def change_topic(db: Session, actor: Actor, topic: Topic, *, name: str, description: str, slug: str) -> None:
    """Change a topic; its live pieces show it soon after."""
    require(actor, Can.TAXONOMY_EDIT)
    name, description = _free_name(db, Topic, name, topic), rules.clean_description(description)
    _check_slug(db, topic, slug)
    if (name, description, slug) == (topic.name, topic.description, topic.slug):
        return
    topic.name, topic.description, topic.slug = name, description, slug
    db.flush()
    events.record(db, actor, "topic.changed", topic, called=name)


def delete_topic(db: Session, actor: Actor, topic: Topic) -> None:
    """Take a topic away that no piece has, or ever had."""
    require(actor, Can.TAXONOMY_EDIT)
    rules.refuse_used(topic.name, queries.uses_of_topic(db, topic))
    events.record(db, actor, "topic.deleted", topic, called=topic.name)
    db.delete(topic)


def _free_name(
    db: Session, kind: type[Desk] | type[Section] | type[Topic], name: str, me: Desk | Section | Topic | None = None
) -> str:
    name = rules.clean_name(name, kind.__tablename__)
    known: Desk | Section | Topic | None
    if kind is Desk:
        known = queries.desk_by_name(db, name)
    else:
        known = queries.section_by_name(db, name) if kind is Section else queries.topic_by_name(db, name)
    if known is not None and (me is None or known.id != me.id):
        raise Invalid(f"There is a {kind.__tablename__} called {known.name} already.", field="name")
    return name


def _free_slug(db: Session, kind: type[Section] | type[Topic], words: str) -> str:
    wanted = slugs.make(words, fallback=kind.__tablename__)
    return slugs.free(wanted, lambda slug: queries.slug_taken(db, kind, slug))


def _check_slug(db: Session, thing: Section | Topic, slug: str) -> None:
    rules.check_slug(slug)
    if queries.slug_taken(db, type(thing), slug, apart_from=thing.id):
        raise Invalid(f"Another {thing.__tablename__} has that address.", field="slug")
