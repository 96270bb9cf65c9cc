"""What is offered after a piece: five others, each for a reason, prepared on write so that a page only looks them up.

Publishing chooses from what rows say: series, experts, topics, section. The worker then asks the search index which
pieces are close in words (`cms.search.likeness`) and chooses again. Editors pick and bar; that is kept beside the
text, survives a withdrawal, and needs no revision. Every step looks at a bounded number of rows, however large the
archive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session, load_only

from cms.articles.models import Article
from cms.core import clock, events, generation
from cms.core.errors import Invalid
from cms.policy import Actor, require
from cms.publication import rules, translations
from cms.publication.models import (
    ExploreChoice,
    Likeness,
    Published,
    PublishedCredit,
    PublishedSeries,
    PublishedTopic,
)
from cms.publication.rules import Alike as Alike  # what the search index tells is told in these
from cms.publication.rules import Slot
from cms.vocabulary import Can, CreditRole, Why

LOOKED_AT = 40  # of a topic's, a person's or a section's newest pieces
PICKED_BY = 50  # pieces told when one that was picked after them comes or goes


def choose(db: Session, row: Published) -> bool:
    """Choose what is offered after a piece; tell whether that is anything new."""
    places = decisions(db, row.article_id)
    said_already = translations.others(db, row) - set(rules.picked(places))
    barred = sorted({other for other, place in places.items() if place is None} | said_already)
    offers = [
        *_live(db, [Slot(other, Why.PICKED) for other in rules.picked(places)]),
        *_next_in_series(db, row),
        *_with_experts(db, row),
        *_live(db, [Slot(one.article_id, Why.SIMILAR, ", ".join(one.words)) for one in alike(db, row.article_id)]),
        *_about_topics(db, row),
        *_in_section(db, row),
    ]
    offers = _in_one_language(db, offers, row.language)
    chosen = rules.fill(offers, itself=row.article_id, barred=barred)
    if len(chosen) < rules.KEPT:
        room = rules.KEPT + 1 + len(barred) + len(chosen)
        newest = [Slot(one, Why.NEWEST) for one in _newest(db, Published.article_id, limit=room)]
        newest = _in_one_language(db, newest, row.language)
        chosen = rules.fill([*offers, *newest], itself=row.article_id, barred=barred)
    related = [{"article_id": slot.article_id, "why": slot.why.value, "about": slot.about} for slot in chosen]
    is_new = (related, barred) != (row.related, row.barred)
    if is_new:
        row.related, row.barred = related, barred
    return is_new


def choose_again(db: Session, article_ids: Collection[int]) -> None:
    """Choose anew for those of these pieces that are live; readers see it at once."""
    wanted = load_only(
        Published.topics, Published.bylines, Published.section_id, Published.section_name, Published.series_id,
        Published.series_part, Published.language, Published.related, Published.barred, Published.translations,
        raiseload=True,
    )  # fmt: skip
    rows = db.scalars(select(Published).where(Published.article_id.in_(article_ids)).options(wanted)).all()
    if [row for row in rows if choose(db, row)]:
        generation.bump(db)


def concerned(db: Session, article_ids: Collection[int]) -> set[int]:
    """Return the pieces after which others may be offered when these come or go: neighbours, and the newest."""
    found = {*article_ids, *_newest(db, Published.article_id, limit=10)}
    topics: set[int] = set()
    for related, its_topics in db.execute(
        select(Published.related, Published.topics).where(Published.article_id.in_(article_ids))
    ):
        found |= {slot["article_id"] for slot in related}
        topics |= {topic["id"] for topic in its_topics}
    for others in db.scalars(select(Likeness.others).where(Likeness.article_id.in_(article_ids))):
        found |= {one["article_id"] for one in others}
    picked_by = select(ExploreChoice.article_id).where(ExploreChoice.other_id.in_(article_ids))
    found |= set(db.scalars(picked_by.limit(PICKED_BY)))
    for topic_id in topics:
        found |= set(_newest(db, PublishedTopic.article_id, PublishedTopic.topic_id == topic_id, limit=10))
    return found


def decisions(db: Session, article_id: int) -> dict[int, int | None]:
    """Return what editors decided about other pieces after this one: the place of each, none where it is barred."""
    choice = ExploreChoice
    query = select(choice.other_id, choice.place).where(choice.article_id == article_id)
    return dict(db.execute(query.order_by(choice.place, choice.other_id)).all())


def pick(db: Session, actor: Actor, article: Article, other_id: int) -> None:
    """Offer a live piece after this one, behind those picked before; one that was barred is let in again."""
    require(actor, Can.EXPLORE_ARRANGE, article)
    places = decisions(db, article.id)
    if places.get(other_id) is not None:
        return
    _check_other(db, article, other_id)
    rules.check_room(places, for_bar=False)
    _place(db, article.id, [*rules.picked(places), other_id])
    _tell(db, actor, "explore.picked", article, other=other_id)


def move(db: Session, actor: Actor, article: Article, other_id: int, step: int) -> None:
    """Let a picked piece change places with the one before it (-1) or behind it (1)."""
    require(actor, Can.EXPLORE_ARRANGE, article)
    before = rules.picked(decisions(db, article.id))
    order = rules.moved(before, other_id, step)
    if order != before:
        _place(db, article.id, order)
        _tell(db, actor, "explore.moved", article, order=order)


def bar(db: Session, actor: Actor, article: Article, other_id: int) -> None:
    """Never offer that piece after this one."""
    require(actor, Can.EXPLORE_ARRANGE, article)
    places = decisions(db, article.id)
    if other_id in places and places[other_id] is None:
        return
    _check_other(db, article, other_id)
    rules.check_room(places, for_bar=True)
    db.merge(ExploreChoice(article_id=article.id, other_id=other_id, place=None))
    db.flush()
    _tell(db, actor, "explore.barred", article, other=other_id)


def let_be(db: Session, actor: Actor, article: Article, other_id: int) -> None:
    """Take back what was decided about that piece: neither picked nor barred."""
    require(actor, Can.EXPLORE_ARRANGE, article)
    choice = ExploreChoice
    here = delete(choice).where(choice.article_id == article.id, choice.other_id == other_id)
    if db.execute(here).rowcount:  # type: ignore[attr-defined]
        _tell(db, actor, "explore.let_be", article, other=other_id)


def alike(db: Session, article_id: int) -> list[Alike]:
    """Return the pieces known to be close to this one in words, live or not, the closest first."""
    return _read(db.scalar(select(Likeness.others).where(Likeness.article_id == article_id)) or [])


def await_comparison(db: Session, article_id: int) -> None:
    """Let the worker ask the index about a text that is new; what is known of the one before serves meanwhile."""
    known = db.get(Likeness, article_id)
    if known is None:
        db.add(Likeness(article_id=article_id, others=[]))
    else:
        known.compared_at = None
    db.flush()


def to_compare(db: Session, limit: int) -> dict[int, str]:
    """Return some of the live pieces that the index has yet to be asked about, the newest first, with their hashes."""
    waiting = (
        select(Likeness.article_id, Published.content_hash)
        .join(Published, Published.article_id == Likeness.article_id)
        .where(Likeness.compared_at.is_(None))
        .order_by(Likeness.article_id.desc())
    )
    return dict(db.execute(waiting.limit(limit)).all())


def note_likeness(db: Session, found: Mapping[int, Sequence[Alike]], seen: Mapping[int, str]) -> None:
    """Store which pieces the index found close to each of these, also the other way round, and choose anew.

    `seen` has the hashes of the texts that were compared: one that was published anew meanwhile waits on.
    """
    hashes = select(Published.article_id, Published.content_hash).where(Published.article_id.in_(found))
    same = {article_id for article_id, content_hash in db.execute(hashes) if seen[article_id] == content_hash}
    known = {one.article_id: one for one in db.scalars(select(Likeness).where(Likeness.article_id.in_(_all_of(found))))}
    for article_id in same:
        known[article_id].others = _written(rules.closest((), found[article_id]))
        known[article_id].compared_at = clock.now()
    changed = {one for article_id in same for one in _tell_others(article_id, found[article_id], known, found)}
    db.flush()
    choose_again(db, same | changed)


def _tell_others(
    article_id: int, others: Sequence[Alike], known: Mapping[int, Likeness], found: Collection[int]
) -> Iterator[int]:
    """Enter a piece with those that it is close to, unless they were compared themselves; yield whom that changed."""
    for other in others:
        back = known.get(other.article_id)
        if back is None or back.article_id in found:
            continue
        now = _written(rules.closest(_read(back.others), [Alike(article_id, other.closeness, other.words)]))
        if now != back.others:
            back.others = now
            yield back.article_id


def _next_in_series(db: Session, row: Published) -> Iterator[Slot]:
    if row.series_id is None:
        return
    next_ = (
        select(Published.article_id, PublishedSeries.title)
        .join(PublishedSeries, PublishedSeries.series_id == Published.series_id)
        .where(Published.series_id == row.series_id, Published.series_part > (row.series_part or 0))
        .order_by(Published.series_part)
        .limit(1)
    )
    for article_id, title in db.execute(next_):
        yield Slot(article_id, Why.NEXT_IN_SERIES, title)


def _with_experts(db: Session, row: Published) -> Iterator[Slot]:
    """Yield the newest pieces with whoever is interviewed here, whatever they are in those."""
    for line in row.bylines:
        if line["role"] == CreditRole.INTERVIEWEE:
            here = PublishedCredit.person_id == line["person_id"]
            for article_id in _newest(db, PublishedCredit.article_id, here, limit=rules.KEPT + 1):
                yield Slot(article_id, Why.SAME_EXPERT, line["name"])


def _about_topics(db: Session, row: Published) -> list[Slot]:
    """Return the newest pieces about the same topics: those that share more and rarer ones first."""
    scores: Counter[int] = Counter()
    about: dict[int, str] = {}
    for topic in row.topics:
        here = PublishedTopic.topic_id == topic["id"]
        found = _newest(db, PublishedTopic.article_id, here, limit=LOOKED_AT)
        for article_id in found:
            scores[article_id] += 20 + 40 // len(found)
            about.setdefault(article_id, topic["name"])
    best = sorted(scores, key=lambda article_id: (-scores[article_id], -article_id))
    return [Slot(article_id, Why.SAME_TOPIC, about[article_id]) for article_id in best]


def _in_section(db: Session, row: Published) -> Iterator[Slot]:
    here = Published.section_id == row.section_id
    for article_id in _newest(db, Published.article_id, here, limit=LOOKED_AT):
        yield Slot(article_id, Why.SAME_SECTION, row.section_name)


def _newest(db: Session, column: Any, *where: ColumnElement[bool], limit: int) -> list[int]:
    """Return article ids of one of the edition's tables, the newest piece first."""
    return list(db.scalars(select(column).where(*where).order_by(column.class_.published_at.desc()).limit(limit)))


