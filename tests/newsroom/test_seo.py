"""How a piece looks from outside: where others cut, and what is said about it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from cms.articles.models import CreditLine
from cms.newsroom import seo
from cms.vocabulary import CreditRole, Kind
from tests.conftest import Client
from tests.factories import House, make_article
from tests.newsroom.editor import save
from tests.site import scenes
from tests.site.page import Page


def looks(client: Client, article_id: int) -> dict[str, str]:
    """Return what the editor shows, by place."""
    page = Page(client.get(f"/newsroom/articles/{article_id}/edit"))
    return {one.get("data-seo"): " ".join(one.text_content().split()) for one in page.all("//*[@data-seo]")}


def test_the_headline_and_the_standfirst_stand_in(db: Session, house: House, writer: Client) -> None:
    piece = make_article(db, house, headline="A port", dek="Two ships, one berth.", slug="a-port")
    shown = looks(writer, piece.id)
    assert shown["title"] == "A port | Overscan"
    assert shown["card-title"] == "A port"
    assert shown["description"] == shown["card-description"] == "Two ships, one berth."
    assert shown["address"] == "localhost › articles › a-port"
    assert shown["title-said"] == "The title is shown whole: 17 characters with the name of the magazine."
    assert shown["description-said"] == (
        "The standfirst stands in for the description. It has 21 characters; there is room for 155, say a little more."
    )


def test_what_is_written_for_search_engines_wins_and_is_cut_at_a_word(
    db: Session, house: House, writer: Client
) -> None:
    piece = make_article(
        db, house, seo_title="How two ships came to share one berth at Skerrow harbour", seo_description="Berth, " * 30
    )  # fmt: skip
    shown = looks(writer, piece.id)
    assert shown["title"] == "How two ships came to share one berth at Skerrow harbour |…"
    assert "has 67 characters" in shown["title-said"]
    assert shown["description"].endswith("Berth…")
    assert len(shown["description"]) <= 155
    assert len(shown["card-description"]) <= 110
    assert shown["description-said"] == "The description has 209 characters; about 155 are shown."


def test_without_any_words_the_text_stands_in(db: Session, house: House, writer: Client) -> None:
    shown = looks(writer, make_article(db, house, dek="").id)
    assert shown["description"].startswith("At 02:14 on an ordinary Tuesday")


def test_the_picture_is_the_pieces(db: Session, house: House, writer: Client) -> None:
    plain = Page(writer.get(f"/newsroom/articles/{make_article(db, house).id}/edit"))
    assert plain.one("//*[@data-seo='picture']").get("src") is None
    assert plain.one("//*[@data-seo='page']").get("data-plain") is not None
    piece = make_article(db, house, hero_id=scenes.picture(db).id)
    page = Page(writer.get(f"/newsroom/articles/{piece.id}/edit"))
    assert page.one("//*[@data-seo='picture']").get("src").startswith("/media/")
    assert page.one("//*[@data-seo='page']").get("data-plain") is None


def test_the_card_says_what_the_worker_will_draw(db: Session, house: House, writer: Client) -> None:
    piece = make_article(db, house, headline="A port", kicker="Harbours")
    shown = looks(writer, piece.id)
    assert (shown["card-kicker"], shown["card-headline"]) == ("Harbours", "A port")
    assert (shown["card-names"], shown["card-about"]) == ("Ilse Varnholt", "Senior writer, Overscan")
    assert looks(writer, make_article(db, house, kicker="").id)["card-kicker"] == "Systems"
    credits = (CreditLine(house.author.id, CreditRole.INTERVIEWER), CreditLine(house.expert.id, CreditRole.INTERVIEWEE))
    talk = make_article(db, house, kind=Kind.INTERVIEW, kicker="Harbours", credits=credits)
    shown = looks(writer, talk.id)
    assert (shown["card-kicker"], shown["card-names"]) == ("Interview", "Marit Oduya-Lind")


def test_what_was_refused_is_shown_as_it_was_typed(db: Session, house: House, writer: Client) -> None:
    answer = save(writer, make_article(db, house), headline="x" * 201)
    assert answer.status_code == 422
    assert "The title has 212 characters" in answer.text


@pytest.mark.parametrize("text", ["", "x", "x" * 70, "x" * 155, "x" * 156])
def test_every_length_has_its_sentence(text: str) -> None:
    said = seo.description_said(text, is_own=True)
    assert said.endswith(".")
    assert ("shown whole" in said) is (70 <= len(text) <= 155)
