"""Templates in the newsroom: the chief's pages, and the page on which a piece begins."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article, DraftTemplate
from cms.articles.templates import queries, service
from cms.articles.templates.facts import Facts
from cms.core.db import transaction
from cms.policy import SYSTEM
from cms.vocabulary import Kind
from tests.conftest import Client
from tests.factories import House
from tests.newsroom.editor import fresh, text
from tests.site.page import Page

NEW = "/newsroom/articles/new"


@pytest.fixture
def first(db: Session, house: House) -> dict[str, int]:
    """The templates that every house begins with, by name."""
    with transaction(db):
        service.make_first(db)
    return {template.name: template.id for template in db.scalars(queries.in_use())}


def form(**changed: Any) -> dict[str, Any]:
    return {"name": "Explainer", "about": "How a thing works.", "kind": "article", "section_id": "", "headline": "",
            "kicker": "", "dek": "", "body": "<p>TK</p>\n\n<h2>How</h2>"} | changed  # fmt: skip


def begin(client: Client, **changed: Any) -> Any:
    sent = {"kind": "article", "headline": "Working", "dek": "", "section_id": "", "state": "draft", "credit_me": "y"}
    return client.post(NEW, data=sent | changed)


def begun(db: Session) -> Article:
    number = fresh(db).scalars(select(Article.id).order_by(Article.id.desc()).limit(1)).one()
    return articles.load(db, number)


def cards(page: Page) -> list[str]:
    return page.words("//li[contains(@class, 'start')]//h3")


def test_writers_choose_among_what_fits(db: Session, house: House, first: dict[str, int], writer: Client) -> None:
    with transaction(db):
        service.add(db, SYSTEM, Facts("Post-mortem", section_id=house.section.id, kind=Kind.ARTICLE))
    page = Page(writer.get(NEW))
    assert cards(page) == ["Article", "News", "Interview", "Post-mortem", "Blank"]
    assert page.words("//li[@data-chosen]//h3") == ["Blank"]
    assert "Seven questions and two paragraphs to begin with" in page.text
    elsewhere = Page(writer.get(f"{NEW}?section={house.other_section.id}"))
    assert cards(elsewhere) == ["Article", "News", "Interview", "Blank"]
    assert elsewhere.one("//select[@id='section_id']/option[@selected]").text == "Practice"
    assert cards(Page(writer.get(f"{NEW}?section={house.section.id}")))[-2] == "Post-mortem"
    assert page.links("//nav[@aria-label='Templates for']/a") == [NEW, f"{NEW}?section={house.section.id}"]


def test_a_template_fills_the_form_in(db: Session, house: House, writer: Client) -> None:
    with transaction(db):
        facts = Facts("Post-mortem", kind=Kind.NEWS, section_id=house.section.id, headline="What broke", dek="TK")
        template = service.add(db, SYSTEM, facts)
    page = Page(writer.get(f"{NEW}?template={template.id}"))
    assert page.words("//li[@data-chosen]//h3") == ["Post-mortem"]
    assert page.one("//input[@name='template']").get("value") == str(template.id)
    assert page.one("//select[@id='kind']/option[@selected]").text == "News"
    assert page.one("//select[@id='section_id']/option[@selected]").text == "Systems"
    assert page.one("//input[@id='headline']").get("value") == "What broke"
    assert page.one("//textarea[@id='dek']").text.strip() == "TK"


def test_an_interview_begins_with_its_questions_asked_by_whoever_begins_it(
    db: Session, house: House, first: dict[str, int], writer: Client
) -> None:
    answer = begin(writer, template=first["Interview"], kind="interview")
    assert answer.status_code == 302
    head = begun(db).head
    assert head is not None
    assert head.kind is Kind.INTERVIEW
    assert head.body.count('class="qa-question" data-speaker="Ilse Varnholt"') == 7
    assert "Interviewer" not in head.body
    assert head.credits[0].person.name == "Ilse Varnholt"


def test_somebody_without_a_public_face_begins_one_too(
    db: Session, house: House, first: dict[str, int], editor: Client
) -> None:
    begin(editor, template=first["Interview"], kind="interview")
    head = begun(db).head
    assert head is not None
    assert head.body.count('data-speaker="Interviewer"') == 7


def test_blank_is_blank(db: Session, house: House, first: dict[str, int], writer: Client) -> None:
    begin(writer, template="")
    head = begun(db).head
    assert head is not None
    assert head.body == ""


@pytest.mark.parametrize("sent", ["retired", "999", "x", "9" * 30])
def test_a_template_that_is_not_offered_loses_nothing_that_was_typed(
    db: Session, house: House, first: dict[str, int], writer: Client, sent: str
) -> None:
    with transaction(db):
        service.retire(db, SYSTEM, queries.get(db, first["News"]))
    answer = begin(writer, template=first["News"] if sent == "retired" else sent, headline="Typed already")
    assert answer.status_code == 422
    assert "That template is not offered any more" in answer.text
    assert "Typed already" in answer.text
    assert fresh(db).scalar(select(Article.id)) is None


@pytest.mark.parametrize("query", ["template=999", "template=x", "section=999", "section=x", f"template={'9' * 30}"])
def test_nonsense_in_the_address_means_blank(db: Session, house: House, writer: Client, query: str) -> None:
    page = Page(writer.get(f"{NEW}?{query}"))
    assert page.words("//li[@data-chosen]//h3") == ["Blank"]


def test_a_chief_makes_changes_orders_and_retires(
    db: Session, house: House, first: dict[str, int], chief: Client
) -> None:
    answer = chief.post("/newsroom/templates/new", data=form(), follow_redirects=True)
    assert "Explainer is offered for new pieces now." in answer.text
    made = fresh(db).scalars(select(DraftTemplate).where(DraftTemplate.name == "Explainer")).one()
    page = Page(chief.get(f"/newsroom/templates/{made.id}"))
    assert page.words("//div[contains(@class, 'prose')]/*") == ["TK", "How"]
    changed = form(name="How it works", seen=made.version, section_id=house.section.id)
    assert "The template is saved" in chief.post(
        f"/newsroom/templates/{made.id}", data=changed, follow_redirects=True
    ).text  # fmt: skip
    chief.post("/newsroom/templates/order", data={"template": made.id, "move": "up"})
    rows = Page(chief.get("/newsroom/templates")).words("//li//h2")
    assert rows == ["Article", "News", "How it works", "Interview"]
    chief.post(f"/newsroom/templates/{made.id}/retire")
    page = Page(chief.get("/newsroom/templates"))
    assert page.words("//li//h2") == ["Article", "News", "Interview"]
    assert page.words("//section[@aria-labelledby='retired']//h3") == ["How it works"]
    chief.post(f"/newsroom/templates/{made.id}/bring-back")
    assert Page(chief.get("/newsroom/templates")).words("//li//h2")[-1] == "How it works"
    assert "How it works" in text(chief, "/newsroom/record")


def test_a_change_that_somebody_else_was_faster_with_keeps_what_was_typed(
    db: Session, house: House, first: dict[str, int], chief: Client
) -> None:
    path = f"/newsroom/templates/{first['News']}"
    chief.post(path, data=form(name="News", seen=1))
    answer = chief.post(path, data=form(name="News", seen=1, body="<p>My own words</p>"))
    assert answer.status_code == 409
    assert "Somebody changed this template" in answer.text
    assert "My own words" in answer.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "A template needs a name."),
        ({"name": "news"}, "has this name"),
        ({"kind": "poem"}, "Not a valid choice"),
        ({"section_id": "999"}, "Not a valid choice"),
        ({"about": "x" * 201}, "200 is the most"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    db: Session, house: House, first: dict[str, int], chief: Client, changed: dict[str, str], said: str
) -> None:
    answer = chief.post("/newsroom/templates/new", data=form(**changed))
    assert answer.status_code == 422
    assert said in answer.text
    assert "&lt;h2&gt;How" in answer.text


def test_without_any_it_says_what_they_are_for(db: Session, house: House, chief: Client, writer: Client) -> None:
    shown = text(chief, "/newsroom/templates")
    assert "Every piece begins blank." in shown
    assert "No template is offered" in shown
    assert cards(Page(writer.get(NEW))) == ["Blank"]
    assert "/newsroom/templates" not in writer.get(NEW).text


def test_a_section_that_a_template_is_for_is_not_deleted(db: Session, house: House, chief: Client) -> None:
    with transaction(db):
        service.add(db, SYSTEM, Facts("Post-mortem", section_id=house.other_section.id))
    answer = chief.post(f"/newsroom/sections/{house.other_section.id}/delete", follow_redirects=True)
    assert "still used by 1 template" in answer.text


def test_what_was_typed_goes_along_to_another_template(writer: Client) -> None:
    page = writer.get("/newsroom/articles/new?headline=The+tide&dek=Who+reads+it%3F").get_data(as_text=True)
    assert 'value="The tide"' in page
    assert "Who reads it?" in page
