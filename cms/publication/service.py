"""Writing the edition: the only code that puts anything where readers can see it, or takes it away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

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
from cms.publication import corrections, explore, share_cards, translations, versions
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
    translations.hold(db, article)
    translations.refuse_second(db, article, revision)
    row = db.get(Published, article.id)
    is_new = row is None
    has_new_text = row is None or row.content_hash != revision.content_hash
    if row is None:
        row = _begun(article.id, article.first_published_at or at)
        article.first_published_at = row.published_at
    elif has_new_text:
        row.updated_at = at
    before = None if is_new else row.slug
    _fill(db, row, revision, at=at)
    if is_new:
        db.add(row)
    db.flush()
    _keep_address(db, article.id, before=before, now=row.slug)
    row.shows_history = article.shows_history
    translations.refresh(db, {article.group_id})
    corrections.keep(db, row)
    versions.keep(db, row, revision, at=at)
    people = _index(db, row, revision)
    refresh_people(db, people)
    _refresh_series_of(db, row, episode_of(db, article.id))
    explore.choose(db, row)
    if has_new_text:
        explore.await_comparison(db, article.id)
    return row


def preview(db: Session, revision: Revision) -> Published:
    """Return a revision as readers would see it: a row like those of the edition, but in no session and never stored.

    `revision` has its credits with people, topics and section loaded. What is still missing is left empty.
    """
    article = db.get_one(Article, revision.article_id)
    now = clock.now()
    row = _begun(article.id, article.first_published_at or article.publish_at or now)
    group = translations.live(db, article.group_id)
    if (there := next((one for one in group if one.article_id == article.id), None)) is not None:
        row.published_at = there.published_at
        row.updated_at = there.updated_at if there.content_hash == revision.content_hash else now
    _copy(db, row, revision, at=now)
    row.section_name, row.section_slug = "No section yet", ""
    if revision.section is not None:
        row.section_id, row.section_name = revision.section.id, revision.section.name
        row.section_slug = revision.section.slug
    episode = episode_of(db, article.id)
    row.series_id, row.series_part = (episode.series_id, episode.part) if episode else (None, None)
    row.translations = translations.foreseen(group, article, row)
    explore.choose(db, row)
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


def withdraw(db: Session, article: Article, *, at: datetime, reason: str) -> None:
    """Take a piece out of the edition, leaving a mark that says it was withdrawn, when, and why."""
    translations.hold(db, article)
    row = db.get_one(Published, article.id)
    people = set(db.scalars(select(PublishedCredit.person_id).where(PublishedCredit.article_id == article.id)))
    db.merge(Withdrawal(article_id=article.id, slug=row.slug, withdrawn_at=at, reason=reason))
    series_id = row.series_id
    db.execute(delete(PublishedCredit).where(PublishedCredit.article_id == article.id))
    db.execute(delete(PublishedTopic).where(PublishedTopic.article_id == article.id))
    db.delete(row)
    db.flush()
    translations.refresh(db, {article.group_id})
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
        _fill(db, row, revision, at=clock.now())
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


def _fill(db: Session, row: Published, revision: Revision, *, at: datetime) -> None:
    """Copy everything that readers see from the revision into the row."""
    if revision.section_id is None:
        raise Invalid("A piece needs a section before it can be published.", field="section_id")
    section = db.get_one(Section, revision.section_id)
    _copy(db, row, revision, at=at)
    row.section_id, row.section_name, row.section_slug = section.id, section.name, section.slug
    share_cards.expect(row)


def _begun(article_id: int, published_at: datetime) -> Published:
    """Return a row that has yet to be filled, with what is only found later."""
    return Published(
        article_id=article_id, published_at=published_at, related=[], barred=[], card={}, card_look=""
    )  # fmt: skip


def _copy(db: Session, row: Published, revision: Revision, *, at: datetime) -> None:
    """Copy everything but the section, which a draft may lack; `at` is when new corrections are told."""
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
    row.corrections = corrections.dated(db, revision, at=at)
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
