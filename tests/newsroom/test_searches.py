"""What readers search for, as editors see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles.models import Article
from cms.search.models import SearchCount, SearchPromotion, SearchSynonym
from cms.vocabulary import State
from cms.wiring import Services
from tests import factories
from tests.conftest import Client
from tests.factories import NOW, House

PAGE = "/newsroom/searches"


@pytest.fixture
def archive(db: Session, house: House, services: Services) -> None:
    """Two live pieces, with the index in step."""
    for day, slug in enumerate(("kubernetes", "bread")):
        factories.make_live(db, house, at=NOW - timedelta(days=day), slug=slug, headline=f"On {slug}")
    services.search.rebuild(db)


def page(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


@pytest.mark.usefixtures("archive")
def test_questions_are_counted_and_one_click_makes_a_pitch(reader: Client, editor: Client, db: Session) -> None:
    assert "Nobody has searched yet." in page(editor)
    for address in ("?q=Bread", "?q=quantum+foam", "?q=quantum+foam&page=2", "?q=ilse@example.org", "?q=the", ""):
        reader.get(f"/search{address}")
    assert reader.get("/search/opened?q=bread&piece=bread").status_code == 204
    assert reader.get("/search/opened?q=bread&piece=nothing").status_code == 204
    shown = page(editor)
    assert "Readers looked for one thing that we do not have." in shown
    assert "Never found anything" in shown
    assert "On bread" in shown
    assert "example.org" not in shown
    assert {row.asked: row.times for row in db.scalars(select(SearchCount))} == {"bread": 1, "quantum foam": 1}
    db.rollback()
    answer = editor.post(f"{PAGE}/pitch", data={"asked": "quantum foam"})
    article = db.scalars(select(Article).where(Article.state == State.IDEA)).one()
    assert answer.location == f"/newsroom/articles/{article.id}"
    assert article.slug == "quantum-foam"


@pytest.mark.usefixtures("archive")
def test_chiefs_keep_synonyms(reader: Client, chief: Client, db: Session) -> None:
    assert "On kubernetes" not in reader.get("/search?q=k8s&exact=1").text.partition("The newest pieces")[0]
    assert chief.post(f"{PAGE}/synonyms", data={"words": "k8s, Kubernetes"}).status_code == 302
    assert "k8s, Kubernetes" in page(chief)
    assert "The newest pieces" not in reader.get("/search?q=k8s").text
    wrong = chief.post(f"{PAGE}/synonyms", data={"words": "alone"})
    assert (wrong.status_code, "with commas between them, such as" in wrong.text) == (422, True)
    number = db.scalars(select(SearchSynonym.id)).one()
    assert chief.post(f"{PAGE}/synonyms/{number}/forget").status_code == 302
    assert "The newest pieces" in reader.get("/search?q=k8s").text


@pytest.mark.usefixtures("archive")
def test_chiefs_put_pieces_first(reader: Client, chief: Client, db: Session) -> None:
    assert chief.post(f"{PAGE}/promoted", data={"asked": "orchestration", "slug": "kubernetes"}).status_code == 302
    assert "Our choice" in reader.get("/search?q=Orchestration").text
    wrong = chief.post(f"{PAGE}/promoted", data={"asked": "x", "slug": "nowhere"})
    assert (wrong.status_code, "No live piece has this address." in wrong.text) == (422, True)
    number = db.scalars(select(SearchPromotion.id)).one()
    assert chief.post(f"{PAGE}/promoted/{number}/demote").status_code == 302
    assert "Our choice" not in reader.get("/search?q=orchestration").text
    assert chief.post(f"{PAGE}/promoted/{number}/demote").status_code == 404


@pytest.mark.usefixtures("archive")
def test_only_chiefs_tell_the_search_and_writers_do_not_see_it(writer: Client, editor: Client) -> None:
    assert writer.get(PAGE).status_code == 403
    assert "Let them mean the same" not in page(editor)
    assert editor.post(f"{PAGE}/synonyms", data={"words": "k8s, Kubernetes"}).status_code == 403
