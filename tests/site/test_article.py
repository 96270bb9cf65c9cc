"""One piece, as readers get it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import CreditLine
from cms.core.db import transaction
from cms.publication import explore
from cms.publication.models import Published
from cms.vocabulary import CreditRole, Kind, State
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import NOW, House
from tests.site import scenes
from tests.site.page import Page

TITLES = "".join(f'<h2 data-id="h{n}">Part {n}</h2><p data-id="p{n}">Words.</p>' for n in range(3))
TALK = "".join(
    f'<section class="qa" data-id="q{n}"><p class="qa-question" data-speaker="Overscan">Question {n}?</p>'
    f'<div class="qa-answer" data-speaker="Oduya-Lind"><p>{"Because. " * n}</p></div></section>'
    for n in range(1, 9)
)


def _show(reader: Client, slug: str) -> Page:
    return Page(reader.get(f"/articles/{slug}"))


def test_a_piece_shows_what_it_is_who_made_it_and_when(reader: Client, db: Session, house: House) -> None:
    topic = factories.make_topic(db, "Timekeeping")
    piece = factories.make_live(
        db, house, at=NOW, slug="the-second", headline="The second", kicker="Timekeeping", topic_ids=(topic.id,)
    )
    page = _show(reader, piece.slug)
    assert page.h1 == "The second"
    assert page.links("//p[@class='kicker'][1]/a") == ["/topics/timekeeping"]
    assert page.words("//*[@class='article__dek']") == [
        "Perfect time is a luxury. Most systems can live on something cheaper."
    ]
    assert page.words("//*[@class='byline']") == ["Ilse VarnholtSenior writer, Overscan"]
    assert page.links("//*[@class='byline']//a") == ["/people/ilse-varnholt"]
    assert page.one("//header//time").get("datetime") == "2026-11-24T09:00:00Z"
    assert "1 minute to read" in page.text
    assert "At 02:14 on an ordinary Tuesday" in page.one("//div[contains(@class, 'prose')]").text_content()
    assert page.links("//*[@class='topics']/a") == ["/topics/timekeeping"]


def test_the_navigation_says_in_which_section_one_reads(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house)
    factories.make_live(db, house, section_id=house.other_section.id)
    page = _show(reader, piece.slug)
    here = page.one("//nav[@aria-label='Sections']//a[@aria-current]")
    assert (here.text, here.get("aria-current")) == ("Systems", "true")
    assert page.words("//nav[@aria-label='Sections']//a") == ["Practice", "Systems", "Search"]


def test_the_picture_has_its_size_its_words_and_its_credit(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(
        db, house, hero_id=scenes.picture(db).id, hero_alt="Two rings", hero_caption="A quarter late."
    )
    page = _show(reader, piece.slug)
    image = page.one("//figure//img")
    assert (image.get("width"), image.get("height"), image.get("alt")) == ("960", "640", "Two rings")
    assert image.get("loading") is None
    assert "480w" in image.get("srcset")
    assert page.words("//figcaption") == ["A quarter late. Overscan studio"]
    assert page.one("//meta[@property='og:image']").get("content") == f"http://localhost{image.get('src')}"


def test_a_developed_picture_is_offered_in_its_smallest_form_first(reader: Client, db: Session, house: House) -> None:
    asset = scenes.picture(db)
    made = [
        {**one, "key": one["key"].replace(".webp", suffix), "type": f"image/{kind}"}
        for one in asset.renditions
        for suffix, kind in ((".avif", "avif"), (".jpg", "jpeg"))
    ]
    with transaction(db):
        asset.renditions = [*asset.renditions, *made]
        asset.focal_x, asset.focal_y = 12, 90
    piece = factories.make_live(db, house, hero_id=asset.id, hero_alt="Two rings")
    page = _show(reader, piece.slug)
    figure = page.one("//figure/div/picture")
    sources = list(figure.iter("source"))
    assert [(source.get("type"), source.get("media")) for source in sources] == [
        ("image/avif", "(width < 48rem)"),
        ("image/avif", None),
        ("image/webp", "(width < 48rem)"),
        ("image/webp", None),
    ]
    for source in sources:
        assert source.get("srcset").count("960w") == (0 if source.get("media") else 1)
        assert source.get("sizes")
    image = next(figure.iter("img"))
    assert image.get("src").endswith("-960.jpg")
    assert image.get("class") == "focus-x10 focus-y90"
    assert image.get("fetchpriority") == "high"
    assert page.one("//meta[@property='og:image']").get("content").endswith("-960.jpg")


def test_what_was_published_before_pictures_had_either_is_shown_as_before(
    reader: Client, db: Session, house: House
) -> None:
    piece = factories.make_live(db, house, hero_id=scenes.picture(db).id, hero_alt="Two rings")
    with transaction(db):
        row = db.get_one(Published, piece.id)
        row.hero = {key: value for key, value in row.hero.items() if key not in ("sources", "focal_x", "focal_y")}
    page = _show(reader, piece.slug)
    assert page.all("//figure//picture") == []
    assert page.one("//figure//img").get("class") is None


@pytest.mark.parametrize(("titles", "lists"), [(2, 0), (3, 2)])
def test_contents_appear_with_three_titles(reader: Client, db: Session, house: House, titles: int, lists: int) -> None:
    body = "".join(f'<h2 data-id="h{n}">Part {n}</h2><p data-id="p{n}">Words.</p>' for n in range(titles))
    page = _show(reader, factories.make_live(db, house, body=body).slug)
    assert len(page.all("//*[contains(@class, 'contents')]/ol")) == lists
    for address in page.links("//*[contains(@class, 'contents')]/ol/li/a"):
        assert page.one(f"//h2[@id='{address[1:]}']") is not None


def test_notes_stand_at_the_end_and_lead_back(reader: Client, db: Session, house: House) -> None:
    body = '<p data-id="p1">A crystal<span class="footnote" data-note="It follows a cubic curve."></span> rings.</p>'
    page = _show(reader, factories.make_live(db, house, body=body).slug)
    assert page.links("//p//a") >= ["#fn1"]
    assert page.words("//footer//li[@id='fn1']") == ["It follows a cubic curve. Back"]


def test_a_part_of_a_series_leads_to_the_parts_around_it(reader: Client, db: Session, house: House) -> None:
    pieces = [factories.make_live(db, house, slug=f"part-{n}") for n in (1, 2, 3)]
    scenes.series(db, house, pieces)
    page = _show(reader, "part-2")
    assert page.words("//nav[@class='series']/p") == ["Time in machines, part 2 of 7"]
    assert page.links("//a[@rel='prev']") == ["/articles/part-1"]
    assert page.links("//a[@rel='next']") == ["/articles/part-3"]
    steps = [one.get("class") for one in page.all("//ul[@class='series__steps']/li")]
    assert steps == ["is-out", "is-here", "is-out", None, None, None, None]


def test_a_part_that_is_not_live_is_not_named(reader: Client, db: Session, house: House) -> None:
    live = [factories.make_live(db, house, slug=f"part-{n}") for n in (1, 2)]
    draft = factories.make_article(db, house, State.IN_REVIEW, slug="part-3", headline="Canary")
    scenes.series(db, house, [*live, draft])
    page = _show(reader, "part-2")
    assert page.links("//a[@rel='next']") == []
    assert "Canary" not in page.answer.text


def test_five_pieces_follow_the_related_first(reader: Client, db: Session, house: House) -> None:
    topic = factories.make_topic(db, "Clocks")
    scenes.many(db, house, 7)
    related = factories.make_live(db, house, at=NOW - timedelta(days=400), slug="old", topic_ids=(topic.id,))
    piece = factories.make_live(db, house, at=NOW, topic_ids=(topic.id,))
    page = _show(reader, piece.slug)
    shown = page.links("//*[@class='explore']//h3/a")
    assert len(shown) == 5
    assert shown[0] == f"/articles/{related.slug}"
    assert f"/articles/{piece.slug}" not in shown
    assert len(page.all("//*[@class='explore']//p[@class='story__teaser']")) == 5


def test_a_withdrawn_neighbour_is_replaced_by_a_newer_piece(reader: Client, db: Session, house: House) -> None:
    scenes.many(db, house, 7)
    piece = factories.make_live(db, house, at=NOW)
    first = _show(reader, piece.slug).links("//*[@class='explore']//h3/a")
    gone = next(a for a in factories.every_article(db) if first[0].endswith(a.slug))
    factories.act(db, house.chief, gone, "withdraw")
    left = _show(reader, piece.slug).links("//*[@class='explore']//h3/a")
    assert len(left) == 5
    assert first[0] not in left


def test_withdrawals_leave_no_hole_and_let_no_barred_piece_in(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house, at=NOW - timedelta(days=90))
    others = scenes.many(db, house, 14)
    barred = others[-1]
    with transaction(db):
        explore.bar(db, house.editor, articles.load(db, piece.id), barred.id)
    for gone in others[-9:-1]:  # more than are kept in reserve, and the worker has not looked yet
        factories.act(db, house.chief, articles.load(db, gone.id), "withdraw")
    shown = _show(reader, piece.slug).links("//*[@class='explore']//h3/a")
    assert len(set(shown)) == 5
    assert f"/articles/{barred.slug}" not in shown


def test_what_was_picked_comes_first_whatever_its_picture(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house, at=NOW - timedelta(days=90))
    picked = factories.make_live(db, house, at=NOW - timedelta(days=80), slug="picked")
    scenes.many(db, house, 6, hero_id=scenes.picture(db).id)
    with transaction(db):
        explore.pick(db, house.editor, articles.load(db, piece.id), picked.id)
    assert _show(reader, piece.slug).links("//*[@class='explore']//h3/a")[0] == "/articles/picked"


def test_an_interview_shows_whom_it_is_with_and_what_was_asked(reader: Client, db: Session, house: House) -> None:
    factories.make_interview(db, house, at=NOW - timedelta(days=30))
    talk = factories.make_interview(db, house, at=NOW, body=TALK)
    page = _show(reader, talk.slug)
    assert page.words("//*[@class='sitting__who']") == [
        "Marit Oduya-LindHead of time, Northlight Exchange, second conversation with us"
    ]
    assert "Asked by Ilse Varnholt." in page.text
    cited = page.words("//*[@class='passing__cite']")[0]
    assert cited.startswith(f"Marit Oduya-Lind: {page.h1}. Interview by Ilse Varnholt. Overscan, ")
    assert page.words("//h2[@id='glance']") == ["In six answers"]
    assert page.words("//*[@class='glance']//a") == [f"Question {n}?" for n in range(3, 9)]
    assert page.links("//*[@class='glance']//a")[0] == "#q3"
    assert page.one("//section[@id='q3']") is not None


def test_an_interview_leads_to_others_of_its_series(reader: Client, db: Session, house: House) -> None:
    talks = [factories.make_interview(db, house, slug=f"talk-{n}") for n in (1, 2, 3)]
    scenes.series(db, house, talks, is_interviews=True)
    page = _show(reader, "talk-3")
    assert page.links("//section[@aria-labelledby='more']//li/a") == ["/articles/talk-2", "/articles/talk-1"]


def test_search_engines_are_told_what_readers_see(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(
        db, house, at=NOW, headline="</script><b>Loud", seo_description="Quiet.", kind=Kind.NEWS
    )
    page = _show(reader, piece.slug)
    assert page.facts["@type"] == "NewsArticle"
    assert page.facts["headline"] == "</script><b>Loud"
    assert page.facts["author"] == [
        {
            "@type": "Person",
            "name": "Ilse Varnholt",
            "url": "http://localhost/people/ilse-varnholt",
            "description": "Senior writer, Overscan",
        }
    ]
    assert page.facts["datePublished"] == "2026-11-24T09:00:00Z"
    assert page.one("//link[@rel='canonical']").get("href") == f"http://localhost/articles/{piece.slug}"
    assert page.one("//meta[@name='description']").get("content") == "Quiet."
    assert "<b>Loud" not in page.answer.text.replace("\\u003cb\\u003eLoud", "")


def test_everybody_who_helped_is_named(reader: Client, db: Session, house: House) -> None:
    expert = CreditLine(house.expert.id, CreditRole.PHOTOGRAPHER)
    piece = factories.make_live(db, house, credits=scenes.by(house, expert))
    assert "Pictures by Marit Oduya-Lind" in _show(reader, piece.slug).text


def test_a_piece_in_another_language_says_so(reader: Client, db: Session, house: House) -> None:
    piece = factories.make_live(db, house, language="de")
    assert _show(reader, piece.slug).one("//article[contains(@class, 'article')]").get("lang") == "de"


@pytest.mark.parametrize("state", [s for s in State if s is not State.SETTLED])
def test_a_piece_that_is_not_live_is_nowhere(reader: Client, db: Session, house: House, state: State) -> None:
    factories.make_live(db, house)
    hidden = factories.make_article(db, house, state, headline="Canary", slug="canary")
    answer = reader.get(f"/articles/{hidden.slug}")
    absent = reader.get("/articles/nothing-ever")
    assert (answer.status_code, answer.data) == (404, absent.data)


@pytest.mark.parametrize("kind", ["article", "interview"])
def test_a_piece_costs_two_queries(reader: Client, db: Session, house: House, queries: Queries, kind: str) -> None:
    make = factories.make_interview if kind == "interview" else factories.make_live
    pieces = [make(db, house) for _ in range(8)]
    scenes.series(db, house, pieces)
    with queries.at_most(2):
        _show(reader, pieces[3].slug)


def test_versions_are_shown_where_an_editor_opened_them(
    reader: Client, editor: Client, house: House, db: Session
) -> None:
    article = factories.make_live(db, house)
    address = f"/articles/{article.slug}/history"
    assert reader.get(address).status_code == 404
    assert address not in Page(reader.get(f"/articles/{article.slug}")).links()
    switch = f"/newsroom/articles/{article.id}/history/show"
    assert editor.post(switch, data={"do": "show"}).status_code == 302
    page = Page(reader.get(address))
    assert page.h1 == "One version"
    assert "First published as" in page.text
    assert page.one("//meta[@name='robots']").get("content") == "noindex, follow"
    assert address in Page(reader.get(f"/articles/{article.slug}")).links()
    assert editor.post(switch, data={"do": "hide"}).status_code == 302
    assert reader.get(address).status_code == 404


def test_a_piece_says_how_to_cite_it_and_is_sent_on_without_asking_anybody(
    db: Session, house: House, reader: Client
) -> None:
    factories.make_live(db, house, headline="Tides & clocks", slug="tides", language="de")
    page = Page(reader.get("/articles/tides"))
    (part,) = page.tree.xpath("//section[@aria-labelledby='passing']")
    said = " ".join(part.text_content().split())
    assert f"{house.author.name}: Tides & clocks. Overscan, " in said
    assert "http://localhost/articles/tides" in said
    assert part.xpath(".//cite/@lang") == ["de"]
    (mail,) = part.xpath(".//a[starts-with(@href, 'mailto:')]/@href")
    assert mail == "mailto:?subject=Tides%20%26%20clocks&body=http%3A//localhost/articles/tides"
    assert part.xpath(".//button/@hidden"), "it is there where a script can copy"
