"""What the edition does when something that it copies has changed elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles.models import Article, Revision
from cms.core import generation
from cms.core.db import transaction
from cms.core.events import Event, record
from cms.interviews.models import Series
from cms.people.models import Person
from cms.policy import SYSTEM
from cms.publication import explore, pages, service, translations
from cms.publication.models import Published, PublishedCredit, PublishedPage, PublishedSeries, PublishedTopic


def series_changed(db: Session, event: Event) -> None:
    """Show the series as it is now (NOW: with the change itself)."""
    if event.subject_id is not None and db.get(Series, event.subject_id) is not None:
        service.refresh_series(db, event.subject_id)


def history_switched(db: Session, event: Event) -> None:
    """Show the published versions of a piece to readers, or hide them (NOW: with the switch itself)."""
    row = db.get(Published, event.subject_id)
    if row is not None:
        row.shows_history = event.name == "article.history_opened"


def translation_changed(db: Session, event: Event) -> None:
    """Let a piece and what it is, or was, a translation of name each other, or no more (NOW: with the change)."""
    said = event.details
    groups = {db.get_one(Article, event.subject_id).group_id, said["original"], said.get("before")} - {None}
    translations.refresh(db, groups)


def relate(db: Session, events: Sequence[Event]) -> None:
    """Choose anew what is offered after pieces that came, went or changed places, and their neighbours (BATCHED)."""
    ids = {event.subject_id for event in events if event.subject_type == "article" and event.subject_id is not None}
    series_ids = {event.subject_id for event in events if event.subject_type == "series"}
    parts = set(db.scalars(select(Published.article_id).where(Published.series_id.in_(series_ids))))
    named = {int(event.details[name]) for event in events for name in ("article", "original") if name in event.details}
    concerned = sorted(explore.concerned(db, ids) | parts | named)
    for start in range(0, len(concerned), 50):
        with transaction(db):
            explore.choose_again(db, concerned[start : start + 50])


def copied_thing_changed(db: Session, event: Event) -> None:
    """Render the live pieces again that show the person, picture, section or topic that changed."""
    where = {
        "person": Published.article_id.in_(
            select(PublishedCredit.article_id).where(PublishedCredit.person_id == event.subject_id)
        ),
        "topic": Published.article_id.in_(
            select(PublishedTopic.article_id).where(PublishedTopic.topic_id == event.subject_id)
        ),
        "section": Published.section_id == event.subject_id,
    }[event.subject_type]
    _refresh(db, list(db.scalars(select(Published.article_id).where(where))))
    if event.subject_type == "person":
        _refresh_series(db, Series.host_id == event.subject_id)


def pictures_changed(db: Session, events: Sequence[Event]) -> None:
    """Render everything again that shows one of the pictures: heroes, figures, portraits and covers, each once.

    BATCHED, since an import's pictures are developed by the hundred, and a body tells only when it is read.
    """
    asset_ids = {event.subject_id for event in events if event.subject_id is not None}
    live = select(Published.article_id).join(Revision, Revision.id == Published.revision_id)
    ids = set(db.scalars(live.where(Revision.hero_id.in_(asset_ids))))
    with_figures = select(Published.article_id, Published.body_html).where(Published.body_html.contains("data-asset="))
    for article_id, html in db.execute(with_figures.execution_options(yield_per=200)):
        if asset_ids & document.figures(html):
            ids.add(article_id)
    people = select(Person.id).where(Person.portrait_id.in_(asset_ids))
    ids |= set(db.scalars(select(PublishedCredit.article_id).where(PublishedCredit.person_id.in_(people))))
    _refresh(db, sorted(ids))
    _refresh_pages(db, asset_ids)
    _refresh_series(db, Series.cover_id.in_(asset_ids))


def _refresh_pages(db: Session, asset_ids: set[int]) -> None:
    bodies = db.execute(select(PublishedPage.article_id, PublishedPage.body_html)).all()
    concerned = [article_id for article_id, html in bodies if asset_ids & document.figures(html)]
    if concerned:
        with transaction(db):
            pages.refresh(db, concerned)
            generation.bump(db)


def _refresh_series(db: Session, where: ColumnElement[bool]) -> None:
    concerned = select(Series.id).where(where)
    shown = list(db.scalars(select(PublishedSeries.series_id).where(PublishedSeries.series_id.in_(concerned))))
    if shown:
        with transaction(db):
            for series_id in shown:
                service.refresh_series(db, series_id)
            generation.bump(db)


def _refresh(db: Session, article_ids: list[int]) -> None:
    # A prolific author has hundreds of pieces: a few per transaction keep the newsroom's own writes waiting briefly.
    for start in range(0, len(article_ids), 20):
        some = article_ids[start : start + 20]
        with transaction(db):
            service.refresh(db, some)
            record(db, SYSTEM, "edition.refreshed", None, articles=some)
