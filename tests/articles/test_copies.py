"""Working copies: what is typed is kept as it is, per open editor, and goes when it is saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles import queries, service
from cms.articles.models import Article, Revision, WorkingCopy
from cms.articles.service import Left
from cms.articles.service.copies import MOST_COPIES
from cms.core.db import transaction
from cms.core.errors import Forbidden, Invalid
from cms.core.events import Event
from cms.people.models import Person
from cms.vocabulary import State
from tests.factories import BODY, House, make_article, typed


def keep(
    db: Session, house: House, article: Article, *, tab: str = "one", number: int = 1, **changed: Any
) -> WorkingCopy:
    article = queries.load(db, article.id)
    assert article.head
    fields = typed(article.head.content()) | changed
    with transaction(db):
        return service.keep(db, house.writer, article, fields, tab=tab, number=number, base=article.head_id)


def tabs(db: Session, house: House, article: Article) -> set[str]:
    return {copy.tab for copy in queries.working_copies(db, article, house.writer.id)}


def save(db: Session, house: House, article: Article, left: Left, **changed: Any) -> None:
    assert article.head
    content = replace(article.head.content(), **changed)
    with transaction(db):
        service.save_draft(db, house.writer, article, content, seen=article.head.id, left=left)


def test_an_autosave_overwrites_and_changes_nothing_else(db: Session, house: House) -> None:
    article = make_article(db, house)
    before = article.version, db.scalar(select(func.count(Event.id))), db.scalar(select(func.count(Revision.id)))
    keep(db, house, article, headline="Ha")
    kept = keep(db, house, article, number=2, headline="")
    assert (kept.number, kept.content["headline"], kept.base_revision_id) == (2, "", article.head_id)
    assert db.scalar(select(func.count(WorkingCopy.id))) == 1
    db.refresh(article)
    after = article.version, db.scalar(select(func.count(Event.id))), db.scalar(select(func.count(Revision.id)))
    assert after == before


def test_one_that_comes_late_changes_nothing(db: Session, house: House) -> None:
    article = make_article(db, house)
    keep(db, house, article, number=5, headline="Newer")
    kept = keep(db, house, article, number=4, headline="Older")
    assert (kept.number, kept.content["headline"]) == (5, "Newer")


def test_the_body_is_cleaned_and_half_a_name_makes_nobody(db: Session, house: House) -> None:
    article = make_article(db, house)
    people = db.scalar(select(func.count(Person.id)))
    half = {"credits-0-person": "Marit Odu", "credits-0-role": "author", "csrf_token": "x", "credits-x-person": "y"}
    kept = keep(db, house, article, body="<p onclick=x>Words<script>1</script></p>", topics="Clo", **half)
    assert "script" not in kept.content["body"]
    assert "onclick" not in kept.content["body"]
    assert (kept.content["credits-0-person"], kept.content["topics"]) == ("Marit Odu", "Clo")
    assert not {"csrf_token", "credits-x-person"} & set(kept.content)
    assert db.scalar(select(func.count(Person.id))) == people


@pytest.mark.parametrize("changed", [{"body": "x" * 1_000_001}, {"dek": "x" * 20_001}], ids=["body", "dek"])
def test_what_no_piece_can_hold_is_refused_and_the_copy_before_stays(db: Session, house: House, changed: Any) -> None:
    article = make_article(db, house)
    keep(db, house, article, headline="Kept")
    with pytest.raises(Invalid):
        keep(db, house, article, number=2, **changed)
    assert [copy.content["headline"] for copy in queries.working_copies(db, article, house.writer.id)] == ["Kept"]


def test_two_editors_of_one_person_do_not_fight(db: Session, house: House) -> None:
    article = make_article(db, house)
    keep(db, house, article, tab="one", number=9, headline="From the desk")
    keep(db, house, article, tab="two", number=1, headline="From the train")
    assert tabs(db, house, article) == {"one", "two"}
    save(db, house, article, Left(tab="one"), headline="From the desk")
    assert tabs(db, house, article) == {"two"}


def test_a_save_takes_along_what_is_wholly_in_it(db: Session, house: House) -> None:
    article = make_article(db, house)
    keep(db, house, article, tab="part", body=BODY + "<p>A third paragraph</p>")
    keep(db, house, article, tab="own", body=BODY + "<p>Something else entirely.</p>")
    save(db, house, article, Left(tab="mine"), body=BODY + "<p>A third, longer paragraph, in the end.</p>")
    assert tabs(db, house, article) == {"own"}


def test_a_copy_that_was_taken_up_goes_unless_it_was_written_on(db: Session, house: House) -> None:
    article = make_article(db, house)
    kept = keep(db, house, article, tab="one", number=3, headline="Taken up")
    save(db, house, article, Left(tab="two", took=kept.id, took_number=2), headline="First")
    assert tabs(db, house, article) == {"one"}
    save(db, house, article, Left(tab="two", took=kept.id, took_number=3), headline="Second")
    assert tabs(db, house, article) == set()


def test_what_was_typed_after_the_save_left_stays(db: Session, house: House) -> None:
    article = make_article(db, house)
    keep(db, house, article, tab="one", number=8, headline="Typed meanwhile")
    save(db, house, article, Left(tab="one", number=7), headline="Sent before")
    assert tabs(db, house, article) == {"one"}


def test_of_a_piece_that_is_closed_text_is_kept_aside_for_whoever_may_read_it(db: Session, house: House) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    assert article.head
    fields = typed(article.head.content())
    with pytest.raises(Forbidden), transaction(db):
        service.keep(db, house.writer, article, fields, tab="one", number=1, base=article.head_id)
    article = queries.load(db, article.id)
    with transaction(db):
        service.keep_aside(db, house.writer, article, fields, base=article.head_id, tab="one", number=1)
    assert tabs(db, house, article) == {"one"}
    with pytest.raises(Forbidden), transaction(db):
        service.keep_aside(db, house.other_writer, article, fields, base=article.head_id)


def test_copies_are_ones_own(db: Session, house: House) -> None:
    article = make_article(db, house)
    keep(db, house, article)
    with transaction(db):
        service.drop_copy(db, house.chief, article, tab="one")
    assert tabs(db, house, article) == {"one"}
    with transaction(db):
        service.drop_copy(db, house.writer, article, tab="one")
    assert tabs(db, house, article) == set()


def test_a_script_gone_wrong_cannot_fill_the_house(db: Session, house: House) -> None:
    article = make_article(db, house)
    for number in range(MOST_COPIES):
        keep(db, house, article, tab=f"t{number}")
    with pytest.raises(Invalid, match="Too many texts"):
        keep(db, house, article, tab="one-more")
    keep(db, house, article, tab="t0", number=2, headline="Still kept")
