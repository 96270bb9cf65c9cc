"""What pages about other things say of pieces, people and logins: a name, and where it leads."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import Session, joinedload

from cms.accounts.models import User
from cms.articles.models import Article, DraftTemplate
from cms.articles.queries import visible_to
from cms.core.events import Event
from cms.front.models import Arrangement
from cms.interviews.models import Series
from cms.media.models import Asset
from cms.people.models import Person
from cms.policy import Actor, cell, no
from cms.taxonomy.models import Desk, Section, Topic
from cms.vocabulary import Can


@dataclass(frozen=True)
class Mention:
    """Something by name; `href` is empty where whoever looks has no door to it."""

    name: str
    href: str = ""


#: What a record may be about: the table, the column with its name, the page, that page's argument, and the right.
_DOORS: dict[str, tuple[Any, Any, str, str, Can]] = {
    "arrangement": (
        Arrangement,
        literal("Arrangement ") + cast(Arrangement.id, String),
        "newsroom.front.show",
        "arrangement_id",
        Can.FRONT_EDIT,
    ),
    "asset": (Asset, Asset.file_name, "newsroom.media.show", "asset_id", Can.MEDIA_READ),
    "draft_template": (
        DraftTemplate,
        DraftTemplate.name,
        "newsroom.templates.edit",
        "template_id",
        Can.TEMPLATE_EDIT,
    ),
    "desk": (Desk, Desk.name, "newsroom.taxonomy.edit_desk", "desk_id", Can.TAXONOMY_EDIT),
    "person": (Person, Person.name, "newsroom.people.show", "person_id", Can.PERSON_READ),
    "section": (Section, Section.name, "newsroom.taxonomy.edit_section", "section_id", Can.TAXONOMY_EDIT),
    "series": (Series, Series.title, "newsroom.series.show", "series_id", Can.ARTICLE_READ),
    "topic": (Topic, Topic.name, "newsroom.taxonomy.edit_topic", "topic_id", Can.TAXONOMY_EDIT),
    "user": (User, User.name, "newsroom.users.show", "user_id", Can.USER_MANAGE),
}


def pieces(db: Session, actor: Actor, article_ids: Collection[int]) -> dict[int, Mention]:
    """Return those of the pieces that `actor` may read, by headline; the others are nobody's business."""
    if not article_ids or cell(actor.role, Can.ARTICLE_READ) is no:
        return {}
    readable = visible_to(actor).where(Article.id.in_(article_ids)).options(joinedload(Article.head))
    return {
        article.id: Mention(
            article.head.headline if article.head else article.slug,
            url_for("newsroom.articles.show", article_id=article.id),
        )
        for article in db.scalars(readable.order_by(Article.changed_at.desc()))
    }


def subjects(db: Session, actor: Actor, events: Iterable[Event]) -> dict[tuple[str, int], Mention]:
    """Return what the records are about, by kind and number; what is gone, or hidden, is not among it."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        if event.subject_id is not None:
            wanted.setdefault(event.subject_type, set()).add(event.subject_id)
    found = {("article", i): mention for i, mention in pieces(db, actor, wanted.get("article", set())).items()}
    for kind, ids in wanted.items():
        if kind not in _DOORS:
            continue
        model, name, endpoint, argument, right = _DOORS[kind]
        is_open = cell(actor.role, right) is not no
        for number, said in db.execute(select(model.id, name).where(model.id.in_(ids))):
            href = url_for(endpoint, **{argument: number}) if is_open else ""
            found[kind, number] = Mention(said, href)
    return found


def people(db: Session, person_ids: Collection[int]) -> list[Mention]:
    """Return people by name."""
    query = select(Person.id, Person.name).where(Person.id.in_(person_ids)).order_by(Person.name)
    return [Mention(name, url_for("newsroom.people.show", person_id=i)) for i, name in db.execute(query)]


def series(db: Session, series_ids: Collection[int]) -> list[Mention]:
    """Return series by title."""
    query = select(Series.id, Series.title).where(Series.id.in_(series_ids)).order_by(Series.title)
    return [Mention(title, url_for("newsroom.series.show", series_id=i)) for i, title in db.execute(query)]


def logins(db: Session) -> dict[int, str]:
    """Return everybody who has, or had, a login, by name."""
    return dict(db.execute(select(User.id, User.name).order_by(User.name)).all())
