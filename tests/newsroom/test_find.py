"""Finding anything one may see, and the searches kept on one's desk."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import Invalid
from cms.search import saved
from cms.search.models import SavedSearch
from cms.search.staff import PERSON, PICTURE, RESTING, STRIDE, StaffSearch
from cms.vocabulary import State
from cms.wiring import Services
from cms.worker import turn
from tests import factories
from tests.conftest import Client
from tests.factories import NOW, House
from tests.search.naughty import NAUGHTY
from tests.site import scenes

PAGE = "/newsroom/find"


@pytest.fixture
def search(db: Session, house: House, services: Services) -> StaffSearch:
    """Pieces in several states, one of them of another desk, a picture, and the index in step."""
    body = '<p data-id="p1">Left alone, a clock <strong>wanders</strong> &amp; drifts.</p>'
    factories.make_article(db, house, State.DRAFT, slug="draft", headline="Drift one", body=body)
    factories.make_article(db, house, State.IN_REVIEW, slug="review", headline="Drift two")
    factories.make_live(db, house, at=NOW - timedelta(days=3), slug="live", headline="Drift three")
    factories.make_article(
        db, house, State.DRAFT, by=house.chief, slug="other", headline="Drift four", credits=(),
        section_id=house.other_section.id,
    )  # fmt: skip
    scenes.picture(db)
    services.staff_search.rebuild(db)
    return services.staff_search


def found(search: StaffSearch, db: Session, actor: User, text: str) -> set[str]:
    return {article.slug for article in search.find(db, actor, text).page.items}


def test_everybody_finds_what_they_may_read_and_nothing_else(search: StaffSearch, db: Session, house: House) -> None:
    assert found(search, db, house.chief, "drift") == {"draft", "review", "live", "other"}
    assert "other" not in found(search, db, house.writer, "drift")
    assert search.find(db, house.writer, "drift").page.total == len(found(search, db, house.writer, "drift"))
    assert found(search, db, house.chief, '"clock wanders"') == {"draft"}
    passage = search.find(db, house.chief, "clock").passages
    assert list(passage.values()) == ["Left alone, a clock wanders & drifts."]


def test_states_owners_and_days_narrow_with_words_and_without(search: StaffSearch, db: Session, house: House) -> None:
    for text, slugs in {
        "state:draft": {"draft", "other"}, "drift state:in_review": {"review"}, "drift state:in-review": {"review"},
        "state:live": {"live"}, "state:nonsense": set(), "mine:yes": {"other"}, "drift mine:no state:draft": {"draft"},
        "due:none state:live": {"live"}, "due:late": set(), "due:2026-11-30": set(), "due:soon": set(),
        "section:practice": {"other"}, "drift -two state:in_review": set(),
    }.items():  # fmt: skip
        assert found(search, db, house.chief, text) == slugs, text


def test_due_pieces_are_found_by_their_day(search: StaffSearch, db: Session, house: House) -> None:
    now, article = clock.now(), factories.every_article(db)[0]
    with transaction(db):
        article.due_at = now + timedelta(days=2)
    assert found(search, db, house.chief, "due:week") == {article.slug}
    assert found(search, db, house.chief, f"due:{now + timedelta(days=1):%Y-%m-%d}") == set()
    assert found(search, db, house.chief, "due:today") == set()
    with transaction(db):
        article.due_at = now - timedelta(minutes=1)
    assert found(search, db, house.chief, "due:late drift") == {article.slug}


def test_people_and_pictures_stand_beside(search: StaffSearch, db: Session, house: House) -> None:
    assert house.author.name in [one.name for one in search.find(db, house.writer, house.author.name).people]
    assert [one.file_name for one in search.find(db, house.chief, "rings").pictures] == ["clocks.jpg"]
    assert search.find(db, house.chief, "rings state:draft").pictures == ()
    assert {one % STRIDE for one in search._index.document_ids()} == {0, PERSON, PICTURE}


def test_what_changes_is_followed(search: StaffSearch, db: Session, house: House, services: Services) -> None:
    factories.make_article(db, house, State.DRAFT, slug="new", headline="Zeppelin")
    while turn(services):
        pass
    assert found(search, db, house.chief, "zeppelin") == {"new"}
    assert not search.check(db)


def test_readers_never_search_this_index(search: StaffSearch, reader: Client, services: Services, db: Session) -> None:
    services.search.rebuild(db)
    page = reader.get("/search?q=drift").text
    assert "</mark> three" in page
    assert not any(f"</mark> {number}" in page for number in ("one", "two", "four"))


def test_without_an_index_it_says_so_and_comes_back(
    search: StaffSearch, db: Session, house: House, services: Services
) -> None:
    shutil.rmtree(services.settings.search_index)
    assert search.find(db, house.chief, "drift").notice == RESTING
    assert found(search, db, house.chief, "state:draft") == {"draft", "other"}
    assert search.ensure(db)
    assert len(found(search, db, house.chief, "drift")) == 4


def test_nothing_typed_is_an_error(search: StaffSearch, chief: Client, db: Session, house: House) -> None:
    for text in (*NAUGHTY, "state:", "due:", "mine:", "state:" * 50, "due:9999-99-99"):
        search.find(db, house.chief, text)
    assert chief.get(PAGE, query_string={"q": "\x00 state:draft", "page": "x"}).status_code == 200


@pytest.mark.usefixtures("search")
def test_a_search_is_kept_on_the_desk_with_its_count(chief: Client, writer: Client, db: Session) -> None:
    page = chief.get(f"{PAGE}?q=drift+state:draft").text
    assert "Two pieces found." in page
    assert "Drift four" in page
    assert chief.post(f"{PAGE}/saved", data={"q": "drift state:draft", "name": "Drafts"}).status_code == 302
    desk = " ".join(chief.get("/newsroom/").text.split())
    assert 'Drafts</a> <span class="count">2</span>' in desk
    assert "Drafts</a>" not in writer.get("/newsroom/").text
    number = db.scalars(select(SavedSearch.id)).one()
    assert writer.post(f"{PAGE}/saved/{number}/forget").status_code == 404
    assert chief.post(f"{PAGE}/saved/{number}/forget").status_code == 302
    assert "Drafts</a>" not in chief.get("/newsroom/").text


def test_only_so_many_are_kept(db: Session, house: House) -> None:
    with transaction(db):
        for number in range(saved.MOST_SAVED):
            saved.save(db, house.writer, "", f"word {number}")
            db.flush()
        for name, asked in (("x", "one more"), ("x", " ")):
            with pytest.raises(Invalid):
                saved.save(db, house.writer, name, asked)


@pytest.mark.usefixtures("search")
def test_a_search_is_shared_and_watched(chief: Client, editor: Client, writer: Client, db: Session) -> None:
    chief.post(f"{PAGE}/saved", data={"q": "drift state:draft", "name": "Drafts"})
    number = db.scalars(select(SavedSearch.id)).one()
    assert editor.post(f"{PAGE}/saved/{number}/watch", data={"do": "tell"}).status_code == 404
    assert editor.post(f"{PAGE}/saved/{number}/share").status_code == 404
    assert chief.post(f"{PAGE}/saved/{number}/share", data={"do": "share"}).status_code == 302
    page = " ".join(editor.get(PAGE).text.split())
    assert "From Hanne Ostrowe" in page
    assert "Drafts</a>" in writer.get("/newsroom/").text
    assert editor.post(f"{PAGE}/saved/{number}/watch", data={"do": "tell"}).status_code == 302
    assert "Stop telling me" in editor.get(PAGE).text
    assert editor.post(f"{PAGE}/saved/{number}/watch", data={"do": "stop"}).status_code == 302
    assert "Stop telling me" not in editor.get(PAGE).text
    assert editor.post(f"{PAGE}/saved/{number}/forget").status_code == 404
    assert chief.post(f"{PAGE}/saved/{number}/share", data={"do": "keep"}).status_code == 302
    assert "Drafts</a>" not in writer.get("/newsroom/").text
