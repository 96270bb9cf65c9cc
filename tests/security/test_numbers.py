"""A number that no row can have, wherever it is sent, means that there is nothing: it never breaks a page."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from cms.core.paging import FURTHEST, page_number
from tests.conftest import Client
from tests.factories import House, make_article
from tests.newsroom.editor import form_of

NUMBERS = {"beyond a column": "9" * 25, "beyond Python": "9" * 5_000, "another alphabet": "\u00b2", "negative": "-1"}
ADDRESSES = """
    /search?page={0} /people?page={0} /sections/systems?after={0} /archive/{0} /archive/2026/{0}
    /newsroom/articles/{0} /newsroom/articles/{1}/galley?revision={0} /newsroom/articles/{1}/compare?old={0}&new={0}
    /newsroom/articles/{1}/review?against={0} /newsroom/articles/{1}/history?page={0} /newsroom/waiting?page={0}
    /newsroom/pieces?section={0} /newsroom/pieces?desk={0} /newsroom/pieces?person={0} /newsroom/pieces?page={0}
    /newsroom/people/{0} /newsroom/people?page={0} /newsroom/pictures?page={0} /newsroom/pictures/describe?id={0}
    /newsroom/inbox?page={0} /newsroom/record?actor={0}&number={0}&before={0}
    """.split()
numbers = pytest.mark.parametrize("number", list(NUMBERS.values()), ids=list(NUMBERS))


@numbers
def test_addresses(chief: Client, house: House, db: Session, number: str) -> None:
    article = make_article(db, house)
    for address in ADDRESSES:
        assert chief.get(address.format(number, article.id)).status_code < 500, address


@numbers
def test_the_text_and_everything_around_it(writer: Client, house: House, db: Session, number: str) -> None:
    article = make_article(db, house)
    edit = f"/newsroom/articles/{article.id}/edit"
    sent = form_of(article)
    for name in ("seen", "hero_id", "section_id", "credits-0-position"):
        assert writer.post(edit, data=form_of(article, **{name: number})).status_code < 500, name
    sent["seen"] = 0
    assert writer.post(edit, data=sent | {f"credits-{number}-person": "A. Body"}).status_code < 500
    for name in ("number", "seen"):
        again = {"number": "1", "seen": str(article.head_id), name: number}
        assert writer.post(f"/newsroom/articles/{article.id}/history/restore", data=again).status_code < 500
    assert writer.post(f"/newsroom/articles/{article.id}/submit", data={"seen": number}).status_code < 500


@numbers
def test_a_profile(chief: Client, house: House, number: str) -> None:
    data = {"seen": number, "name": "Ilse Varnholt", f"links-{number}-url": "https://example.test"}
    assert chief.post(f"/newsroom/people/{house.author.id}", data=data).status_code < 500


def test_a_form_has_a_bounded_number_of_rows(writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    rows = {f"credits-{i}-affiliation": "x" for i in range(5_000)}
    page = writer.post(f"/newsroom/articles/{article.id}/edit", data=form_of(article, **rows, headline=""))
    assert page.status_code == 422
    assert page.data.count(b'-affiliation"') < 1_000


def test_pages_of_lists() -> None:
    assert page_number("9" * 5_000) == FURTHEST
    assert page_number("12") == 12


def test_a_name_too_long_for_the_disk(reader: Client) -> None:
    assert reader.get(f"/media/renditions/{'a' * 3_000}.png").status_code == 404
    assert reader.get(f"/media/renditions/{'a/' * 2_000}a.png").status_code == 404
