"""Pages of the house go through the same workflow, into a table of their own, and into no list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from cms.core.events import Event
from cms.publication import pages
from cms.publication import queries as edition
from cms.publication.models import Published, PublishedPage, PublishedPerson, PublishedVersion
from cms.vocabulary import Kind, State
from cms.wiring import Services
from tests.conftest import Frozen
from tests.factories import IMPRINT, House, act, make_article, make_house, make_live, make_page


@pytest.fixture
def db(either: Services) -> Iterator[Session]:
    """A session on each database in turn."""
    with either.sessions() as session:
        yield session


@pytest.fixture
def house(db: Session) -> House:
    return make_house(db)


def test_a_page_is_approved_and_published_without_section_credits_or_standfirst(db: Session, house: House) -> None:
    article = make_page(db, house, "imprint")
    page = edition.house_page(db, "imprint")
    assert (page.piece.headline, page.piece.kind) == ("Imprint", Kind.PAGE)
    assert "12 Harbour Street" in page.piece.body_html
    assert [(one.slug, one.title) for one in page.sections.pages] == [("imprint", "Imprint")]
    assert edition.live(db, article) is page.piece


def test_a_piece_still_needs_them(db: Session, house: House) -> None:
    with pytest.raises(Refused, match="No section is chosen"):
        make_article(db, house, State.SETTLED, section_id=None)


def test_it_is_in_no_list_and_no_count(db: Session, house: House) -> None:
    shown = make_live(db, house)
    make_page(db, house, "imprint", section_id=house.section.id)
    assert [row.article_id for row in db.scalars(select(Published))] == [shown.id]
    assert [row.article_id for row in edition.feed(db)] == [shown.id]
    assert [row.slug for row in edition.addresses(db, 0, 10**6)] == [shown.slug]
    assert db.get_one(PublishedPerson, house.author.id).pieces == 1
    assert {version.article_id for version in db.scalars(select(PublishedVersion))} == {shown.id}


def test_a_newer_text_waits_for_its_approval_and_an_old_address_leads_on(
    db: Session, house: House, frozen: Frozen
) -> None:
    article = make_page(db, house, "imprint")
    act(db, house.writer, article, "revise")
    article = articles.load(db, article.id)
    assert article.head
    newer = replace(article.head.content(), body=IMPRINT.replace("12", "14"), slug="legal")
    with transaction(db):
        texts.save_draft(db, house.writer, article, newer, seen=article.head.id)
    assert "12 Harbour" in edition.house_page(db, "imprint").piece.body_html
    at = frozen.forward(days=1)
    for who, action in ((house.writer, "submit"), (house.editor, "approve"), (house.editor, "publish")):
        act(db, who, articles.load(db, article.id), action)
    page = edition.house_page(db, "legal").piece
    assert "14 Harbour" in page.body_html
    assert page.updated_at == at
    assert edition.elsewhere(db, "pages/imprint").address == "/pages/legal"


def test_a_withdrawn_page_says_so_and_may_come_back(db: Session, house: House) -> None:
    article = make_page(db, house, "imprint")
    act(db, house.editor, article, "withdraw")
    assert db.get(PublishedPage, article.id) is None
    assert edition.elsewhere(db, "pages/imprint").withdrawn_at is not None
    with pytest.raises(NotFound):
        edition.house_page(db, "imprint")
    for who, action in ((house.writer, "revise"), (house.writer, "submit"), (house.editor, "approve"),
                        (house.editor, "publish")):  # fmt: skip
        act(db, who, articles.load(db, article.id), action)
    assert edition.house_page(db, "imprint").piece.article_id == article.id


def test_changes_are_discarded_to_what_readers_have(db: Session, house: House) -> None:
    article = make_page(db, house, "imprint")
    act(db, house.writer, article, "revise")
    article = articles.load(db, article.id)
    assert article.head
    with transaction(db):
        texts.save_draft(
            db, house.writer, article, replace(article.head.content(), headline="Other"), seen=article.head.id
        )
    act(db, house.writer, articles.load(db, article.id), "discard")
    article = articles.load(db, article.id)
    assert article.head
    assert (article.head.headline, article.state) == ("Imprint", State.SETTLED)


def test_editors_put_them_in_order(db: Session, house: House) -> None:
    numbers = [make_page(db, house, slug).id for slug in ("imprint", "contact", "privacy")]
    assert [page.article_id for page in edition.house_pages(db)] == numbers
    for _ in range(2):
        with transaction(db):
            pages.arrange(db, house.editor, numbers[::-1])
    assert [page.slug for page in edition.house_pages(db)] == ["privacy", "contact", "imprint"]
    assert [one.slug for one in edition.sections(db).pages] == ["privacy", "contact", "imprint"]
    assert len(db.scalars(select(Event).where(Event.name == "edition.pages_arranged")).all()) == 1
    with pytest.raises(Forbidden), transaction(db):
        pages.arrange(db, house.writer, numbers)
    for wrong in (numbers[:2], [*numbers, numbers[0]], [*numbers[:2], 10**6]):
        with pytest.raises(Conflict), transaction(db):
            pages.arrange(db, house.editor, wrong)


def test_readers_know_a_page_as_a_page(db: Session, house: House) -> None:
    for make, kind in ((lambda: make_page(db, house, "imprint"), Kind.NEWS), (lambda: make_live(db, house), Kind.PAGE)):
        article = make()
        act(db, house.writer, article, "revise")
        current = articles.load(db, article.id)
        assert current.head
        new = replace(current.head.content(), kind=kind, section_id=house.section.id)
        with pytest.raises(Invalid, match="a page stays a page"), transaction(db):
            texts.save_draft(db, house.writer, current, new, seen=current.head.id)


def test_what_a_page_gets_wrong_is_no_correction(db: Session, house: House) -> None:
    article = make_page(db, house, "imprint")
    act(db, house.writer, article, "revise")
    article = articles.load(db, article.id)
    assert article.head
    with transaction(db):
        new = replace(article.head.content(), body=IMPRINT.replace("12", "14"))
        texts.save_draft(db, house.writer, article, new, seen=article.head.id)
    act(db, house.writer, articles.load(db, article.id), "submit")
