"""A small edition in a database of its own: rows as publishing writes them, and nothing else."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

import cms
from cms.articles.models import Article, Revision
from cms.core.db import Base, make_engine, make_sessions, transaction
from cms.core.events import Event
from cms.interviews.models import Series
from cms.people.models import Person
from cms.publication.models import Published, PublishedPerson, PublishedSeries, Withdrawal
from cms.taxonomy.models import Desk, Section
from cms.vocabulary import CreditRole, Kind, State

START = datetime(2024, 3, 1, tzinfo=UTC)
SECTIONS = {"systems": "Systems", "networks": "Networks"}


@contextmanager
def edition(folder: Path) -> Iterator[Session]:
    """Lend a session on an empty database with all tables."""
    for path in Path(cms.__file__).parent.glob("*/models.py"):
        importlib.import_module(f"cms.{path.parent.name}.models")
    engine = make_engine(f"sqlite:///{folder / 'edition.db'}")
    Base.metadata.create_all(engine)
    with make_sessions(engine)() as db:
        with transaction(db):
            db.add(Desk(id=1, name="Desk"))
            for number, (slug, name) in enumerate(SECTIONS.items(), 1):
                db.add(Section(id=number, slug=slug, name=name, desk_id=1))
        yield db
    engine.dispose()


def publish(db: Session, number: int, headline: str, text: str = "Nothing to see.", **facts: Any) -> None:
    """Write a piece into the edition, anew where it is there already.

    `section` is a slug, `people` are names of authors, `experts` of interviewees.
    """
    at = START + timedelta(days=number)
    with transaction(db):
        if db.get(Article, number) is None:
            db.add(
                Article(
                    id=number, slug=f"piece-{number}", state=State.SETTLED, state_since=at, desk_id=1, created_at=at,
                    changed_at=at, first_published_at=at,
                )
            )  # fmt: skip
            db.flush()
            db.add(
                Revision(
                    id=number, article_id=number, number=1, made_at=at, content_hash="0" * 64, word_count=9,
                    kind=Kind.ARTICLE, headline=headline, body="", slug=f"piece-{number}",
                )
            )  # fmt: skip
            db.flush()
        section = facts.pop("section", "systems")
        credits = [(name, CreditRole.AUTHOR) for name in facts.pop("people", ())]
        credits += [(name, CreditRole.INTERVIEWEE) for name in facts.pop("experts", ())]
        given: dict[str, Any] = {
            "kind": Kind.ARTICLE, "kicker": "", "dek": "", "teaser": "", "body_html": "", "notes_html": "",
            "language": "en", "sections": [{"id": "", "title": "", "text": text}], "contents": [],
            "topics": [], "hero": {}, "series_id": None, "series_part": None, "published_at": at,
        } | facts  # fmt: skip
        db.execute(delete(Withdrawal).where(Withdrawal.article_id == number))
        db.merge(
            Published(
                article_id=number, revision_id=number, content_hash="0" * 64, slug=f"piece-{number}",
                headline=headline, text=text,
                bylines=[{"slug": slug(name), "name": name, "role": role} for name, role in credits],
                section_id=1 + list(SECTIONS).index(section),
                section_slug=section, section_name=SECTIONS[section], seo_title="", seo_description="", updated_at=None,
                word_count=9, reading_minutes=1, related=[], barred=[], card={},
                card_look="", **given,
            )
        )  # fmt: skip


def withdraw(db: Session, number: int) -> None:
    """Take a piece out of the edition."""
    with transaction(db):
        db.execute(delete(Published).where(Published.article_id == number))
        db.merge(Withdrawal(article_id=number, slug=f"piece-{number}", withdrawn_at=START))


def show_person(db: Session, name: str) -> None:
    """Let readers see somebody."""
    with transaction(db):
        given = {"headline": "", "employer": "", "bio": "", "links": [], "expertise": []}
        db.add(Person(id=1, name=name, slug=slug(name), **given))
        db.flush()
        db.add(
            PublishedPerson(
                person_id=1, slug=slug(name), name=name, headline="Senior writer", employer="Overscan", portrait={},
                subject="", pieces=2, interviews=0, first_at=START, newest_at=START,
            )
        )  # fmt: skip


def show_series(db: Session, title: str) -> None:
    """Let readers see series number 1."""
    with transaction(db):
        db.add(Series(id=1, title=title, slug=slug(title), description=""))
        db.flush()
        db.add(
            PublishedSeries(
                series_id=1, slug=slug(title), title=title, description="", host={}, cover={}, parts=[],
                planned_parts=0, is_interviews=False, newest_at=START,
            )
        )  # fmt: skip


def slug(name: str) -> str:
    """Return the address of a name."""
    return name.lower().replace(" ", "-")


def happened(*numbers: int, to: str = "article") -> list[Event]:
    """Return events about these subjects."""
    return [Event(details={}, name=f"{to}.changed", subject_type=to, subject_id=number) for number in numbers]
