"""Saves that arrive twice, and quiet ones: whatever comes in between, nothing is doubled and nothing clashes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cms.articles import queries, service
from cms.articles.models import Article, Credit, Revision, RevisionTopic
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden
from cms.core.events import Event
from tests.factories import BODY, House, act, make_article

ONE, TWO = BODY.split("</p>")[0] + "</p>", BODY.split("</p>")[1] + "</p>"


def save(db: Session, actor: Any, article: Article, *, seen: int | None = None, **given: Any) -> service.Saved:
    assert article.head
    how = {name: given.pop(name) for name in ("save_id", "is_quiet") if name in given}
    with transaction(db):
        new = replace(article.head.content(), **given)
        return service.save_draft(db, actor, article, new, seen=seen or article.head.id, **how)


def count(db: Session) -> int:
    return db.scalar(select(func.count(Revision.id))) or 0


def test_a_save_that_comes_twice_is_one(db: Session, house: House) -> None:
    article = make_article(db, house)
    seen = article.head_id
    first = save(db, house.writer, article, seen=seen, save_id="s1", body=ONE.replace("ordinary", "plain") + TWO)
    save(db, house.chief, article, body=ONE.replace("ordinary", "dull") + TWO)
    events = db.scalar(select(func.count(Event.id)))
    again = save(db, house.writer, article, seen=seen, save_id="s1", body=ONE.replace("ordinary", "plain") + TWO)
    assert (again.revision.id, again.is_new, again.brought_in) == (first.revision.id, False, ())
    assert (count(db), db.scalar(select(func.count(Event.id)))) == (3, events)
    assert article.head
    assert "dull" in article.head.body


def test_a_second_try_is_answered_even_where_the_piece_is_closed_by_then(db: Session, house: House) -> None:
    article = make_article(db, house)
    saved = save(db, house.writer, article, save_id="s1", headline="Ready")
    seen = saved.revision.id
    act(db, house.writer, article, "submit")
    assert save(db, house.writer, article, seen=seen, save_id="s1", headline="Ready").revision.id == seen
    with pytest.raises(Forbidden):
        save(db, house.writer, article, seen=seen, save_id="s2", headline="Ready")


def test_nobody_is_answered_with_somebody_elses_save(db: Session, house: House) -> None:
    article = make_article(db, house)
    save(db, house.writer, article, save_id="s1", headline="Mine")
    with pytest.raises(Conflict, match="somebody else"):
        save(db, house.chief, article, save_id="s1", headline="Theirs")


def test_who_wrote_the_very_same_is_known_when_they_try_again(db: Session, house: House) -> None:
    article = make_article(db, house)
    seen, same = article.head_id, ONE.replace("ordinary", "plain") + TWO
    save(db, house.chief, article, body=same)
    save(db, house.writer, article, seen=seen, save_id="s1", body=same)
    save(db, house.chief, article, body=ONE.replace("ordinary", "dull") + TWO)
    again = save(db, house.writer, article, seen=seen, save_id="s1", body=same)
    assert (again.revision.number, again.is_new) == (3, False)


def test_quiet_saves_say_so(db: Session, house: House) -> None:
    article = make_article(db, house)
    assert save(db, house.writer, article, is_quiet=True, headline="By itself").revision.is_quiet
    assert not save(db, house.writer, article, headline="On purpose").revision.is_quiet
    told = [e.details.get("quiet", False) for e in db.scalars(select(Event).where(Event.name == "article.saved"))]
    assert told == [True, False]


def test_who_started_from_a_version_that_was_pruned_loses_nothing(db: Session, house: House) -> None:
    article = make_article(db, house)
    gone = save(db, house.writer, article, is_quiet=True, body=ONE + TWO.replace("rack", "shelf")).revision
    save(db, house.chief, article, headline="The chief's headline")
    with transaction(db):
        for model in (Credit, RevisionTopic):
            db.execute(delete(model).where(model.revision_id == gone.id))
        db.execute(delete(Revision).where(Revision.id == gone.id))
    mine = ONE.replace("ordinary", "plain") + TWO.replace("rack", "shelf")
    headline = queries.revision(db, article, 1).headline
    saved = save(db, house.writer, article, seen=gone.id, headline=headline, body=mine)
    assert saved.revision.headline == "The chief's headline"
    assert "plain" in saved.revision.body
    assert "shelf" in saved.revision.body
    with pytest.raises(Conflict, match="not one of this piece"):
        save(db, house.writer, article, seen=saved.revision.id + 1000, headline="X")


WORDS = st.sampled_from(["plain", "dull", "ordinary", "quiet"])
EDIT = st.tuples(st.booleans(), WORDS, WORDS)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=st.tuples(WORDS, WORDS), between=st.lists(EDIT, max_size=3), after=st.lists(EDIT, max_size=3))
def test_a_retried_save_never_clashes(
    db: Session, house: House, mine: tuple[str, str], between: list[Any], after: list[Any]
) -> None:
    """Others save before it and after it; once it was accepted, trying again gives the same revision."""
    article = make_article(db, house)
    seen = article.head_id

    def body(first: str, second: str) -> str:
        return ONE.replace("ordinary", first) + TWO.replace("anything", second)

    def others(edits: list[Any]) -> None:
        for is_writer, *words in edits:
            save(db, house.writer if is_writer else house.chief, article, body=body(*words))

    others(between)
    try:
        first = save(db, house.writer, article, seen=seen, save_id="s1", body=body(*mine))
    except service.EditConflict:
        return  # not accepted: then it is no retry
    others(after)
    before = count(db)
    again = save(db, house.writer, article, seen=seen, save_id="s1", body=body(*mine))
    assert (again.is_new, count(db)) == (False, before)
    if first.is_new:
        assert again.revision.id == first.revision.id