def _in_one_language(db: Session, slots: Sequence[Slot], language: str) -> list[Slot]:
    """Return the slots with what is said in several languages offered in one, unless editors picked another."""
    there = translations.stand_ins(db, {slot.article_id for slot in slots}, language)
    return [
        slot if slot.why is Why.PICKED else replace(slot, article_id=there.get(slot.article_id, slot.article_id))
        for slot in slots
    ]


def _live(db: Session, slots: Sequence[Slot]) -> list[Slot]:
    """Return those whose piece is live."""
    if not slots:
        return []
    ids = [slot.article_id for slot in slots]
    live = set(db.scalars(select(Published.article_id).where(Published.article_id.in_(ids))))
    return [slot for slot in slots if slot.article_id in live]


def _check_other(db: Session, article: Article, other_id: int) -> None:
    if other_id == article.id:
        raise Invalid("A piece is never offered after itself.")
    if db.scalar(select(Published.article_id).where(Published.article_id == other_id)) is None:
        raise Invalid("Only pieces that readers can see are offered.")


def _place(db: Session, article_id: int, order: Iterable[int]) -> None:
    for place, other_id in enumerate(order, start=1):
        db.merge(ExploreChoice(article_id=article_id, other_id=other_id, place=place))
    db.flush()


def _tell(db: Session, actor: Actor, name: str, article: Article, **details: Any) -> None:
    choose_again(db, [article.id])
    events.record(db, actor, name, article, **details)


def _all_of(found: Mapping[int, Sequence[Alike]]) -> set[int]:
    return {*found, *(other.article_id for others in found.values() for other in others)}


def _read(others: Iterable[Mapping[str, Any]]) -> list[Alike]:
    return [Alike(one["article_id"], one["closeness"], tuple(one["words"])) for one in others]


def _written(others: Iterable[Alike]) -> list[dict[str, Any]]:
    return [
        {"article_id": one.article_id, "closeness": one.closeness, "words": list(one.words)} for one in others
    ]  # fmt: skip
