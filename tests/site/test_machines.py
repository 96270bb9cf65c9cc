"""What programs are told of the magazine: in words, about its search, and about whom to tell of a weakness."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy.orm import Session

from cms.app import create_app
from cms.config import Settings, Unsafe
from cms.core import clock
from cms.core.db import transaction
from cms.vocabulary import State
from cms.web.pagecache import kept_paths
from cms.wiring import Services
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import NOW, House
from tests.site import scenes
from tests.site.page import Page

CONTACT = "mailto:security@magazine.example"


def _told(reader: Client) -> str:
    answer = reader.get("/llms.txt")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    return answer.text


def _links(text: str, heading: str) -> list[tuple[str, str, str]]:
    """Return name, address and note of the entries under a heading."""
    part = text.split(f"\n## {heading}\n\n")[1].split("\n## ")[0]
    found = [re.fullmatch(r"- \[(.+)\]\(([^)]+)\)(?:: (.+))?", line) for line in part.split("\n") if line[:1] == "-"]
    return [(line[1], line[2], line[3] or "") for line in found if line]


def test_language_models_are_told_how_the_magazine_is_organised(reader: Client, db: Session, house: House) -> None:
    with transaction(db):
        db.merge(house.section).description = "How machines <really> work."
    scenes.series(db, house, [factories.make_live(db, house)], description="How [computers]\ncount.")
    factories.make_article(db, house, State.IN_REVIEW, section_id=house.other_section.id)
    text = _told(reader)
    lines = text.split("\n")
    assert lines[0] == "# Overscan"
    assert lines[2].startswith("> How technology is really made")
    assert _links(text, "Sections") == [
        ("Systems", "http://localhost/sections/systems", r"How machines \<really\> work.")
    ]
    assert _links(text, "Series") == [
        ("Time in machines", "http://localhost/series/time-in-machines", r"How \[computers\] count.")
    ]
    assert [address for _, address, _ in _links(text, "Feeds")] == [
        f"http://localhost/feed.{form}" for form in ("json", "atom", "xml")
    ]
    assert _links(text, "Optional")[0][1] == "http://localhost/sitemap.xml"


def test_every_address_in_it_leads_somewhere(reader: Client, db: Session, house: House) -> None:
    scenes.series(db, house, [factories.make_live(db, house)])
    addresses = re.findall(r"\]\(http://localhost(/[^)]*)\)", _told(reader))
    assert len(addresses) > 8
    for address in addresses:
        assert reader.get(address).status_code == 200, address


def test_an_empty_magazine_has_no_empty_headings(reader: Client) -> None:
    headings = re.findall(r"^## (.*)$", _told(reader), re.MULTILINE)
    assert headings == ["The magazine", "Feeds", "Optional"]
    assert "\n\n\n" not in _told(reader)


def test_it_costs_two_queries(reader: Client, db: Session, house: House, queries: Queries) -> None:
    scenes.series(db, house, scenes.many(db, house, 4))
    with queries.at_most(2):
        _told(reader)


def test_browsers_learn_how_to_search_here(reader: Client, db: Session, house: House) -> None:
    factories.make_live(db, house)
    link = Page(reader.get("/")).one("//link[@rel='search']")
    assert link.get("type") == "application/opensearchdescription+xml"
    answer = reader.get(link.get("href"))
    assert answer.content_type == "application/opensearchdescription+xml; charset=utf-8"
    tree = etree.fromstring(answer.data)
    space = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    assert tree.tag == "{http://a9.com/-/spec/opensearch/1.1/}OpenSearchDescription"
    assert tree.findtext("o:ShortName", namespaces=space) == "Overscan"
    assert tree.findtext("o:Description", namespaces=space)
    template = tree.xpath("o:Url[@type='text/html']/@template", namespaces=space)[0]
    assert template == "http://localhost/search?q={searchTerms}"
    path = template.removeprefix("http://localhost").replace("{searchTerms}", "second")
    assert Page(reader.get(path)).one("//input[@name='q']").get("value") == "second"
    image = tree.findtext("o:Image", namespaces=space)
    assert reader.get(image.removeprefix("http://localhost"), buffered=True).status_code == 200


def test_who_finds_a_weakness_learns_whom_to_tell(services: Services) -> None:
    secured = replace(services, settings=replace(services.settings, security_contact=CONTACT))
    with clock.held(NOW + timedelta(seconds=1)):
        answer = create_app(secured).test_client().get("/.well-known/security.txt")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    assert answer.text.endswith("\n")  # each field must
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert told["Contact"] == CONTACT
    assert told["Canonical"] == "http://localhost/.well-known/security.txt"
    assert NOW + timedelta(days=250) < datetime.fromisoformat(told["Expires"]) < NOW + timedelta(days=365)


def test_nothing_is_said_where_nobody_is_to_be_told(reader: Client) -> None:
    assert reader.get("/.well-known/security.txt").status_code == 404


def test_until_when_it_holds_is_worked_out_each_time(app: Flask) -> None:
    assert not [pattern for pattern in kept_paths(app) if re.fullmatch(pattern, "/.well-known/security.txt")]


@pytest.mark.parametrize(
    "contact",
    ["security@magazine.example", "http://magazine.example/tell", "mailto:", "https://", "javascript:alert(1)",
     f"{CONTACT}\nExpires: 2099-01-01T00:00:00Z", "https://magazine.example/a b", "tel:+1-555-0100"],
)  # fmt: skip
def test_a_contact_that_leads_to_nobody_is_refused(settings: Settings, contact: str) -> None:
    with pytest.raises(Unsafe, match="CMS_SECURITY_CONTACT"):
        replace(settings, security_contact=contact).refuse_unsafe()


@pytest.mark.parametrize("contact", [CONTACT, "https://magazine.example/security?from=web"])
def test_an_address_of_somebody_is_taken(tmp_path: Path, contact: str) -> None:
    settings = Settings.from_environment({"CMS_SECURITY_CONTACT": contact, "CMS_DATA": str(tmp_path)})
    assert settings.security_contact == contact
