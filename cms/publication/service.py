"""Writing the edition: the only code that puts anything where readers can see it, or takes it away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload, load_only

from cms.articles import document
from cms.articles import queries as articles
from cms.articles.models import Article, Revision
from cms.core import clock
from cms.core.errors import Invalid
from cms.interviews.models import Episode, Series
from cms.media.models import Asset
from cms.media.queries import picture
from cms.people.models import Person
from cms.publication.models import (
    Places,
    Published,
    PublishedCredit,
    PublishedFront,
    PublishedPerson,
    PublishedSeries,
    PublishedTopic,
    Redirect,
    Withdrawal,
)
from cms.taxonomy.models import Section
from cms.vocabulary import CreditRole

TEASER = 180  # characters


def publish(db: Session, article: Article, revision: Revision, *, at: datetime) -> Published:
    """Write one revision into the edition; the moment `at` is printed as its date the first time.

    An address that it had before becomes a redirect. The caller has checked who asks and what was approved.
    """
    row = db.get(Published, article.id)
    is_new = row is None
    if row is None:
        row = Published(article_id=article.id, published_at=article.first_published_at or at, related=[])
        article.first_published_at = row.published_at
    elif row.content_hash != revision.content_hash:
        row.updated_at = at
    before = None if is_new else row.slug
    _fill(db, row, revision)
    if is_new:
        db.add(row)
    db.flush()
    _keep_address(db, article.id, before=before, now=row.slug)
    people = _index(db, row, revision)
    row.related = related(db, row)
    refresh_people(db, people)
    _refresh_series_of(db, row, episode_of(db, article.id))
    return row


def preview(db: Session, revision: Revision) -> Published:
    """Return a revision as readers would see it: a row like those of the edition, but in no session and never stored.

    `revision` has its credits with people, topics and section loaded. What is still missing is left empty.
    """
    article = db.get_one(Article, revision.article_id)
    now = clock.now()
    row = Published(
        article_id=article.id, published_at=article.first_published_at or article.publish_at or now, related=[]
    )
    live = select(Published.published_at, Published.updated_at, Published.content_hash)
    if (there := db.execute(live.where(Published.article_id == article.id)).one_or_none()) is not None:
        row.published_at = there.published_at
        row.updated_at = there.updated_at if there.content_hash == revision.content_hash else now
    _copy(db, row, revision)
    row.section_name, row.section_slug = "No section yet", ""
    if revision.section is not None:
        row.section_id, row.section_name = revision.section.id, revision.section.name
        row.section_slug = revision.section.slug
    episode = episode_of(db, article.id)
    row.series_id, row.series_part = (episode.series_id, episode.part) if episode else (None, None)
    row.related = related(db, row)
    return row


def preview_series(db: Session, row: Published) -> PublishedSeries | None:
    """Return the series of a previewed row as readers would see it with that row in it; like it, never stored."""
    if row.series_id is None:
        return None
    here = (Published.series_id == row.series_id, Published.article_id != row.article_id)
    parts = load_only(Published.slug, Published.headline, Published.series_part, Published.published_at)
    others = db.scalars(select(Published).where(*here).options(parts)).all()
    shown = PublishedSeries(series_id=row.series_id)
    _fill_series(db, shown, [*others, row])
    return shown


def withdraw(db: Session, article: Article, *, at: datetime) -> None:
    """Take a piece out of the edition, leaving a mark that says it was withdrawn, and when."""
    row = db.get_one(Published, article.id)
    people = set(db.scalars(select(PublishedCredit.person_id).where(PublishedCredit.article_id == article.id)))
    db.merge(Withdrawal(article_id=article.id, slug=row.slug, withdrawn_at=at))
    series_id = row.series_id
    db.execute(delete(PublishedCredit).where(PublishedCredit.article_id == article.id))
    db.execute(delete(PublishedTopic).where(PublishedTopic.article_id == article.id))
    db.delete(row)
    db.flush()
    refresh_people(db, people)
    if series_id is not None:
        refresh_series(db, series_id)


def arrange_front(db: Session, places: Places, *, arrangement_id: int) -> None:
    """Let readers see this arrangement of the front page. The caller has checked who asks."""
    row = db.get(PublishedFront, 1, with_for_update=True) or PublishedFront(id=1)
    row.arrangement_id, row.places = arrangement_id, asdict(places)
    db.add(row)
    db.flush()


def refresh(db: Session, article_ids: Collection[int]) -> None:
    """Render live pieces again from the same revisions, after a name, a picture or a section changed."""
    for article_id in article_ids:
        row = db.get(Published, article_id)
        if row is None:
            continue
        article = articles.load(db, article_id)
        revision = articles.revision_by_id(db, article, row.revision_id)
        assert revision is not None, "a live piece's revision is never deleted"
        _fill(db, row, revision)
        db.flush()
        refresh_people(db, _index(db, row, revision))


def set_redirect(db: Session, article_id: int, path: str) -> None:
    """Let an old address (a path without its leading slash) lead to this piece; the first to claim it keeps it."""
    path = path.strip("/")
    if path and len(path) <= 500 and db.scalar(select(Redirect.id).where(Redirect.path == path)) is None:
        db.add(Redirect(path=path, article_id=article_id))
        db.flush()


def episode_of(db: Session, article_id: int) -> Episode | None:
    """Return which part of which series a piece is, if any."""
    return db.get(Episode, article_id)


def _fill(db: Session, row: Published, revision: Revision) -> None:
    """Copy everything that readers see from the revision into the row."""
    if revision.section_id is None:
        raise Invalid("A piece needs a section before it can be published.", field="section_id")
    section = db.get_one(Section, revision.section_id)
    _copy(db, row, revision)
    row.section_id, row.section_name, row.section_slug = section.id, section.name, section.slug


def _copy(db: Session, row: Published, revision: Revision) -> None:
    """Copy everything but the section, which a draft may lack."""
    people = [credit.person for credit in revision.credits]
    figures = document.figures(revision.body)
    assets = _assets(db, {*figures, revision.hero_id, *(person.portrait_id for person in people)} - {None})
    rendered = document.render_prose(
        revision.body,
        language=revision.language,
        speakers={person.name: person.name for person in people},
        pictures={asset_id: picture(assets.get(asset_id)) for asset_id in figures},
    )
    text = document.plain_text(revision.body)
    row.revision_id, row.content_hash = revision.id, revision.content_hash
    row.slug, row.kind, row.language = revision.slug, revision.kind, revision.language
    row.headline, row.kicker, row.dek = revision.headline, revision.kicker, revision.dek
    row.teaser = document.teaser(revision.dek or text, limit=TEASER)
    row.body_html, row.notes_html, row.text = rendered.html, rendered.notes, text
    row.contents = [{"id": h.id, "title": h.title, "level": h.level} for h in rendered.contents]
    row.sections = [{"id": s.id, "title": s.title, "text": s.text} for s in document.sections(revision.body)]
    row.bylines = [
        {
            "person_id": credit.person_id,
            "slug": credit.person.slug,
            "name": credit.person.name,
            "role": credit.role.value,
            "affiliation": credit.affiliation,
            "portrait": picture(assets.get(credit.person.portrait_id or 0)),
        }
        for credit in revision.credits
    ]
    row.topics = [{"id": t.topic_id, "slug": t.topic.slug, "name": t.topic.name} for t in revision.topics]
    hero = assets.get(revision.hero_id or 0)
    row.hero = picture(hero, alt=revision.hero_alt, caption=revision.hero_caption, credit=revision.hero_credit)
    row.seo_title, row.seo_description = revision.seo_title, revision.seo_description
    row.word_count = revision.word_count
    row.reading_minutes = document.reading_minutes(revision.body)


def _assets(db: Session, ids: Collection[int | None]) -> dict[int, Asset]:
    if not ids:
        return {}
    return {a.id: a for a in db.scalars(select(Asset).where(Asset.id.in_(ids), Asset.deleted_at.is_(None)))}


def _index(db: Session, row: Published, revision: Revision) -> set[int]:
    """Rewrite the rows by which people's and topics' pages find this piece; return everyone concerned."""
    before = set(db.scalars(select(PublishedCredit.person_id).where(PublishedCredit.article_id == row.article_id)))
    db.execute(delete(PublishedCredit).where(PublishedCredit.article_id == row.article_id))
    db.execute(delete(PublishedTopic).where(PublishedTopic.article_id == row.article_id))
    lines = {(c.person_id, c.role): c.affiliation for c in reversed(revision.credits)}
    db.add_all(
        PublishedCredit(
            article_id=row.article_id, person_id=person_id, role=role, affiliation=words, published_at=row.published_at
        )
        for (person_id, role), words in lines.items()
    )
    db.add_all(
        PublishedTopic(article_id=row.article_id, topic_id=t.topic_id, published_at=row.published_at)
        for t in revision.topics
    )
    db.flush()
    return before | {person_id for person_id, _ in lines}


def _keep_address(db: Session, article_id: int, *, before: str | None, now: str) -> None:
    """Make the old address lead to the new one, and let no redirect or withdrawal mark stand on the new one."""
    withdrawn = db.get(Withdrawal, article_id)
    if withdrawn is not None:
        before = before or withdrawn.slug
        db.delete(withdrawn)
    db.execute(delete(Redirect).where(Redirect.path == f"articles/{now}"))
    if before is not None and before != now:
        set_redirect(db, article_id, f"articles/{before}")
    db.flush()


def related(db: Session, row: Published, *, wanted: int = 5) -> list[int]:
    """Return the ids of the live pieces to offer after this one, best first.

    Neighbours in the series and shared people count most, then shared topics (rare ones more), then the
    section; among equals the newest. Only a bounded number of candidates is looked at, however large the archive.
    """
    scores: Counter[int] = Counter()
    topic_ids = [topic["id"] for topic in row.topics]
    for topic_id in topic_ids:
        found = _newest(db, PublishedTopic.article_id, PublishedTopic.topic_id == topic_id, PublishedTopic.published_at)
        for article_id in found:
            scores[article_id] += 20 + 40 // max(1, len(found))
    for line in row.bylines:
        weight = 45 if line["role"] == CreditRole.INTERVIEWEE else 8
        here = PublishedCredit.person_id == line["person_id"]
        for article_id in _newest(db, PublishedCredit.article_id, here, PublishedCredit.published_at, limit=20):
            scores[article_id] += weight
    if row.series_id is not None:
        here = Published.series_id == row.series_id
        for article_id, part in db.execute(select(Published.article_id, Published.series_part).where(here)):
            scores[article_id] += 60 if part == (row.series_part or 0) + 1 else 30
    for article_id in _newest(db, Published.article_id, Published.section_id == row.section_id, Published.published_at):
        scores[article_id] += 5
    if len(scores) <= wanted:
        other = Published.article_id != row.article_id
        for article_id in _newest(db, Published.article_id, other, Published.published_at):
            scores[article_id] += 1
    del scores[row.article_id]
    return [article_id for article_id, _ in sorted(scores.items(), key=lambda item: (-item[1], -item[0]))[:wanted]]


def _newest(db: Session, column: Any, where: Any, order: Any, *, limit: int = 40) -> list[int]:
    return list(db.scalars(select(column).where(where).order_by(order.desc()).limit(limit)))


def around(db: Session, article_ids: Collection[int]) -> set[int]:
    """Return the live pieces whose "Explore more" may change when these come or go: their neighbours, and the newest.

    A bounded number for each piece and each topic, however large the archive.
    """
    found = set(db.scalars(select(Published.article_id).order_by(Published.published_at.desc()).limit(10)))
    here = Published.article_id.in_(article_ids)
    topics: set[int] = set()
    for article_id, related_ids, its_topics in db.execute(
        select(Published.article_id, Published.related, Published.topics).where(here)
    ):
        found |= {article_id, *related_ids}
        topics |= {topic["id"] for topic in its_topics}
    for topic_id in topics:
        about = PublishedTopic.topic_id == topic_id
        found |= set(_newest(db, PublishedTopic.article_id, about, PublishedTopic.published_at, limit=10))
    return found


def relate_again(db: Session, article_ids: Collection[int]) -> None:
    """Prepare "Explore more" anew for these live pieces."""
    wanted = load_only(
        Published.topics, Published.bylines, Published.section_id, Published.series_id, Published.series_part,
        Published.related, raiseload=True,
    )  # fmt: skip
    for row in db.scalars(select(Published).where(Published.article_id.in_(article_ids)).options(wanted)):
        now = related(db, row)
        if now != row.related:
            row.related = now


def _refresh_series_of(db: Session, row: Published, episode: Episode | None) -> None:
    before = row.series_id
    row.series_id, row.series_part = (episode.series_id, episode.part) if episode else (None, None)
    db.flush()
    for series_id in {before, row.series_id} - {None}:
        assert series_id is not None
        refresh_series(db, series_id)


def refresh_series(db: Session, series_id: int) -> None:
    """Write anew what readers see of a series: its live parts only, and nothing where none is live."""
    parts = dict(db.execute(select(Episode.article_id, Episode.part).where(Episode.series_id == series_id)).all())
    here = Published.article_id.in_(parts) | (Published.series_id == series_id)
    rows = list(db.scalars(select(Published).where(here)))
    for row in rows:
        part = parts.get(row.article_id)
        row.series_id, row.series_part = (series_id, part) if part is not None else (None, None)
    live = [row for row in rows if row.series_part is not None]
    shown = db.get(PublishedSeries, series_id)
    if not live:
        if shown is not None:
            db.delete(shown)
            db.flush()
        return
    shown = shown or PublishedSeries(series_id=series_id)
    _fill_series(db, shown, live)
    db.add(shown)
    db.flush()


def _fill_series(db: Session, shown: PublishedSeries, live: Sequence[Published]) -> None:
    """Copy what readers see of a series with these parts."""
    series = db.scalars(select(Series).where(Series.id == shown.series_id).options(joinedload(Series.host))).one()
    live = sorted(live, key=lambda row: row.series_part or 0)
    shown.slug, shown.title, shown.description = series.slug, series.title, series.description
    host = series.host
    shown.host = {"slug": host.slug, "name": host.name, "headline": host.standing} if host else {}
    shown.cover = picture(db.get(Asset, series.cover_id) if series.cover_id else None)
    shown.parts = [{"part": row.series_part, "slug": row.slug, "headline": row.headline} for row in live]
    shown.planned_parts, shown.is_interviews = series.planned_parts, series.is_interviews
    shown.newest_at = max(row.published_at for row in live)


def refresh_people(db: Session, person_ids: Collection[int]) -> None:
    """Write anew what lists of people show: there only while somebody has a live piece."""
    if not person_ids:
        return
    interviewed = PublishedCredit.role == CreditRole.INTERVIEWEE
    counts = {
        row.person_id: row
        for row in db.execute(
            select(
                PublishedCredit.person_id,
                func.count(PublishedCredit.article_id.distinct()).label("pieces"),
                func.count(PublishedCredit.article_id.distinct()).filter(interviewed).label("interviews"),
                func.min(PublishedCredit.published_at).label("first_at"),
                func.max(PublishedCredit.published_at).label("newest_at"),
            )
            .where(PublishedCredit.person_id.in_(person_ids))
            .group_by(PublishedCredit.person_id)
        )
    }
    people = db.scalars(select(Person).where(Person.id.in_(person_ids))).all()
    portraits = _assets(db, {person.portrait_id for person in people if person.portrait_id})
    here = PublishedPerson.person_id.in_(person_ids)
    shown = {p.person_id: p for p in db.scalars(select(PublishedPerson).where(here))}
    for person in people:
        row = shown.get(person.id)
        count = counts.get(person.id)
        if count is None:
            if row is not None:
                db.delete(row)
            continue
        row = row or PublishedPerson(person_id=person.id)
        row.slug, row.name, row.headline, row.employer = person.slug, person.name, person.headline, person.employer
        row.portrait = picture(portraits.get(person.portrait_id or 0))
        row.subject = person.expertise[0] if person.expertise else ""
        row.pieces, row.interviews = count.pieces, count.interviews
        row.first_at, row.newest_at = count.first_at, count.newest_at
        db.add(row)
    db.flush()
