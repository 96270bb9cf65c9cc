"""Questions about desks, sections and topics."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import JSON, ColumnElement, FromClause, Select, column, func, or_, select, table
from sqlalchemy.orm import Session, joinedload

from cms.core.errors import NotFound
from cms.taxonomy import rules
from cms.taxonomy.models import Desk, Section, Topic

Named = TypeVar("Named", Desk, Section, Topic)

# Whoever uses these lives above this package; the tables are named here, not imported. A test walks all foreign keys
# that lead here and fails where one is missing.
ARTICLE = table("article", column("id"), column("desk_id"), column("asked_desk_id"), column("head_id"))
REVISION = table("revision", column("id"), column("article_id"), column("section_id"))
REVISION_TOPIC = table("revision_topic", column("revision_id"), column("topic_id"))
PUBLISHED = table("published", column("article_id"), column("section_id"))
PUBLISHED_TOPIC = table("published_topic", column("article_id"), column("topic_id"))
CHECK_LEVEL = table("check_level", column("id"), column("section_id"))
DRAFT_TEMPLATE = table("draft_template", column("id"), column("section_id"))
REVIEW_RULE = table("review_rule", column("id"), column("section_id"), column("facts", JSON()))
REVIEW_ROUND = table("review_round", column("id"), column("ended_at"))
REVIEW_SEAT = table("review_seat", column("round_id"), column("desk_id"))
USER_DESK = table("user_desk", column("user_id"), column("desk_id"))


def desks() -> Select[Desk]:
    """Return all desks by name."""
    return select(Desk).order_by(Desk.name)


def sections() -> Select[Section]:
    """Return all sections with their desks, in the order in which readers see them."""
    return select(Section).options(joinedload(Section.desk)).order_by(Section.position, Section.name)


def topics(words: str = "") -> Select[Topic]:
    """Return the topics whose name or description has these words, by name."""
    query = select(Topic).order_by(func.lower(Topic.name), Topic.id)
    for word in words.split()[:8]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        query = query.where(Topic.name.ilike(pattern) | Topic.description.ilike(pattern))
    return query


def get_desk(db: Session, desk_id: int) -> Desk:
    """Return one desk; raises NotFound."""
    return _get(db, Desk, desk_id, "desk")


def get_section(db: Session, section_id: int) -> Section:
    """Return one section; raises NotFound."""
    return _get(db, Section, section_id, "section")


def get_topic(db: Session, topic_id: int) -> Topic:
    """Return one topic; raises NotFound."""
    return _get(db, Topic, topic_id, "topic")


def desk_by_name(db: Session, name: str) -> Desk | None:
    """Return the desk of that name; case and spaces do not count."""
    return _by_name(db, Desk, name)


def section_by_name(db: Session, name: str) -> Section | None:
    """Return the section of that name; case and spaces do not count."""
    return _by_name(db, Section, name)


def topic_by_name(db: Session, name: str) -> Topic | None:
    """Return the topic of that name; case and spaces do not count."""
    return _by_name(db, Topic, name)


def slug_taken(db: Session, kind: type[Section] | type[Topic], slug: str, *, apart_from: int | None = None) -> bool:
    """Tell whether another section, or another topic, has that address."""
    query = select(kind.id).where(kind.slug == slug)
    if apart_from is not None:
        query = query.where(kind.id != apart_from)
    return db.scalar(query.limit(1)) is not None


def uses_of_desk(db: Session, desk: Desk) -> dict[str, int]:
    """Return how many of what belong to a desk."""
    return {
        "section|sections": _count(db, Section.id, Section.desk_id == desk.id),
        "piece|pieces": _count(db, ARTICLE.c.id, or_(ARTICLE.c.desk_id == desk.id, ARTICLE.c.asked_desk_id == desk.id)),
        "review|reviews": _reviews_of(db, desk),
        "rule of review|rules of review": _rules_naming(db, desk),
        "login|logins": _count(db, USER_DESK.c.user_id, USER_DESK.c.desk_id == desk.id),
    }


def uses_of_section(db: Session, section: Section) -> dict[str, int]:
    """Return how many pieces stand in a section, or stood there in an older revision, and how many templates do."""
    return {
        "piece|pieces": _count(db, REVISION.c.article_id, REVISION.c.section_id == section.id),
        "live piece|live pieces": _count(db, PUBLISHED.c.article_id, PUBLISHED.c.section_id == section.id),
        "level of a check|levels of checks": _count(db, CHECK_LEVEL.c.id, CHECK_LEVEL.c.section_id == section.id),
        "rule of review|rules of review": _count(db, REVIEW_RULE.c.id, REVIEW_RULE.c.section_id == section.id),
        "template|templates": _count(db, DRAFT_TEMPLATE.c.id, DRAFT_TEMPLATE.c.section_id == section.id),
    }


def uses_of_topic(db: Session, topic: Topic) -> dict[str, int]:
    """Return how many pieces have a topic, or had it in an older revision."""
    joined = REVISION_TOPIC.join(REVISION, REVISION.c.id == REVISION_TOPIC.c.revision_id)
    here = PUBLISHED_TOPIC.c.topic_id == topic.id
    return {
        "piece|pieces": _count(db, REVISION.c.article_id, REVISION_TOPIC.c.topic_id == topic.id, joined),
        "live piece|live pieces": _count(db, PUBLISHED_TOPIC.c.article_id, here),
    }


def pieces_by_section(db: Session) -> dict[int, int]:
    """Return how many pieces stand in each section now."""
    return _pieces_by(db, REVISION.c.section_id, ARTICLE.join(REVISION, ARTICLE.c.head_id == REVISION.c.id))


def pieces_by_topic(db: Session) -> dict[int, int]:
    """Return how many pieces have each topic now."""
    joined = ARTICLE.join(REVISION_TOPIC, ARTICLE.c.head_id == REVISION_TOPIC.c.revision_id)
    return _pieces_by(db, REVISION_TOPIC.c.topic_id, joined)


def _get(db: Session, kind: type[Named], number: int, noun: str) -> Named:
    found = db.get(kind, number)
    if found is None:
        raise NotFound(f"There is no such {noun}.")
    return found


def _by_name(db: Session, kind: type[Named], name: str) -> Named | None:
    # Compared here, not there: databases disagree about the case of letters beyond ASCII. There are few of these.
    exact = db.scalars(select(kind).where(kind.name == name)).one_or_none()
    if exact is not None:
        return exact
    wanted = rules.folded(name)
    rows = db.execute(select(kind.id, kind.name).order_by(kind.id))
    number = next((i for i, known in rows if rules.folded(known) == wanted), None)
    return None if number is None else db.get(kind, number)


def _reviews_of(db: Session, desk: Desk) -> int:
    """Return how many reviews are running that wait, or will, for a desk besides that of the piece."""
    joined = REVIEW_ROUND.join(REVIEW_SEAT, REVIEW_SEAT.c.round_id == REVIEW_ROUND.c.id)
    where = (REVIEW_SEAT.c.desk_id == desk.id) & REVIEW_ROUND.c.ended_at.is_(None)
    return _count(db, REVIEW_ROUND.c.id, where, joined)


def _rules_naming(db: Session, desk: Desk) -> int:
    """Return how many rules of review name a desk; there are few of these."""
    every = db.scalars(select(REVIEW_RULE.c.facts))
    return sum(any(one["asked"]["desk_id"] == desk.id for one in [*rule["stages"], *rule["boxes"]]) for rule in every)


def _count(db: Session, what: Any, where: ColumnElement[bool], source: FromClause | None = None) -> int:
    query = select(func.count(what.distinct()))
    return db.scalar((query if source is None else query.select_from(source)).where(where)) or 0


def _pieces_by(db: Session, by: Any, source: FromClause) -> dict[int, int]:
    query = select(by, func.count(ARTICLE.c.id.distinct())).select_from(source).group_by(by)
    return {number: count for number, count in db.execute(query) if number is not None}
