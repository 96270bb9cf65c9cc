"""The history: sittings, names, and autosaves that are pruned without a word being lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import document, queries, rules, service
from cms.articles.document import Wording, is_part, wording
from cms.articles.models import Revision, RevisionName
from cms.articles.service import history
from cms.articles.sittings import Mark, sittings
from cms.core.db import Base, transaction
from cms.core.errors import Conflict, Forbidden, Invalid
from cms.core.events import Event
from tests.articles.bodies import SENTENCES
from tests.conftest import Frozen
from tests.factories import NOW, House, act, make_article


def mark(number: int, minute: int, *, by: int = 1, words: int = 0, **how: Any) -> Mark:
    return Mark(number, number, by, NOW + timedelta(minutes=minute), words, **how)


def numbers(marks: list[Mark], milestones: tuple[int, ...] = ()) -> list[list[int]]:
    return [[one.number for one in sitting.marks] for sitting in sittings(marks, milestones)]


def test_saves_of_one_person_without_a_long_pause_are_one_sitting() -> None:
    assert numbers([mark(1, 0), mark(2, 29), mark(3, 58)]) == [[1, 2, 3]]
    assert numbers([mark(1, 0), mark(2, 30)]) == [[1], [2]]
    assert numbers([mark(1, 0), mark(2, 1, by=2), mark(3, 2)]) == [[1], [2], [3]]


def test_a_milestone_and_a_version_that_came_back_end_a_sitting() -> None:
    marks = [mark(1, 0), mark(2, 1), mark(3, 2)]
    assert numbers(marks, (1,)) == [[1], [2, 3]]
    assert numbers([mark(1, 0), mark(2, 1, is_restored=True), mark(3, 2)]) == [[1], [2], [3]]


def test_a_sitting_knows_how_long_it_was_and_what_came_of_it() -> None:
    first, second = sittings([mark(1, 0, words=100), mark(2, 40, words=150), mark(3, 64, words=312)], ())
    assert (first.base, first.words, second.base and second.base.number) == (None, 100, 1)
    assert (second.minutes, second.words) == (24, 212)


def test_a_version_is_named_renamed_and_unnamed(db: Session, house: House) -> None:
    article = make_article(db, house)
    revision = queries.revision(db, article, 1)
    for name, stored in (("  Before   the lawyers ", "Before the lawyers"), ("Final <b>", "Final <b>"), ("", None)):
        with transaction(db):
            service.name_revision(db, house.writer, article, revision, name)
        assert queries.names_of(db, [revision.id]).get(revision.id) == stored
    events = db.scalars(select(Event).where(Event.name == "article.named").order_by(Event.id)).all()
    assert [e.details["after"] for e in events] == ["Before the lawyers", "Final <b>", ""]
    with transaction(db):
        service.name_revision(db, house.writer, article, revision, "")
    assert db.scalars(select(RevisionName)).all() == []
    with pytest.raises(Forbidden):
        service.name_revision(db, house.other_writer, article, revision, "X")


class Sitting:
    """Somebody writing: every call is a quiet save, a minute after the one before."""

    def __init__(self, db: Session, house: House, frozen: Frozen) -> None:
        self.db, self.house, self.frozen = db, house, frozen
        self.article = make_article(db, house, body="<p data-id='a'>One.</p>")

    def save(self, body: str = "", *, quiet: bool = True, **changed: Any) -> Revision:
        self.frozen.forward(minutes=1)
        assert self.article.head
        before = self.article.head.content()
        content = replace(before, body=body or before.body, **changed)
        with transaction(self.db):
            return service.save_draft(
                self.db, self.house.writer, self.article, content, seen=self.article.head.id, is_quiet=quiet
            ).revision

    def prunable(self) -> list[int]:
        return [r.number for r in service.prunable(self.db, self.house.chief, self.article).revisions]


@pytest.fixture
def sitting(db: Session, house: House, frozen: Frozen) -> Sitting:
    return Sitting(db, house, frozen)


def test_what_somebody_typed_on_may_go_and_what_they_took_back_stays(sitting: Sitting) -> None:
    sitting.save("<p data-id='a'>One. Two</p>")  # 2
    sitting.save("<p data-id='a'>One. Two three</p>")  # 3
    sitting.save("<p data-id='a'>One. An idea that was dropped.</p>")  # 4
    sitting.save("<p data-id='a'>One. Two three four.</p>")  # 5
    sitting.save("<p data-id='a'>One. Two three four. Five.</p>")  # 6
    assert sitting.prunable() == [2, 3, 5]


def test_what_is_needed_stays(sitting: Sitting, db: Session, house: House) -> None:
    for word in ("Two", "Two three", "Two three four", "Two three four five", "Two three four five six"):
        sitting.save(f"<p data-id='a'>One. {word}</p>")
    sitting.save("<p data-id='a'>One. Two three four five six seven</p>", quiet=False)
    article = sitting.article
    assert sitting.prunable() == [2, 3, 4, 5, 6]
    with transaction(db):
        service.name_revision(db, house.writer, article, queries.revision(db, article, 2), "Kept")
        base = queries.revision(db, article, 3).id
        service.keep_aside(db, house.writer, article, {"headline": "X"}, base=base)
    assert sitting.prunable() == [4, 5, 6]
    act(db, house.writer, article, "submit")
    assert sitting.prunable() == [4, 5, 6]


def test_only_a_field_that_nobody_else_has_keeps_a_version_too(sitting: Sitting) -> None:
    sitting.save(dek="A standfirst that was thrown away.")
    sitting.save(dek="Another one.")
    sitting.save(dek="Another one. Longer.")
    assert sitting.prunable() == [3]


def test_pruning_takes_out_what_was_shown_and_records_it(sitting: Sitting, db: Session, house: House) -> None:
    gone = [sitting.save(f"<p data-id='a'>One. {word}</p>") for word in ("Two", "Two three")]
    sitting.save("<p data-id='a'>One. Two three four.</p>")
    article, hashes = sitting.article, [revision.content_hash for revision in gone]
    with pytest.raises(Forbidden), transaction(db):
        service.prune(db, house.editor, article, seen=[2, 3])
    article = queries.load(db, article.id)
    with transaction(db):
        service.prune(db, house.chief, article, seen=[2, 3, 4])
    left = db.scalars(select(Revision.number).where(Revision.article_id == article.id).order_by(Revision.number)).all()
    assert left == [1, 4]
    event = db.scalars(select(Event).where(Event.name == "article.pruned")).one()
    assert [one["hash"] for one in event.details["revisions"]] == hashes
    with pytest.raises(Conflict), transaction(db):
        service.prune(db, house.chief, queries.load(db, article.id), seen=[2])
    with pytest.raises((Conflict, Invalid)), transaction(db):
        service.prune(db, house.chief, queries.load(db, article.id), seen=[])


def test_every_table_that_points_at_revisions_is_looked_at() -> None:
    own = {"credit", "revision_topic"}  # parts of the revision itself, which go with it
    asked = {table.name for table in history.POINTING} | {"article", "revision_name", "working_copy"}
    found = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table is Revision.__table__
    }
    assert found == asked | own, "teach articles.service.history about the new one"


def text(blocks: list[str], dek: str) -> Wording:
    body = "".join(f'<p data-id="b{i}">{words}</p>' for i, words in enumerate(blocks))
    return wording(document.normalise(body), [("dek", dek)])


TEXTS = st.lists(st.tuples(st.lists(SENTENCES, max_size=4), SENTENCES), min_size=1, max_size=8)


@settings(max_examples=80, deadline=None)
@given(st.data(), TEXTS)
def test_nothing_unique_is_ever_pruned(data: st.DataObject, made: list[tuple[list[str], str]]) -> None:
    texts: Mapping[int, Wording] = {i: text(*one) for i, one in enumerate(made)}
    candidates = data.draw(st.sets(st.sampled_from(sorted(texts))))
    gone = rules.prunable(texts, candidates)
    assert gone <= candidates
    kept = [texts[i] for i in texts if i not in gone]
    for i in gone:
        for html, words in texts[i].blocks:
            assert not words or any(html == h or is_part(words, w) for k in kept for h, w in k.blocks)
        for name, words in texts[i].lines:
            assert not words or any(name == n and is_part(words, w) for k in kept for n, w in k.lines)


def test_words_that_stand_here_and_there_are_not_a_sentence() -> None:
    spread = text(["The clock counts.", "A fan stops the second."], "")
    assert rules.prunable({1: text(["The clock stops."], ""), 2: spread}, {1}) == set()
    assert rules.prunable({1: text(["The clock stops."], ""), 2: text(["The old clock never stops."], "")}, {1}) == {1}


@pytest.mark.parametrize(
    "unique",
    [
        '<p data-id="a">One <a href="/elsewhere">two</a> three</p>',
        '<p data-id="a">One two three<span class="footnote" data-note="Said by phone."></span></p>',
        '<figure data-id="f"><img src="/media/a.png" alt="A clock"></figure>',
    ],
)
def test_links_notes_and_alternative_texts_count_as_words(unique: str) -> None:
    kept = wording(document.normalise('<p data-id="a">One two three four</p>'), [])
    assert rules.prunable({1: wording(document.normalise(unique), []), 2: kept}, {1}) == set()


def test_articles_are_not_mixed_up(db: Session, house: House, frozen: Frozen) -> None:
    one, other = Sitting(db, house, frozen), Sitting(db, house, frozen)
    for each in (one, other):
        for word in ("Two", "Two three", "Two three four"):
            each.save(f"<p data-id='a'>One. {word}</p>")
    with transaction(db):
        service.prune(db, house.chief, one.article, seen=[2, 3])
    found = db.scalars(select(Revision.number).where(Revision.article_id == other.article.id)).all()
    assert sorted(found) == [1, 2, 3, 4]
