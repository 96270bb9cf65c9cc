"""What search engines and link previews are told, read back as they would."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cms.articles.models import CreditLine
from cms.core.db import transaction
from cms.people.models import Affiliation
from cms.publication.models import Published, PublishedSeries
from cms.site import structured
from cms.vocabulary import CreditRole, Kind
from tests import factories
from tests.conftest import Client
from tests.factories import NOW, House
from tests.site import scenes
from tests.site.page import Page

HOST = "http://localhost"
BAD = "</script><!--<script>alert(1)//\"'&\u2028"


def _page(reader: Client, address: str) -> Page:
    return Page(reader.get(address))


def _meta(page: Page, name: str) -> list[str]:
    return [one.get("content") for one in page.all(f"//meta[@property='{name}']")]


def test_the_front_page_says_who_this_is_and_how_to_search(reader: Client) -> None:
    facts = _page(reader, "/").facts
    assert (facts["@type"], facts["name"], facts["url"]) == ("WebSite", "Overscan", f"{HOST}/")
    search = facts["potentialAction"]
    assert search["@type"] == "SearchAction"
    assert search["target"]["urlTemplate"] == f"{HOST}/search?q={{search_term_string}}"
    assert search["query-input"] == "required name=search_term_string"
    assert facts["publisher"]["@type"] == "Organization"
    assert facts["publisher"]["name"] == "Overscan"


def test_the_house_has_a_mark_and_principles(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house)
    publisher = _page(reader, f"/articles/{piece.slug}").facts["publisher"]
    for address in (publisher["logo"]["url"], publisher["publishingPrinciples"]):
        assert reader.get(address.removeprefix(HOST).partition("#")[0], buffered=True).status_code == 200


def test_no_kind_of_piece_is_without_a_word() -> None:
    assert set(structured.TYPES) == set(Kind)


@pytest.mark.parametrize(("kind", "said"), [(Kind.NEWS, "NewsArticle"), (Kind.ARTICLE, "TechArticle")])
def test_each_kind_of_piece_has_its_word(reader: Client, db: Session, house: House, kind: Kind, said: str) -> None:
    piece = factories.make_live(db, house, kind=kind)
    assert _page(reader, f"/articles/{piece.slug}").facts["@type"] == said


def test_a_piece_says_everything_that_its_page_shows(reader: Client, db: Session, house: House) -> None:
    topic = factories.make_topic(db, "Clocks")
    more = (CreditLine(house.expert.id, CreditRole.PHOTOGRAPHER),)
    piece = factories.make_live(
        db, house, at=NOW - timedelta(days=2), slug="piece", headline="The second", topic_ids=(topic.id,),
        hero_id=scenes.picture(db).id, hero_alt="Rings", credits=scenes.by(house, *more),
    )  # fmt: skip
    scenes.series(db, house, [piece])
    with transaction(db):
        db.get_one(Published, piece.id).updated_at = NOW
    page = _page(reader, "/articles/piece")
    facts = page.facts
    assert facts["url"] == facts["mainEntityOfPage"] == f"{HOST}/articles/piece"
    assert (facts["datePublished"], facts["dateModified"]) == ("2026-11-22T09:00:00Z", "2026-11-24T09:00:00Z")
    assert facts["image"][0]["url"] == _meta(page, "og:image")[0]
    assert (facts["image"][0]["width"], facts["image"][0]["creditText"]) == (960, "Overscan studio")
    assert facts["contributor"][0]["name"] == "Marit Oduya-Lind"
    assert facts["about"] == [{"@type": "Thing", "name": "Clocks", "url": f"{HOST}/topics/clocks"}]
    assert facts["keywords"] == ["Clocks"]
    assert facts["isPartOf"]["url"] == f"{HOST}/series/time-in-machines"
    assert facts["position"] == 1
    assert facts["isAccessibleForFree"] is True
    assert page.way == [
        ("Overscan", "/"), ("Systems", "/sections/systems"), ("The second", "/articles/piece")
    ]  # fmt: skip


def test_an_interview_says_whom_it_is_with(reader: Client, db: Session, house: House) -> None:
    talk = factories.make_interview(db, house)
    facts = _page(reader, f"/articles/{talk.slug}").facts
    guest = {
        "@type": "Person", "name": "Marit Oduya-Lind", "url": f"{HOST}/people/marit-oduya-lind",
        "description": "Head of time, Northlight Exchange",
    }  # fmt: skip
    assert (facts["@type"], facts["genre"]) == ("Article", "Interview")
    assert facts["about"] == facts["mentions"] == [guest]
    assert [one["name"] for one in facts["author"]] == ["Ilse Varnholt"]


def test_a_portrait_stands_for_an_interview_without_a_picture(reader: Client, db: Session, house: House) -> None:
    portrait = scenes.picture(db)
    with transaction(db):
        db.merge(house.expert).portrait_id = portrait.id
    talk = factories.make_interview(db, house)
    page = _page(reader, f"/articles/{talk.slug}")
    assert page.facts["image"][0]["url"].startswith(f"{HOST}/media/renditions/")
    assert _meta(page, "og:image") == [page.facts["image"][0]["url"]]


def test_somebody_says_where_they_work_and_what_they_know(reader: Client, db: Session, house: House) -> None:
    with transaction(db):
        who = db.merge(house.expert)
        who.bio, who.expertise, who.portrait_id = "Builds time servers.", ["Clocks"], None
        who.links = [
            {"label": "Papers", "url": "https://example.org/papers"}, {"label": "Trap", "url": "javascript:alert(1)"}
        ]  # fmt: skip
        db.add_all([
            Affiliation(person_id=who.id, position=0, title="Head", organisation="Northlight Exchange", since="2024"),
            Affiliation(person_id=who.id, position=1, title="Engineer", organisation="Harbour", until="2024"),
        ])  # fmt: skip
    factories.make_interview(db, house)
    page = _page(reader, "/people/marit-oduya-lind")
    facts = page.facts
    assert (facts["@type"], facts["name"]) == ("Person", "Marit Oduya-Lind")
    assert facts["url"] == f"{HOST}/people/marit-oduya-lind"
    assert facts["worksFor"] == {"@type": "Organization", "name": "Northlight Exchange"}
    assert [one["name"] for one in facts["affiliation"]] == ["Northlight Exchange"]
    assert (facts["jobTitle"], facts["description"]) == ("Head of time", "Builds time servers.")
    assert facts["knowsAbout"] == ["Clocks"]
    assert facts["sameAs"] == ["https://example.org/papers"]
    assert "image" not in facts
    assert page.way == [
        ("Overscan", "/"), ("People", "/people"), ("Marit Oduya-Lind", "/people/marit-oduya-lind")
    ]  # fmt: skip


def test_a_series_says_its_parts_in_order(reader: Client, db: Session, house: House) -> None:
    pieces = [factories.make_live(db, house, at=NOW, slug=f"part-{n}", headline=f"Part {n}") for n in (1, 2)]
    hidden = factories.make_article(db, house, slug="canary")
    scenes.series(db, house, [pieces[0], hidden, pieces[1]], description="How computers count.")
    page = _page(reader, "/series/time-in-machines")
    facts = page.facts
    assert (facts["@type"], facts["name"]) == ("CreativeWorkSeries", "Time in machines")
    assert facts["description"] == "How computers count."
    assert [(part["position"], part["headline"], part["url"]) for part in facts["hasPart"]] == [
        (1, "Part 1", f"{HOST}/articles/part-1"), (3, "Part 2", f"{HOST}/articles/part-2")
    ]  # fmt: skip
    assert facts["creator"] == {"@type": "Person", "name": "Ilse Varnholt", "url": f"{HOST}/people/ilse-varnholt"}
    assert page.way[1:] == [("Series", "/series"), ("Time in machines", "/series/time-in-machines")]
    piece = _page(reader, "/articles/part-1").facts
    assert piece["isPartOf"]["@id"] == facts["@id"]
    assert piece["@id"] == facts["hasPart"][0]["@id"]


def test_lists_say_what_is_in_them(reader: Client, db: Session, house: House) -> None:
    topic = factories.make_topic(db, "Clocks")
    pieces = scenes.many(db, house, 2, topic_ids=(topic.id,))
    for address, name in (("/sections/systems", "Systems"), ("/topics/clocks", "Clocks")):
        page = _page(reader, address)
        assert (page.facts["@type"], page.facts["name"]) == ("CollectionPage", name)
        listed = page.facts["mainEntity"]["itemListElement"]
        assert [one["url"] for one in listed] == [f"{HOST}/articles/{piece.slug}" for piece in reversed(pieces)]
        assert page.way == [("Overscan", "/"), (name, address)]


def test_no_word_ends_the_script_that_it_stands_in(reader: Client, db: Session, house: House) -> None:
    topic = factories.make_topic(db, "Clocks")
    piece = factories.make_live(db, house, slug="piece", topic_ids=(topic.id,))
    series = scenes.series(db, house, [piece])
    with transaction(db):
        row = db.get_one(Published, piece.id)
        row.headline = row.dek = row.section_name = BAD
        row.bylines = [line | {"name": BAD} for line in row.bylines]
        db.merge(house.section).name = db.merge(house.section).description = BAD
        db.merge(topic).name = BAD
        db.merge(house.author).bio = BAD
        db.get_one(PublishedSeries, series.id).description = BAD
    for address, name in (
        ("/articles/piece", "headline"), ("/sections/systems", "name"), ("/topics/clocks", "name"),
        ("/people/ilse-varnholt", "description"), ("/series/time-in-machines", "description"),
    ):  # fmt: skip
        page = _page(reader, address)
        assert page.facts[name] == BAD, address
        assert "<script>alert" not in page.answer.text


def test_a_link_preview_of_a_piece_is_complete(reader: Client, db: Session, house: House) -> None:
    topics = [factories.make_topic(db, name) for name in ("Clocks", "Quartz")]
    piece = factories.make_live(
        db, house, at=NOW, slug="piece", headline="The second", dek="Perfect time.", language="de-CH",
        topic_ids=tuple(topic.id for topic in topics), hero_id=scenes.picture(db).id, hero_alt="Rings",
    )  # fmt: skip
    page = _page(reader, f"/articles/{piece.slug}")
    assert page.one("//link[@rel='canonical']").get("href") == f"{HOST}/articles/piece"
    told = {
        "og:type": ["article"], "og:title": ["The second"], "og:url": [f"{HOST}/articles/piece"],
        "og:description": ["Perfect time."], "og:site_name": ["Overscan"], "og:image:alt": ["Rings"],
        "og:image:width": ["960"], "og:image:height": ["640"], "og:locale": ["de_CH"],
        "article:published_time": ["2026-11-24T09:00:00Z"], "article:modified_time": [],
        "article:section": ["Systems"], "article:tag": ["Clocks", "Quartz"],
        "article:author": [f"{HOST}/people/ilse-varnholt"],
    }  # fmt: skip
    assert {name: _meta(page, name) for name in told} == told
    assert page.one("//meta[@name='twitter:card']").get("content") == "summary_large_image"
    assert page.one("//meta[@name='author']").get("content") == "Ilse Varnholt"
    with transaction(db):
        db.get_one(Published, piece.id).updated_at = NOW + timedelta(hours=1)
    assert _meta(_page(reader, "/articles/piece"), "article:modified_time") == ["2026-11-24T10:00:00Z"]
