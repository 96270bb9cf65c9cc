"""What Overscan means to do: pitches with their votes, a yes with its brief, a no with its reason, an embargo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article, Content, CreditLine
from cms.articles.service import Plan
from cms.people import queries as people
from cms.planning import service
from cms.taxonomy import queries as sections
from cms.vocabulary import CreditRole, State

DAY = timedelta(days=1)
#: A draft with a brief and an embargo, how many days from now.
BRIEFED = "measuring-latency-from-a-bus"
BRIEF = "900 words and one table. Ride the whole line, both ways, and say at which stops the figures were taken."
EMBARGO = 6

Step = tuple[datetime, Callable[[Session], Any]]
Find = Callable[[Session, str], User]


def steps(pitches: list[dict[str, Any]], user: Find, now: datetime) -> list[Step]:
    """Return who did what about the plans, and when; `user` finds a login by name."""
    found: list[Step] = [(now - DAY, lambda db: _brief(db, user, now))]
    for pitch in pitches:
        found += _of_pitch(pitch, user, now)
    return found


def _of_pitch(pitch: dict[str, Any], user: Find, now: datetime) -> list[Step]:
    begin, made = now - pitch["days"] * DAY, []

    def create(db: Session) -> None:
        made.append(_pitched(db, user(db, pitch["by"]), pitch).id)

    def vote(name: str) -> Callable[[Session], None]:
        return lambda db: service.vote(db, user(db, name), articles.load(db, made[0]), is_for=True)

    def decide(db: Session) -> None:
        article, chief = articles.load(db, made[0]), user(db, "Hanne Ostrowe-Bell")
        if "refused" in pitch:
            service.decline(db, chief, article, note=pitch["refused"])
            return
        due = datetime.combine(now.date() + pitch["due"] * DAY, time(17), now.tzinfo)
        writer = user(db, pitch["by"])
        plan = Plan(article.desk_id, due, brief=" ".join(pitch["brief"].split()), assigned_to_id=writer.id)
        service.accept(db, chief, article, plan)

    found: list[Step] = [(begin, create)]
    found += [(begin + number * DAY / 12, vote(name)) for number, name in enumerate(pitch["votes"], start=1)]
    if "refused" in pitch or "brief" in pitch:
        found.append((begin + DAY, decide))
    return found


def _pitched(db: Session, writer: User, pitch: dict[str, Any]) -> Article:
    section, face = sections.section_by_name(db, pitch["section"]), people.behind(db, writer.id)
    credits = (CreditLine(face.id, CreditRole.AUTHOR, face.standing),) if face else ()
    content = Content(
        headline=pitch["headline"], dek=pitch["dek"], section_id=section.id if section else None, credits=credits
    )
    return texts.create(db, writer, content, state=State.IDEA)


def _brief(db: Session, user: Find, now: datetime) -> None:
    article = articles.load(db, db.scalars(select(Article.id).where(Article.slug == BRIEFED)).one())
    until = datetime.combine(now.date() + EMBARGO * DAY, time(6), now.tzinfo)
    planned = replace(Plan.of(article), brief=BRIEF, embargo_until=until)
    texts.plan(db, user(db, "Hanne Ostrowe-Bell"), article, planned)
