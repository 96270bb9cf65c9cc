"""The page on which the newsroom sees and says what is a translation of what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.vocabulary import State
from tests.conftest import Client
from tests.factories import House, make_article, make_live, make_page
from tests.newsroom.editor import fresh, text
from tests.site.page import Page

ROWS = "//section[@aria-labelledby='{}']//*[@data-row]"


def address(article: Article, verb: str = "") -> str:
    return f"/newsroom/articles/{article.id}/translations{'/' if verb else ''}{verb}"


def name(client: Client, article: Article, other: Article) -> Any:
    return client.post(address(article, "name"), data={"other": other.id}, follow_redirects=True)


def offered(client: Client, article: Article, words: str = "") -> list[str]:
    return Page(client.get(f"{address(article)}?q={words}")).words(ROWS.format("name") + "//h3")


def original_of(db: Session, article: Article) -> int | None:
    return fresh(db).scalar(select(Article.original_id).where(Article.id == article.id))


def test_an_editor_names_the_original_and_takes_it_back(
    db: Session, house: House, editor: Client, reader: Client
) -> None:
    english = make_live(db, house, headline="Time", slug="time")
    german = make_live(db, house, headline="Zeit", slug="zeit", language="de")
    assert "It is there in German alone." in text(editor, address(german))
    assert "It is a translation now." in name(editor, german, english).text
    page = Page(editor.get(address(german)))
    assert page.h1 == "It is there in two languages."
    assert page.words(ROWS.format("languages") + "//h3") == ["Time", "Zeit"]
    notes = page.words(ROWS.format("languages") + "//p")
    assert (notes[0].split(".")[0], notes[1].split(".")[0]) == ("English original", "German translation")
    assert "Also in German" in reader.get("/articles/time").text
    assert "It is a piece of its own again." in editor.post(address(german, "drop"), follow_redirects=True).text
    assert original_of(db, german) is None
    assert "Also in German" not in reader.get("/articles/time").text
    history = text(editor, f"/newsroom/articles/{german.id}/history")
    assert "Named as a translation" in history
    assert "Not a translation any more" in history


def test_what_could_be_the_original_is_found_by_its_words(db: Session, house: House, editor: Client) -> None:
    pendulum = make_live(db, house, headline="The pendulum of Tallinn")
    make_article(db, house, headline="A valve", by=house.other_writer)
    make_article(db, house, State.SPIKED, headline="A pendulum put away")
    make_article(db, house, headline="A pendulum elsewhere", section_id=house.other_section.id)
    make_page(db, house, "pendulum")
    german = make_article(db, house, headline="Das Pendel von Tallinn", language="de")
    assert offered(editor, german) == ["A valve", "The pendulum of Tallinn"]
    assert offered(editor, german, "pendulum") == ["The pendulum of Tallinn"]
    assert "No piece like that" in text(editor, f"{address(german)}?q=zeppelin")
    name(editor, german, pendulum)
    assert offered(editor, german) == [], "it has one; only who looks for another sees any"
    assert offered(editor, german, "a") == ["A valve"]
    assert offered(editor, pendulum) == [], "an original is no translation"


def test_a_translation_is_begun_by_its_language(db: Session, house: House, writer: Client) -> None:
    english = make_live(db, house, headline="Time")
    begun = writer.post(address(english, "begin"), data={"language": "de"})
    made = fresh(db).scalars(select(Article).where(Article.original_id == english.id)).one()
    assert begun.location == f"/newsroom/articles/{made.id}"
    page = Page(writer.get(f"/newsroom/articles/{made.id}/edit"))
    assert page.one("//input[@name='language']").get("value") == "de"
    assert "A translation of Time." in page.text
    assert f"/newsroom/articles/{english.id}" in page.links()


def test_what_cannot_be_is_refused_in_a_sentence(db: Session, house: House, editor: Client) -> None:
    english, other = make_live(db, house), make_live(db, house)
    answer = name(editor, english, other)
    assert answer.status_code == 422
    assert "One of them is in English already: there is one piece for each language." in answer.text
    for code, said in (
        ("en", "One of them is in English already"),
        ("", "Say in which language."),
        ("de_DE", "Write the language as in"),
    ):
        answer = editor.post(address(english, "begin"), data={"language": code})
        assert answer.status_code == 422
        assert Page(answer, status=422).words("//*[@id='language-error']")[0].startswith(said)
    assert name(editor, english, Article(id=10**9)).status_code == 404
    assert editor.get(address(make_page(db, house, "imprint"))).status_code == 404


def test_writers_decide_about_their_drafts_and_see_the_rest(
    db: Session, house: House, writer: Client, client_as: Any
) -> None:
    english, german = make_live(db, house), make_live(db, house, language="de")
    draft = make_article(db, house, language="fr")
    assert name(writer, german, english).status_code == 403
    assert offered(writer, german) == []
    assert name(writer, draft, english).status_code == 200
    assert original_of(db, draft) == english.id
    assert name(client_as(house.other_editor), draft, german).status_code == 404


def test_of_a_piece_that_one_may_not_read_only_its_language_is_told(db: Session, house: House, client_as: Any) -> None:
    english = make_article(db, house, headline="A secret")
    german = make_article(db, house, language="de", section_id=house.other_section.id)
    with transaction(db):
        texts.name_original(db, house.chief, german, english)
    elsewhere = client_as(house.other_editor)
    page = Page(elsewhere.get(address(german)))
    assert page.words(ROWS.format("languages") + "//h3")[0] == "A piece of another desk"
    assert page.words(ROWS.format("languages") + "//p")[0] == "English. It is not yours to read."
    review = Page(elsewhere.get(f"/newsroom/articles/{german.id}/review"))
    assert "German: A translation of a piece of another desk" in review.text
    assert "A secret" not in page.answer.text + review.answer.text


def test_lists_tell_a_translation_from_its_original(db: Session, house: House, editor: Client) -> None:
    english = make_live(db, house, headline="Time")
    german = make_article(db, house, State.IN_REVIEW, headline="Zeit", language="de")
    name(editor, german, english)
    assert "German translation. From Ilse Varnholt, submitted" in text(editor, "/newsroom/waiting")
    assert "German: A translation of Time" in Page(editor.get(f"/newsroom/articles/{german.id}/review")).text
