"""The list of the house's pages: begun there, and put in the order in which every page names them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cms.vocabulary import Kind, State
from tests.conftest import Client
from tests.factories import House, make_page
from tests.site.page import Page


def test_pages_are_listed_and_put_in_order(
    editor: Client, writer: Client, reader: Client, house: House, db: Session
) -> None:
    assert "No page yet" in Page(editor.get("/newsroom/pages")).text
    one, two = make_page(db, house, "imprint"), make_page(db, house, "contact")
    make_page(db, house, "privacy", State.DRAFT)
    page = Page(editor.get("/newsroom/pages"))
    assert page.words("//ol//h2") == ["Imprint", "Contact"]
    assert page.words("//aside//li/a") == ["Privacy"]
    places = {f"place-{one.id}": "2", f"place-{two.id}": "1", "place-x": "3", "other": "1"}
    assert editor.post("/newsroom/pages/order", data=places).status_code == 302
    assert Page(editor.get("/newsroom/pages")).words("//ol//h2") == ["Contact", "Imprint"]
    named = [link for link in Page(reader.get("/")).links("//footer//a") if link.startswith("/pages/")]
    assert named == ["/pages/contact", "/pages/imprint"]
    answer = editor.post("/newsroom/pages/order", data={f"place-{one.id}": "1"}, follow_redirects=True)
    assert "published or withdrawn meanwhile" in answer.text
    assert writer.post("/newsroom/pages/order", data=places).status_code == 403
    assert Page(writer.get("/newsroom/pages")).all("//input[@type='number']") == []


def test_a_page_is_begun_as_one(writer: Client) -> None:
    page = Page(writer.get("/newsroom/articles/new?kind=page"))
    assert page.one("//select[@name='kind']/option[@selected]").get("value") == Kind.PAGE


def test_its_proof_and_its_pages_lead_where_readers_find_it(editor: Client, house: House, db: Session) -> None:
    article = make_page(db, house, "imprint")
    proof = Page(editor.get(f"/newsroom/articles/{article.id}/galley"))
    assert proof.h1 == "Imprint"
    for part in ("review", "history", "preview"):
        page = Page(editor.get(f"/newsroom/articles/{article.id}/{part}"))
        assert "/pages/imprint" in page.links(), part
        assert not any("/corrections" in link for link in page.links()), part
