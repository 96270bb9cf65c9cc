"""What the magazine says about itself."""

from __future__ import annotations

from tests.conftest import Client
from tests.site.page import Page


def test_the_house_introduces_itself(reader: Client) -> None:
    page = Page(reader.get("/about"))
    assert page.h1 == "About Overscan"
    assert page.words("//h2") == ["How we edit", "Conversations", "Corrections", "Reading without being read"]
