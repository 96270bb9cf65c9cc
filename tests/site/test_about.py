"""What the magazine says about itself."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests import factories
from tests.conftest import Client
from tests.factories import House
from tests.site.page import Page


def test_the_house_introduces_itself(reader: Client) -> None:
    page = Page(reader.get("/about"))
    assert page.h1 == "About Overscan"
    assert page.words("//h2") == ["How we edit", "Conversations", "Corrections", "Reading without being read"]


def test_who_found_a_mistake_is_led_to_an_address_where_there_is_one(reader: Client, db: Session, house: House) -> None:
    mistake = "//h2[@id='corrections']/following-sibling::p[2]"
    assert Page(reader.get("/about")).words(mistake) == ["Found a mistake? Tell us. We would rather know."]
    factories.make_page(db, house, "thanks")
    factories.make_page(db, house, "contact")
    page = Page(reader.get("/about"))
    assert page.words(mistake) == ["Found a mistake? Where to write to is under Contact. We would rather know."]
    assert page.links(f"{mistake}/a") == ["/pages/contact"]
