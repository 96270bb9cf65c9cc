"""The search page."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from datetime import timedelta

import brotli
import pytest
import zstandard
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.interviews import service as interviews
from cms.policy import SYSTEM
from cms.vocabulary import State
from cms.wiring import Services
from cms.worker import turn
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import NOW, House
from tests.site import scenes
from tests.site.page import Page

FOUND = "//ol[@class='results']//h2/a"


@pytest.fixture
def archive(db: Session, house: House, services: Services) -> None:
    """Three pieces and an interview, with the index in step."""
    bodies = {
        "drift": "Left alone, a clock wanders. Its drift is a property, like weight.",
        "queue": "What a queue remembers is the order of its arrivals.",
        "hostile": "&lt;img src=x onerror=alert(1)&gt; is what the payload said about drift.",
    }
    for day, (slug, words) in enumerate(bodies.items()):
        section = house.other_section if slug == "queue" else house.section
        factories.make_live(
            db, house, at=NOW - timedelta(days=day), slug=slug, headline=f"On {slug}", section_id=section.id, dek="",
            body=f'<h2 data-id="h1">What it costs</h2><p data-id="p1">{words}</p>',
        )  # fmt: skip
    factories.make_interview(db, house, slug="talk", headline="On doubt", at=NOW - timedelta(days=500))
    factories.make_article(db, house, State.SCHEDULED, slug="hidden", headline="Drift to come")
    services.search.rebuild(db)


@pytest.mark.usefixtures("archive")
def test_what_answers_is_shown_with_its_place_marked(reader: Client) -> None:
    page = Page(reader.get("/search?q=clock+drift"))
    assert page.links(FOUND)[0] == "/articles/drift"
    assert "clock" in page.words("//mark")
    assert page.links("//*[@class='result__in']/a")[0] == "/articles/drift#what-it-costs"
    assert page.one("//input[@type='search']").get("value") == "clock drift"
    assert "Drift to come" not in page.answer.text


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("encoding", "unpack"),
    [
        ("br", brotli.decompress),
        ("zstd", zstandard.ZstdDecompressor().decompressobj().decompress),
        ("gzip", gzip.decompress),
    ],
)
def test_the_answer_is_packed_for_its_way(reader: Client, encoding: str, unpack: Callable[[bytes], bytes]) -> None:
    plain = reader.get("/search?q=clock")
    packed = reader.get("/search?q=clock", headers={"Accept-Encoding": encoding})
    assert packed.headers["Content-Encoding"] == encoding
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert unpack(packed.data) == plain.data
    assert len(packed.data) * 3 < len(plain.data)
    tag = packed.headers["ETag"]
    assert tag != plain.headers["ETag"]
    again = reader.get("/search?q=clock", headers={"Accept-Encoding": encoding, "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.usefixtures("archive")
def test_nothing_asked_shows_the_archive_newest_first(reader: Client) -> None:
    page = Page(reader.get("/search"))
    assert page.h1 == "Archive"
    assert page.links(FOUND) == [f"/articles/{slug}" for slug in ("drift", "queue", "hostile", "talk")]


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("address", "robots"),
    [("/search", []), ("/search?q=", []), ("/search?nonsense=1", []), ("/search?q=drift", ["noindex, follow"]),
     ("/search?topic=Clocks", ["noindex, follow"]), ("/search?page=2", ["noindex, follow"])],
)  # fmt: skip
def test_search_engines_keep_the_archive_and_no_results(reader: Client, address: str, robots: list[str]) -> None:
    page = Page(reader.get(address))
    assert [one.get("content") for one in page.all("//meta[@name='robots']")] == robots
    assert page.one("//link[@rel='canonical']").get("href") == "http://localhost/search"


@pytest.mark.usefixtures("archive")
def test_facets_are_counted_and_narrow_without_a_script(reader: Client) -> None:
    page = Page(reader.get("/search"))
    wide = "//form[contains(@class, 'only-wide')]"
    counts = {one.find("span").text: one.find_class("check__count")[0].text 
              for one in page.all(f"{wide}//label[@class='check']")}  # fmt: skip
    assert (counts["Systems"], counts["Practice"], counts["Interview"]) == ("3", "1", "1")
    assert {one.get("name") for one in page.all(f"{wide}//input[@type='checkbox']")} == {
        "section", "kind", "author", "expert", "year"
    }  # fmt: skip
    narrowed = Page(reader.get("/search?section=systems&kind=article"))
    assert narrowed.links(FOUND) == ["/articles/drift", "/articles/hostile"]
    assert [one.get("value") for one in narrowed.all(f"{wide}//input[@checked]")] == ["systems", "article"]
    assert "/search" in narrowed.links(f"{wide}//a")


@pytest.mark.usefixtures("archive")
def test_what_narrows_comes_off_one_by_one(reader: Client) -> None:
    taken = "//ul[@class='taken']//a"
    page = Page(reader.get("/search?q=drift+section:systems&kind=article&year=2026&from=2026-01-01"))
    assert page.links(FOUND) == ["/articles/drift", "/articles/hostile"]
    assert page.links(taken) == [
        "/search?q=drift&kind=article&year=2026&from=2026-01-01",
        "/search?q=drift+section%3Asystems&year=2026&from=2026-01-01",
        "/search?q=drift+section%3Asystems&kind=article&from=2026-01-01",
        "/search?q=drift+section%3Asystems&kind=article&year=2026",
    ]
    assert page.words(taken)[-1] == "Without From 1 January 2026"
    assert page.one("//form[contains(@class, 'only-wide')]/input[@name='q']").get("value") == "drift"
    typed = Page(reader.get("/search?q=drift+after:2025"))
    assert typed.links(taken) == ["/search?q=drift"]
    assert typed.one("//form[contains(@class, 'only-wide')]//input[@name='from']").get("value") == "2026-01-01"


@pytest.mark.usefixtures("archive")
def test_days_narrow(reader: Client) -> None:
    day = f"{NOW - timedelta(days=1):%Y-%m-%d}"
    assert Page(reader.get(f"/search?from={day}&to={day}")).links(FOUND) == ["/articles/queue"]


@pytest.mark.usefixtures("archive")
def test_days_the_wrong_way_round_are_taken_the_right_way(reader: Client) -> None:
    first, last = (f"{NOW - timedelta(days=days):%Y-%m-%d}" for days in (1, 0))
    page = Page(reader.get(f"/search?from={last}&to={first}"))
    assert page.links(FOUND) == ["/articles/drift", "/articles/queue"]
    assert page.one("//form[contains(@class, 'only-wide')]//input[@name='from']").get("value") == first
    told = reader.get(f"/api/v1/search?from={last}&to={first}").json
    assert [one["slug"] for one in told["results"]] == ["drift", "queue"]


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(("address", "field"), [
    ("/people/ilse-varnholt", "person"), ("/sections/systems", "section"),
])  # fmt: skip
def test_pages_of_people_and_sections_search_in_themselves(reader: Client, address: str, field: str) -> None:
    page = Page(reader.get(address))
    form = "//form[@class='within']"
    assert page.one(f"{form}/input[@type='hidden']").get("name") == field
    value = page.one(f"{form}/input[@type='hidden']").get("value")
    assert value == address.rpartition("/")[2]
    assert Page(reader.get(f"/search?q=doubt+drift+clock&{field}={value}")).links(FOUND)
    assert Page(reader.get(f"/search?q=zeppelin&{field}={value}")).links(FOUND) == []


def test_a_series_is_searched_in_under_the_name_that_it_has_now(
    reader: Client, db: Session, house: House, services: Services
) -> None:
    pieces = scenes.many(db, house, 3)
    series = scenes.series(db, house, pieces[:2])
    services.search.rebuild(db)
    form = Page(reader.get(f"/series/{series.slug}")).one("//form[@class='within']/input[@name='series']")
    assert form.get("value") == series.slug
    assert len(Page(reader.get(f"/search?q=payments&series={series.slug}")).links(FOUND)) == 2
    with transaction(db):
        interviews.change_series(
            db, SYSTEM, series, seen=series.version, title="Renamed", slug="renamed", description="",
            host_id=None, cover_id=None, planned_parts=7, is_interviews=False,
        )  # fmt: skip
        interviews.take_out(db, SYSTEM, series, pieces[0].id)
    while turn(services):
        pass
    page = Page(reader.get("/search?q=payments&series=renamed"))
    assert len(page.links(FOUND)) == 1
    assert page.words("//ul[@class='taken']//a") == ["Without Renamed"]


@pytest.mark.usefixtures("archive")
def test_results_can_be_sorted_by_date_and_keep_what_was_chosen(reader: Client) -> None:
    page = Page(reader.get("/search?q=drift&section=systems"))
    assert page.links("//nav[@aria-label='Order']/a") == [
        "/search?q=drift&section=systems", "/search?q=drift&section=systems&sort=newest"
    ]  # fmt: skip
    newest = Page(reader.get("/search?q=drift&section=systems&sort=newest"))
    assert newest.links(FOUND) == ["/articles/drift", "/articles/hostile"]
    assert newest.words("//nav[@aria-label='Order']/a[@aria-current]") == ["Newest"]


def test_pages_of_results_lead_on(reader: Client, db: Session, house: House, services: Services) -> None:
    scenes.many(db, house, 23)
    services.search.rebuild(db)
    page = Page(reader.get("/search?q=payments&page=2"))
    assert len(page.links(FOUND)) == 10
    assert page.words("//nav[@class='pages']/*") == ["Back", "1", "2", "3", "Next"]
    assert page.links("//a[@rel='next']") == ["/search?q=payments&page=3"]
    assert page.links("//a[@rel='prev']") == ["/search?q=payments"]
    assert len(Page(reader.get("/search?q=payments&page=3")).links(FOUND)) == 3
    for address, first in (("/search?q=payments&", "/search?q=payments"), ("/search?", "/search")):
        beyond = Page(reader.get(f"{address}page=9"))
        assert beyond.words("//p[@class='empty__title']") == ["There are no more pieces"]
        assert beyond.links("//div[@class='empty']//a") == [first]


@pytest.mark.usefixtures("archive")
def test_what_was_typed_and_what_was_written_stay_words(reader: Client) -> None:
    answer = reader.get("/search?q=%22%3E%3Cimg+src=x+onerror=alert(1)%3E+payload")
    assert Page(answer).all("//main//img") == []
    assert "<img src=x" not in answer.text


@pytest.mark.usefixtures("archive")
def test_another_spelling_is_offered(reader: Client) -> None:
    page = Page(reader.get("/search?q=quue"))
    assert page.links("//*[@class='seek__maybe']/a") == ["/search?q=queue", "/search?q=quue&exact=1"]
    assert page.links(FOUND) == ["/articles/queue"]
    assert Page(reader.get("/search?q=quue&exact=1")).links("//*[@class='seek__maybe']/a") == [
        "/search?q=queue&exact=1"
    ]


@pytest.mark.usefixtures("archive")
def test_a_phrase_of_common_words_and_one_other_says_so(reader: Client) -> None:
    assert "Of “in the queue” only “queue” is looked for:" in Page(reader.get('/search?q="in the queue"')).text
    assert "is looked for" not in Page(reader.get("/search?q=in+the+queue")).text


@pytest.mark.usefixtures("archive")
def test_words_that_nothing_has_are_told_where_others_are_found(reader: Client) -> None:
    said = "No piece has “xyzzy, plugh”: these go by your other words."
    assert said in Page(reader.get("/search?q=xyzzy+queue+plugh")).text
    assert "No piece has" not in Page(reader.get("/search?q=xyzzy")).text, "it says that nothing is found"
    assert "No piece has" not in Page(reader.get("/search?q=queue+in+the")).text


@pytest.mark.usefixtures("archive")
def test_somebody_who_is_looked_for_comes_first(reader: Client) -> None:
    page = Page(reader.get("/search?q=Marit+Oduya-Lind"))
    assert page.links(FOUND)[0] == "/people/marit-oduya-lind"


@pytest.mark.usefixtures("archive")
def test_nothing_found_says_what_to_try(reader: Client) -> None:
    page = Page(reader.get("/search?q=queuezeppelin"))
    assert "Nothing found for “queuezeppelin”" in page.text
    assert "/sections/systems" in page.links("//*[@class='topics']/a")
    assert page.links(FOUND) == []
    assert page.links("//section[@class='found__new']//h3/a") == [
        "/articles/drift", "/articles/queue", "/articles/hostile"
    ]  # fmt: skip
    narrowed = Page(reader.get("/search?q=queue&year=1999"))
    assert "/search?q=queue" in narrowed.links("//*[@class='empty']/a")


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("typed", ["the", "der die das", "a" * 5_000])
def test_what_cannot_be_looked_for_is_said_once(reader: Client, typed: str) -> None:
    page = Page(reader.get("/search", query_string={"q": typed}))
    assert len(page.words("//*[@role='status']")) == 1
    assert "/sections/systems" in page.links("//*[@role='status']//a")
    assert page.all("//*[@class='empty']") == []


@pytest.mark.usefixtures("archive")
def test_what_was_typed_is_repeated_briefly(reader: Client) -> None:
    page = Page(reader.get("/search", query_string={"q": "zeppelin" * 400}))
    assert page.words("//*[@class='empty__title']") == [f"Nothing found for “{'zeppelin' * 12}zepp…”"]
    assert "zeppelin" * 13 not in page.text
    assert max(len(title) for title in page.all("//link/@title")) < 150
    quoted = Page(reader.get("/search", query_string={"q": '"second zeppelin"'}))
    assert "Nothing found for “second zeppelin”" in quoted.text


@pytest.mark.usefixtures("archive")
def test_without_an_index_there_are_sections_and_a_plain_notice(reader: Client, services: Services) -> None:
    shutil.rmtree(services.settings.search_index)
    page = Page(reader.get("/search?q=queue"))
    assert "The search is being rebuilt" in page.words("//*[@role='status']")[0]
    assert "/sections/practice" in page.links("//*[@role='status']//a")
    assert page.links(FOUND) == ["/articles/queue"]


@pytest.mark.usefixtures("archive")
def test_what_is_typed_is_completed_as_browsers_know_it(reader: Client) -> None:
    answer = reader.get("/search/suggest?q=on+qu")
    assert answer.content_type == "application/x-suggestions+json"
    assert answer.json == ["on qu", ["On queue"], ["piece"], ["http://localhost/articles/queue"]]
    assert reader.get("/search/suggest?q=marit").json[2:] == [["person"], ["http://localhost/people/marit-oduya-lind"]]
    for text in ("", "drift+to", "x" * 3000, "%00", "%22"):
        assert reader.get(f"/search/suggest?q={text}").json[1] == []


@pytest.mark.usefixtures("archive")
def test_what_answers_can_be_followed(reader: Client, services: Services) -> None:
    page = Page(reader.get("/search?q=drift&section=systems&sort=newest"))
    assert page.links("//link[@title='drift: search']") == ["http://localhost/search/feed.xml?q=drift&section=systems"]
    answer = reader.get("/search/feed.xml?q=drift&section=systems")
    assert answer.content_type == "application/rss+xml; charset=utf-8"
    assert answer.text.index("/articles/drift") < answer.text.index("/articles/hostile")
    assert "Overscan: drift" in answer.text
    assert 'href="http://localhost/search/feed.xml?q=drift&amp;section=systems"' in answer.text
    assert reader.get("/search/feed.json?q=drift").json["items"]
    shutil.rmtree(services.settings.search_index)
    assert reader.get("/search/feed.xml?q=drift").status_code == 503


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    "query",
    [
        "from=x",
        "to=2026-99-99",
        "exact=x",
        "page=0",
        "page=x",
        "page=99999999",
        "sort=x",
        "year=x",
        "section=",
        "q=%00",
        "q=" + "a" * 3000,
        "q=-",
    ],
)
def test_nonsense_is_answered_kindly(reader: Client, query: str) -> None:
    assert reader.get(f"/search?{query}").status_code == 200


@pytest.mark.usefixtures("archive")
def test_a_search_costs_four_queries(reader: Client, queries: Queries) -> None:
    reader.get("/search?q=clock")
    with queries.at_most(4):
        reader.get("/search?q=Marit+Oduya-Lind+clock+drift")
